// What a source costs over the bare MCP client: one call, and the start with three servers. Run: npx tsx bench/micro/sources.ts
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { createMcpSource } from "../../src/sources/mcp/mcp-source.ts";
import { parseServerConfig } from "../../src/sources/mcp/server-config.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "bench-sources-"));
const program = (name: string): string => join(root, `node_modules/@modelcontextprotocol/server-${name}/dist/index.js`);

interface Case {
  readonly title: string;
  readonly args: readonly string[];
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const cases: readonly Case[] = [
  { title: "echo (text)", args: [program("everything"), "stdio"], tool: "echo", input: { message: "hi" } },
  {
    title: "list_directory (structured)",
    args: [program("filesystem"), directory],
    tool: "list_directory",
    input: { path: directory },
  },
];

const ROUNDS = 60;
const CALLS_PER_ROUND = 25;
const STARTS = 11;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Wall-clock time of one call, and the processor time it took here; the latter says more on a busy machine. */
interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

async function costPerCall(call: () => Promise<unknown>): Promise<Cost> {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  for (let n = 0; n < CALLS_PER_ROUND; n += 1) await call();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: (performance.now() - begun) / CALLS_PER_ROUND, cpuMs: (user + system) / 1000 / CALLS_PER_ROUND };
}

async function compareCalls({ title, args, tool, input }: Case): Promise<void> {
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [...args], stderr: "ignore" }));
  await client.listTools();
  const source = createMcpSource("s", parseServerConfig("s", { command: process.execPath, args }));
  await source.settled();
  const direct = (): Promise<unknown> => client.callTool({ name: tool, arguments: input });
  const ours = (): Promise<unknown> => source.call(tool, input);
  if (!isDeepStrictEqual(await direct(), await ours())) throw new Error(`Different answers of ${tool}`);
  const bare: Cost[] = [];
  const own: Cost[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // Taking turns at being first, so that a change of the machine's pace meets both alike.
    if (round % 2 === 0) bare.push(await costPerCall(direct));
    own.push(await costPerCall(ours));
    if (round % 2 === 1) bare.push(await costPerCall(direct));
  }
  await client.close();
  await source.close();
  for (const kind of ["wallMs", "cpuMs"] as const) {
    report(`call ${title}, ${kind}`, median(bare.map((cost) => cost[kind])), median(own.map((cost) => cost[kind])));
  }
}

function compareStarts(): void {
  const servers = JSON.stringify([
    [program("everything"), "stdio"],
    [program("filesystem"), directory],
    [program("memory")],
  ]);
  const times: Record<string, number[]> = { "bare-client": [], registry: [] };
  for (let n = 0; n < STARTS; n += 1) {
    for (const [kind, list] of Object.entries(times)) {
      const script = join(root, `bench/micro/__fixtures__/start-${kind}.mjs`);
      const begun = performance.now();
      const { stdout, status } = spawnSync(process.execPath, [script, servers], { encoding: "utf8" });
      if (status !== 0) throw new Error(`${script} failed`);
      // The child prints the moment it was connected; what it takes to end is not part of the start.
      const connectedAt = Number(stdout.trim());
      list.push(connectedAt - (performance.timeOrigin + begun));
    }
  }
  report("start with three servers", median(times["bare-client"] ?? []), median(times["registry"] ?? []));
}

function report(title: string, bareMs: number, oursMs: number): void {
  const ratio = (oursMs / bareMs).toFixed(3);
  console.log(`${title}: bare client ${bareMs.toFixed(3)} ms, source ${oursMs.toFixed(3)} ms, ratio ${ratio}`);
}

console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown"}`);
for (const one of cases) await compareCalls(one);
compareStarts();
