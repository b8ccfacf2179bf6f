// npm run clients [-- CLIENT…] [--only ROWS] [--json FILE]: starts real clients, unchanged, with our built server and a stand-in of their model, and
// checks what reaches that model. Needs `npm install --ignore-scripts` in this folder, which downloads about 1.5 GB.
import { execFile, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { resultsOf, startStandin, toolsOf } from "./model-standin.mjs";
import { scenariosWith, writeConfiguration } from "./scenarios.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const LIMIT_MS = 90_000;
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

if (!existsSync(join(here, "node_modules"))) {
  console.error(`The clients are not installed: run npm install --ignore-scripts in ${here} (about 1.5 GB).`);
  process.exit(2);
}
const { REAL_CLIENTS } = await import("./real-clients.mjs");
const { PLAIN_CLIENTS, runPlainClient } = await import("./plain-clients.mjs");

const words = process.argv.slice(2);
const jsonAt = words.indexOf("--json");
const jsonFile = jsonAt === -1 ? undefined : words.splice(jsonAt, 2)[1];
const onlyAt = words.indexOf("--only");
/** Scenarios to run, `calls` for the calls of one program. */
const only = onlyAt === -1 ? undefined : words.splice(onlyAt, 2)[1].split(",");
const asked = words.length === 0 ? [...Object.keys(REAL_CLIENTS), ...Object.keys(PLAIN_CLIENTS)] : words;
const [chosen, plain] = [REAL_CLIENTS, PLAIN_CLIENTS].map((clients) =>
  asked.filter((name) => Object.hasOwn(clients, name)),
);
const unknown = asked.filter((name) => ![...chosen, ...plain].includes(name));
if (unknown.length > 0) {
  console.error(`There is no client ${unknown.join(", ")}.`);
  process.exit(2);
}

const program = (text) => ({ tool: "execute_code", args: { code: text } });

/** Calls of the scripted model, in order. */
const STEPS = [
  program(`import { emit } from "codemode";
await emit({ type: "text", text: "EMITTED TEXT" });
await emit({ type: "image", data: "${PIXEL}", mimeType: "image/png" });
"VALUE " + (await everything.get_sum({ a: 20, b: 22 }))`),
  program('"BEGIN" + "x".repeat(20000) + "END"'),
  {
    tool: "execute_code",
    args: {
      code: "from generated.servers.everything import get_sum\n'PYTHON ' + str(await get_sum(a=40, b=2))",
      language: "python",
    },
  },
  program('throw new Error("BROKEN ON PURPOSE")'),
  { tool: "execute_readonly_code", args: { code: '"READ " + "ONLY"' } },
];

/** What must hold, on all that the model was asked; `first` is the first request with tools. */
const CHECKS = {
  "execute_code is in the first request, or found by the client's search": ({ first, last }) =>
    [first, last].some((body) => toolsOf(body).some(({ name }) => name.endsWith("execute_code"))),
  "its description is not cut while it says COMPLETE": ({ all }) =>
    descriptions(all).every((text) => !text.includes("Tools: COMPLETE") || /## memory[\s\S]*\)/.test(text)),
  "the servers are named in the first 160 characters of it": ({ all }) =>
    descriptions(all).some((text) =>
      ["everything", "filesystem", "memory"].every((name) => text.slice(0, 160).includes(name)),
    ),
  "a value arrives": ({ text }) => /VALUE .*42/.test(text),
  "emitted text arrives": ({ results }) => results.includes("EMITTED TEXT"),
  "an emitted image arrives": ({ results }) =>
    results.includes(PIXEL.slice(0, 40)) || /"(?:input_image|image|image_url|inlineData)"/.test(results),
  "a value of 20,000 characters arrives whole": ({ results }) => results.includes(`BEGIN${"x".repeat(20_000)}END`),
  "a program in Python runs": ({ text }) => /PYTHON .*42/.test(text),
  "the error of a program arrives": ({ results }) =>
    results.includes("BROKEN ON PURPOSE\\n") || /error[^"]{0,80}BROKEN ON PURPOSE/.test(results),
  "execute_readonly_code runs": ({ results }) => results.includes("READ ONLY"),
};

const APPROVED = "once it is approved the model has its value";
/** What a client cannot do, whatever it is given. Without a person some decline what a server asks. */
const BEYOND = {
  "copilot-cli": ["an emitted image arrives", APPROVED],
  codex: [APPROVED],
  "codex, model it does not know": [APPROVED, "a value of 20,000 characters arrives whole"],
};

function descriptions(bodies) {
  return bodies.flatMap((body) =>
    toolsOf(body)
      .filter(({ name }) => name.endsWith("execute_code") && !name.endsWith("readonly_code"))
      .map(({ tool }) => tool.description ?? tool.function?.description ?? ""),
  );
}

/** Three reference servers of our own tree. */
function referenceServers(folder) {
  const require = createRequire(join(root, "package.json"));
  const entry = (name, ...args) => ({
    command: process.execPath,
    args: [
      join(dirname(require.resolve(`@modelcontextprotocol/server-${name}/package.json`)), "dist/index.js"),
      ...args,
    ],
  });
  return {
    everything: entry("everything"),
    filesystem: entry("filesystem", folder),
    memory: entry("memory"),
  };
}

/** The calls of one program, which is what every client is asked first. */
const CALLS = {
  configure: (folder) => ({ mcpServers: referenceServers(folder) }),
  script: () => STEPS,
  checks: () => ({}),
  facts: () => [],
};

async function runClient(name, scenario) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-clients-")));
  const [home, work] = [join(folder, "home"), join(folder, "work")];
  for (const path of [home, work]) mkdirSync(path);
  const standin = await startStandin(scenario.script(folder));
  const config = await writeConfiguration(folder, scenario.configure(folder));
  const serve = [join(root, "dist/cli.js"), "serve", "--config", config];
  const recorder = [join(here, "wire-recorder.mjs"), join(folder, "wire.jsonl"), process.execPath];
  writeFileSync(join(folder, "wire.jsonl"), "");
  const server = { command: process.execPath, args: [...recorder, ...serve] };
  const plan = REAL_CLIENTS[name]({ home, url: standin.url, server, isDeferred: scenario.isDeferred });
  const base = {
    PATH: process.env.PATH,
    HOME: home,
    LANG: "C.UTF-8",
    TERM: "dumb",
    XDG_CONFIG_HOME: join(home, ".config"),
    NO_COLOR: "1",
    CI: "true",
  };
  // As on any day but the first: what the servers offer is known from before.
  if (scenario.isWarm === true)
    await promisify(execFile)(process.execPath, [join(root, "dist/cli.js"), "servers", "--config", config], {
      env: base,
    });
  const began = Date.now();
  const { status, said } = await endOf(plan, {
    cwd: work,
    env: { ...base, ...plan.env },
    during: scenario.during && ((child) => scenario.during({ folder, child })),
  });
  standin.close();
  const state = await scenario.after?.({ folder });
  const seen = seenIn(standin.requests, { folder, state, status });
  const outcomes = Object.entries(scenario.checks(seen));
  const facts = scenario.facts(seen);
  scenario.close?.();
  if (process.env.KEEP !== undefined) copyFileSync(join(folder, "wire.jsonl"), join(process.env.KEEP, `${name}.jsonl`));
  rmSync(folder, { recursive: true, force: true });
  return { status, said, tookMs: Date.now() - began, requests: standin.requests, seen, outcomes, facts };
}

/** Runs a client until it ends, what is done meanwhile is over, or it takes too long; then nothing of it is left. */
async function endOf({ command, args }, { cwd, env, during }) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const stop = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended, and all that it started.
    }
  };
  const timer = setTimeout(stop, LIMIT_MS);
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => resolve(code ?? signal));
  });
  if (during !== undefined) {
    await Promise.race([ended, during(child)]);
    stop();
  }
  const status = await ended;
  clearTimeout(timer);
  stop();
  return { status, said };
}

