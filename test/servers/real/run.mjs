// npm run servers [-- NAME…] [--json FILE]: starts real servers from npm, unchanged, and calls each from the command line
// and from a program in each language; then asks after all at once, also with one of them silent. Needs `npm install
// --ignore-scripts` in this folder, which downloads about 1.3 GB.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { realServers } from "./servers.mjs";

const cli = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));
const LIMIT_MS = 90_000;
/** Longest check of all servers that is still quick. */
const WANTED_CHECK_MS = 10_000;

if (!existsSync(new URL("node_modules", import.meta.url))) {
  console.error(
    `The servers are not installed: run npm install --ignore-scripts in ${fileURLToPath(new URL(".", import.meta.url))}.`,
  );
  process.exit(2);
}
const words = process.argv.slice(2);
const jsonAt = words.indexOf("--json");
const jsonFile = jsonAt === -1 ? undefined : words.splice(jsonAt, 2)[1];

const folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-servers-")));
const web = createServer((_request, response) => {
  response.setHeader("content-type", "application/json").end(JSON.stringify({ greeting: "hello" }));
});
await new Promise((resolve) => web.listen(0, "127.0.0.1", resolve));
const all = realServers(folder, `http://127.0.0.1:${web.address().port}/`);
const servers = Object.entries(all).filter(([name]) => words.length === 0 || words.includes(name));

/** Runs the command line with a configuration; resolves with its status, its document and its time. */
function codemode(args, configuration) {
  const file = join(folder, "codemode.json");
  writeFileSync(file, JSON.stringify(configuration));
  const begun = performance.now();
  const child = spawn(process.execPath, [cli, ...args, "--json", "--config", file], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder, CODEMODE_HOME: join(folder, "home"), NO_COLOR: "1", LANG: "C.UTF-8" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].on("data", (chunk) => (texts[name] += chunk));
  return new Promise((resolve) => {
    child.once("close", (status) => resolve({ status, ...texts, tookMs: Math.round(performance.now() - begun) }));
  });
}

const configurationOf = (entries) => ({
  mcpServers: Object.fromEntries(entries.map(([name, { entry }]) => [name, entry])),
  limits: { timeMs: 60_000 },
});

/** The same call in each way; the answer of each has to fit the pattern. */
function waysTo(name, { tool, input }) {
  const called = tool.replaceAll("-", "_");
  const json = JSON.stringify(input);
  const python = `import json\nfrom generated.servers.${name} import ${called}\nawait ${called}(**json.loads(${JSON.stringify(json)}))`;
  return {
    call: ["call", `${name}__${tool}`, json],
    typescript: ["exec", "-e", `await ${name}.${called}(${json})`],
    python: ["exec", "--language", "python", "-e", python],
  };
}

const rows = {};
const checkAll = await codemode(["servers", "--check"], configurationOf(servers));
const reports = JSON.parse(checkAll.stdout || "{}").servers ?? [];
for (const [name, server] of servers) {
  const { status, tools, latencyMs, error } = reports.find((report) => report.name === name) ?? {};
  const row = { status, tools, latencyMs: latencyMs == null ? "" : Math.round(latencyMs) };
  for (const [way, args] of Object.entries(waysTo(name, server))) {
    const { stdout, stderr } = await codemode(args, configurationOf([[name, server]]));
    const isRight = server.answer.test(valueIn(stdout));
    row[way] = isRight ? "yes" : "NO";
    if (!isRight) console.log(`${name} by ${way}: ${stdout.slice(0, 900)}${stderr.slice(0, 900)}`);
  }
  rows[name] = row;
  if (status !== "ready") console.log(`${name} is ${status}: ${error}`);
}
console.table(rows);
console.log(`codemode servers --check over ${servers.length}: ${checkAll.tookMs} ms`);
const again = await codemode(["servers", "--check"], configurationOf(servers));
console.log(`the same once more: ${again.tookMs} ms`);
const [[first], ...others] = servers;
const silent = {
  entry: { command: process.execPath, args: ["-e", "process.stdin.resume()"], connectTimeoutMs: 8_000 },
};
const withSilent = await codemode(["servers", "--check"], configurationOf([[first, silent], ...others]));
const spoken = JSON.parse(withSilent.stdout || "{}").servers ?? [];
const readyBeside = spoken.filter(({ status }) => status === "ready").length;
console.log(
  `with a silent one in place of ${first} (given up after 8 s): ${withSilent.tookMs} ms, ${readyBeside} ready`,
);

const failures = Object.entries(rows).filter(([, row]) => row.status !== "ready" || Object.values(row).includes("NO"));
console.log(`${servers.length - failures.length} of ${servers.length} servers work`);
if (again.tookMs > WANTED_CHECK_MS) console.log(`slow: the check took longer than ${WANTED_CHECK_MS} ms`);
if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(rows, null, 2)}\n`);
web.close();
rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
process.exitCode = failures.length > 0 || readyBeside < others.length ? 1 : 0;

function valueIn(stdout) {
  try {
    const document = JSON.parse(stdout);
    return document.ok === false ? "" : JSON.stringify(document);
  } catch {
    return "";
  }
}
