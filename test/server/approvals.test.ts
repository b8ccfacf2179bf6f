import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { field } from "./fields.ts";

let codemode: Codemode;
let server: HttpServerHandle;
/** Arguments that reached the tool. */
const upstream: unknown[] = [];

beforeAll(async () => {
  const inputSchema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] } as const;
  const write = defineTool({
    name: "write",
    description: "Writes.",
    inputSchema,
    execute: ({ n }) => {
      upstream.push(n);
      return `wrote ${String(n)}`;
    },
  });
  const annotations = { readOnlyHint: true };
  const read = defineTool({ name: "read", description: "Reads.", inputSchema, annotations, execute: ({ n }) => n });
  codemode = createCodemode({ tools: { disk: [write, read] }, policy: { preset: "ask-writes" } });
  await codemode.executor.setup();
  server = await serveHttp(codemode, { port: 0, log: () => {}, set: "full" });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

interface Question {
  readonly message: string;
  readonly fields: readonly string[];
  /** What a client fills in where the person has not chosen. */
  readonly chosen: unknown;
}

/** A client whose person answers in this way. */
async function connect(
  mode: "legacy" | "auto",
  answer?: object,
): Promise<{ readonly client: Client; readonly asked: readonly Question[] }> {
  const asked: Question[] = [];
  const capabilities = answer === undefined ? {} : { elicitation: { form: {} } };
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode }, capabilities });
  if (answer !== undefined) {
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      const properties = "requestedSchema" in params ? (params.requestedSchema?.properties ?? {}) : {};
      const chosen = field(properties["decision"], "default");
      asked.push({ message: params.message, fields: Object.keys(properties), chosen });
      return { action: "accept", ...answer };
    });
  }
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  return { client, asked };
}

const CODE = `(await Promise.all([1, 2].map((n) => disk.write({ n }).catch((error) => error.code)))).join()`;

test.each<readonly [mode: "legacy" | "auto", answer: object, value: string, sent: readonly number[]]>([
  ["legacy", { content: { decision: "approve all" } }, "wrote 1,wrote 2", [1, 2]],
  ["auto", { content: { decision: "approve all" } }, "wrote 1,wrote 2", [1, 2]],
  ["legacy", { content: { decision: "deny all" } }, "policy_denied,policy_denied", []],
  ["auto", { content: { decision: "choose", call_1: false, call_2: true } }, "policy_denied,wrote 2", [2]],
  ["legacy", { content: { decision: "choose", call_1: true } }, "wrote 1,policy_denied", [1]],
  ["auto", { action: "decline" }, "policy_denied,policy_denied", []],
])("a person is asked once over a %s connection, and %j is done", async (...[mode, answer, value, sent]) => {
  upstream.length = 0;
  const { client, asked } = await connect(mode, answer);
  const result = await client.callTool({ name: "execute_code", arguments: { code: CODE } });
  expect(result.structuredContent).toMatchObject({ status: "completed", value });
  expect(new Set(upstream)).toEqual(new Set(sent));
  expect(asked).toEqual([
    {
      message: expect.stringMatching(/2 calls[\s\S]*1\. disk__write {"n":1}/),
      fields: ["decision", "call_1", "call_2"],
    },
  ]);
  await client.close();
});

test("a question names every call, with both ends of arguments that are too long to show", async () => {
  const { client, asked } = await connect("auto", { content: { decision: "deny all" } });
  const code = `await Promise.allSettled(Array.from({ length: 120 }, (_, n) => disk.write({ n, text: "a".repeat(900) + "END-" + n })));`;
  await client.callTool({ name: "execute_code", arguments: { code } });
  const [{ message } = { message: "" }] = asked;
  const missing = Array.from({ length: 120 }, (_, n) => n).filter(
    (n) => !message.includes(`\n${n + 1}. disk__write {"n":${n},`) || !message.includes(`END-${n}"}\n`),
  );
  expect(missing).toEqual([]);
  expect(message).toContain("120 calls are cut");
  expect(message.length).toBeLessThan(25_000);
  await client.close();
});

