// A case's script: the key that sends an answer sends only what the person is writing. In the field for colleagues it speaks to
// colleagues, and never sends to the contact what waits in the field of the answer.
"use strict";

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Enter" || !event.ctrlKey) return;
    const form = event.target.form;
    if (!form || form.id === "answer-form" || event.target.tagName !== "TEXTAREA") return;
    event.preventDefault();
    event.stopPropagation();
    form.requestSubmit();
  },
  true,
);
