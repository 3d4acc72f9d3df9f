"use strict";
// The contact page's worker: it alone holds the visit, and forgets everything when it ends; nothing is stored. What bytes mean
// is known in page.wasm only.

// ---- Bytes: as `wire::Writer` and `wire::Reader` have them, big-endian.

const number = (value, size) => {
  const bytes = new Uint8Array(size);
  for (let at = size; at-- > 0; value = Math.floor(value / 256)) bytes[at] = value % 256;
  return bytes;
};

const joined = (parts) => {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

/** A length of `size` bytes, and the bytes of an array or a text. */
const counted = (what, size) => {
  const bytes = typeof what === "string" ? new TextEncoder().encode(what) : what;
  return joined([number(bytes.length, size), bytes]);
};

const fields = (bytes) => {
  let at = 0;
  const take = (size) => bytes.slice(at, (at += size));
  const value = (size) => take(size).reduce((sum, byte) => sum * 256 + byte, 0);
  const text = (size) => new TextDecoder().decode(take(value(size)));
  return { take, value, text, counted: (size) => take(value(size)) };
};

// ---- The module: a WASI command that reads its input, writes its output and ends. Each call has an instance of its own, whose
// memory is wiped afterwards. It has no clock, no randomness and no files, because none are given here.

function runModule(module, request) {
  const output = [];
  let memory;
  let at = 0;
  const each = (vectors, count, done, move) => {
    const view = new DataView(memory.buffer);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const start = view.getUint32(vectors + 8 * i, true);
      total += move(new Uint8Array(memory.buffer, start, view.getUint32(vectors + 8 * i + 4, true)));
    }
    view.setUint32(done, total, true);
    return 0;
  };
  const imports = {
    fd_read: (_, vectors, count, done) => each(vectors, count, done, (space) => {
      const part = request.subarray(at, at + space.length);
      space.set(part);
      at += part.length;
      return part.length;
    }),
    fd_write: (file, vectors, count, done) => each(vectors, count, done, (part) => {
      if (file === 1) output.push(part.slice());
      return part.length;
    }),
    environ_sizes_get: (count, size) => each(0, 0, count, null) || each(0, 0, size, null),
    environ_get: () => 0,
    proc_exit: (code) => { throw new Error("ended " + code); },
  };
  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  memory = instance.exports.memory;
  try {
    instance.exports._start();
    return joined(output);
  } finally {
    new Uint8Array(memory.buffer).fill(0);
    for (const part of output) part.fill(0);
    request.fill(0);
  }
}

// ---- What the module shows, as plain objects.

const SHOWN = {
  1: () => ({ is: "empty" }),
  2: (from) => ({ is: "waiting", taken: from.value(1) === 1 }),
  3: (from) => ({ is: "pending", text: from.text(2), chosen: Array.from(from.take(5)) }),
  4: () => ({ is: "taken" }),
  5: (from) => ({ is: "words", text: from.text(2) }),
  6: (from) => ({ is: "card", card: from.text(1), language: from.value(1), day: from.value(4), text: from.text(2) }),
  7: () => ({ is: "closed" }),
  8: () => ({ is: "erased" }),
  9: () => ({ is: "sent" }),
  10: () => ({ is: "not-sent" }),
  11: () => ({ is: "not-known" }),
  12: (from) => ({ is: "refused", code: from.text(1) }),
  13: () => ({ is: "read-again" }),
  14: () => ({ is: "nobody" }),
  15: () => ({ is: "transferred" }),
  16: (from) => ({ is: "exposed", day: from.value(4) }),
  18: () => ({ is: "perhaps-unread" }),
  19: (from) => ({ is: "offered", offer: Array.from(from.take(68)) }),
  20: () => ({ is: "offer-ended" }),
  21: () => ({ is: "offer" }),
  17: (from) => ({ is: "correction", card: from.text(1), language: from.value(1), told: from.value(4), now: from.value(1), day: from.value(4), text: from.text(2) }),
};

