// The contact's page: it shows and asks. What is secret is in its worker (worker.js), what is asked of the relay in that of the
// turns (turns.js); all three forget everything when they end.

class Trouble extends Error {
  constructor(id, values) {
    super(id);
    this.values = values;
  }
}

/** The languages that guides answer in, and of which there is a list of words; the first part of a tag says which. */
const LANGUAGES = ["en", "ko", "ru", "uk"];
const codeOf = (tag) => LANGUAGES.indexOf(tag.split("-")[0]) + 1;
/** The code of Korean, the tag of a page that is written as in the North, and the code of that as a dialect. */
const KOREAN = 2, NORTH = "ko-KP", AS_IN_THE_NORTH = 1;
/** So many milliseconds a screen reader has to follow the focus. */
const GOING = 200;

function show(worker, turns) {
  const make = (name, parent, attributes) => parent.appendChild(Object.assign(document.createElement(name), attributes));
  // By language: strings, and the words of its list. What the page came in is here; the others are fetched when somebody wants them.
  const parts = new Map();
  let language = document.documentElement.lang;
  let line = null;
  // When the module has come and the line was looked at, whatever came of it.
  let arrival = null;
  let isStalled = false;
  let warned = false;
  let section = "start";
  let cardsBackTo = "start";
  let created = null;
  let entry = "new";
  let submitted = null;
  let again = null;
  let sending = false;
  let rereading = [];
  let taken = false;
  let asks = true;

  // -- Texts

  const keep = (tag, part) => {
    parts.set(tag, { ...part, lexicon: lexiconOf(codeOf(tag), part) });
    return part;
  };
  const fetched = async (path) => {
    const answer = await fetch(path, { cache: "no-store", redirect: "error", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Trouble("offline");
    return answer.text();
  };
  const bring = async (tag) => parts.has(tag) || keep(tag, JSON.parse(await fetched("/" + tag + ".json")));

  /** The lists that are here, each once, this language's first. */
  const lexicons = () => {
    const byCode = new Map();
    for (const tag of [language, ...parts.keys()]) byCode.set(codeOf(tag), parts.get(tag).lexicon);
    return Array.from(byCode.values());
  };

  const say = (element, id, parameters) => {
    element.dataset.say = id || "";
    element.parameters = parameters;
    fill(element);
  };

  const text = (id, values) => (parts.get(language).strings[id] || "").replace(/\{\s*\$?([\w-]+)\s*\}/g, (_, name) => {
    const value = (values || {})[name];
    return typeof value === "function" ? value() : value === undefined ? "" : String(value);
  });

  /** What stands there already is not said again: a screen reader would, at each letter that is typed. */
  const put = (element, text) => { if (element.textContent !== text) element.textContent = text; };

  const fill = (element) => {
    const id = element.dataset.say;
    put(element, id ? text(id, element.parameters) : "");
  };

  const date = (day) => () => new Date(day * 86400000).toLocaleDateString(language, { timeZone: "UTC", dateStyle: "long" });

  const speak = (tag) => {
    language = tag;
    document.documentElement.lang = tag;
    document.querySelectorAll("[data-say]").forEach(fill);
    document.querySelectorAll("[data-label]").forEach((element) => element.setAttribute("aria-label", text(element.dataset.label)));
    document.title = text("title");
    document.querySelectorAll("#languages a").forEach((link) => link.setAttribute("aria-current", String(link.lang === tag)));
    sayCheckWords();
    sayWaits();
  };

  const sayCheckWords = async () => {
    const tag = language;
    const words = line && (await call("checkWords", [parts.get(tag).lexicon]).catch(() => ""));
    if (words && tag === language) by("check-words").textContent = words;
  };

  /** Brings strings, words and answers of another language, if they can be had; else nothing changes. */
  const change = async (tag) => {
    const said = by("language-said");
    said.classList.remove("unseen");
    say(said, "");
    try {
      const [, answers] = await Promise.all([bring(tag), fetched("/answers/" + tag)]);
      by("cards-list").replaceChildren(...new DOMParser().parseFromString(answers, "text/html").body.children);
      speak(tag);
      // That another language is spoken is seen; whoever does not see it is told which.
      said.classList.add("unseen");
      said.textContent = document.querySelector("#languages [lang=" + tag + "]").textContent;
    } catch (error) {
      say(said, "offline");
    }
  };

  // -- The worker

  const asked = new Map();
  worker.onmessage = ({ data: { id, items, result, failure, values, line: heard } }) => {
    if (heard) return hear(heard);
    const one = asked.get(id);
    if (items) return one.tell(items);
    asked.delete(id);
    failure ? one.reject(new Trouble(failure, values)) : one.resolve(result);
  };
  worker.onerror = turns.onerror = () => {
    asked.forEach((one) => one.reject(new Trouble("trouble-unknown")));
    asked.clear();
  };
  /** What the line says now, heard of in a turn that had nothing else to do. */
  const hear = (heard) => {
    if (!line) return;
    line = heard;
    showEntrances(line);
    sayWaits();
  };
  let calls = 0;
  const call = (command, parameters, tell) => new Promise((resolve, reject) => {
    asked.set(++calls, { resolve, reject, tell });
    worker.postMessage({ id: calls, command, parameters: parameters || [] });
  });

  // -- Screens

  /** Shows or hides. Screen readers that have their place where nothing is any more do not say where the focus goes; so what goes is out of sight first, and gone later. */
  const reveal = (element, isShown) => {
    const goes = !isShown && !element.hidden && !element.classList.contains("unseen");
    element.classList.toggle("unseen", goes);
    if (!goes) element.hidden = !isShown;
    else setTimeout(() => { if (element.classList.contains("unseen")) reveal(element, false); }, GOING);
  };

  const go = (name) => {
    by("cards-back").hidden = false;
    document.querySelectorAll("section").forEach((element) => reveal(element, element.id === name));
    section = name;
    scrollTo(0, 0);
    by(name).focus();
  };

  const work = (id) => {
    say(by("working-what"), id);
    go("working");
  };

  const trouble = (id, again, values) => {
    say(by("trouble-what"), id, values);
    by("trouble-again").onclick = again;
    go("trouble");
  };

  const on = (id, action) => { by(id).onclick = action; };

  // -- Handing oneself over to a partner

  const openOffer = handoverOf({ make, say, text, call, date, go, on, work, trouble, languages: LANGUAGES, lexicon: () => parts.get(language).lexicon });

  // -- Letters, on the page for them: a copy that was opened from a file has nobody to ask, and what is written there goes by hand.

  const isSaved = !/^https?:/.test(location.protocol);
  const letters = typeof lettersOf === "function" ? lettersOf({ say, call, date, go, on, isSaved }) : null;
  const byHand = Boolean(letters) && isSaved;

  // -- Leaving

  const clear = () => {
    for (const one of [turns, worker]) one.terminate();
    [created, submitted, line, rereading, accepted, without] = [null, null, null, [], "", ""];
    document.querySelectorAll("textarea").forEach((field) => { field.value = ""; });
    document.body.textContent = "";
  };
  const leave = () => {
    const neutral = document.body.dataset.leave;
    clear();
    location.replace(neutral);
  };
  on("leave", leave);
  let escaped = -Infinity;
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    if (event.timeStamp - escaped < 2000) leave();
    escaped = event.timeStamp;
  });
  addEventListener("pagehide", clear);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || !by("cover")) return;
    reveal(by("cover"), true);
    by("page").hidden = true;
    by("cover").focus();
  });
  on("cover", () => {
    reveal(by("cover"), false);
    by("page").hidden = false;
    if (section) by(section).focus();
  });

  // -- Start

  const showEntrances = entrancesOf({ make, say, call, date });

  const start = async (document) => {
    by("start-again").hidden = true;
    say(by("start-trouble"), "");
    try {
      line = await call("line", [document]);
      by("here-part").hidden = false;
      by("start-ways").hidden = by("start-about").hidden = line.end.how === OVER;
      if (line.end.how === OVER) back();
      showEntrances(line);
      sayCheckWords();
      sayWaits();
    } catch (error) {
      by("start-ways").hidden = true;
      offer(error.message);
      back();
    }
    say(by("start-coming"), "");
  };

  /** What can be done about it when the page or the line did not come. */
  const offer = (id) => {
    say(by("start-trouble"), id);
    by("start-again").hidden = !["offline", "page-cut"].includes(id);
    by("start-again").onclick = id === "page-cut" ? () => location.reload() : () => arrive(null);
  };

  /** Whether more of the page came lately. A browser tells nobody that the rest of a document will never come. */
  const stall = (now) => {
    if (line || now === isStalled || !by("start")) return;
    isStalled = now;
    offer(now ? "page-cut" : "");
    say(by("start-coming"), now ? "" : "coming");
    if (section === "working") backToTrouble();
  };

  const backToTrouble = () => {
    go("start");
    by("start-trouble").scrollIntoView({ block: "center" });
  };

  const arrive = (document) => { arrival = start(document); };

  /** Whoever began before the line was looked at learns here that it does not go on. */
  const back = () => { if (!["start", "cards"].includes(section)) go("start"); };

  /** Waits for what is still on its way. Gives whether the line was looked at and found good. */
  const whenHere = async () => {
    if (isStalled) {
      backToTrouble();
      return false;
    }
    if (!line) {
      const from = section;
      work("coming");
      await arrival;
      if (line && section === "working") go(from);
    }
    return Boolean(line) && line.end.how !== OVER;
  };

  /** Goes on at once, or only after a warning when the clock and the line do not agree. */
  const enter = (next) => {
    if (!line || line.duty !== 2 || byHand || warned) return next();
    on("clock-anyway", () => { warned = true; next(); });
    go("clock");
  };
  on("clock-back", () => go("start"));
  on("new", () => enter(() => createWords()));
  on("return", () => enter(() => typeWords("return")));

  // -- Words

  const createWords = () => {
    const part = parts.get(language);
    created = { lexicon: part.lexicon, words: drawn(part).join(" ") };
    showWords();
  };

  const showWords = () => {
    const list = by("words-list");
    list.textContent = "";
    list.lang = LANGUAGES[created.lexicon[0] - 1];
    for (const word of created.words.split(" ")) make("li", list, { textContent: word }).dataset.testid = "word";
    go("words");
  };
  on("words-other", createWords);
  on("words-back", () => { created = null; by("words-list").textContent = ""; go("start"); });
  on("words-next", () => {
    by("words-list").textContent = "";
    // Their key is computed while they are typed.
    if (!byHand) call("prepare", [created.lexicon, created.words]).catch(() => null);
    typeWords("new");
  });

  const typeWords = (which) => {
    entry = which;
    if (which === "return") created = null;
    by("typed").value = "";
    by("suggestions").textContent = "";
    say(by("typing-error"), "");
    if (byHand) letters.ask(which === "return");
    go("typing");
    by("typed").focus();
  };
  on("typing-back", () => { by("typed").value = ""; entry === "new" ? showWords() : go("start"); });

  /** New words are of the list they were shown from; words brought along may be of any that is here, this language's first. */
  const check = (typed) => call("check", [created ? [created.lexicon] : lexicons(), typed]);

  /** Brings the lists of these languages; one that can't be had is done without. */
  const lists = (tags) => {
    const here = lexicons().map(([code]) => code);
    return Promise.all(tags.filter((tag) => !here.includes(codeOf(tag))).map((tag) => bring(tag).catch(() => null)));
  };
  const written = (typed) => (/[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]/.test(typed) ? ["ko"] : /[\u0400-\u04ff]/.test(typed) ? ["ru", "uk"] : []);

  const complete = (word) => {
    const typed = by("typed").value;
    by("typed").value = typed.replace(/\S+$/u, "") + word + " ";
    by("suggestions").textContent = "";
    by("typed").focus();
  };

  by("typed").oninput = async () => {
    const typed = by("typed").value;
    say(by("typing-error"), "");
    const last = typed.match(/\S+$/u);
    const enough = last && (last[0].length > 1 || /[\uac00-\ud7a3]/.test(last[0]));
    if (enough && !created) await lists(written(typed));
    const found = enough && line ? (await check(typed).catch(() => ({ endings: [] }))).endings : [];
    if (by("typed").value !== typed) return;
    by("suggestions").textContent = "";
    for (const word of found) make("button", by("suggestions"), { type: "button", textContent: word, onclick: () => complete(word) });
  };

  const typingError = (result) => {
    const error = by("typing-error");
    if (result.verdict === 1) say(error, "words-wrong-count", { found: result.found });
    else say(error, "words-unknown", { position: result.position });
    if (result.verdict === 2 && result.near.length) {
      const text = make("span", error, {});
      say(text, "words-suggest", { suggestions: result.near.join(", ") });
      text.before(" ");
    }
    by("typed").focus();
  };

  /** Looks into lists that are not here yet before words are said to be none. */
  const checked = async (typed) => {
    const first = await check(typed);
    if (created || !first.verdict) return first;
    await lists(LANGUAGES);
    return check(typed);
  };

  on("typing-open", async () => {
    if (!(await whenHere())) return;
    const typed = by("typed").value;
    by("typing-open").disabled = true;
    const result = await checked(typed).catch((error) => trouble(error.message, () => go("typing")));
    by("typing-open").disabled = false;
    if (!result) return;
    if (result.verdict) return typingError(result);
    if (created && result.words !== created.words) {
      say(by("typing-error"), "words-mismatch");
      return by("typed").focus();
    }
    if (byHand && letters.isMissing()) {
      say(by("typing-error"), "letter-needed");
      return by("brought").focus();
    }
    const lexicon = created ? created.lexicon : lexicons().find(([code]) => code === result.list);
    enter(() => openLine(lexicon, created ? created.words : typed));
  });

  const openLine = async (lexicon, typed) => {
    work("words-working");
    await new Promise((resolve) => setTimeout(resolve, 0));
    beginTalk();
    if (byHand) return read("openByHand", [lexicon, typed, letters.brought()], () => go("typing"));
    await read("open", [Boolean(created), lexicon, typed], () => openLine(lexicon, typed));
  };

  const beginTalk = () => {
    by("items").textContent = "";
    for (const id of ["outcome", "wait", "measured"]) say(by(id), "");
    by("message").value = "";
    submitted = null;
    sending = false;
    rereading = [];
    [taken, asks] = [false, !byHand];
    reveal(by("feedback"), false);
    say(by("feedback-said"), "");
    choose(atFirst());
    by("who").open = dialect.value() > 0;
  };

  /** Reads the line; what it holds is shown as it comes. */
  const read = async (command, parameters, repeat) => {
    let failed = null;
    try {
      let ready;
      ({ line, ready, taken } = await call(command, parameters, (items) => {
        say(by("working-what"), "opening");
        for (const item of items) {
          if (!OUTCOMES.includes(item.is)) showItem(item);
          else if (item.is === "read-again") readAgain();
          else failed = item;
        }
      }));
      created = null;
      by("typed").value = "";
      const waits = by("items").querySelector("[data-waits]");
      if (waits) sayWait(by("wait"), expected(0));
      layOut(waits ? "answered" : "write");
      if (ready) askFeedback();
      if (!ready && failed && failed.is !== "refused") unread();
      if (failed && failed.code === "ended") {
        layOut("over");
        said("line-ended");
      }
      go("talk");
    } catch (error) {
      trouble(error.message, repeat, error.values);
    }
  };

  /** Something is still to be read or to be tidied up; until then nothing can be written. */
  const unread = () => {
    said("offline");
    layOut("unread");
    again = () => {
      said("");
      work("opening");
      read("retry", [], again);
    };
  };

  // -- What the line shows

  const OUTCOMES = ["sent", "nobody", "read-again", "not-sent", "not-known", "refused"];

  /** The line was changed elsewhere: what is on the screen already is not shown a second time. */
  const readAgain = () => {
    submitted = null;
    rereading = Array.from(by("items").children, (child) => child.key);
  };

  const showItem = (item) => {
    const items = by("items");
    const key = JSON.stringify(item);
    if (rereading.includes(key)) return;
    const paragraph = (id, testid, values) => {
      const element = make("p", items, { key });
      if (testid) element.dataset.testid = testid;
      say(element, id, values);
      return element;
    };
    if (item.is === "empty") paragraph("empty-line", "empty-line");
    if (item.is === "waiting" || item.is === "taken") {
      const id = item.is === "taken" || item.taken ? "taken" : "no-answer-yet";
      items.querySelectorAll("[data-waits]").forEach((element) => element.remove());
      paragraph(id, id).dataset.waits = "";
    }
    if (item.is === "erased") paragraph("read-erased", "erased");
    if (item.is === "closed") paragraph("case-closed", "closed");
    if (item.is === "perhaps-unread") paragraph("case-perhaps-unread", "perhaps-unread").className = "warning";
    if (item.is === "transferred") paragraph("case-transferred", "transferred");
    if (item.is === "offer-ended") paragraph("offer-ended", "offer-ended");
    if (item.is === "offered") showOffer(item, key);
    if (item.is === "exposed") paragraph("case-exposed", "exposed", { date: date(item.day) }).className = "warning";
    if (item.is === "correction") {
      const id = ["", "card-now-changed", "card-now-suspended", "card-now-withdrawn"][item.now];
      const told = paragraph(id, "correction", { date: date(item.told) });
      told.className = "warning";
      told.dataset.now = item.now;
      if (item.now > 1) make("p", items, { key, className: "text", textContent: item.text, dir: "auto", lang: LANGUAGES[item.language - 1] || "" });
    }
    if (item.is === "pending") showPending(item, key);
    if (item.is === "words" || item.is === "card" || (item.is === "correction" && item.now === 1)) {
      items.querySelectorAll("[data-waits]").forEach((element) => element.removeAttribute("data-waits"));
      showReply(item, key);
    }
  };

  const showReply = (item, key) => {
    const article = make("article", by("items"), { key });
    article.dataset.testid = "reply";
    say(make("h2", article, {}), item.is === "words" ? "answer-from-guide" : "answer-card");
    const words = make("p", article, { className: "text", textContent: item.text, dir: "auto" });
    if (item.is === "words") return say(make("p", article, { className: "small" }), "answer-unchecked");
    words.lang = LANGUAGES[item.language - 1] || "";
    say(make("p", article, { className: "small" }), "card-date", { date: date(item.day) });
  };

  const showOffer = (item, key) => {
    const article = make("article", by("items"), { key });
    article.dataset.testid = "offered";
    say(make("p", article, {}), "offer-stands");
    const button = make("button", article, { type: "button", className: "main", onclick: () => openOffer(item.offer) });
    button.dataset.testid = "offer-open";
    say(button, "offer-open");
  };

  const showPending = (item, key) => {
    const article = make("article", by("items"), { key });
    article.dataset.testid = "pending";
    say(make("p", article, {}), byHand ? "letter-pending" : "pending-found");
    make("p", article, { className: "text", textContent: item.text, dir: "auto" });
    // By hand nothing is sent again: the same letter is handed in once more.
    if (byHand) return;
    const button = make("button", article, { type: "button", className: "main", onclick: () => { button.remove(); send(null); } });
    button.dataset.testid = "pending-again";
    say(button, "send-again");
    if (!item.chosen[0]) return;
    choose(item.chosen);
    by("who").open = item.chosen.slice(2).some(Boolean);
  };

  // -- Writing

  /** What of the talk is to be seen: to "write", that it is "answered" or waits to be, that sending "failed", what is "unread". */
  const layOut = (mode) => {
    by("writing").hidden = mode === "answered" || mode === "unread";
    by("send").hidden = mode !== "write";
    by("retry").hidden = mode !== "failed" && mode !== "unread";
    say(by("retry"), mode === "unread" ? "try-again" : "send-again");
    for (const id of ["come-back", "look", "write-more"]) reveal(by(id), mode === "answered");
    const replied = by("items").querySelector("[data-testid=reply]");
    say(by("message-label"), replied ? "write-back" : "write-label");
    sayWaits();
  };

  const said = (id, parameters) => {
    say(by("outcome"), id, parameters);
    by("outcome").scrollIntoView({ block: "nearest" });
  };

  // -- Who should answer, and how long that is expected to take

  const LANGUAGE = 1, URGENCY = 2, DIALECT = 3, TOPIC = 4, EXCLUSION = 5;

  /** The wait of one choice, or of none: known 0 nobody said, 1 not how long, 2 minutes, 3 nobody on duty fits. */
  const expected = (kind, value) => {
    if (!line.isHeard || line.duty > 2 || !line.known || !line.guides) return { known: 0 };
    if (!kind || (!value && kind !== EXCLUSION)) return line;
    return line.waits.find((wait) => wait.of === kind + "." + value) || { known: 1 };
  };

  const length = (wait) => (wait.known === 2 ? wait.minutes : wait.known * 100000);

  /** What is chosen before anybody chooses: the page's language; and its dialect only where that makes no wait longer. */
  const atFirst = () => {
    const isQuick = () => length(expected(DIALECT, AS_IN_THE_NORTH)) <= length(expected(LANGUAGE, KOREAN));
    const speaks = language === NORTH && line && expected(DIALECT, AS_IN_THE_NORTH).known === 2 && isQuick();
    return [codeOf(language), 3, speaks ? AS_IN_THE_NORTH : 0, 0, 0];
  };

  /** The longest wait of all that is chosen; what nobody knows is longer than what somebody knows. */
  const longest = () => {
    const [spoken, urgent, dialect, topic, excluded] = chosen();
    const waits = [expected(LANGUAGE, spoken), expected(URGENCY, urgent), expected(DIALECT, dialect), expected(TOPIC, topic)];
    for (let place = 0; place < 4; place++) if (excluded >> place & 1) waits.push(expected(EXCLUSION, place));
    return waits.reduce((most, wait) => (length(wait) > length(most) ? wait : most));
  };

  const time = ({ minutes }) => (minutes > 90 ? ["hours", { hours: Math.ceil(minutes / 60) }] : ["minutes", { minutes: Math.max(1, minutes) }]);

  const BRIEF = { 1: "brief-unknown", 3: "brief-nobody" };
  const brief = (wait, kind) => {
    if (!wait.known) return "";
    const [unit, values] = time(wait);
    return text(wait.known === 2 ? "brief-" + unit : wait.known === 3 && kind === LANGUAGE ? "brief-nobody-speaks" : BRIEF[wait.known], values);
  };

  const sayWait = (element, wait) => {
    const [unit, values] = time(wait);
    if (!line.isHeard) say(element, "");
    else if (line.duty > 2 || (line.known && !line.guides)) say(element, "wait-none-on-duty");
    else if (wait.known === 3) say(element, "wait-nobody-fits");
    else if (wait.known < 2) say(element, "wait-unknown");
    else say(element, "wait-" + unit, values);
  };

  /** Says beside each choice how long it is expected to take, and below them the longest of what is chosen. */
  const sayWaits = () => {
    if (!line) return;
    by("surge-start").hidden = !line.surge;
    // Whoever is being answered does not wait as those do who write now.
    by("surge-talk").hidden = !line.surge || taken;
    by("cards-open").hidden = line.surge;
    document.querySelectorAll("[data-surge-wait]").forEach((element) => sayWait(element, expected(0)));
    by("who").hidden = by("expected").hidden = taken;
    by("dialect-part").hidden = by("answer-language").value !== "2";
    document.querySelectorAll("[data-wait]").forEach((element) => {
      const [kind, value] = element.dataset.wait.split(".").map(Number);
      // What is written to a guide who has the case waits for nobody else.
      const wait = taken ? "" : brief(expected(kind, value), kind);
      // A closed list has one line: what is chosen has its wait below.
      const chosen = element.selected;
      put(element, element.dataset.say ? text(element.dataset.say) + (wait && !chosen ? " · " + wait : "") : wait);
      if (chosen) put(by("answer-wait"), wait);
    });
    const wait = longest();
    if (wait.known === 2) say(by("expected"), "expected", { wait: () => brief(wait) });
    else say(by("expected"), wait.known === 1 ? "expected-unknown" : "expected-nobody");
    if (!wait.known) sayWait(by("expected"), wait);
  };

  /** One of several, by pointer or arrow keys. */
  const oneOf = (id) => {
    const options = Array.from(by(id).children);
    const choose = (value) => options.forEach((button) => {
      const chosen = Number(button.value) === value;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    });
    const at = () => options.findIndex((button) => button.getAttribute("aria-checked") === "true");
    const value = () => Number(options[at()].value);
    const take = (button) => {
      choose(Number(button.value));
      changed();
    };
    options.forEach((button) => { button.onclick = () => take(button); });
    by(id).onkeydown = (event) => {
      const move = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!move) return;
      event.preventDefault();
      take(options[(at() + move + options.length) % options.length]);
      options[at()].focus();
    };
    return { choose, value };
  };
  const [urgency, dialect, topic] = ["urgency", "dialect", "topic"].map(oneOf);
  const excluded = Array.from(by("nobody").children);
  excluded.forEach((button) => {
    button.onclick = () => {
      button.setAttribute("aria-checked", String(button.getAttribute("aria-checked") !== "true"));
      changed();
    };
  });

  const choose = ([spoken, urgent, ...wishes]) => {
    by("answer-language").value = String(spoken);
    urgency.choose(urgent);
    dialect.choose(wishes[0]);
    topic.choose(wishes[1]);
    excluded.forEach((button) => button.setAttribute("aria-checked", String((wishes[2] & Number(button.value)) > 0)));
  };

  /** Language, urgency, dialect, topic, exclusions. Whoever has a case is not chosen any more. */
  const chosen = () => {
    const spoken = Number(by("answer-language").value);
    if (taken) return [spoken, urgency.value(), 0, 0, 0];
    const nobody = excluded.filter((button) => button.getAttribute("aria-checked") === "true");
    const sum = nobody.reduce((sum, button) => sum + Number(button.value), 0);
    return [spoken, urgency.value(), spoken === KOREAN ? dialect.value() : 0, topic.value(), sum];
  };

  const measure = async () => {
    const text = by("message").value;
    const size = await call("measure", [text]);
    if (by("message").value !== text) return null;
    by("measured").className = size.over ? "trouble" : "small";
    if (size.over) say(by("measured"), "write-too-long", { over: size.over });
    else say(by("measured"), "write-count", { left: size.left });
    return size;
  };
  // -- What can kill is shown before it leaves the device; whoever wants to sends it all the same.

  const CAREFUL = ["", "careful-position", "careful-unit", "careful-document", "careful-plate", "careful-telephone"];
  let accepted = "";
  let without = "";

  /** Shows what a text has of it. Gives whether the person has to look at it first. */
  const warn = async (typed) => {
    const { found, without: rest } = await call("careful", [typed]);
    const kinds = Array.from(new Set(found.map(({ kind }) => kind)));
    reveal(by("careful"), kinds.length > 0);
    without = rest;
    say(by("careful-what"), kinds.length ? "careful" : "", { what: () => kinds.map((kind) => text(CAREFUL[kind])).join(", ") });
    by("careful-found").textContent = "";
    for (const { what } of found) make("bdi", make("li", by("careful-found"), {}), { textContent: what });
    return kinds.length > 0 && accepted !== typed;
  };
  on("careful-remove", () => {
    by("message").value = without;
    reveal(by("careful"), false);
    changed();
    measure().catch(() => null);
    by("message").focus();
  });
  on("careful-send", () => {
    accepted = by("message").value;
    by("send").onclick();
  });
  // Files are not taken at all; an image would show more than the person sees in it.
  for (const event of ["drop", "dragover"]) addEventListener(event, (event) => event.preventDefault());

  /** A changed message is another one: it is sent, and the one before is not sent again. */
  const changed = () => {
    if (by("send").hidden && !by("writing").hidden) layOut("write");
    else sayWaits();
  };
  by("message").oninput = () => {
    changed();
    reveal(by("careful"), false);
    measure().catch(() => null);
  };
  by("answer-language").onchange = changed;

  on("send", async () => {
    if (sending) return;
    sending = true;
    const message = [chosen(), by("message").value];
    const size = await call("measure", [message[1]]).catch(() => null);
    sending = false;
    if (!size) return said("trouble-unknown");
    if (size.empty || size.over) {
      size.empty ? said("write-empty") : said("write-too-long", { over: size.over });
      return by("message").focus();
    }
    const isCareful = await warn(message[1]).catch(() => null);
    if (isCareful === null) return said("trouble-unknown");
    if (isCareful) return by("careful").focus();
    send(message);
  });
  on("retry", () => again());

  /** Sends a message, or once more the one that the visit holds already: the same message must not arrive twice. */
  const send = async (message) => {
    if (sending) return;
    sending = true;
    again = () => send(message);
    const held = !byHand && (!message || submitted === JSON.stringify(message));
    let given = held;
    let result = null;
    let letter = null;
    for (const id of ["send", "retry", "message"]) by(id).disabled = true;
    for (const id of ["come-back", "look", "write-more"]) reveal(by(id), false);
    said("sending");
    say(by("wait"), "");
    try {
      ({ line, taken, letter } = await call(held ? "retry" : "write", held ? [] : message, (items) => {
        if (message && !given) submitted = JSON.stringify(message);
        given = true;
        for (const item of items) {
          if (!OUTCOMES.includes(item.is)) showItem(item);
          else if (result !== "sent" && result !== "read-again") result = item.code || item.is;
          // It is there; that it was sent is still to be kept under the words.
          if (item.is === "sent") said("sent-soon");
          if (item.is === "read-again") readAgain();
        }
      }));
    } catch (error) {
      result = result || error.message;
    }
    sending = false;
    for (const id of ["send", "retry", "message"]) by(id).disabled = false;
    if (letter) {
      said("");
      return letters.show(letter);
    }
    sent(result);
  };

  const REFUSED = { full: "line-full", more_effort: "line-full", ended: "line-ended", wrong_version: "old-page", wrong_line: "not-the-line", no_shift: "no-shift", shift_over: "no-shift", nobody: "no-shift", offline: "not-sent", "read-again": "conflict" };

  const sent = (result) => {
    if (result === "sent") {
      by("message").value = "";
      reveal(by("careful"), false);
      submitted = null;
      say(by("measured"), "");
      by("items").querySelectorAll("[data-testid=empty-line], [data-testid=pending]").forEach((element) => element.remove());
      said("sent");
      sayWait(by("wait"), taken ? expected(0) : longest());
      layOut("answered");
      return by("outcome").focus();
    }
    const id = REFUSED[result] || (["not-known", "not-the-line", "no-memory"].includes(result) ? result : "not-sent");
    said(id);
    layOut(result === "read-again" ? "write" : result === "ended" ? "over" : "failed");
    by("outcome").focus();
  };

  /** Looks again. Answers that are on the screen stay there: they are nowhere else any more. */
  on("look", () => {
    by("items").querySelectorAll(":scope > p").forEach((element) => element.remove());
    say(by("outcome"), "");
    say(by("wait"), "");
    work("opening");
    read("look", [], () => go("talk"));
  });
  on("write-more", () => { layOut("write"); said(""); say(by("wait"), ""); by("message").focus(); });

  // -- Whether it helped

  /** Asks once in a visit, after something was read; where the line has no key for it, never. */
  const askFeedback = () => {
    const read = by("items").querySelector("[data-testid=reply], [data-testid=closed]");
    reveal(by("feedback"), Boolean(asks && read && line.feedback));
  };
  Array.from(by("feedback-answers").children).forEach((button) => {
    button.onclick = async () => {
      asks = false;
      askFeedback();
      say(by("feedback-said"), "sending");
      by("feedback-said").focus({ preventScroll: true });
      const { said } = await call("feedback", [Number(button.value)]).catch(() => ({ said: false }));
      say(by("feedback-said"), said ? "feedback-thanks" : "feedback-failed");
    };
  });

  // -- Cards

  const openCards = (from) => {
    cardsBackTo = from;
    go("cards");
  };
  for (const id of ["cards-open", "surge-cards"]) on(id, () => openCards("start"));
  for (const id of ["talk-cards", "surge-talk-cards"]) on(id, () => openCards("talk"));
  on("cards-back", () => go(cardsBackTo));

  document.querySelectorAll("#languages a").forEach((link) => {
    link.onclick = (event) => {
      event.preventDefault();
      change(link.lang);
    };
  });
  keep(language, JSON.parse(by("part").textContent));
  by("late").remove();
  choose(atFirst());
  speak(language);
  say(by("start-coming"), "coming");
  by("start-ways").hidden = false;
  arrive(bytesOf(atob(by("line").textContent)));
  return stall;
}

