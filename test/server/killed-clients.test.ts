import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterEach, beforeEach, expect, test } from "vitest";
import { field } from "./fields.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const CLIENT = fileURLToPath(new URL("killed-client.mjs", import.meta.url));
const GATED = fileURLToPath(new URL("gated-server.mjs", import.meta.url));
const TOKEN = "a-token-of-the-test-0123456789";

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-killed-")));
  writeFileSync(join(folder, "notes"), "");
  const gated = { command: process.execPath, args: [GATED, join(folder, "notes"), join(folder, "gate")] };
  const server = { tokens: [{ name: "ada", token: TOKEN }] };
  writeFileSync(join(folder, "codemode.json"), JSON.stringify({ mcpServers: { gated }, server }));
});

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const notes = (): readonly string[] => readFileSync(join(folder, "notes"), "utf8").split("\n").slice(0, -1);

/** Resolves when the server has noted so many calls that wait at the gate. */
async function gateReached(count: number): Promise<void> {
  const isReached = (): boolean => notes().filter((note) => note.startsWith("pass")).length >= count;
  await new Promise<void>((resolve) => {
    const watcher = watch(join(folder, "notes"), () => {
      if (!isReached()) return;
      watcher.close();
      resolve();
    });
    if (!isReached()) return;
    watcher.close();
    resolve();
  });
}

/** Notes that it began, waits at the gate, and notes that it ended. */
const program = (name: string): string =>
  `await gated.note({ text: "${name} begins" }); await gated.pass({ text: "${name}" }); await gated.note({ text: "${name} ends" })`;

async function serveOverHttp(): Promise<string> {
  const args = [CLI, "serve", "--http", "127.0.0.1:0", "--config", join(folder, "codemode.json")];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  children.push(child);
  for await (const line of createInterface({ input: child.stderr })) {
    const [url] = /http:\S+/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("The server did not start.");
}

async function connect(mode: "legacy" | "auto", url: string | undefined): Promise<Client> {
  const client = new Client({ name: "later", version: "1" }, { versionNegotiation: { mode } });
  const config = join(folder, "codemode.json");
  await client.connect(
    url === undefined
      ? new StdioClientTransport({
          command: process.execPath,
          args: [CLI, "serve", "--config", config],
          stderr: "ignore",
        })
      : new StreamableHTTPClientTransport(new URL(url), {
          requestInit: { headers: { authorization: `Bearer ${TOKEN}` } },
        }),
  );
  return client;
}

/** The result of a run by its id; one that was left is gone on with. */
async function resultOf(client: Client, runId: string): Promise<unknown> {
  for (;;) {
    const found = await client.callTool({ name: "get_execution", arguments: { run_id: runId, wait: 20 } });
    const status = field(found.structuredContent, "status");
    if (status === "completed" || status === "failed") return found.structuredContent;
    if (status !== "suspended") continue;
    const resumed = await client.callTool({ name: "resume_execution", arguments: { run_id: runId } });
    if (field(resumed.structuredContent, "status") === "completed") return resumed.structuredContent;
  }
}

test.each([
  ["stdio", "legacy"],
  ["stdio", "auto"],
  ["HTTP", "legacy"],
  ["HTTP", "auto"],
] as const)(
  "a client over %s in %s mode that is killed while its programs run leaves them to a new one, which has their results",
  async (transport, mode) => {
    const url = transport === "HTTP" ? await serveOverHttp() : undefined;
    const given = url === undefined ? join(folder, "codemode.json") : TOKEN;
    const args = [CLIENT, mode, url ?? "stdio", given, CLI, program("behind"), program("before")];
    const killed = spawn(process.execPath, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    children.push(killed);
    const [line]: unknown[] = await once(createInterface({ input: killed.stdout }), "line");
    await gateReached(2);
    killed.kill("SIGKILL");
    await once(killed, "close");

    const client = await connect(mode, url);
    const refused = await client.callTool({ name: "get_execution", arguments: { run_id: "run_unknown" } });
    const ids = JSON.stringify(refused.content).match(/run_[0-9a-f]{20}/g) ?? [];
    expect(ids).toHaveLength(2);
    expect(ids).toContain(line);
    writeFileSync(join(folder, "gate"), "");
    for (const runId of ids) expect(await resultOf(client, runId)).toMatchObject({ status: "completed" });
    expect(
      notes()
        .filter((note) => note.startsWith("note"))
        .toSorted(),
    ).toEqual(["before begins", "before ends", "behind begins", "behind ends"].map((text) => `note ${text}`));
    await client.close();
  },
  120_000,
);
