"use strict";
// Where the line can be reached, and what it warns of: a part of the page's script, before page.js.

const WARNED = ["", "warned-fake-entrance", "warned-writes-first", "warned-false-partner", "warned-entered"];
const ENDS = ["", "ends-orderly", "ends-over"];
const OVER = 2;
const ENTRANCES = ["", "entrance-site", "entrance-onion", "entrance-mirror", "entrance-porch"];

/** Scheme, name and port of an address; the address itself where it is none. */
const originOf = (address) => {
  try {
    return new URL(address).origin;
  } catch (error) {
    return address;
  }
};

/** What is shown of entrances and warnings, with what the page shows and asks by. Gives what shows a line. */
function entrancesOf({ make, say, call, date }) {
  const row = (list, address, id) => {
    const item = make("li", list, {});
    make("bdi", item, { className: "address", textContent: address }).dataset.testid = "address";
    if (!id) return;
    item.append(" ");
    say(make("span", item, { className: "small" }), id);
  };

  const showWarning = ({ about, day, address }) => {
    by("warned").hidden = !about;
    say(by("warned-of"), WARNED[about] || "", { date: date(day) });
    by("warned-address").textContent = address;
  };

  const showEnd = ({ how, day }) => {
    by("ends").hidden = !how;
    say(by("ends-said"), ENDS[how] || "", { date: date(day) });
  };

  const showHere = (line) => {
    const here = location.origin;
    const listed = line.entrances.some(({ address }) => originOf(address) === here);
    by("here").textContent = here;
    by("here-said").className = listed || !line.entrances.length ? "" : "trouble";
    const id = !line.entrances.length ? "here-unknown" : listed ? "here-listed" : "here-unlisted";
    say(by("here-said"), id, { date: date(line.entrancesUntil) });
  };

  const showLists = (line) => {
    by("entrances").hidden = !line.entrances.length;
    by("entrances-list").textContent = by("fakes-list").textContent = "";
    for (const { kind, address } of line.entrances) row(by("entrances-list"), address, ENTRANCES[kind]);
    by("fakes").hidden = !line.fakes.length;
    for (const fake of line.fakes) row(by("fakes-list"), fake, "");
    by("report").hidden = !line.feedback;
  };

  by("report-send").onclick = async () => {
    const address = by("report-address").value;
    by("report-send").disabled = true;
    say(by("report-said"), "sending");
    const said = await call("report", [address]).then(({ said }) => (said ? "report-thanks" : "report-failed"), (error) => error.message);
    by("report-send").disabled = false;
    say(by("report-said"), said === "empty" ? "no-address" : said === "not-asked" ? "report-failed" : said);
    if (said === "report-thanks") by("report-address").value = "";
  };

  return (line) => {
    showWarning(line.warning);
    showEnd(line.end);
    showHere(line);
    showLists(line);
  };
}
