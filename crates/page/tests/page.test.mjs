// Run by tests/page/wasi.rs: worker.js's WASI imports with the real module. PAGE_WASM is the module; PAGE_CALLS has one call a
// line, request and answer in hexadecimal, as the native program answered.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const context = vm.createContext({ WebAssembly, Uint8Array, DataView, TextEncoder, TextDecoder });
for (const name of ["worker.js", "parts.js"]) vm.runInContext(readFileSync(new URL("../web/" + name, import.meta.url), "utf8"), context);
const module = new WebAssembly.Module(readFileSync(process.env.PAGE_WASM));
const bytes = (hexadecimal) => new Uint8Array(Buffer.from(hexadecimal, "hex"));

test("the module answers as the native program does", () => {
  const calls = readFileSync(process.env.PAGE_CALLS, "utf8").trim().split("\n");
  assert.ok(calls.length > 20);
  for (const call of calls) {
    const [request, answer] = call.split(" ");
    const found = Buffer.from(context.runModule(module, bytes(request))).toString("hex");
    assert.ok(found === answer, `command ${parseInt(request.slice(64, 66), 16)}`);
  }
});

test("the worker reads what the module answers, to its last byte", () => {
  const [fields, readLine, readStep] = vm.runInContext("[fields, readLine, readStep]", context);
  const seen = [];
  for (const call of readFileSync(process.env.PAGE_CALLS, "utf8").trim().split("\n")) {
    const [request, answer] = call.split(" ").map(bytes);
    const command = request[32];
    const from = fields(answer);
    if (from.value(1) || ![1, 4, 5, 6, 7, 9].includes(command)) continue;
    const read = command === 1 ? readLine(from) : readStep(from);
    assert.equal(from.take(1).length, 0, `command ${command}`);
    seen.push(read);
  }
  const line = seen.find((read) => read.waits);
  assert.deepEqual(JSON.parse(JSON.stringify(line.waits)), [
    { of: "1.2", known: 2, minutes: 30 },
    { of: "3.1", known: 1, minutes: 0 },
    { of: "5.3", known: 3, minutes: 0 },
  ]);
  assert.deepEqual([line.surge, line.feedback, line.guides], [true, true, 2]);
  const items = seen.flatMap((read) => read.items || []);
  const pending = items.find((item) => item.is === "pending");
  assert.deepEqual(Array.from(pending.chosen), [3, 2, 2, 2, 9]);
  assert.ok(seen.some((read) => read.taken === true) && seen.some((read) => read.taken === false));
});

test("the module asks for no clock, no randomness and no files", () => {
  const asked = WebAssembly.Module.imports(module).map(({ name }) => name).sort();
  assert.deepEqual(asked, ["environ_get", "environ_sizes_get", "fd_read", "fd_write", "proc_exit"]);
});

test("a call wipes the request it was given", () => {
  const request = bytes("07".repeat(32) + "02" + "01");
  context.runModule(module, request);
  assert.ok(request.every((byte) => byte === 0));
});

test("words are drawn from all of the list, and never one that is left out", () => {
  const [drawn] = vm.runInContext("[drawn]", context);
  const list = (name) => readFileSync(new URL(`../../words/lists/${name}.txt`, import.meta.url), "utf8");
  for (const [words, leftOut] of [["english", list("left-out-english")], ["korean", list("left-out-korean")], ["russian", ""], ["ukrainian", ""]]) {
    const part = { words: list(words), leftOut };
    const [all, out] = [part.words, leftOut].map((text) => text.split("\n").filter(Boolean));
    let next = 0;
    const number = () => (next = (Math.imul(next, 1664525) + 1013904223) >>> 0) >>> 16;
    const draws = Array.from({ length: 4 * all.length }, () => drawn(part, (count) => Array.from({ length: count }, number)));
    const seen = new Set(draws.flat());
    assert.ok(draws.every((draw) => draw.length === 7));
    assert.deepEqual(out.filter((word) => seen.has(word)), []);
    assert.deepEqual(all.filter((word) => !seen.has(word) && !out.includes(word)), []);
  }
  assert.throws(() => drawn({ words: "one\ntwo", leftOut: "" }, () => [0, 1, 0, 1, 0, 1, 0]));
});

test("a module is taken out of its text only when it is whole", () => {
  const [moduleOf] = vm.runInContext("[moduleOf]", context);
  const text = "\u0001\u0002\u00ffab\u0002\u00ff\u0100\u0200";
  assert.deepEqual(Array.from(moduleOf(text)), [97, 98, 255, 2, 0]);
  for (const cut of [text.slice(0, -1), text.slice(0, 4), ""]) assert.equal(moduleOf(cut), null);
});