/** What the model of a client was asked. */
function seenIn(requests, more) {
  const all = requests.map(({ body }) => body).filter((body) => toolsOf(body).length > 0);
  const [first, last] = [all[0] ?? {}, all.at(-1) ?? {}];
  const results = resultsOf(last);
  return { all, first, last, results, text: results, ...more };
}

const report = {};
const scenarios = scenariosWith(referenceServers);
for (const name of chosen) {
  report[name] = {};
  if (only === undefined || only.includes("calls")) await reportCalls(name);
  for (const [row, make] of Object.entries(scenarios)) {
    if (only !== undefined && !only.includes(row)) continue;
    const { said, tookMs, seen, outcomes, facts, requests } = await runClient(name, make());
    console.log(`\n${name}, ${row}: ${Math.round(tookMs / 1000)} s, ${facts.join("; ")}`);
    for (const [check, held] of outcomes) {
      const verdict = held ? "yes" : (BEYOND[name] ?? []).includes(check) ? "beyond the client" : "NO";
      report[name][check] = verdict;
      console.log(`  ${verdict.padEnd(4)} ${check}`);
    }
    if (seen.all.length === 0) console.log(said.slice(-2_000));
    keepRequests(`${name} ${row}`, requests);
  }
}

async function reportCalls(name) {
  const { status, said, tookMs, requests, seen } = await runClient(name, CALLS);
  const { all } = seen;
  const outcomes = Object.entries(CHECKS).map(([check, holds]) => {
    const held = all.length > 0 && holds(seen);
    return [check, held ? "yes" : (BEYOND[name] ?? []).includes(check) ? "beyond the client" : "NO"];
  });
  const [shown = ""] = descriptions(all);
  report[name] = {
    status,
    seconds: Math.round(tookMs / 1000),
    requests: all.length,
    description: shown.length,
    ...Object.fromEntries(outcomes),
  };
  console.log(
    `\n${name}: ended with ${status} after ${Math.round(tookMs / 1000)} s, ${all.length} requests, description of ${shown.length} characters`,
  );
  for (const [check, held] of outcomes) console.log(`  ${held.padEnd(4)} ${check}`);
  if (all.length === 0) console.log(said.slice(-2_000));
  keepRequests(name, requests);
}

function keepRequests(name, requests) {
  if (process.env.KEEP !== undefined)
    writeFileSync(join(process.env.KEEP, `${name}.json`), JSON.stringify(requests, null, 1));
}

for (const name of plain) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-clients-")));
  const server = {
    command: process.execPath,
    args: [
      join(root, "dist/cli.js"),
      "serve",
      "--config",
      await writeConfiguration(folder, { mcpServers: referenceServers(folder) }),
    ],
  };
  const outcomes = await runPlainClient(name, { folder, server, limitMs: LIMIT_MS });
  rmSync(folder, { recursive: true, force: true });
  report[name] = Object.fromEntries(outcomes.map(({ check, held }) => [check, held ? "yes" : "NO"]));
  console.log(`\n${name}:`);
  for (const { check, held, said } of outcomes) {
    console.log(`  ${held ? "yes" : "NO"}`.padEnd(6), check);
    if (!held) console.log(said.slice(-2_000));
  }
}
if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(report, null, 2)}\n`);
process.exitCode = Object.values(report).some((row) => Object.values(row).includes("NO")) ? 1 : 0;
