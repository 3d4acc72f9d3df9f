// What the worker of the page for letters can besides: seal without a network, hand in what others sealed, and look for answers.

const NOT_BROUGHT = ["", "letter-nothing", "letter-missing", "letter-mixed", "letter-damaged", "letter-newer"];
const HAND_IN_REFUSED = { conflict: "letter-earlier", shift_over: "letter-late", no_shift: "letter-late", wrong_line: "not-the-line", full: "line-full", more_effort: "line-full", ended: "line-ended" };

function lettersOf({ call, heard, ask, go, trusted }) {
  const readParts = (from) => Array.from({ length: from.value(1) }, () => from.text(2));

  /** What a letter says to whoever carries it. */
  const read = (text) => {
    const from = call(15, [trusted(), counted(text, 4)]);
    return { until: from.value(4), body: from.counted(4), hash: from.take(32), look: [64, 64, 64].map(from.take) };
  };

  const refusal = ({ body }) => {
    const [, code] = /^{"error":"([a-z_]+)"/.exec(new TextDecoder().decode(body)) || [];
    return HAND_IN_REFUSED[code] || "letter-not-known";
  };

  const commands = {
    openByHand: async (lexicon, typed, brought, tell) => go(call(13, [...heard(), lexicon, counted(typed, 4), counted(brought, 4)]), tell),
    handIn: async (text) => {
      const letter = read(text);
      const answer = await ask(SAVE_AND_POST, letter.body);
      if (!answer) throw new Trouble("letter-not-known");
      if (answer.status !== 200 || String(answer.body) !== String(letter.hash)) throw new Trouble(refusal(answer));
    },
    collect: async (text) => {
      const found = [];
      for (const names of read(text).look) {
        const answer = await ask(READ_SLOTS, names);
        if (!answer || answer.status !== 200) throw new Trouble("offline");
        found.push(answer.body);
      }
      return readParts(call(16, [trusted(), counted(text, 4), ...found]));
    },
    code: async (part) => {
      const from = call(17, [counted(part, 2)]);
      const width = from.value(1);
      return { width, modules: from.take(width * width) };
    },
  };

  return {
    commands,
    seal: (visit) => {
      const from = call(14, [counted(visit, 4), ...heard()]);
      return { until: from.value(4), parts: readParts(from) };
    },
    failed: (failure, from) => {
      if (failure === 9) return new Trouble("letter-none");
      if (failure !== 10) return null;
      const [why, count] = [from.value(1), from.value(1)];
      const numbers = Array.from(from.counted(1)).join(", ");
      return new Trouble(NOT_BROUGHT[why], { count, numbers });
    },
  };
}
