import { mkdtempSync, realpathSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { field } from "./fields.ts";

// Programs that take longer than their callers wait, over both transports and in both eras of the protocol.

const ENTRY = fileURLToPath(new URL("stdio-entry.mjs", import.meta.url));
const ERAS = ["legacy", "auto"] as const;

/** Time that a caller waits here, instead of 45 s. */
const ANSWER_MS = 600;

/** Calls once, goes on when it may, which is after its caller has been answered, and calls again. */
const LONG = `import { sleep } from "codemode";
await host.tick({});
while (!(await host.may_go({}))) await sleep(100);
await host.tick({});
"the end"`;
const ENDLESS = `import { sleep } from "codemode"; for (;;) { await host.tick({}); await sleep(50); }`;

type ToolResult = Awaited<ReturnType<Client["callTool"]>>;

const call = (client: Client, name: string, args: Record<string, unknown>): Promise<ToolResult> =>
  client.callTool({ name, arguments: args });
const statusOf = ({ structuredContent }: ToolResult): unknown => field(structuredContent, "status");
const idOf = ({ structuredContent }: ToolResult): string => String(field(structuredContent, "runId"));

/** Starts the long program and calls back when its first call is over. */
async function startHeard(client: Client, onFirst: () => void): Promise<void> {
  const running = client.callTool(
    { name: "execute_code", arguments: { code: LONG, timeout: 60 } },
    { onprogress: ({ message }) => message === "host__tick: ok" && onFirst() },
  );
  await running.catch(() => {});
}

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-long-")));
  writeFileSync(join(folder, "codemode.json"), "{}");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(ERAS)("over standard input and output, a client that negotiates in %s mode", (mode) => {
  const calls = (): number => readFileSync(join(folder, "calls.txt"), "utf8").split("\n").length - 1;

  const letGo = (): void => writeFileSync(join(folder, "go"), "");

  beforeEach(() => {
    writeFileSync(join(folder, "calls.txt"), "");
    rmSync(join(folder, "go"), { force: true });
  });

  async function connect(): Promise<Client> {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [ENTRY, join(folder, "codemode.json"), String(ANSWER_MS)],
        env: { PATH: process.env["PATH"] ?? "", CALLS_FILE: join(folder, "calls.txt"), GO_FILE: join(folder, "go") },
        stderr: "inherit",
      }),
    );
    return client;
  }

  test("is answered in time with the id of the run, waits for the rest, and can end a run", async () => {
    const client = await connect();
    await client.listTools();
    const early = await call(client, "execute_code", { code: LONG });
    expect(early).toMatchObject({ structuredContent: { status: "running", value: null } });
    expect(early.isError ?? false).toBe(false);
    const run_id = idOf(early);
    expect(statusOf(await call(client, "get_execution", { run_id }))).toBe("running");
    letGo();
    const late = await call(client, "get_execution", { run_id, wait: 50 });
    expect(late.structuredContent).toMatchObject({ runId: run_id, status: "completed", value: "the end" });
    expect(late.content).toEqual([{ type: "text", text: "value: the end" }]);
    expect(calls()).toBe(2);

    const endless = await call(client, "execute_code", { code: ENDLESS, background: true, timeout: 300 });
    expect(statusOf(endless)).toBe("running");
    const ended = await call(client, "cancel_execution", { run_id: idOf(endless) });
    expect(ended.structuredContent).toMatchObject({ cancelled: true });
    const after = await call(client, "get_execution", { run_id: idOf(endless), wait: 50 });
    expect(statusOf(after)).toBe("cancelled");
    const unknown = await call(client, "get_execution", { run_id: "run_0" });
    expect(JSON.stringify(unknown.content)).toContain(run_id);
    await client.close();
  }, 120_000);

  test("that goes away leaves a parked run, which another process goes on with", async () => {
    const client = await connect();
    await startHeard(client, () => void client.close());
    const other = await connect();
    await other.listTools();
    const { structuredContent } = await call(other, "get_execution", { run_id: "" });
    const hint = String(field(field(structuredContent, "error"), "hint"));
    const run_id = /run_\w+(?= \((suspended|running)\))/.exec(hint)?.[0] ?? hint;
    expect(statusOf(await call(other, "get_execution", { run_id, wait: 50 }))).toBe("suspended");
    expect(calls()).toBe(1);
    letGo();
    const resumed = await call(other, "resume_execution", { run_id });
    const end = statusOf(resumed) === "running" ? await call(other, "get_execution", { run_id, wait: 50 }) : resumed;
    expect(end.structuredContent).toMatchObject({ runId: run_id, status: "completed", value: "the end" });
    expect(calls()).toBe(2);
    await other.close();
  }, 120_000);
});

