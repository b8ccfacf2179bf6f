// What a result of 50 MB costs on the built package: npm run bench:large [-- BYTES]. Memory is that of this process, and
// needs Linux; the text itself is made by a server of its own.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { CodeModeExecutor, ToolRegistry } from "../dist/index.js";

const STEPS = {
  text: async (executor) => {
    const { error, text } = await measured(executor, "text on the way in", `await large.text({ bytes: ${bytes} })`);
    console.log(
      `  the model reads ${text.length} characters (about ${Math.ceil(text.length / 4)} tokens): ${error.message}`,
    );
  },
  pieces: (executor, id) =>
    measured(
      executor,
      "text read in pieces",
      `import { artifacts } from "codemode"; let size = 0;
for (let offset = 0; ; offset += 1000000) { const part = await artifacts.read("${id}", { offset, limit: 1000000 }); size += part.length; if (part.length < 1000000) break; }
size`,
    ),
  lines: (executor, id) =>
    measured(
      executor,
      "lines read in pieces",
      `import { artifacts } from "codemode"; let count = 0;
for (let offset = 0; ; offset += 10000) { const lines = await artifacts.lines("${id}", { offset, limit: 10000 }); count += lines.length; if (lines.length < 10000) break; }
count`,
    ),
  "second-tool": (executor, id) =>
    measured(
      executor,
      "text to a second tool",
      `import { artifacts } from "codemode"; await large.digest({ text: artifacts.whole("${id}") })`,
    ),
  structured: async (executor) => {
    const { error } = await measured(
      executor,
      "structured result on the way in",
      `await large.rows({ bytes: ${bytes} })`,
    );
    console.log(`  the model reads: ${error.message}`);
  },
  rows: (executor, id) =>
    measured(
      executor,
      "100 of its rows",
      `import { artifacts } from "codemode"; (await artifacts.rows("${id}", { path: "$.items", offset: 1000, limit: 100 })).length`,
    ),
  search: searchMany,
};

/** Ways in which a result of some size can come, by the call that has it come. */
const WAYS_IN = {
  "text over HTTP": (bytes) => `json.text({ bytes: ${bytes} })`,
  "text over an event stream": (bytes) => `stream.text({ bytes: ${bytes} })`,
  "text over the older event stream": (bytes) => `sse.text({ bytes: ${bytes} })`,
  "structured over HTTP": (bytes) => `json.rows({ bytes: ${bytes} })`,
  "structured over an event stream": (bytes) => `stream.rows({ bytes: ${bytes} })`,
  "structured over the older event stream": (bytes) => `sse.rows({ bytes: ${bytes} })`,
  "text with secrets configured": (bytes) => `secret.text({ bytes: ${bytes} })`,
  "structured with secrets configured": (bytes) => `secret.rows({ bytes: ${bytes} })`,
  "structured full of secrets": (bytes) => `secret.rows({ bytes: ${bytes} })`,
  "two texts with one between": (bytes) => `large.form({ form: "with a text between its lines", bytes: ${bytes / 2} })`,
  "many texts of 200 characters": (bytes) => `large.form({ form: "in many texts", bytes: ${bytes} })`,
  "structured beside itself as a text": (bytes) =>
    `large.form({ form: "beside itself as a text", bytes: ${bytes / 2} })`,
  image: (bytes) => `large.form({ form: "as an image", bytes: ${Math.round((bytes * 3) / 4)} })`,
};

const [part, ...rest] = process.argv.slice(2);
const bytes = Number(part === "--step" ? rest[2] : (part ?? 50_000_000));
const folder = part === "--step" ? rest[1] : mkdtempSync(join(tmpdir(), "large-results-"));
if (part === "--step") await perform(rest[0], rest[3]);
else performAll();

