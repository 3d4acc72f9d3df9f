// What the document brings along, as the page takes it apart: the module's bytes, and a list of words.

/** What stands behind the module's last byte; a document that did not come whole lacks it. */
const WHOLE = "\u0200";

/** The bytes of a text whose characters stand for one each; those that no document holds stand 256 higher. */
const bytesOf = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0) & 255);

/** The module: count of pairs ‖ pairs ‖ bytes, those of a pair in each other's place. Nothing when the text is not whole. */
const moduleOf = (text) => {
  if (!text.endsWith(WHOLE)) return null;
  const bytes = bytesOf(text.slice(0, -1));
  const begin = 1 + 2 * bytes[0];
  const places = Array.from({ length: 256 }, (_, byte) => byte);
  for (let at = 1; at < begin; at += 2) [places[bytes[at]], places[bytes[at + 1]]] = [bytes[at + 1], bytes[at]];
  return bytes.subarray(begin).map((byte) => places[byte]);
};

/** A list with its words, as the module reads it: list ‖ twice (length ‖ words). */
const lexiconOf = (list, { words, leftOut }) => {
  const texts = [words, leftOut].map((text) => new TextEncoder().encode(text));
  const bytes = new Uint8Array(9 + texts[0].length + texts[1].length);
  const view = new DataView(bytes.buffer);
  let at = 1;
  bytes[0] = list;
  for (const text of texts) {
    view.setUint32(at, text.length);
    bytes.set(text, at + 4);
    at += 4 + text.length;
  }
  return bytes;
};

/** How many words are proposed, and of how many. A number of 16 bits taken modulo the second is each of them equally often. */
const WORDS = 7, LISTED = 2048;

/** Seven words to keep in the head, each drawn by itself, none of those that are dangerous to be overheard with: as `words::Phrase::draw`
 * has it, here so that nobody waits for the module before choosing them. The module reads them as it reads any. */
const drawn = ({ words, leftOut }, numbers = (count) => crypto.getRandomValues(new Uint16Array(count))) => {
  const [all, out] = [words, leftOut].map((text) => text.split("\n").filter(Boolean));
  if (all.length !== LISTED) throw new Error("words");
  for (;;) {
    const draw = Array.from(numbers(WORDS), (number) => all[number % LISTED]);
    if (!draw.some((word) => out.includes(word))) return draw;
  }
};
