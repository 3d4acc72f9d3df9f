// Checks every vector with the protocol compiled to WebAssembly, as the contact's page runs it.
//
//   cargo test -p protocol --test vectors --target wasm32-wasip1 --no-run --message-format json | node vectors/run-wasm.mjs
//
// Reads from standard input what cargo says of its build, finds the test's module, and runs it under node's WASI, where it
// sees nothing but this folder.
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";

let said = "";
for await (const piece of process.stdin) said += piece;
const built = said.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
  .find((message) => message.executable && message.target.name === "vectors" && message.target.kind.includes("test"));
if (!built) throw new Error("cargo built no test named vectors");

const folder = dirname(fileURLToPath(import.meta.url));
const wasi = new WASI({ version: "preview1", args: ["vectors", "--nocapture"], preopens: { "/vectors": folder } });
const module = await WebAssembly.compile(await readFile(built.executable));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance) ?? 0;