test("both ends of long arguments are whole characters, and no choice is made beforehand", async () => {
  const { client, asked } = await connect("legacy", { content: {} });
  for (const before of ["", "a", "aa"]) {
    const code = `await disk.write({ n: 1, text: ${JSON.stringify(before)} + "😀".repeat(900) });`;
    const result = await client.callTool({ name: "execute_code", arguments: { code } });
    expect(result.structuredContent).toMatchObject({ status: "suspended" });
  }
  expect(asked.map(({ message, chosen }) => [/[\uD800-\uDFFF]|\uFFFD/u.test(message), chosen])).toEqual(
    ["", "a", "aa"].map(() => [false, undefined]),
  );
  await client.close();
});

test.each<readonly [what: string, answer: object]>([
  ["is closed", { action: "cancel" }],
  ["a client answers with what is no answer", { action: "maybe" }],
  ["a client answers with a decision that was not offered", { content: { decision: "Approve All" } }],
])("a question that %s leaves the run parked, which says who can go on with it", async (_what, answer) => {
  upstream.length = 0;
  const { client, asked } = await connect("legacy", answer);
  const result = await client.callTool({ name: "execute_code", arguments: { code: CODE } });
  expect(result.structuredContent).toMatchObject({ status: "suspended", pending: [{ callId: 1 }, { callId: 2 }] });
  expect(JSON.stringify(result.content)).toContain("codemode runs approve run_");
  expect([result.isError, asked.length, upstream]).toEqual([undefined, 1, []]);
  await client.close();
});

test("a client that cannot ask is told that an approval is needed", async () => {
  const { client } = await connect("legacy");
  const result = await client.callTool({ name: "execute_code", arguments: { code: "await disk.write({ n: 1 })" } });
  expect(result.structuredContent).toMatchObject({ error: { code: "approval_required" } });
  await client.close();
});

test("a state that the server did not sign decides nothing", async () => {
  upstream.length = 0;
  const { client } = await connect("auto", { action: "cancel" });
  const params = {
    name: "execute_code",
    arguments: { code: CODE },
    requestState: "made up",
    inputResponses: { approval: { action: "accept", content: { decision: "approve all" } } },
  };
  await expect(client.callTool(params)).rejects.toThrow("requestState");
  expect(upstream).toEqual([]);
  await client.close();
});

test("a client is not asked where only the command line may decide", async () => {
  const inputSchema = { type: "object" } as const;
  const wipe = defineTool({ name: "wipe", description: "Wipes.", inputSchema, execute: () => "wiped" });
  await using own = createCodemode({
    tools: { disk: [wipe] },
    policy: { preset: "ask-writes" },
    approvals: { by: ["cli"] },
  });
  const [ownServer, before] = [await serveHttp(own, { port: 0, log: () => {} }), server];
  server = ownServer;
  const { client, asked } = await connect("auto", { content: { decision: "approve all" } }).finally(() => {
    server = before;
  });
  const { content } = await client.callTool({ name: "execute_code", arguments: { code: "await disk.wipe({})" } });
  expect(JSON.stringify(content)).toMatch(/suspended: the run|approval_required/);
  expect(asked).toEqual([]);
  await client.close();
  await ownServer.close();
});

const FIFTY: Readonly<Record<string, string>> = {
  "one after the other": "for (let n = 0; n < 50; n++) await disk.write({ n }); 50",
  "at the same time": "(await Promise.all(Array.from({ length: 50 }, (_, n) => disk.write({ n })))).length",
  "with reads between": "for (let n = 0; n < 50; n++) await disk.write({ n: await disk.read({ n }) }); 50",
};

test.each(Object.keys(FIFTY).flatMap((shape) => (["legacy", "auto"] as const).map((mode) => [shape, mode] as const)))(
  "50 writes %s are one question over a %s connection",
  async (shape, mode) => {
    upstream.length = 0;
    const { client, asked } = await connect(mode, { content: { decision: "approve all" } });
    const result = await client.callTool({ name: "execute_code", arguments: { code: FIFTY[shape] } });
    expect(result.structuredContent).toMatchObject({ status: "completed", value: 50 });
    expect(asked.map(({ fields }) => fields.length)).toEqual([51]);
    expect(upstream.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, n) => n));
    await client.close();
  },
  30_000,
);

