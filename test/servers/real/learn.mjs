// npm run servers:learn: calls tools of real servers that declare no output schema, and holds what was learned from the first
// three results of each against the next five: how many fit, whether a mistyped property is noted and no program refused,
// whether a changed result is noted, and that no value is kept. Needs `npm install --ignore-scripts` in this folder.
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCodemode } from "../../../dist/index.js";
import { createValidator } from "../../../dist/schema/validator.js";
import { learnedCalls } from "./learned-calls.mjs";
import { realServers } from "./servers.mjs";

const LEARNED = 3;
const LEAST_SHARE = 0.95;

if (!existsSync(new URL("node_modules", import.meta.url))) {
  console.error("The servers are not installed: run npm install --ignore-scripts in test/servers/real.");
  process.exit(2);
}
const folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-learn-")));
const stateDir = join(folder, ".state");
const web = createServer((request, response) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify({ path: request.url }));
});
await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${web.address().port}/`;
const all = realServers(folder, url);
const calls = learnedCalls(folder, url);
const names = [...new Set(calls.map(([server]) => server))];
const mcpServers = Object.fromEntries(names.map((name) => [name, { ...all[name].entry, connectTimeoutMs: 60_000 }]));
const validator = createValidator();
const totals = { tools: 0, held: 0, fit: 0, programs: 0, refused: 0, mistyped: 0, noted: 0, changed: 0, seen: 0 };
const texts = new Set();
const properties = new Set();

const codemode = createCodemode({ mcpServers, stateDir });
await codemode.registry.discoverAll();
for (const [server, tool, inputs] of calls) await hold(server, tool, inputs);
await codemode.close();
const kept = readFileSync(join(stateDir, "observed.json"), "utf8");
const own = new Set(["null", "boolean", "integer", "number", "string", "object", "array"]);
const leaked = [...texts].filter(
  (text) => !properties.has(text) && !own.has(text) && kept.includes(JSON.stringify(text)),
);
web.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

const share = totals.fit / totals.held;
console.log(
  `${names.length} servers, ${totals.tools} tools: ${totals.fit} of ${totals.held} held-back results fit (${(100 * share).toFixed(1)} %), ` +
    `${totals.noted} of ${totals.mistyped} mistyped properties noted, ${totals.refused} of ${totals.programs} programs refused, ` +
    `${totals.seen} of ${totals.changed} changed results noted, ${leaked.length} values kept`,
);
if (leaked.length > 0) console.log(`kept: ${leaked.slice(0, 5).join(", ")}`);
const isRight = totals.noted === totals.mistyped && totals.refused === 0 && totals.seen === totals.changed;
process.exitCode = share >= LEAST_SHARE && isRight && leaked.length === 0 ? 0 : 1;

/** Learns a tool, and holds the further results against what was learned. */
async function hold(server, tool, inputs) {
  const { executor, registry } = codemode;
  const name = `${server}__${tool}`;
  const entry = registry.catalog().get(name);
  if (entry === undefined || entry.outputSchema !== undefined) throw new Error(`${name} is missing or has a schema.`);
  totals.tools += 1;
  for (const input of inputs.slice(0, LEARNED)) await call(server, tool, input);
  const schema = executor.observed.apply(registry.catalog()).get(name).outputSchema;
  let last;
  for (const input of inputs.slice(LEARNED)) {
    last = await call(server, tool, input);
    totals.held += 1;
    const result = validator.validate(schema, last);
    if (result.ok) totals.fit += 1;
    else console.log(`${name} ${JSON.stringify(input)}: ${JSON.stringify(result).slice(0, 300)}`);
  }
  const known = propertyOf(last);
  if (known === undefined) return;
  await misspell(server, tool, { input: inputs.at(-1), known, isList: Array.isArray(last) });
  totals.changed += 1;
  if (executor.observed.learn(entry, Array.isArray(last) ? [{ other: true }] : { other: true }) !== undefined)
    totals.seen += 1;
}

async function call(server, tool, input) {
  const code = `await ${server}.${tool.replaceAll("-", "_")}(${JSON.stringify(input)})`;
  const { success, value, error } = await run(code);
  if (!success) throw new Error(`${code}: ${JSON.stringify(error)}`);
  gather(value);
  return value;
}

/** A property of a result under a name that it does not have, in a program that runs all the same. */
async function misspell(server, tool, { input, known, isList }) {
  const place = isList ? "found[0]?." : "found.";
  const first = `const found = await ${server}.${tool.replaceAll("-", "_")}(${JSON.stringify(input)});\n`;
  const wrong = await run(`${first}${place}${known}x ?? 1`);
  totals.mistyped += 1;
  if (wrong.success && /does not exist/.test(wrong.notes.join())) totals.noted += 1;
  else console.log(`${server}__${tool}: ${known}x was not noted: ${wrong.notes.join()}`);
  const right = await run(`${first}${place}${known}`);
  if (/does not exist/.test(right.notes.join()))
    console.log(`${server}__${tool}: a valid program was noted: ${right.notes.join()}`);
}

async function run(code) {
  totals.programs += 1;
  const result = await codemode.executor.execute(code);
  if (["type_error", "unknown_tool"].includes(result.error?.code)) totals.refused += 1;
  return result;
}

/** The name of a property of an object, or of the first of a list. */
function propertyOf(value) {
  const object = Array.isArray(value) ? value[0] : value;
  return typeof object === "object" && object !== null
    ? Object.keys(object).find((key) => /^[a-z]\w{2,}$/i.test(key))
    : undefined;
}

/** Notes all texts of a result that could be told apart in a file, and the names of properties. */
function gather(value) {
  if (typeof value === "string" && value.length > 3) texts.add(value);
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) for (const key of Object.keys(value)) properties.add(key);
  Object.values(value).forEach(gather);
}