const readStep = (from) => {
  const visit = from.counted(4);
  const [ready, taken] = [from.value(1) === 1, from.value(1) === 1];
  const kind = from.value(1);
  const body = from.counted(4);
  const items = Array.from({ length: from.value(1) }, () => SHOWN[from.value(1)](from));
  return { visit, ready, taken, kind, body, items };
};

const readLine = (from) => ({
  id: from.take(32),
  duty: from.value(1),
  known: from.value(1),
  guides: from.value(1),
  minutes: from.value(2),
  surge: from.value(1) === 1,
  // By what is chosen and which of it: known 1 not how long, 2 minutes, 3 nobody on duty fits.
  waits: Array.from({ length: from.value(1) }, () => ({
    of: from.value(1) + "." + from.value(1),
    known: from.value(1),
    minutes: from.value(2),
  })),
  feedback: from.value(1) === 1,
  day: from.value(4),
  entrancesUntil: from.value(4),
  entrances: Array.from({ length: from.value(1) }, () => ({ kind: from.value(1), address: from.text(1) })),
  fakes: Array.from({ length: from.value(1) }, () => from.text(1)),
  warning: { about: from.value(1), day: from.value(4), address: from.text(1) },
  end: { how: from.value(1), day: from.value(4) },
});

// ---- The worker: holds the visit, asks the relay.

const FAILURES = { 1: "request", 2: "not-the-line", 3: "not-the-line", 4: "words", 5: "too-long", 6: "empty", 7: "not-asked", 8: "no-address", 11: "offer-over", 12: "offer-early" };
const [READ_SLOTS, WRITE_SLOT, POST, LINE, SAVE_AND_POST] = [1, 2, 4, 5, 6];
const TOO_LONG = 5;
const ENVELOPE_SIZE = 4096;
const MORE_EFFORT = 429;
/** So often a refused request is worked for anew, and so many attempts are made before other messages are looked at. */
const [TIMES, ATTEMPTS] = [4, 16];
/** The turn that hears of the line; what is asked is numbered from one on. */
const HEARING = 0;
/** After the time of so many turns what was said of the line is asked again, instead of filling a turn with nothing. */
const STALE_TURNS = 10;

class Trouble extends Error {
  constructor(id, values) {
    super(id);
    this.values = values;
  }
}