/** Each step in a process of its own: what one has left behind would hide what the next one takes. */
function performAll() {
  try {
    const text = step("text");
    step("pieces", text);
    step("lines", text);
    step("second-tool", text);
    step("rows", step("structured"));
    for (const way of Object.keys(WAYS_IN)) {
      step(way, "check");
      step(way);
    }
    step("search");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints what a step says; returns the artifact that it left, if any. */
function step(name, artifact = "") {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), "--step", name, folder, String(bytes), artifact];
  const { status, stdout } = spawnSync(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  process.stdout.write(stdout);
  if (status !== 0) process.exit(1);
  return /art_\w+/.exec(stdout)?.[0];
}

async function perform(name, artifact) {
  const server = fileURLToPath(new URL("../test/system/large-server.mjs", import.meta.url));
  const registry = new ToolRegistry();
  const remote =
    name in WAYS_IN ? spawn(process.execPath, [server, "http"], { stdio: ["pipe", "pipe", "inherit"] }) : undefined;
  const stdio = { transport: "stdio", command: process.execPath, args: [server], timeoutMs: 300_000 };
  registry.addServer({ name: "large", ...stdio });
  if (name.includes("secrets")) registry.addServer({ name: "secret", ...stdio, env: { TOKEN: secretOf(name) } });
  if (remote !== undefined) {
    const port = Number(String((await once(remote.stdout, "data"))[0]).trim());
    const url = `http://127.0.0.1:${port}`;
    registry.addServer({ name: "json", transport: "http", url: `${url}/mcp`, timeoutMs: 300_000 });
    registry.addServer({ name: "stream", transport: "http", url: `${url}/stream`, timeoutMs: 300_000 });
    registry.addServer({ name: "sse", transport: "sse", url: `${url}/sse`, timeoutMs: 300_000 });
  }
  const executor = new CodeModeExecutor(registry, { store: { directory: folder }, limits: { timeMs: 300_000 } });
  try {
    await executor.setup();
    await run(executor, "await large.text({ bytes: 1000 })");
    if (name in WAYS_IN) await run(executor, `await ${WAYS_IN[name](1000)}`);
    await (STEPS[name] ?? wayIn(name))(executor, artifact);
  } finally {
    await executor.close();
    await registry.close();
    remote?.stdin.end();
  }
}

/** A secret that no row has, or every one. */
function secretOf(name) {
  return name.includes("full of") ? "y".repeat(60) : "a-token-nobody-may-see";
}

/** Measures one way in, or checks with less that it is kept byte for byte: in another process, for what it leaves behind. */
function wayIn(name) {
  const call = WAYS_IN[name];
  return (executor, kind) =>
    kind === "check" ? check(executor, name, call) : measured(executor, name, `await ${call(bytes)}`);
}

async function check(executor, name, call) {
  const { largeRows, largeText, partsOf } = await import("../test/system/large-server.mjs");
  const small = 11_000_000;
  const isHalf = name.includes("two texts") || name.includes("beside itself");
  const rows = JSON.stringify(largeRows(small));
  const image = Buffer.from(rows).toString("base64");
  const expected =
    name === "image"
      ? JSON.stringify([{ type: "image", mimeType: "image/png", data: image }])
      : name === "two texts with one between"
        ? `${rows}\nbetween\n${rows}`
        : name.startsWith("many texts")
          ? partsOf(rows).join("\n")
          : name.startsWith("text")
            ? largeText(small)
            : name.includes("secrets")
              ? rows.replaceAll(secretOf(name), "[secret]")
              : rows;
  const { artifacts } = await run(
    executor,
    `await ${call(name === "image" ? (small * 4) / 3 : isHalf ? small * 2 : small)}`,
  );
  const kept = readFileSync(artifacts[0].path, "utf8");
  const isSame = name === "image" ? isDeepStrictEqual(JSON.parse(kept), JSON.parse(expected)) : kept === expected;
  if (!isSame) throw new Error(`${name}: what is kept is not what was sent.`);
}

async function run(executor, code) {
  return executor.execute(code, { reader: "model" });
}

/** Runs a program and prints by how much the memory of this process grew at most meanwhile. */
async function measured(executor, what, code) {
  const before = await settled();
  const startedAt = performance.now();
  const result = await run(executor, code);
  const grown = memory("VmHWM") - before;
  const outcome = result.error === null ? JSON.stringify(result.value).slice(0, 100) : result.error.code;
  console.log(
    `${what}: ${(performance.now() - startedAt).toFixed(0)} ms, memory up by ${grown.toFixed(0)} MB (${((grown * 2 ** 20) / bytes).toFixed(2)} × its size); ${outcome}`,
  );
  return result;
}

/** Memory once what was freed has been given back, which goes on for a while after its collection. */
async function settled() {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc?.();
    await setTimeout(100);
    least = Math.min(least, memory("VmRSS"));
  }
  resetPeak();
  return least;
}

async function searchMany(executor) {
  for (let number = 0; number < 10_000; number += 1)
    executor.artifacts.save({
      text: `note ${number} about ${["invoices", "meetings", "orders"][number % 3]} of day ${number % 365}`,
      mimeType: "text/plain",
    });
  await executor.artifacts.search("warm");
  const times = [];
  for (let number = 0; number < 50; number += 1) {
    const startedAt = performance.now();
    const found = await executor.artifacts.search(`orders day ${number + 2}`);
    times.push(performance.now() - startedAt);
    if (found.length === 0) throw new Error("Nothing was found.");
  }
  times.sort((a, b) => a - b);
  console.log(`search in 10,000 artifacts: p50 ${times[25].toFixed(1)} ms, longest ${times[49].toFixed(1)} ms`);
}

function memory(field) {
  const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"));
  return Number(kilobytes) / 1024;
}

function resetPeak() {
  writeFileSync("/proc/self/clear_refs", "5");
}
