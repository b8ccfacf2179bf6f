import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { isRecord } from "../../src/base/is-record.ts";

let codemode: Codemode;
let server: HttpServerHandle;

const picture = defineTool({
  name: "picture",
  description: "A picture with more than the protocol knows.",
  inputSchema: { type: "object" },
  execute: async () => "seen",
});

beforeAll(async () => {
  codemode = createCodemode({ tools: { host: [picture] } });
  await codemode.executor.setup();
  server = await serveHttp(codemode, { port: 0, log: () => {}, set: "full" });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

interface Answer {
  readonly status: number;
  readonly session: string;
  readonly type: string | null;
  /** Ids and data of the events, or the body where there are none. */
  readonly events: readonly unknown[];
}

async function post(message: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", ...message }),
  });
  const text = await response.text();
  const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, part = ""]) => part);
  const parts = data.length > 0 ? data : [text];
  return {
    status: response.status,
    session: response.headers.get("mcp-session-id") ?? "",
    type: response.headers.get("content-type"),
    events: parts.filter((part) => part !== "").map((part) => withoutChance(JSON.parse(part))),
  };
}

/** What differs between two runs of the same program. */
function withoutChance(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutChance);
  if (typeof value === "string") return value.replaceAll(/run_\w{20}|artifact_\w+/g, "ID");
  if (!isRecord(value)) return value;
  const chance = new Set(["durationMs", "startedAt", "endedAt"]);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !chance.has(key))
      .map(([key, part]) => [key, withoutChance(part)]),
  );
}

/** A session; one that sets a level of logging is answered by the SDK's server from then on. */
async function begin(way: "ours" | "library", capabilities: object = {}): Promise<Readonly<Record<string, string>>> {
  const clientInfo = { name: `both ways, ${way}`, version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities, clientInfo };
  const { session } = await post({ id: 1, method: "initialize", params });
  const headers = { "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" };
  await post({ method: "notifications/initialized" }, headers);
  if (way === "library") await post({ id: 2, method: "logging/setLevel", params: { level: "debug" } }, headers);
  return headers;
}

const call = (args: unknown, name: unknown = "execute_code"): object => ({
  id: 7,
  method: "tools/call",
  params: { name, arguments: args },
});

test.each<readonly [what: string, message: object]>([
  ["ping", { id: 5, method: "ping" }],
  ["the list of tools", { id: "list", method: "tools/list" }],
  ["the list with empty parameters", { id: 6, method: "tools/list", params: {} }],
  ["a cursor of no list", { id: 6, method: "tools/list", params: { cursor: "x" } }],
  ["parameters that are none", { id: 6, method: "tools/list", params: { cursor: 5 } }],
  ["a program", call({ code: "1 + 1" })],
  ["a program that fails", call({ code: "throw new Error('no')" })],
  ["integers beyond 2^53", call({ code: "9007199254740993n" })],
  ["what a program emits", call({ code: 'codemode.emit({ type: "text", text: "a", odd: 1 }); codemode.emit("b"); 1' })],
  ["arguments that do not match", call({ language: "cobol" })],
  ["no arguments", { id: 7, method: "tools/call", params: { name: "list_servers" } }],
  ["arguments that are no object", call("text")],
  ["a name that is no text", call({}, 5)],
  ["a tool that there is not", call({}, "execute_coda")],
  ["a tool of a server called as one of ours", call({}, "host__picture")],
  ["a session used twice", call({ code: "globalThis.kept = 1; kept", session: "s" })],
  [
    "progress",
    {
      id: 7,
      method: "tools/call",
      params: { name: "execute_code", arguments: { code: "await host.picture({}); 3" }, _meta: { progressToken: "p" } },
    },
  ],
  ["a parameter that nobody knows", { id: 7, method: "tools/call", params: { name: "list_servers", odd: 1 } }],
  ["a method that there is not", { id: 8, method: "no/such" }],
  ["an id that is none", { id: null, method: "ping" }],
  ["an id beyond integers", { id: 1.5, method: "ping" }],
  ["a member that nobody knows", { id: 9, method: "ping", odd: true }],
  ["a notification that nobody knows", { method: "notifications/no/such" }],
  ["an answer to nothing", { id: 4, result: {} }],
  [
    "a second greeting",
    {
      id: 1,
      method: "initialize",
      params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "a", version: "1" } },
    },
  ],
])("%s is answered as the SDK's server answers it", async (_what, message) => {
  const [ours, library] = [await begin("ours"), await begin("library")];
  const [own, other] = [await post(message, ours), await post(message, library)];
  expect({ ...own, session: "" }).toEqual({ ...other, session: "" });
  expect([own.session === "", other.session === ""]).toEqual([
    own.type !== "text/event-stream",
    own.type !== "text/event-stream",
  ]);
});

test("the SDK's server answers a client that can be asked, with what it said of itself", async () => {
  const headers = await begin("ours", { elicitation: {}, roots: { listChanged: true } });
  const plain = await begin("ours");
  const message = call({ code: "2 + 2" });
  expect((await post(message, headers)).events).toEqual((await post(message, plain)).events);
});

test("clients that say the same are greeted the same, and what they say is looked at once more when it differs", async () => {
  const greet = (params: object): Promise<Answer> => post({ id: 1, method: "initialize", params });
  const clientInfo = { name: "greeted", version: "1" };
  const known = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const [first, second] = [await greet(known), await greet(known)];
  expect(second.events).toEqual(first.events);
  expect(second.session).not.toBe(first.session);
  expect(first.events).toMatchObject([{ result: { protocolVersion: "2025-06-18", serverInfo: { name: "codemode" } } }]);
  const newer = await greet({ ...known, protocolVersion: "1999-01-01" });
  expect(newer.events).toMatchObject([{ result: { protocolVersion: "2025-11-25" } }]);
  expect(await greet({ ...known, capabilities: { roots: 5 } })).toMatchObject({ status: 400 });
});

test("a client that is taken up by the SDK's server in the middle of its session keeps its variables", async () => {
  const headers = await begin("ours");
  await post(call({ code: "globalThis.kept = 41", session: "s" }), headers);
  await post({ id: 3, method: "logging/setLevel", params: { level: "info" } }, headers);
  const again = await post(call({ code: "globalThis.kept + 1", session: "s" }), headers);
  expect(again.events).toMatchObject(
    [{}, { result: { structuredContent: { value: 42 } } }].slice(-again.events.length),
  );
});
