// Search as one types: one question at a time, and only the newest answer is shown. The form works without this.

const PAUSE_BEFORE_ASKING = 120;

function searching() {
  const field = document.getElementById("search");
  if (!field) return;
  const panel = document.getElementById("search-panel");
  const said = document.getElementById("search-said");
  const around = panel.parentElement;
  let timer = 0;
  let asked = null;

  const links = () => [...panel.querySelectorAll("a")];

  const stop = () => {
    clearTimeout(timer);
    if (asked) asked.abort();
    asked = null;
  };

  const close = () => {
    stop();
    panel.hidden = true;
    panel.replaceChildren();
    said.textContent = "";
  };

  async function ask() {
    stop();
    if (field.value.trim() === "") return close();
    const mine = new AbortController();
    asked = mine;
    const body = new URLSearchParams({ csrf: document.body.dataset.csrf, words: field.value });
    try {
      const answer = await fetch("/search", { method: "POST", body, signal: mine.signal, ...hidden("x-script") });
      if (answer.redirected || answer.status === 401) {
        location.reload();
        return;
      }
      const text = await answer.text();
      if (asked !== mine || !answer.ok) return;
      panel.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      panel.hidden = false;
      said.textContent = panel.querySelector("[data-count]").textContent;
    } catch {
      // Given up for a newer question, or the desk does not answer: the status says so.
    }
  }

  // Arrows go through the field and what is found under it, in a ring.
  function move(by) {
    const ring = [field, ...links()];
    const at = ring.indexOf(document.activeElement);
    ring[(at + by + ring.length) % ring.length].focus();
  }

  field.addEventListener("input", () => {
    stop();
    timer = setTimeout(ask, PAUSE_BEFORE_ASKING);
  });
  field.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    await ask();
    const [first] = links();
    if (first && document.activeElement === field) first.focus();
  });
  around.addEventListener("keydown", (event) => {
    if (event.isComposing || panel.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
      field.focus();
    }
    // What is meant for this list is meant for nothing else on the page.
    if (!event.ctrlKey && !event.altKey && !event.metaKey) event.stopPropagation();
  });
  const leave = (event) => {
    if (!around.contains(event.target)) close();
  };
  document.addEventListener("focusin", leave);
  document.addEventListener("pointerdown", leave);
  panel.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && openCard(link.hash)) {
      event.preventDefault();
      close();
    }
  });
}

// A card that is on this page is opened here, beside the case that it may answer.
function openCard(hash) {
  if (!hash.startsWith("#card-")) return false;
  const id = decodeURIComponent(hash.slice("#card-".length));
  const card = [...document.querySelectorAll("details.card")].find((one) => one.dataset.card === id);
  if (!card) return false;
  card.open = true;
  card.querySelector("summary").focus();
  return true;
}

searching();
openCard(location.hash);
