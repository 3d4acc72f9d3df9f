"use strict";
// The contact page's turns, in a worker of their own: they fall due by the clock alone, whatever a person does and however long the
// device works at it. What is in them is sealed before it comes here.

/** All that is asked, and all that is answered, has this size; an answer ends with what work the relay asks for. */
const TURN_SIZE = 8320, DEMAND_SIZE = 24;
const READ_SLOTS = 1;
const PATIENCE = 60000;
/** A turn begins after it is due, by a time that is drawn anew for each: up to the pace, divided by this. */
const LOTS = 6;

const waiting = [];
let port = null;
let origin = "";
let filling = null;
let underWay = false;

// Credentials are not left out: there are none here, and without them a browser opens a connection beside the document's.

/** The relay's answer; null when there is none. A stranger's page in its place is told from it by its size, and is none. */
const exchange = async ({ kind, body, nonce = [] }) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const asked = crypto.getRandomValues(new Uint8Array(TURN_SIZE));
    asked[0] = kind;
    asked.set(body, 1);
    asked.set(nonce, TURN_SIZE - nonce.length);
    const answer = await fetch(origin + "/v1/turn", {
      method: "POST",
      body: asked,
      headers: { "content-type": "application/octet-stream" },
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
    });
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status !== 200) return { status: answer.status, body: bytes };
    if (bytes.length !== TURN_SIZE) return null;
    const view = new DataView(bytes.buffer);
    return { status: view.getUint16(0), body: bytes.slice(4, 4 + view.getUint16(2)), demand: bytes.slice(-DEMAND_SIZE) };
  } catch (error) {
    return null;
  } finally {
    clearTimeout(timer);
  }
};

/** Names that nothing lies under: what is read there is noise, as a turn that is asked for may read. */
const noise = () => ({ kind: READ_SLOTS, body: crypto.getRandomValues(new Uint8Array(64)) });

const takeTurn = async () => {
  if (underWay) return;
  underWay = true;
  let next = waiting.shift();
  if (!next) [next, filling] = [filling || noise(), null];
  const answer = await exchange(next);
  underWay = false;
  port.postMessage({ id: next.id, answer });
};

/** Up to one, drawn. */
const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;

/** Begins with the first turn, which the clock counts from. */
const begin = (page) => {
  origin = page.origin;
  setInterval(() => setTimeout(takeTurn, drawn() * page.pace / LOTS), page.pace);
  takeTurn();
};

onmessage = ({ data: { turns } }) => {
  port = turns;
  port.onmessage = ({ data: { page, asked, fill } }) => {
    if (asked) waiting.push(asked);
    if (fill) filling = fill;
    if (page) begin(page);
  };
};
