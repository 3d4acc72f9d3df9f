// The desk's script: refreshes what changes and saves drafts as typed; search and keys follow it in the same file as it is served.
// Everything works without it.
"use strict";

const hidden = (name) => ({ headers: { [name]: "1" }, cache: "no-store" });

// Live parts: when the desk says that something changed, the page is fetched again and its live parts are put in place.
// A part in which the person is at work (focus in a field or an open menu) waits until the person is done.
let fetching = false;
let again = false;
let skipped = false;

function isBusy(part) {
  const active = document.activeElement;
  if (part.contains(active) && /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName) && !active.readOnly) return true;
  // What came back with an error is what a person typed, too.
  if (part.querySelector("[data-typed]")) return true;
  return [...part.querySelectorAll("input, textarea, select")].some(isTyped);
}

// Whether a person has put something into a field, which a refresh must not take away.
function isTyped(field) {
  if (field.tagName === "SELECT") {
    const chosen = [...field.options].some((option) => option.defaultSelected);
    return [...field.options].some((option, at) => option.selected !== (chosen ? option.defaultSelected : at === 0));
  }
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

// What can be compared: a form's token is the same within a session, so equal parts are equal text.
function replacePart(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return;
  if (isBusy(part)) {
    skipped = true;
    return;
  }
  const active = document.activeElement;
  const path = part.contains(active) && active !== part ? indexPath(part, active) : null;
  part.replaceChildren(...fresh.childNodes);
  if (path) {
    const same = path.reduce((at, index) => at && at.children[index], part);
    if (same) same.focus({ preventScroll: true });
  }
  offerCopies(part);
}

function indexPath(root, element) {
  const path = [];
  for (let at = element; at !== root; at = at.parentElement) {
    path.unshift(Array.prototype.indexOf.call(at.parentElement.children, at));
  }
  return path;
}

function refreshIfSkipped() {
  if (!skipped) return;
  skipped = false;
  setTimeout(refresh, 0);
}

async function refresh() {
  // Under a dialog nothing moves, so that the focus finds its way back.
  if (document.querySelector("dialog[open]")) {
    skipped = true;
    return;
  }
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    const options = hidden("x-script");
    if (document.hidden) options.headers["x-hidden"] = "1";
    const answer = await fetch(location.pathname + location.search, options);
    if (answer.redirected || answer.status === 401) {
      location.reload();
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Of a line that has ended another page is left, without what was typed.
    if (fresh.getElementById("ended") && !document.getElementById("ended")) {
      location.replace(location.pathname);
      return;
    }
    if (!answer.ok) {
      // The case or the revision is gone, for instance: the page says so, unless somebody is writing.
      const draft = document.getElementById("answer");
      const isWriting = (draft && draft.value.trim() !== "") || [...document.querySelectorAll("input, textarea, select")].some(isTyped);
      if (!isWriting) location.reload();
      return;
    }
    for (const part of document.querySelectorAll("[data-live]")) {
      const found = fresh.getElementById(part.id);
      if (found) replacePart(part, found);
    }
  } catch {
    // The desk does not answer: the stream of events tells when it does again.
  } finally {
    fetching = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

function listen() {
  if (!document.body.dataset.version) return;
  const events = new EventSource("/events");
  let first = document.body.dataset.version;
  events.addEventListener("change", (event) => {
    // The first event tells the version of now: what this page shows already need not be fetched again.
    if (first !== null && first === event.data) {
      first = null;
      return;
    }
    first = null;
    refresh();
  });
  events.addEventListener("error", () => {
    // A locked desk closes the stream for good: what is on the screen must go.
    if (events.readyState === EventSource.CLOSED) location.reload();
  });
}

// The answer: bytes left, and the draft saved as typed.
const encoder = new TextEncoder();

function count(area, out) {
  const bytes = encoder.encode(area.value).length;
  const left = Number(out.dataset.limit) - bytes;
  const text = left < 0 ? out.dataset.over.replace("%n", String(-left)) : out.dataset.left.replace("%n", String(left));
  if (out.textContent !== text) out.textContent = text;
  out.classList.toggle("over", left < 0);
}

async function save(area, state) {
  const body = new URLSearchParams({ csrf: document.body.dataset.csrf, text: area.value });
  try {
    const answer = await fetch(area.dataset.draft, { method: "POST", body, ...hidden("x-script") });
    state.textContent = answer.status === 204 ? state.dataset.kept : "";
  } catch {
    state.textContent = "";
  }
}

function answers() {
  const area = document.getElementById("answer");
  if (!area) return;
  const out = document.getElementById("answer-count");
  const state = document.getElementById("draft-state");
  let timer = 0;
  area.addEventListener("input", () => {
    count(area, out);
    state.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(() => save(area, state), 700);
  });
  area.form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    // What no message can hold stays here, however long it is; how much is too much stands below it.
    if (encoder.encode(area.value).length <= Number(out.dataset.longest)) return;
    event.preventDefault();
    count(area, out);
    area.focus();
  });
  count(area, out);
}

function offerCopies(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
}

// A file is read here and put where its lines could be pasted, so that what is sent can be seen.
function files(root) {
  for (const choice of root.querySelectorAll("[data-load]")) {
    choice.hidden = false;
    const input = choice.querySelector("input");
    input.addEventListener("change", async () => {
      const file = input.files[0];
      if (!file) return;
      // One byte more than is allowed is refused with its reason.
      const part = file.slice(0, Number(input.dataset.limit) + 1);
      document.getElementById(input.dataset.into).value = await part.text();
    });
  }
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

// A form is sent once, however often its button is pressed.
function sendOnce(event) {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  const working = form.querySelector("[data-working]");
  if (working) working.textContent = working.dataset.working;
}

function post(action, fields = {}) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries({ csrf: document.body.dataset.csrf, ...fields })) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

document.addEventListener("submit", sendOnce);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
});
document.addEventListener("focusout", refreshIfSkipped);
// A page out of the browser's memory is shown as it was: it must not outlive a lock.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
answers();
files(document);
offerCopies(document);
listen();
