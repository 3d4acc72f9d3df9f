"use strict";
// A person at the contact's page, run beside its scripts by the driver of the browser: presses what is to be seen, at a human pace.
// All kinds of visits draw their pauses alike, so that the pauses do not give the kind away.
const plan = arguments[0];
const done = { done: false, hidden: document.visibilityState === "hidden", trouble: "" };
window.person = done;
document.addEventListener("visibilitychange", () => { done.hidden = done.hidden || document.visibilityState === "hidden"; });

const between = (least, most) => least + Math.random() * (most - least);
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const think = () => pause(between(500, 2000));
const seen = (id) => Array.from(document.querySelectorAll("[data-testid=" + id + "]")).find((one) => one.offsetParent);
const find = async (id) => {
  while (!seen(id)) await pause(100);
  return seen(id);
};
const press = async (id) => {
  const button = await find(id);
  await think();
  button.scrollIntoView({ block: "center" });
  button.click();
};
const type = async (id, text) => {
  const field = await find(id);
  await think();
  field.focus();
  for (const letter of text) {
    field.value += letter;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await pause(between(40, 140));
  }
};
const look = async () => {
  await think();
  scrollTo({ top: between(0, document.documentElement.scrollHeight), behavior: "smooth" });
};

const wordsOf = () => Array.from(document.querySelectorAll("[data-testid=word]"), (one) => one.textContent).join(" ");
const open = async (words) => {
  await press("return");
  await type("words-typed", words);
  await press("words-open");
};

const visits = {
  open: async () => {
    await open(plan.words);
    await find("empty-line");
  },
  idle: async () => {
    await press("cards");
    for (let times = 3; times-- > 0; ) await look();
  },
  read: async () => {
    await open(plan.words);
    await find("reply");
  },
  write: async () => {
    await press("new");
    await find("word");
    const words = wordsOf();
    await press("words-next");
    await type("words-typed", words);
    await press("words-open");
    await type("message", plan.text);
    await press("send");
    await find("wait");
    while (!seen("look")) await pause(100);
  },
};

// Whoever comes reads first, for as long as until the next turn and any part of it: what is done falls anywhere between two turns.
pause(between(0, plan.pace)).then(visits[plan.visit]).then(async () => {
  done.done = true;
  // Whoever has done what he came for stays and looks around.
  for (;;) {
    await pause(between(1000, 4000));
    await look();
  }
}, (error) => { done.trouble = String(error); });