function work(scope) {
  let module = null;
  let lineDocument = new Uint8Array(0);
  let line = null;
  let heardAt = 0;
  let trusted = new Uint8Array(32);
  let visit = new Uint8Array(0);
  // Whether the document came whole, and what words that are being learned open.
  let isWhole = true;
  let prepared = null;

  // -- Turns: taken elsewhere (turns.js), so that what is worked out here makes none late. Here is decided what they ask.

  const asked = new Map();
  let turns = null;
  let count = 0;
  let pace = 0;

  /** What work the relay asks for: seed 16, and the efforts of who writes for the first time and of who has written before. */
  let demand = new Uint8Array(24);

  const isOlderThan = (age) => performance.now() - heardAt > age * pace;

  /** Has the line heard of again, by the next turn that nobody asks for. */
  const keepUp = () => {
    if (!line || !line.isHeard || isOlderThan(STALE_TURNS)) turns.postMessage({ fill: { id: HEARING, kind: LINE, body: number(0, 4) } });
  };

  const answered = ({ data: { id, answer } }) => {
    if (answer && answer.demand) demand = answer.demand;
    if (id === HEARING) hearPart(answer);
    if (asked.has(id)) asked.get(id)(answer);
    asked.delete(id);
    // Whoever waited for this answer may hear of the line by it.
    setTimeout(keepUp);
  };

  /** Waits for a turn; gives its answer, or null when none came. A page that was opened from a file has nobody to ask. */
  const askOnce = (kind, body, nonce) => new Promise((done) => {
    if (!turns) return done(null);
    asked.set(++count, done);
    turns.postMessage({ asked: { id: count, kind, body, nonce } });
  });

  /** The same, with the work that the relay asks of what takes up room when many write at once. */
  const ask = async (kind, body) => {
    for (let again = 0; ; again++) {
      const answer = await askOnce(kind, body, await work(kind, body, again));
      if (!answer || answer.status !== MORE_EFFORT || again === TIMES) return answer;
    }
  };

  /** A nonce that is enough for the envelope at a body's end; nothing when no work is asked for. */
  const work = async (kind, body, again) => {
    if (![WRITE_SLOT, POST, SAVE_AND_POST].includes(kind)) return;
    const from = fields(demand);
    const [seed, first, later] = [from.take(16), from.value(4), from.value(4)];
    // Whoever replaces what a slot holds has written before; the relay may think otherwise of one who does so often.
    const replaces = kind !== POST && body.slice(32, 64).some(Boolean);
    const effort = again || !replaces ? Math.max(first, later) : later;
    let nonce = crypto.getRandomValues(new Uint8Array(8));
    for (let found = !effort; !found; ) {
      const answer = call(18, [seed, number(effort, 4), body.slice(-ENVELOPE_SIZE), nonce, number(ATTEMPTS, 4)]);
      [found, nonce] = [answer.value(1) === 1, answer.take(8)];
      await new Promise((next) => setTimeout(next));
    }
    return nonce;
  };

  const call = (command, parts) => {
    if (!module) throw new Trouble(isWhole ? "browser-old" : "page-cut");
    const seed = crypto.getRandomValues(new Uint8Array(32));
    let from;
    try {
      from = fields(runModule(module, joined([seed, number(command, 1), ...parts])));
    } catch (error) {
      throw new Trouble(command === 4 ? "no-memory" : "trouble-unknown");
    }
    const failure = from.value(1);
    if (failure) throw more.failed && more.failed(failure, from) || new Trouble(FAILURES[failure] || "trouble-unknown", failure === TOO_LONG && { over: from.value(4) });
    return from;
  };

  const heard = () => [number(Date.now() / 60000, 4), counted(lineDocument, 4)];

  /** Believes a document if it verifies and is of the line that this page began with. Waits are in one only that was asked for. */
  const believe = (fresh, isHeard) => {
    line = readLine(call(1, [trusted, number(Date.now() / 60000, 4), counted(fresh, 4)]));
    [lineDocument, trusted, heardAt] = [fresh, line.id, performance.now()];
    line.isHeard = isHeard;
    return line;
  };

  /** Takes in the document if the whole of it fits into one answer, as it nearly always does. */
  const hearPart = (answer) => {
    if (!answer || answer.status !== 200) return;
    const from = fields(answer.body);
    const length = from.value(4);
    if (length !== answer.body.length - 4) return;
    try {
      scope.postMessage({ line: believe(from.take(length), true) });
    } catch (error) {
      // What does not verify is not believed; whoever needs the line asks for it and is told.
    }
  };

  const hearLine = async () => {
    const parts = [];
    for (let [length, at] = [1, 0]; at < length; ) {
      const answer = await ask(LINE, number(at, 4));
      if (!answer || answer.status !== 200 || answer.body.length < 5) throw new Trouble("offline");
      const from = fields(answer.body);
      length = from.value(4);
      parts.push(from.take(length));
      at += parts[parts.length - 1].length;
    }
    return believe(joined(parts), true);
  };

  /** The line as it is shown where something is chosen by it; a page that was opened from a file has none but its own. */
  const lately = async () => (!turns || (line && line.isHeard && !isOlderThan(2 * STALE_TURNS)) ? line : hearLine());

  /** Posts a body without knowing what is in it, and says what happened to it. */
  const outcome = async (kind, body) => {
    if (navigator.onLine === false || !turns) return [number(1, 1)];
    const answer = await ask(kind, body);
    if (!answer) return [number(2, 1)];
    return [number(3, 1), number(answer.status, 2), counted(answer.body, 4)];
  };

  /** Tells coordinators something outside of any conversation. Nothing of the visit goes along. */
  const tellCoordinators = async (said) => {
    await lately();
    const from = call(10, [trusted, ...heard(), ...said]);
    const [body, hash] = [from.counted(4), from.take(32)];
    // The same bytes once more do no harm.
    for (let tries = 2; tries-- > 0; ) {
      const answer = await ask(POST, body);
      if (answer && answer.status === 200 && String(answer.body) === String(hash)) return { said: true };
    }
    return { said: false };
  };

  // -- An offer of a handover: the page keeps its bytes, and all that is asked about it goes in turns like any other.

  /** What lies in an offer's slots, with all that a command about them is given. */
  const lookedUp = async (offer) => {
    await lately();
    const from = call(19, [trusted, offer]);
    const answer = await ask(from.value(1), from.counted(4));
    if (!answer || answer.status !== 200) throw new Trouble("offline");
    return [trusted, offer, ...heard(), counted(answer.body, 4)];
  };

  const wordsOf = (seed, lexicon) => call(11, [seed, lexicon]).text(2).split(" ");

  const readOffer = (from, lexicon) => {
    const stands = from.value(1);
    const meeting = wordsOf(from.take(32), lexicon);
    const partner = from.value(1) === 1 && {
      words: wordsOf(from.take(32), lexicon),
      isCoolingOff: from.value(1) === 1,
      from: from.value(4),
      until: from.value(4),
      language: from.value(1),
      name: from.text(1),
      office: from.text(1),
      items: Array.from({ length: from.value(1) }, () => ({ what: from.text(1), why: from.text(1) })),
    };
    return { stands, meeting, partner };
  };

  const lookAtOffer = async (offer, lexicon) => readOffer(call(20, await lookedUp(offer)), lexicon);

  /** Carries out a turn that changes how an offer stands, and looks: what became of it is seen there, also if the turn's answer was lost. */
  const changeOffer = async (command, offer, lexicon, parts) => {
    const from = call(command, [...await lookedUp(Uint8Array.from(offer)), ...parts]);
    await ask(from.value(1), from.counted(4));
    return lookAtOffer(Uint8Array.from(offer), lexicon);
  };

  /** Carries out steps until it is the person's turn. */
  const go = async (answer, tell) => {
    for (let again = true; ;) {
      const step = readStep(answer);
      visit.fill(0);
      visit = step.visit;
      const items = step.items.filter((item) => !(again && item.is === "refused" && item.code === "shift_over"));
      tell(items);
      if (items.length < step.items.length) {
        // The shift changed while the message was on its way: it is sealed once more, to the one now on duty.
        again = false;
        await hearLine();
        answer = call(7, [counted(visit, 4), ...heard()]);
      } else if (step.kind && more.seal && !turns) {
        return { line, taken: step.taken, letter: more.seal(visit) };
      } else if (step.kind) {
        const happened = await outcome(step.kind, step.body);
        answer = call(5, [counted(visit, 4), ...heard(), ...happened]);
      } else {
        return { line, ready: step.ready, taken: step.taken };
      }
    }
  };

  const opened = (areNew, lexicon, typed) => call(4, [...heard(), number(areNew ? 1 : 0, 1), lexicon, counted(typed, 4)]);

  /** What the page for letters can besides. */
  const more = typeof lettersOf === "function" ? lettersOf({ call, heard, ask, go, trusted: () => trusted }) : {};

  const commands = {
    ...more.commands,
    /** Begins with the document that came with the page, or asks for one. */
    line: async (document) => {
      if (line) return line;
      return document && document.length ? believe(document, false) : hearLine();
    },
    checkWords: async (lexicon) => call(11, [line.id, lexicon]).text(2),
    /** Opens words that were drawn a moment ago, so that nobody waits for their key once they were typed. */
    prepare: async (lexicon, words) => { prepared = { words, answer: opened(true, lexicon, words) }; },
    check: async (lexicons, typed) => {
      const from = call(3, [number(lexicons.length, 1), ...lexicons, counted(typed, 4)]);
      const result = { list: from.value(1), verdict: from.value(1), found: from.value(1), position: from.value(1), words: from.text(2) };
      [result.near, result.endings] = [0, 1].map(() => Array.from({ length: from.value(1) }, () => from.text(1)));
      return result;
    },
    open: async (areNew, lexicon, typed, tell) => {
      // With new words nothing is asked, and who is on duty matters only once something is sent.
      if (!areNew) await lately();
      const answer = areNew && prepared && prepared.words === typed ? prepared.answer : opened(areNew, lexicon, typed);
      prepared = null;
      return go(answer, tell);
    },
    look: async (tell) => {
      await lately();
      return go(call(9, [counted(visit, 4)]), tell);
    },
    /** `chosen`: language, urgency, dialect, topic, exclusions. */
    write: async (chosen, text, tell) => {
      await lately();
      return go(call(6, [counted(visit, 4), ...heard(), Uint8Array.from(chosen), counted(text, 4)]), tell);
    },
    retry: async (tell) => {
      await hearLine();
      return go(call(7, [counted(visit, 4), ...heard()]), tell);
    },
    offer: (offer, lexicon) => lookAtOffer(Uint8Array.from(offer), lexicon),
    /** `written`: which item, and the answer to it. */
    handOver: (offer, lexicon, hasNoTime, meeting, written) => changeOffer(21, offer, lexicon, [
      number(hasNoTime ? 1 : 0, 1),
      counted(meeting, 2),
      number(written.length, 1),
      ...written.flatMap(([item, answer]) => [number(item, 1), counted(answer, 2)]),
    ]),
    takeBack: (offer, lexicon) => changeOffer(22, offer, lexicon, []),
    /** Says whether it helped. */
    feedback: (helped) => tellCoordinators([number(helped, 1)]),
    /** Reports an address that only looks like the line. */
    report: (address) => tellCoordinators([number(4, 1), counted(address.slice(0, 300), 2)]),
    /** What a text has that can kill, and the text without it. */
    careful: async (text) => {
      const from = call(12, [counted(text, 4)]);
      const found = Array.from({ length: from.value(1) }, () => ({ kind: from.value(1), what: from.text(2) }));
      return { found, without: from.text(4) };
    },
    measure: async (text) => {
      const from = call(8, [counted(text, 4)]);
      return { empty: from.value(1) === 1, left: from.value(4), over: from.value(4) };
    },
  };

  const begin = (page) => {
    isWhole = Boolean(page.module);
    if (!isWhole) return;
    try {
      module = new WebAssembly.Module(page.module);
    } catch (error) {
      // A browser may refuse what it has; whoever asks for anything is told so, and no turn is taken.
      return;
    }
    // What was opened from a file has no origin, and nobody to ask.
    if (!/^https?:/.test(page.origin)) return;
    [turns, pace] = [page.turns, page.pace];
    turns.onmessage = answered;
    keepUp();
    turns.postMessage({ page: { origin: page.origin, pace } });
  };

  // What is asked before the module has come waits for it.
  let arrived;
  let turn = new Promise((done) => { arrived = done; });
  scope.onmessage = ({ data: { begin: page, id, command, parameters } }) => {
    if (page) {
      begin(page);
      return arrived();
    }
    const tell = (items) => scope.postMessage({ id, items });
    turn = turn.then(async () => {
      try {
        scope.postMessage({ id, result: await commands[command](...parameters, tell) });
      } catch (error) {
        const isTold = error instanceof Trouble;
        scope.postMessage({ id, failure: isTold ? error.message : "trouble-unknown", values: isTold ? error.values : null });
      }
    });
  };
}

if (typeof WorkerGlobalScope === "function") work(self);
