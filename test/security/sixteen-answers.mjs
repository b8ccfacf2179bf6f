/**
 * Runs the built package on a program that asks for sixteen results of 9 MB at once and keeps them, or drops each at once. It
 * prints as JSON by how many megabytes the memory of this process grew at most, the code of the end, and the value of the next
 * program. Needs Linux.
 *
 * `node --expose-gc sixteen-answers.mjs local|stream text|rows kept|dropped`
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createCodemode } from "../../dist/index.js";

const [, , way, tool, use] = process.argv;
const SERVER = fileURLToPath(new URL("../system/large-server.mjs", import.meta.url));
const megabytes = (field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;

const remote =
  way === "local" ? undefined : spawn(process.execPath, [SERVER, "http"], { stdio: ["pipe", "pipe", "inherit"] });
const port = remote === undefined ? 0 : Number(String((await once(remote.stdout, "data"))[0]).trim());
const large =
  remote === undefined
    ? { command: process.execPath, args: [SERVER] }
    : { type: "http", url: `http://127.0.0.1:${port}/stream` };
const codemode = createCodemode({ mcpServers: { large } });
const { executor } = codemode;
const options = { typeCheck: false, timeoutMs: 60_000 };
for (let warm = 0; warm < 5; warm += 1)
  await executor.execute("await large.text({ bytes: 1000 }); await large.rows({ bytes: 1000 }); 1", options);
let before = Number.POSITIVE_INFINITY;
for (let turn = 0; turn < 5; turn += 1) {
  globalThis.gc();
  await setTimeout(100);
  before = Math.min(before, megabytes("VmRSS"));
}
writeFileSync("/proc/self/clear_refs", "5");
const call = `large.${tool}({ bytes: 9_000_000 })${use === "dropped" ? ".then(() => 0)" : ""}`;
const { error } = await executor.execute(
  `(await Promise.all(Array.from({ length: 16 }, () => ${call}))).length`,
  options,
);
const grown = Math.round(megabytes("VmHWM") - before);
const next = await executor.execute("1 + 1", options);
await codemode.close();
remote?.stdin.end();
process.stdout.write(JSON.stringify({ grown, code: error?.code, next: next.value }));
