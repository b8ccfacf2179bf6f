import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { parseConfiguration } from "../../src/host/configuration/parse-configuration.ts";
import { type HttpServerHandle, serveHttp } from "../../src/server/serve-http.ts";
import { field } from "./fields.ts";

const RESOURCE = "http://127.0.0.1:9/mcp";
const INITIALIZE = {
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
};
const PING = { id: 2, method: "ping" };

let codemode: Codemode;
let authority: ChildProcessByStdio<Writable, Readable, null>;
let issuer: string;
let server: HttpServerHandle;

async function openAuthority(): Promise<void> {
  authority = spawn(process.execPath, [fileURLToPath(new URL("authorization-server.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  for await (const line of createInterface(authority.stdout)) {
    issuer = line;
    return;
  }
  throw new Error("The authorization server did not start.");
}

function portOf(listening: Server): number {
  const address = listening.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function tokenOf(name: string, { scope = "read", resource = RESOURCE } = {}): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${name}:${name}-secret-of-the-test`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope, resource }),
  });
  return String(field(await response.json(), "access_token"));
}

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

async function statusOf(asked: Promise<Response>): Promise<number> {
  const response = await asked;
  await response.text();
  return response.status;
}

beforeAll(async () => {
  await openAuthority();
  codemode = createCodemode();
  const { server: settings } = parseConfiguration({
    server: { oauth: { issuer, scopes: ["read"], resource: RESOURCE }, tokens: [{ name: "ci", token: "ci-secret" }] },
  });
  server = await serveHttp(codemode, { port: 0, log: () => {}, ...settings });
});

afterAll(async () => {
  await server.close();
  await codemode.close();
  authority.stdin.end();
  await once(authority, "exit");
});

describe("a server behind an authorization server", () => {
  test("lets in who has a token for it, and says to anybody else where to get one", async () => {
    expect(await statusOf(post(await tokenOf("ann"), INITIALIZE))).toBe(200);
    const refused = await post(undefined, INITIALIZE);
    expect(refused.status).toBe(401);
    const challenge = refused.headers.get("www-authenticate") ?? "";
    const metadataUrl = "http://127.0.0.1:9/.well-known/oauth-protected-resource/mcp";
    expect(challenge).toBe(`Bearer realm="codemode", scope="read", resource_metadata="${metadataUrl}"`);
    const metadata = await fetch(new URL(new URL(metadataUrl).pathname, server.url));
    expect(await metadata.json()).toEqual({
      resource: RESOURCE,
      authorization_servers: [issuer],
      scopes_supported: ["read"],
      bearer_methods_supported: ["header"],
      resource_name: "Codemode",
    });
  });

  test("takes its own tokens beside", async () => {
    expect(await statusOf(post("ci-secret", INITIALIZE))).toBe(200);
  });

  test("refuses a token for another resource, and one without the scope", async () => {
    const foreign = await post(await tokenOf("ann", { resource: "http://127.0.0.1:9/other" }), INITIALIZE);
    expect([foreign.status, foreign.headers.get("www-authenticate")]).toEqual([
      401,
      expect.stringMatching(/error="invalid_token".*claim aud/),
    ]);
    const narrow = await post(await tokenOf("ann", { scope: "write" }), INITIALIZE);
    expect([narrow.status, narrow.headers.get("www-authenticate")]).toEqual([
      403,
      expect.stringMatching(/error="insufficient_scope".*scope="read"/),
    ]);
    await Promise.all([foreign.text(), narrow.text()]);
  });

  test("does not take a token from the address", async () => {
    const to = `${server.url}?access_token=${await tokenOf("ann")}`;
    expect(await statusOf(post(undefined, INITIALIZE, { to }))).toBe(401);
  });

  test("gives each account sessions of its own, whichever token it has now", async () => {
    const begun = await post(await tokenOf("ann"), INITIALIZE);
    await begun.text();
    const session = { "mcp-session-id": begun.headers.get("mcp-session-id") ?? "" };
    expect(await statusOf(post(await tokenOf("ann"), PING, session))).toBe(200);
    expect(await statusOf(post(await tokenOf("bo"), PING, session))).toBe(404);
    expect(await statusOf(post("ci-secret", PING, session))).toBe(404);
  });
});

describe("a forged token", () => {
  let forger: Server;
  let keys: Awaited<ReturnType<typeof generateKeyPair>>;
  let guarded: HttpServerHandle;
  let forgerUrl: string;
  let isAway = false;

  beforeAll(async () => {
    keys = await generateKeyPair("ES256");
    const jwk = { ...(await exportJWK(keys.publicKey)), kid: "one", alg: "ES256" };
    forger = createServer((_request, response) => {
      if (isAway) response.writeHead(500).end();
      else response.end(JSON.stringify({ issuer: forgerUrl, jwks_uri: `${forgerUrl}/keys`, keys: [jwk] }));
    });
    forger.listen(0, "127.0.0.1");
    await once(forger, "listening");
    forgerUrl = `http://127.0.0.1:${portOf(forger)}`;
    guarded = await serveHttp(codemode, { port: 0, log: () => {}, oauth: { issuer: forgerUrl, audience: "us" } });
  });

  afterAll(async () => {
    await guarded.close();
    forger.closeAllConnections();
    forger.close();
  });

  const now = (): number => Math.floor(Date.now() / 1_000);
  const sign = (claims: JWTPayload, header: object = {}, key = keys.privateKey): Promise<string> =>
    new SignJWT({ iss: forgerUrl, aud: "us", sub: "ann", exp: now() + 600, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "one", ...header })
      .sign(key);
  const unending = (): Promise<string> =>
    new SignJWT({ iss: forgerUrl, aud: "us", sub: "ann" })
      .setProtectedHeader({ alg: "ES256", kid: "one" })
      .sign(keys.privateKey);
  const unsigned = (header: object): string =>
    [header, { iss: forgerUrl, aud: "us", sub: "ann", exp: now() + 600 }]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .join(".")
      .concat(".");

  test.each<readonly [string, number, () => string | Promise<string>]>([
    ["that is good", 200, () => sign({})],
    ["whose audience is one of several", 200, () => sign({ aud: ["them", "us"] })],
    ["that has expired", 401, () => sign({ exp: now() - 120 })],
    ["without an end", 401, () => unending()],
    ["that is not valid yet", 401, () => sign({ nbf: now() + 600 })],
    ["of another issuer", 401, () => sign({ iss: "https://evil.example" })],
    ["for another audience", 401, () => sign({ aud: "them" })],
    ["that names nobody", 401, () => sign({ sub: "" })],
    ["that is for a login", 401, () => sign({}, { typ: "logout+jwt" })],
    ["signed with another key", 401, async () => sign({}, {}, (await generateKeyPair("ES256")).privateKey)],
    ["with a key nobody has", 401, () => sign({}, { kid: "two" })],
    ["without a signature", 401, () => unsigned({ alg: "none" })],
    ["signed with the public key as a secret", 401, () => `${unsigned({ alg: "HS256", kid: "one" })}AAAA`],
    ["that is not one", 401, () => "a.b.c"],
    ["that is very long", 401, () => "x".repeat(10_000)],
  ])("%s is answered with %i", async (_what, status, make) => {
    expect(await statusOf(post(await make(), INITIALIZE, { to: guarded.url }))).toBe(status);
  });

  test("cannot be told from a good one while the issuer's keys cannot be had: nobody is let in, and nobody is called a forger", async () => {
    isAway = true;
    await using late = await serveHttp(codemode, {
      port: 0,
      log: () => {},
      oauth: { issuer: forgerUrl, audience: "us" },
    });
    const response = await post(await sign({}), INITIALIZE, { to: late.url });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
    await response.text();
    isAway = false;
    expect(await statusOf(post(await sign({}), INITIALIZE, { to: late.url }))).toBe(200);
  });

  test("of an issuer that anybody on the way could be is refused before anything is bound", async () => {
    const oauth = { issuer: "http://login.example" };
    await expect(serveHttp(codemode, { port: 0, log: () => {}, oauth })).rejects.toMatchObject({
      code: "config_error",
    });
  });
});
