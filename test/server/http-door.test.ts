import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { parseConfiguration } from "../../src/host/configuration/parse-configuration.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";

const sha256 = createHash("sha256").update("bo-secret").digest("hex");
let isWritable = true;
let codemode: Codemode;
let server: HttpServerHandle;

beforeAll(async () => {
  codemode = createCodemode();
  const { server: settings } = parseConfiguration({
    server: {
      tokens: [
        { name: "ann", token: "ann-secret" },
        { name: "bo", sha256 },
      ],
      maxBodyBytes: 2_000,
    },
  });
  server = await serveHttp(codemode, { port: 0, log: () => {}, isReady: async () => isWritable, ...settings });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
});

const INITIALIZE = {
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};

type Headers = Readonly<Record<string, string>>;

function post(
  token: string | undefined,
  body: object,
  { to = server.url, ...headers }: Headers = {},
): Promise<Response> {
  const accept = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  return fetch(to, {
    method: "POST",
    headers: { ...accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", ...body }),
  });
}

const health = (path: string): Promise<Response> => fetch(new URL(path, server.url));

test.each([
  ["in clear", "ann-secret", 200],
  ["held as its digest", "bo-secret", 200],
  ["that is the digest itself", sha256, 401],
  ["of nobody", "other", 401],
  ["that is missing", undefined, 401],
])("a token %s is answered with its status", async (_name, token, status) => {
  const response = await post(token, INITIALIZE);
  expect(response.status).toBe(status);
  await response.text();
});

test("a session belongs to the holder that began it, and for any other it does not exist", async () => {
  const begun = await post("ann-secret", INITIALIZE);
  await begun.text();
  const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
  const ping = { id: 2, method: "ping" };
  const [own, foreign, guessed] = await Promise.all([
    post("ann-secret", ping, session),
    post("bo-secret", ping, session),
    post("bo-secret", ping, { "mcp-session-id": "00000000-0000-4000-8000-000000000000" }),
  ]);
  expect([own.status, foreign.status, guessed.status]).toEqual([200, 404, 404]);
  await own.text();
  expect(await foreign.text()).toBe(await guessed.text());
});

test("a request that is too large gets 413", async () => {
  const response = await post("ann-secret", { id: 3, method: "ping", params: { filler: "x".repeat(3_000) } });
  expect(response.status).toBe(413);
  await response.text();
});

test("health is told without a token and names nothing; readiness follows the state", async () => {
  expect(await (await health("/healthz")).json()).toEqual({ status: "ok" });
  expect((await health("/readyz")).status).toBe(200);
  isWritable = false;
  expect((await health("/readyz")).status).toBe(503);
  expect((await health("/healthz")).status).toBe(200);
  isWritable = true;
  expect((await health("/else")).status).toBe(404);
});

test.each([
  ["both forms", [{ name: "a", token: "x", sha256 }], /needs one of token and sha256/],
  ["neither form", [{ name: "a" }], /needs one of token and sha256/],
  ["a digest that is none", [{ name: "a", sha256: "abc" }], /64 hexadecimal digits/],
])("a token with %s is refused by the configuration", (_name, tokens, message) => {
  expect(() => parseConfiguration({ server: { tokens } })).toThrow(message);
});

test("two tokens of one name are refused before anything is bound", async () => {
  const tokens = [
    { name: "a", token: "x" },
    { name: "a", token: "y" },
  ];
  await expect(serveHttp(codemode, { port: 0, log: () => {}, tokens })).rejects.toMatchObject({ code: "config_error" });
});

test("at the limit the holder of most sessions makes room, by one never used before one that was", async () => {
  const tokens = ["one", "many"].map((name) => ({ name, token: name }));
  await using small = await serveHttp(codemode, { port: 0, log: () => {}, maxSessions: 3, tokens });
  const ask = async (token: string, message: object, id?: string): Promise<Response> => {
    const session: Headers = id === undefined ? {} : { "mcp-session-id": id };
    const response = await post(token, message, { to: small.url, ...session });
    await response.text();
    return response;
  };
  const begin = async (token: string): Promise<string> =>
    (await ask(token, INITIALIZE)).headers.get("mcp-session-id") ?? "";
  const ping = { id: 2, method: "ping" };
  const lone = await begin("one");
  const used = await begin("many");
  await ask("many", ping, used);
  const unused = await begin("many");
  const last = await begin("many");
  const statuses = [(await ask("one", ping, lone)).status];
  for (const id of [used, unused, last]) statuses.push((await ask("many", ping, id)).status);
  expect(statuses).toEqual([200, 200, 404, 200]);
});
