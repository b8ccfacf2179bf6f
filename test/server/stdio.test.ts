import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { field } from "./fields.ts";
import { createWorkplace, type Workplace } from "./test-servers.ts";

const ENTRY = fileURLToPath(new URL("stdio-entry.mjs", import.meta.url));
const INITIALIZE = {
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

async function connect(workplace: Workplace, mode: "legacy" | "auto" = "legacy"): Promise<Client> {
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [ENTRY, workplace.configurationFile],
      env: { PATH: process.env["PATH"] ?? "", CALLS_FILE: workplace.callsFile },
      stderr: "inherit",
    }),
  );
  return client;
}

type ToolResult = Awaited<ReturnType<Client["callTool"]>>;

const valueOf = (result: ToolResult): unknown => field(result.structuredContent, "value");

describe.each(["legacy", "auto"] as const)("a client that negotiates in %s mode", (mode) => {
  let workplace: Workplace;
  let client: Client;

  beforeAll(async () => {
    workplace = createWorkplace();
    client = await connect(workplace, mode);
    // A program waits for the servers it names, however long they take on a busy machine.
    await run("[everything, filesystem, memory].length");
  });
  afterAll(() => client.close());

  const run = (code: string, more = {}): Promise<ToolResult> =>
    client.callTool({ name: "execute_code", arguments: { code, ...more } });

  test("lists tools whose description names the tools of every server", async () => {
    const { tools } = await client.listTools();
    const description = tools.find(({ name }) => name === "execute_code")?.description ?? "";
    expect(description).toContain("COMPLETE");
    for (const name of ["get_sum(", "read_text_file(", "create_entities(", "tick("])
      expect(description).toContain(name);
  });

  // The SDK's client refuses a result that does not match the schema the tool declares.
  test("searches, describes and runs across servers", async () => {
    await client.listTools();
    const found = await client.callTool({ name: "search_tools", arguments: { query: "read a text file", limit: 3 } });
    expect(JSON.stringify(found.structuredContent)).toContain("filesystem__read_text_file");
    const details = await client.callTool({ name: "get_tool_details", arguments: { tool_name: "memory__read_graph" } });
    expect(details.isError ?? false).toBe(false);
    const result = await run(
      `const [text, sum] = await Promise.all([
         filesystem.read_text_file({ path: ${JSON.stringify(`${workplace.folder}/note.txt`)} }),
         everything.get_sum({ a: 2, b: 3 }),
       ]);
       [text, sum]`,
    );
    expect(valueOf(result)).toEqual(["a note", expect.stringContaining("5")]);
  });

  test("keeps the variables of a session", async () => {
    await run("const kept = 20", { session: "s" });
    expect(valueOf(await run("kept + 1", { session: "s" }))).toBe(21);
  });

  test("is given an emitted image as an image", async () => {
    const code = `import { emit } from "codemode";
const items: any = await everything.get_tiny_image({});
for (const item of items) if (item.type === "image") emit(item);`;
    const { content } = await run(code);
    expect(content.map(({ type }) => type)).toEqual(["text", "image"]);
  });

  test("is told what went wrong as an error result, and the server lives on", async () => {
    expect(await run("throw new Error('on purpose')")).toMatchObject({ isError: true });
    expect(await client.callTool({ name: "search_tools", arguments: { words: "x" } })).toMatchObject({ isError: true });
    await expect(client.callTool({ name: "no_such_tool", arguments: {} })).rejects.toMatchObject({ code: -32602 });
    expect(valueOf(await run("1"))).toBe(1);
  });

  test("hears of nested calls as they end", async () => {
    const messages: (string | undefined)[] = [];
    await client.callTool(
      { name: "execute_code", arguments: { code: "for (let i = 0; i < 5; i++) await host.tick({})" } },
      { onprogress: ({ message }) => messages.push(message) },
    );
    expect(messages).toContain("host__tick: ok");
  });

  test("cancels a running program, after which no tool is called", async () => {
    const stop = new AbortController();
    const running = client.callTool(
      { name: "execute_code", arguments: { code: "for (;;) await host.tick({})" } },
      { signal: stop.signal, onprogress: ({ progress }) => progress >= 3 && stop.abort() },
    );
    await expect(running).rejects.toBeDefined();
    // A round trip after the cancellation: by now the server has read it.
    await client.callTool({ name: "list_servers", arguments: {} });
    const calls = workplace.countCalls();
    expect(calls).toBeGreaterThanOrEqual(3);
    await run("import { sleep } from 'codemode'; await sleep(300)");
    expect(workplace.countCalls()).toBe(calls);
  });
});

