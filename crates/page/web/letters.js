// Letters on the screen: a part of the script of the page for letters, before page.js.

/** How wide and high a code is drawn, in pixels, and how many light modules stand around it. */
const CODE_SIZE = 720, QUIET = 4;

/** What is shown of letters, with what the page shows and asks by. */
function lettersOf({ say, call, date, go, on, isSaved }) {
  let parts = [];
  let at = 0;
  let saved = "";

  /** Puts the texts of the chosen files into a field. */
  const takes = (files, field) => {
    by(files).onchange = async () => {
      const texts = await Promise.all(Array.from(by(files).files, (file) => file.text().catch(() => "")));
      by(field).value = texts.join("\n").slice(0, 1 << 20);
      by(files).value = "";
      by(field).focus();
    };
  };
  takes("bring-file", "bring-text");
  takes("brought-file", "brought");

  // -- A letter or an answer: as a file, as text, as codes

  const showCode = async () => {
    const canvas = by("letter-code");
    const { width, modules } = await call("code", [parts[at]]);
    const scale = Math.floor(CODE_SIZE / (width + 2 * QUIET));
    canvas.width = canvas.height = scale * (width + 2 * QUIET);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.fillStyle = "#000";
    for (let place = 0; place < modules.length; place++) {
      const [x, y] = [place % width + QUIET, Math.floor(place / width) + QUIET];
      if (modules[place]) context.fillRect(x * scale, y * scale, scale, scale);
    }
    say(by("letter-code-number"), "letter-code", { number: at + 1, count: parts.length });
  };
  const turn = (by) => {
    at = (at + by + parts.length) % parts.length;
    showCode();
  };
  on("letter-next", () => turn(1));
  on("letter-before", () => turn(-1));
  by("letter-codes").ontoggle = () => { if (by("letter-codes").open) showCode(); };

  const show = (shown, isAnswer, until) => {
    [parts, at] = [shown, 0];
    URL.revokeObjectURL(saved);
    const text = parts.join("\n") + "\n";
    saved = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    Object.assign(by("letter-file"), { href: saved, download: isAnswer ? "answer.txt" : "letter.txt" });
    by("letter-text").value = text;
    by("letter-codes").open = false;
    say(by("letter-title"), isAnswer ? "letter-answer" : "letter-made");
    say(by("letter-who"), isAnswer ? "letter-answer-who" : "letter-made-who");
    say(by("letter-then"), isAnswer ? "" : "letter-then");
    say(by("letter-until"), isAnswer ? "" : "letter-until", { date: date(until) });
    by("letter-again").hidden = by("letter-again-why").hidden = isAnswer;
    by("letter-done").hidden = !isAnswer;
    go("letter");
  };
  by("letter-text").onfocus = () => by("letter-text").select();
  on("letter-again", () => go("talk"));
  on("letter-done", () => go("bring"));

  // -- For somebody else

  on("letter-bring", () => {
    say(by("bring-said"), "");
    go("bring");
  });
  on("bring-back", () => {
    by("bring-text").value = "";
    go("start");
  });
  const carry = async (command, done) => {
    const text = by("bring-text").value;
    for (const id of ["bring-hand-in", "bring-collect"]) by(id).disabled = true;
    say(by("bring-said"), "letter-working");
    try {
      done(await call(command, [text]));
    } catch (error) {
      say(by("bring-said"), error.message, error.values);
    }
    for (const id of ["bring-hand-in", "bring-collect"]) by(id).disabled = false;
  };
  on("bring-hand-in", () => carry("handIn", () => say(by("bring-said"), "letter-handed-in")));
  on("bring-collect", () => carry("collect", (answer) => {
    say(by("bring-said"), "");
    show(answer, true);
  }));

  // -- A saved copy

  by("letters").hidden = isSaved;
  by("letter-offline").hidden = !isSaved;
  document.body.classList.toggle("by-hand", isSaved);

  return {
    show: ({ parts, until }) => show(parts, false, until),
    /** Asks for what was brought, where words are typed that were used before. */
    ask: (isAsked) => {
      by("brought-part").hidden = !isAsked;
      by("brought").value = "";
    },
    brought: () => (by("brought-part").hidden ? "" : by("brought").value),
    isMissing: () => !by("brought-part").hidden && !by("brought").value.trim(),
  };
}
