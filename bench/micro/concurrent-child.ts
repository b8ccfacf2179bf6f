/** Runs 32 programs of 5 real calls at once, some rounds of it, and prints the measurements as JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCodemode } from "codemode";
import { measureTogether } from "./measure.ts";
import { realServers } from "./real-servers.ts";

const PROGRAMS = 32;
const PROGRAM = "let n = 0; for (let i = 0; i < 5; i++) n += (await everything.echo({ message: String(i) })).length; n";

const directory = mkdtempSync(join(tmpdir(), "codemode-bench-"));
const servers = realServers(directory).map(({ name, ...server }) => [name, server] as const);
const codemode = createCodemode({ mcpServers: Object.fromEntries(servers) });
await codemode.executor.setup();
await codemode.registry.discoverAll();

const runAll = async (): Promise<unknown> => {
  const runs = Array.from({ length: PROGRAMS }, () => codemode.executor.execute(PROGRAM, { typeCheck: false }));
  return (await Promise.all(runs)).map(({ value }) => value);
};
const name = "32 programs of 5 real calls at once";
const measurements = await measureTogether([
  { name, run: runAll, answer: Array.from({ length: PROGRAMS }, () => 35), rounds: 25, promise: 80 },
]);
const memory = process.memoryUsage.rss() / 2 ** 20;
const resident = { name: "resident memory after that", median: memory, p95: memory, least: memory, samples: 1 };
console.log(JSON.stringify([...measurements, { ...resident, unit: "MB", promise: 200 }]));
await codemode.close();
rmSync(directory, { recursive: true, force: true });
