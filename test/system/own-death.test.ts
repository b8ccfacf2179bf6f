import { execFileSync, spawnSync } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, test } from "vitest";

// What a server that is killed leaves behind: nothing, whatever its children think of that.

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const EVERYTHING = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);
const GONE_WITHIN_MS = 5_000;

/** Stays when its input ends and when it is asked to go, and so does the child it has started. */
const STUBBORN = `
const stay = 'process.on("SIGTERM", () => {}); process.on("SIGHUP", () => {}); setInterval(() => {}, 1000);';
eval(stay);
require("node:child_process").spawn(process.execPath, ["-e", stay], { stdio: "ignore" });
const answers = {
  initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "stubborn", version: "1" } }),
  "tools/list": () => ({ tools: [{ name: "stay", inputSchema: { type: "object" } }] }),
  "tools/call": () => ({ content: [{ type: "text", text: "staying" }] }),
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  const answer = answers[method];
  if (id === undefined) return;
  process.stdout.write(JSON.stringify({ jsonrpc: "2.0", id, ...(answer ? { result: answer(params) } : { error: { code: -32601, message: "unknown" } }) }) + "\\n");
});`;

const BUSY = `
await stubborn.stay()
print(await everything.echo(message="on it"))
while True:
    pass`;

/** The processes there are, by their id: parent, state and command. */
function processes(): ReadonlyMap<
  number,
  { readonly parent: number; readonly isZombie: boolean; readonly command: string }
> {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" }).trim().split("\n");
  return new Map(
    rows.map((row) => {
      const [pid = "", parent = "", state = "", ...command] = row.trim().split(/\s+/);
      return [Number(pid), { parent: Number(parent), isZombie: state.startsWith("Z"), command: command.join(" ") }];
    }),
  );
}

/** All that a process has started, and what that has started. */
function descendants(pid: number): readonly number[] {
  const all = processes();
  const found = [pid];
  for (const parent of found)
    for (const [child, facts] of all) if (facts.parent === parent && facts.command !== "") found.push(child);
  return found.slice(1);
}

/** The commands of those that are still alive. */
function alive(pids: readonly number[]): readonly string[] {
  const all = processes();
  return pids.flatMap((pid) => {
    const { isZombie = true, command = "" } = all.get(pid) ?? {};
    // A process that is listed in brackets has given back its memory already.
    return isZombie || command.startsWith("[") ? [] : [command.slice(0, 120)];
  });
}

test.each([
  ["with all that the machine offers", undefined],
  ["without bubblewrap and setpriv", "/nowhere"],
])(
  "a server that is killed leaves no process, %s",
  async (_title, path) => {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "codemode-death-")));
    const mcpServers = {
      everything: { command: process.execPath, args: [EVERYTHING] },
      stubborn: { command: process.execPath, args: ["-e", STUBBORN] },
    };
    await writeFile(join(folder, "codemode.json"), JSON.stringify({ mcpServers }));
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [CLI, "serve", "--config", join(folder, "codemode.json")],
      env: { PATH: path ?? process.env["PATH"] ?? "", HOME: folder },
      stderr: "ignore",
    });
    const client = new Client({ name: "test", version: "1" });
    try {
      await client.connect(transport);
      const busy = new Promise<void>((resolve, reject) => {
        client
          .callTool(
            { name: "execute_code", arguments: { code: BUSY, language: "python", timeout: 120 } },
            { timeout: 110_000, onprogress: ({ message }) => message === "everything__echo: ok" && resolve() },
          )
          .then((result) => reject(new Error(JSON.stringify(result))), reject);
      });
      await busy;
      // A type check, so that the compiler runs too.
      await client.callTool({ name: "execute_code", arguments: { code: "1 + 1" } });
      const host = transport.pid ?? 0;
      const started = descendants(host);
      // Both servers, the grandchild, Python and the compiler, and what keeps watch.
      expect(started.length).toBeGreaterThanOrEqual(6);
      process.kill(host, "SIGKILL");
      const until = performance.now() + GONE_WITHIN_MS;
      while (alive(started).length > 0 && performance.now() < until) await delay(50);
      const left = alive(started);
      if (left.length > 0) for (const pid of started) spawnSync("kill", ["-KILL", String(pid)]);
      expect(left).toEqual([]);
    } finally {
      await client.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
