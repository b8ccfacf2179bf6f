import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compare, measureTogether } from "./measure.ts";
import { realServers } from "./real-servers.ts";
import type { Measurement } from "./report.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const BARE = fileURLToPath(new URL("./bare-client.mjs", import.meta.url));

/** Whole processes, from start to end, with nothing kept from an earlier one. */
export async function measureCold(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), "codemode-bench-"));
  try {
    return await measureProcesses(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureProcesses(directory: string): Promise<Measurement[]> {
  const servers = realServers(directory);
  const mcpServers = Object.fromEntries(servers.map(({ name, ...server }) => [name, server]));
  const config = join(directory, "codemode.json");
  const empty = join(directory, "empty.json");
  writeFileSync(config, JSON.stringify({ mcpServers }));
  writeFileSync(empty, "{}");
  const exec =
    (file: string, code: string, more: readonly string[] = []) =>
    async (): Promise<unknown> => {
      rmSync(join(directory, ".codemode"), { recursive: true, force: true });
      const output = await runProcess([CLI, "exec", "--config", file, "--json", ...more, "-e", code]);
      const { value }: { value: unknown } = JSON.parse(output);
      return value;
    };
  const touching = "[typeof filesystem.read_file, typeof memory.read_graph, typeof everything.echo].join()";
  const answer = "function,function,function";
  const [bare, first, trivial, checked] = await measureTogether([
    {
      name: "bare MCP client: connect 3 servers, list, end",
      run: () => runProcess([BARE, config]),
      answer: "3\n",
      rounds: 7,
    },
    { name: "cold exec touching 3 servers", run: exec(config, touching, ["--no-check"]), answer, rounds: 7 },
    {
      name: "cold exec of 1 + 1, no servers, no type check",
      run: exec(empty, "1 + 1", ["--no-check"]),
      answer: 2,
      rounds: 7,
    },
    { name: "cold exec of 1 + 1, no servers, type check", run: exec(empty, "1 + 1"), answer: 2, rounds: 7 },
  ]);
  if (!bare || !first || !trivial || !checked) throw new Error("a measurement is missing");
  return [bare, compare(first, bare, 1.25), trivial, checked];
}

async function runProcess(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code]: unknown[] = await once(child, "close");
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}: ${output}`);
  return output;
}