const by = (id) => document.getElementById(id);

/** What comes no further for the time of so many turns is taken for cut off. */
const STALLED_TURNS = 4;

function begin() {
  const able = typeof WebAssembly === "object" && typeof Worker === "function" && typeof crypto === "object" && crypto.getRandomValues;
  if (!able) {
    by("late").firstElementChild.textContent = JSON.parse(by("part").textContent).strings["browser-old"];
    return;
  }
  const born = (id) => new Worker(URL.createObjectURL(new Blob([by(id).textContent], { type: "text/javascript" })));
  const [worker, turns] = [born("worker"), born("turns")];
  const stall = show(worker, turns);
  const pace = Number(document.body.dataset.pace);
  // The module is most of the document and its last part: who reads, or draws words, does not wait for it.
  const come = () => (by("module") ? by("module").textContent : "");
  let had = 0;
  const watching = setInterval(() => {
    const has = come().length;
    stall(has === had);
    had = has;
  }, STALLED_TURNS * pace);
  const bring = () => {
    clearInterval(watching);
    stall(false);
    const { port1, port2 } = new MessageChannel();
    turns.postMessage({ turns: port2 }, [port2]);
    worker.postMessage({ begin: { module: moduleOf(come()), origin: location.origin, pace, turns: port1 } }, [port1]);
  };
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", bring);
  else bring();
}

begin();
