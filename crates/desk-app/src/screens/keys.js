// The keys: never while somebody types, never together with another key that means something else, and each only a shorter way to
// what the Tab key reaches, too.

const SECOND_KEY_WITHIN = 1500;
const SINGLE_KEYS = "single-keys";
const FIELDS = /^(INPUT|TEXTAREA|SELECT)$/;
const places = {
  q: "/",
  c: "/cards",
  r: "/record",
  s: "/shifts",
  b: "/board",
  t: "/roster",
  d: "/decisions",
  h: "/help",
};

function focus(selector) {
  const found = document.querySelector(selector);
  if (found) found.focus();
}

function cards() {
  const pane = document.getElementById("cards");
  if (!pane) {
    location.assign("/cards");
    return;
  }
  const first = pane.querySelector("summary");
  (first || pane).focus();
}

function search() {
  const field = document.getElementById("search");
  if (!field) return;
  field.focus();
  field.select();
}

// Where the button says that there is a break now, this ends it.
function takeBreak() {
  const button = document.querySelector("[data-testid=break]");
  const isBreak = button && button.getAttribute("aria-pressed") === "true";
  post("/shifts/check-in", { readiness: isBreak ? "here" : "break" });
}

// The first thing to press in each row of the page's lists; a row within a row is not one of its own.
function rows() {
  const all = [...document.querySelectorAll("main :is(tbody tr, li, details.card)")];
  const outer = all.filter((row) => !row.parentElement.closest("main :is(tbody tr, li, details.card)"));
  const targets = outer.map((row) => row.querySelector("a[href], button, summary"));
  return targets.filter((target) => target && target.checkVisibility());
}

function step(by) {
  const targets = rows();
  const at = targets.findIndex((target) => target === document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : targets.length - 1) : at + by;
  if (targets[next]) targets[next].focus();
}

const keys = {
  n: () => post("/take-next"),
  q: () => location.assign("/"),
  w: () => location.assign("/"),
  c: cards,
  s: search,
  "/": search,
  r: () => focus("#answer"),
  d: () => focus("#answer-form button[type=submit]"),
  b: takeBreak,
  j: () => step(1),
  k: () => step(-1),
  l: () => post("/lock"),
  "?": sheet,
};

// A letter stands for its place on the keyboard where the layout has others there: Korean, Russian, Ukrainian.
function letter(event) {
  const isLatin = /^[ -~]$/.test(event.key);
  const place = /^Key([A-Z])$/.exec(event.code);
  if (isLatin || !place) return event.key;
  return event.shiftKey ? "" : place[1].toLowerCase();
}

let goes = 0;

function single(event) {
  const pressed = letter(event);
  const goesNow = goes > event.timeStamp;
  goes = 0;
  if (goesNow) {
    const link = places[pressed] && document.querySelector(`#places a[href="${places[pressed]}"]`);
    if (link) link.click();
    return Boolean(link);
  }
  if (pressed === "g") {
    goes = event.timeStamp + SECOND_KEY_WITHIN;
    return true;
  }
  if (!Object.hasOwn(keys, pressed)) return false;
  keys[pressed]();
  return true;
}

// Arrows move in a list only from one of its rows: elsewhere they scroll.
function arrow(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || event.shiftKey || !rows().includes(document.activeElement)) return false;
  step(by);
  return true;
}

function key(event) {
  if (event.key === "Enter" && event.ctrlKey) {
    const area = document.getElementById("answer");
    // Only what is being written is sent: with the focus elsewhere the key does nothing.
    if (area && event.target === area) {
      event.preventDefault();
      area.form.requestSubmit(area.form.querySelector("[data-testid=send]"));
    }
    return;
  }
  const typing = FIELDS.test(event.target.tagName) || event.target.isContentEditable;
  if (event.key === "Escape" && typing) {
    event.target.blur();
    return;
  }
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.defaultPrevented;
  if (!plain || typing || !document.body.dataset.csrf || document.querySelector("dialog[open]")) return;
  const isSingle = !event.repeat && sessionStorage.getItem(SINGLE_KEYS) !== "off" && single(event);
  const repeats = event.repeat && /^[jk]$/.test(event.key) && sessionStorage.getItem(SINGLE_KEYS) !== "off";
  if (repeats) keys[event.key]();
  if (isSingle || repeats || arrow(event)) event.preventDefault();
}

// Single keys can be turned off for this window, for whoever speaks to the computer or presses keys unmeant.
function switches(root) {
  for (const button of root.querySelectorAll("[data-single-keys]")) {
    button.parentElement.hidden = false;
    const show = () => button.setAttribute("aria-pressed", String(sessionStorage.getItem(SINGLE_KEYS) !== "off"));
    button.addEventListener("click", () => {
      const isOff = sessionStorage.getItem(SINGLE_KEYS) === "off";
      sessionStorage.setItem(SINGLE_KEYS, isOff ? "on" : "off");
      show();
    });
    show();
  }
}

// The sheet over the page: the table of the help screen, in a dialog.
async function sheet() {
  if (document.getElementById("keys-table")) return;
  let table = null;
  try {
    const answer = await fetch("/help", hidden("x-script"));
    table = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("keys-table");
  } catch {
    // The screen itself says what is wrong.
  }
  if (document.getElementById("keys-table")) return;
  if (!table) {
    location.assign("/help");
    return;
  }
  const dialog = document.createElement("dialog");
  const heading = document.createElement("h2");
  const close = document.createElement("button");
  dialog.id = "keys-sheet";
  dialog.dataset.testid = "keys-sheet";
  dialog.setAttribute("aria-labelledby", "keys-sheet-title");
  heading.id = "keys-sheet-title";
  heading.textContent = table.dataset.title;
  close.type = "button";
  close.dataset.testid = "keys-close";
  close.textContent = table.dataset.close;
  close.addEventListener("click", () => dialog.close());
  dialog.append(heading, close, table);
  dialog.addEventListener("close", () => {
    dialog.remove();
    refreshIfSkipped();
  });
  document.body.append(dialog);
  switches(dialog);
  dialog.showModal();
}

// On wide screens the menu is always open; the style sheet says so, too, for browsers without scripts.
function folds() {
  const wide = matchMedia("(min-width: 30.01rem)");
  const fit = () => {
    for (const fold of document.querySelectorAll("details.fold")) fold.open = wide.matches;
  };
  wide.addEventListener("change", fit);
  fit();
}

document.addEventListener("keydown", key);
switches(document);
folds();