/** Programs of a session, the first of which leaves what the others use; what the others count is there once. */
const IN_SESSION = {
  typescript: {
    first: "let count = 0; const from = 100; console.log('begun'); count",
    writes: {
      "one after the other": "for (let n = 0; n < 50; n++) { await disk.write({ n: from + n }); count++; } count",
      "at the same time":
        "await Promise.all(Array.from({ length: 50 }, (_, n) => disk.write({ n: from + n }))); count += 50",
      "with reads between":
        "for (let n = 0; n < 50; n++) { await disk.write({ n: await disk.read({ n: from + n }) }); count++; } count",
    },
  },
  python: {
    first: "import asyncio\ncount = 0\nstart = 100\nprint('begun')\ncount",
    writes: {
      "one after the other": "for n in range(50):\n    await disk.write(n=start + n)\n    count += 1\ncount",
      "at the same time": "await asyncio.gather(*[disk.write(n=start + n) for n in range(50)])\ncount += 50\ncount",
      "with reads between":
        "for n in range(50):\n    await disk.write(n=await disk.read(n=start + n))\n    count += 1\ncount",
    },
  },
} as const;

test.each(
  (["typescript", "python"] as const).flatMap((language) =>
    (["legacy", "auto"] as const).map((mode) => [language, mode] as const),
  ),
)(
  "50 writes of a program in %s that uses the variables of its session are one question over a %s connection",
  async (language, mode) => {
    const { client, asked } = await connect(mode, { content: { decision: "approve all" } });
    const { first, writes } = IN_SESSION[language];
    const session = `variables-of-${language}-over-${mode}`;
    const run = (code: string) => client.callTool({ name: "execute_code", arguments: { code, language, session } });
    await run(first);
    let times = 0;
    for (const code of Object.values(writes)) {
      upstream.length = 0;
      times += 1;
      const result = await run(code);
      expect(result.structuredContent).toMatchObject({ status: "completed", value: times * 50, stdout: "" });
      expect(asked.map(({ fields }) => fields.length)).toEqual(Array.from({ length: times }, () => 51));
      expect(upstream.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, n) => n + 100));
    }
    await client.close();
  },
  120_000,
);

test("a call that waits belongs to the client that made it, and a run goes on after its client's session has ended", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "codemode-owner-"));
  const inputSchema = { type: "object" } as const;
  const save = defineTool({ name: "save", description: "Saves.", inputSchema, execute: () => "saved" });
  const open = () => createCodemode({ tools: { disk: [save] }, policy: { preset: "ask-writes" }, stateDir });
  const served = open();
  const tokens = [{ name: "ada", token: "a-token-of-ada-0123456789" }];
  const requestInit = { headers: { authorization: "Bearer a-token-of-ada-0123456789" } };
  const connectTo = async ({ url }: HttpServerHandle): Promise<Client> => {
    const client = new Client({ name: "test", version: "1" });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
    return client;
  };
  const direct = await serveHttp(served, { port: 0, log: () => {}, mode: "direct", tokens });
  const caller = await connectTo(direct);
  const called = await caller.callTool({ name: "disk__save", arguments: {} });
  expect(called).toMatchObject({ isError: true, content: [{ text: expect.stringContaining("runs approve call_") }] });
  expect(await served.executor.runs.list({ client: "token ada" })).toMatchObject({ total: 1, runs: [{ pending: 1 }] });
  expect(await served.executor.runs.list({ client: null })).toMatchObject({ total: 0 });
  await caller.close();
  await direct.close();

  const code = await serveHttp(served, { port: 0, log: () => {}, tokens });
  const transport = new StreamableHTTPClientTransport(new URL(code.url), { requestInit });
  const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode: "legacy" } });
  await client.connect(transport);
  const run = (text: string) => client.callTool({ name: "execute_code", arguments: { code: text, session: "s" } });
  await run("let n = 41");
  const parked = await run("await disk.save({}); ++n");
  await transport.terminateSession();
  await client.close();
  await code.close();
  await served.close();
  await using later = open();
  const runId = String(field(parked.structuredContent, "runId"));
  const done = await later.executor.runs.decide(runId, [{ callId: "all", decision: "approve" }]);
  expect(done).toMatchObject({ status: "completed", value: 42, notes: [] });
  rmSync(stateDir, { recursive: true, force: true });
});
