"use strict";
// Handing oneself over to a partner: a part of the page's script, before page.js. What is secret in an offer only the worker reads.

const [OFFER_OPEN, OFFER_WAITING, OFFER_COLLECTED] = [4, 5, 6];
const OFFER_SAID = ["", "offer-ended", "offer-not-believed", "offer-over", "", "offer-waiting", "offer-collected"];

/** What of an offer is shown and asked, with what the page shows and asks by. Gives what opens an offer. */
function handoverOf({ make, say, text, call, date, go, on, work, trouble, languages, lexicon }) {
  let offer = null;
  let seen = null;
  let accepted = "";
  let hasNoTime = false;
  let answers = [];

  const box = (parent, id, testid, change) => {
    const button = make("button", parent, { type: "button" });
    button.setAttribute("role", "checkbox");
    button.setAttribute("aria-checked", "false");
    button.dataset.testid = testid;
    say(button, id);
    button.onclick = () => {
      const checked = button.getAttribute("aria-checked") !== "true";
      button.setAttribute("aria-checked", String(checked));
      change(checked);
    };
  };

  /** The language of what the partner says. */
  const spoken = () => languages[seen.partner.language - 1] || "";

  /** One thing that the partner asks: its reason, and room for an answer once it was agreed to. */
  const ask = ({ what, why }, index) => {
    const part = make("div", by("offer-items"), { className: "asked" });
    const label = make("h3", part, { id: "asked-" + index, textContent: what, lang: spoken(), dir: "auto" });
    make("p", part, { textContent: why, lang: label.lang, dir: "auto" });
    const field = make("textarea", part, { rows: 2, autocomplete: "off", spellcheck: false, hidden: true });
    field.setAttribute("aria-labelledby", label.id);
    field.dataset.testid = "asked";
    field.oninput = careless;
    box(part, "offer-yes", "offer-yes", (agreed) => {
      field.hidden = !agreed;
      if (!agreed) field.value = "";
      careless();
      if (agreed) field.focus();
    });
    part.append(field);
    answers.push({ index, field });
  };

  const careless = () => {
    accepted = "";
    say(by("offer-careful"), "");
    say(by("offer-seal"), "offer-seal");
  };

  const said = (id, values) => {
    say(by("offer-said"), id, values);
    if (id) by("offer-said").focus();
  };

  const words = (of) => [of.slice(0, 3).join(" "), of.slice(3).join(" ")];

  const show = (looked) => {
    seen = looked;
    answers = [];
    hasNoTime = false;
    const stands = looked.stands;
    const partner = looked.partner;
    by("offer-items").textContent = by("offer-minutes").textContent = "";
    by("offer-who").hidden = !partner;
    by("offer-asks").hidden = stands !== OFFER_OPEN;
    by("offer-back").hidden = stands !== OFFER_WAITING;
    by("offer-meet").hidden = !partner && stands !== OFFER_COLLECTED;
    const [first, then] = words(looked.meeting);
    say(by("offer-first"), "offer-first", { words: first });
    say(by("offer-then"), "offer-then", { words: then });
    if (partner) {
      by("offer-name").textContent = partner.name;
      Object.assign(by("offer-office"), { textContent: partner.office, lang: spoken() });
      by("offer-words").textContent = partner.words.join(" ");
    }
    if (stands === OFFER_OPEN) {
      partner.items.forEach(ask);
      say(by("offer-until"), "offer-until", { date: date(partner.until) });
      say(by("offer-wait"), partner.isCoolingOff ? "offer-wait" : "", { date: date(partner.from) });
      if (partner.isCoolingOff) box(by("offer-minutes"), "offer-no-time", "offer-no-time", (checked) => { hasNoTime = checked; });
    }
    careless();
    said(OFFER_SAID[stands]);
  };

  const look = (command, parameters) => call(command, [offer, lexicon(), ...parameters]);

  /** What of the answers can kill, shown once before it leaves; whoever asks for help may have to say it. */
  const isCareful = async (written) => {
    const all = written.map(([, answer]) => answer).join("\n");
    const { found } = await call("careful", [all]);
    if (!found.length || accepted === all) return false;
    accepted = all;
    say(by("offer-careful"), "offer-careful", { what: found.map(({ what }) => what).join(", ") });
    say(by("offer-seal"), "careful-send");
    return true;
  };

  on("offer-seal", async () => {
    const written = answers.map(({ index, field }) => [index, field.value.trim()]).filter(([, answer]) => answer);
    if (!written.length) return said("offer-empty");
    if (seen.partner.isCoolingOff && !hasNoTime) return said("offer-wait", { date: date(seen.partner.from) });
    by("offer-seal").disabled = true;
    try {
      if (await isCareful(written)) return by("offer-careful").focus();
      said("sending");
      const [first, then] = words(seen.meeting);
      const meeting = text("offer-meeting", { first, then });
      const looked = await look("handOver", [hasNoTime, meeting, written]);
      // What did not arrive is still there, to be tried again.
      if (looked.stands === OFFER_OPEN) return said("offer-not-sealed");
      show(looked);
    } catch (error) {
      said(error.message === "too-long" ? "write-too-long" : error.message, error.values);
    } finally {
      by("offer-seal").disabled = false;
    }
  });

  on("offer-take-back", async () => {
    by("offer-take-back").disabled = true;
    try {
      said("sending");
      const looked = await look("takeBack", []);
      show(looked);
      if (looked.stands === OFFER_OPEN) said("offer-taken-back");
    } catch (error) {
      said(error.message);
    } finally {
      by("offer-take-back").disabled = false;
    }
  });

  on("offer-done", () => go("talk"));

  const open = async (bytes) => {
    offer = bytes;
    work("opening");
    try {
      show(await look("offer", []));
      go("handover");
    } catch (error) {
      trouble(error.message, () => open(bytes));
    }
  };
  return open;
}