describe.each(ERAS)("over HTTP, a client that negotiates in %s mode", (mode) => {
  let calls = 0;
  let codemode: Codemode;
  let server: HttpServerHandle;
  let mayGo = false;
  let called = (): void => {};

  beforeEach(() => {
    mayGo = false;
  });

  const ticked = (): Promise<void> => new Promise((resolve) => (called = resolve));

  beforeAll(async () => {
    const tick = defineTool({
      name: "tick",
      description: "Notes that it was called.",
      inputSchema: { type: "object" },
      execute: async () => {
        calls += 1;
        called();
        return "ticked";
      },
    });
    const may_go = defineTool({
      name: "may_go",
      description: "Tells whether programs may go on.",
      inputSchema: { type: "object" },
      annotations: { readOnlyHint: true },
      execute: () => mayGo,
    });
    codemode = createCodemode({ stateDir: join(folder, `http-${mode}`), tools: { host: [tick, may_go] } });
    const tokens = ["ann", "bob"].map((name) => ({ name, token: `token-of-${name}` }));
    server = await serveHttp(codemode, { port: 0, log: () => {}, tokens, answerMs: ANSWER_MS, set: "full" });
  });

  afterAll(async () => {
    await server.close();
    await codemode.close();
  });

  async function connect(name: "ann" | "bob", fetching?: typeof fetch): Promise<Client> {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    const requestInit = { headers: { authorization: `Bearer token-of-${name}` } };
    const options = fetching === undefined ? { requestInit } : { requestInit, fetch: fetching };
    await client.connect(new StreamableHTTPClientTransport(new URL(server.url), options));
    await client.listTools();
    return client;
  }

  test("finds its run from another connection, and nobody else does", async () => {
    const [first, bob] = [await connect("ann"), await connect("bob")];
    const early = await call(first, "execute_code", { code: LONG });
    const run_id = idOf(early);
    expect(statusOf(early)).toBe("running");
    await first.close();
    for (const name of ["get_execution", "resume_execution"]) {
      const refused = await call(bob, name, { run_id });
      expect(refused.structuredContent).toMatchObject({ error: { code: "invalid_arguments" } });
      expect(JSON.stringify(refused)).toContain(`There is no run`);
    }
    const stopped = await call(bob, "cancel_execution", { run_id });
    expect(stopped.structuredContent).toMatchObject({ cancelled: false });
    const { structuredContent: seen } = await call(bob, "get_execution_history", {});
    expect(seen).toEqual({ runs: [], running: [] });
    mayGo = true;
    const second = await connect("ann");
    const { structuredContent } = await call(second, "get_execution", { run_id, wait: 50 });
    expect(structuredContent).toMatchObject({ runId: run_id, status: "completed", value: "the end" });
    await Promise.all([second.close(), bob.close()]);
  }, 120_000);

  const isGoingOn = mode === "legacy";
  const fate = isGoingOn ? "lets its run go on" : "leaves a parked run";
  test(`whose connection is cut ${fate}; one in the background goes on`, async () => {
    const sent: { readonly body: string; readonly headers: Record<string, string> }[] = [];
    const first = await connect("ann", (input, init) => {
      if (typeof init?.body === "string")
        sent.push({ body: init.body, headers: Object.fromEntries(new Headers(init.headers)) });
      return fetch(input, init);
    });
    await call(first, "execute_code", { code: "1" });
    const model = sent.findLast(({ body }) => body.includes("execute_code"));
    const before = calls;
    const begun = ticked();
    const background = await call(first, "execute_code", { code: LONG, background: true });
    await begun;
    const reached = ticked();
    const cut = httpRequest(server.url, { method: "POST", headers: model?.headers ?? {} });
    cut.on("error", () => {});
    const code = JSON.stringify(LONG.replace("the end", "the cut end"));
    cut.end(model?.body.replace(/"id":\d+/, '"id":1000000').replace('"code":"1"', `"code":${code}`));
    await reached;
    const [going] = (await codemode.executor.runs.list({ client: "token ann", limit: 1 })).runs;
    const run_id = going?.runId ?? "";
    // Its first call is recorded by then.
    await codemode.executor.callTool("host__tick");
    cut.destroy();
    await first.close();
    const second = await connect("ann");
    const wait = isGoingOn ? {} : { wait: 50 };
    expect(statusOf(await call(second, "get_execution", { run_id, ...wait }))).toBe(
      isGoingOn ? "running" : "suspended",
    );
    mayGo = true;
    const left = await call(second, "get_execution", { run_id: idOf(background), wait: 50 });
    expect(left.structuredContent).toMatchObject({ status: "completed", value: "the end" });
    const resumed = isGoingOn ? undefined : await call(second, "resume_execution", { run_id });
    const isDone = resumed !== undefined && statusOf(resumed) !== "running";
    const end = isDone ? resumed : await call(second, "get_execution", { run_id, wait: 50 });
    expect(end.structuredContent).toMatchObject({ status: "completed", value: "the cut end" });
    // Two of each run, and the one between: nothing was made again.
    expect(calls).toBe(before + 5);
    await second.close();
  }, 120_000);
});

test("runs of a process that ends are parked, written and found by the next one", async () => {
  const stateDir = join(folder, "ending");
  const open = (): Codemode => createCodemode({ stateDir });
  const first = open();
  const code = `import { sleep } from "codemode"; await sleep(700); "done"`;
  const { runId, status } = await first.executor.execute(code, { background: true });
  expect(status).toBe("running");
  await first.close();
  await using second = open();
  expect(await second.executor.runs.get(runId)).toMatchObject({ status: "suspended", pending: [] });
  expect(await second.executor.runs.resume(runId)).toMatchObject({ status: "completed", value: "done" });
  await using none = createCodemode({ store: { journal: "none" } });
  await expect(none.executor.execute("1", { background: true })).rejects.toMatchObject({ code: "config_error" });
}, 120_000);