/** A server spoken to in raw lines, whose end can be watched. */
class RawServer {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #responses = new Map<number, unknown>();
  readonly exited: Promise<unknown>;

  constructor(workplace: Workplace) {
    this.process = spawn(process.execPath, [ENTRY, workplace.configurationFile], {
      env: { ...process.env, CALLS_FILE: workplace.callsFile },
    });
    this.process.stderr.pipe(process.stderr);
    this.exited = once(this.process, "exit");
    this.#lines = createInterface(this.process.stdout)[Symbol.asyncIterator]();
  }

  send(...messages: object[]): void {
    this.process.stdin.write(messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join(""));
  }

  /** The next message, whatever it is. */
  async next(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("The server closed its output.");
    const message: unknown = JSON.parse(value);
    return message;
  }

  /** The response with this id; others that come before it are kept. */
  async response(id: number): Promise<unknown> {
    for (;;) {
      const kept = this.#responses.get(id);
      if (kept !== undefined) return kept;
      const message = await this.next();
      const answered = field(message, "id");
      if (typeof answered === "number") this.#responses.set(answered, message);
    }
  }

  /** Every process below the server, itself included. */
  processes(): number[] {
    const below = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(below)];
    return below(this.process.pid ?? 0);
  }
}

function childrenOf(pid: number): number[] {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
  return rows.flatMap(([child, parent]) => (parent === pid && child !== undefined ? [child] : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("the process", () => {
  test("answers initialize at once though an upstream server is hung", async () => {
    const times: number[] = [];
    while (times.length < 3) {
      const server = new RawServer(createWorkplace({ hung: true }));
      const begun = performance.now();
      server.send({ id: 1, ...INITIALIZE });
      await server.response(1);
      times.push(performance.now() - begun);
      server.process.stdin.end();
      expect(await server.exited).toEqual([0, null]);
    }
    // About 250 ms on a quiet machine, most of it the start of Node and of the SDK; the bound leaves room for a busy one.
    expect(Math.min(...times)).toBeLessThan(1_500);
  });

  test.each([
    ["the end of the input", (server: RawServer) => void server.process.stdin.end()],
    ["SIGTERM", (server: RawServer) => void server.process.kill("SIGTERM")],
    ["SIGINT", (server: RawServer) => void server.process.kill("SIGINT")],
  ])("ends with everything it started within 3 s after %s, in the middle of a program", async (_how, stop) => {
    const workplace = createWorkplace({ hung: true });
    const server = new RawServer(workplace);
    server.send({ id: 1, ...INITIALIZE }, { method: "notifications/initialized" }, { id: 2, method: "tools/list" });
    await server.response(2);
    const meta = { progressToken: 1 };
    const code = "for (;;) await host.tick({})";
    server.send({ id: 3, method: "tools/call", params: { name: "execute_code", arguments: { code }, _meta: meta } });
    while (field(await server.next(), "method") !== "notifications/progress") continue;
    const processes = server.processes();
    expect(processes.length).toBeGreaterThanOrEqual(5);
    const begun = performance.now();
    stop(server);
    expect(await server.exited).toEqual([0, null]);
    const left = 3_000 - (performance.now() - begun);
    expect(left).toBeGreaterThan(0);
    await expect.poll(() => processes.filter(isAlive), { timeout: left, interval: 10 }).toEqual([]);
  });

  test("answers what was asked before the input ended", async () => {
    const server = new RawServer(createWorkplace());
    server.send({ id: 1, ...INITIALIZE }, { method: "notifications/initialized" }, { id: 2, method: "tools/list" });
    server.process.stdin.end();
    expect(await server.response(1)).toHaveProperty("result.serverInfo.name", "codemode");
    expect(await server.response(2)).toHaveProperty("result.tools");
    expect(await server.exited).toEqual([0, null]);
  });

  test("reports an unknown method as the protocol says, and survives what is not JSON", async () => {
    const server = new RawServer(createWorkplace());
    server.process.stdin.write("this is not json\n");
    server.send({ id: 1, ...INITIALIZE }, { id: 2, method: "no/such/method" });
    expect(await server.response(1)).toHaveProperty("result");
    expect(await server.response(2)).toHaveProperty("error.code", -32601);
    server.process.stdin.end();
    await server.exited;
  });
});
