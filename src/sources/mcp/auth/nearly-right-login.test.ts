import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { readChallenge } from "./challenge.ts";
import { describeAuthority, listenForLogins } from "./__fixtures__/own-authority.ts";
import { logIn } from "./log-in.ts";
import type { Login } from "./login.ts";
import { OAuthCredentials, type OAuthParts } from "./oauth-credentials.ts";

interface Oddity {
  readonly flow?: "device";
  /** Answer of the token endpoint: over what is right, or as written. `drop` ends the first connections without one. */
  readonly token?: object | string;
  readonly drop?: number;
  readonly client?: object;
  readonly device?: object;
  /** Members of the description of the authorization server. */
  readonly metadata?: object;
  /** Path of what the login is for. @default "/mcp" */
  readonly resource?: string;
  /** Where it describes itself. @default the place of authorization servers */
  readonly described?: string;
  readonly challenge?: (base: string) => string;
}

const FORM = "application/x-www-form-urlencoded";

/** A server that is its own authorization server and does one thing in its own way; the parts of a login there. */
async function openOdd(oddity: Oddity): Promise<OAuthParts> {
  let drops = oddity.drop ?? 0;
  const token = { access_token: "token-of-the-test", token_type: "Bearer", ...Object(oddity.token) };
  const routes: Readonly<Record<string, (request: IncomingMessage) => object | string | undefined>> = {
    "/place": () => ({ resource: `${base}${oddity.resource ?? "/mcp"}`, authorization_servers: [base] }),
    "/register": () => oddity.client ?? { client_id: "c", redirect_uris: [] },
    "/device": () => ({ device_code: "d", user_code: "AB", verification_uri: `${base}/d`, ...oddity.device }),
    "/token": () => (drops-- > 0 ? undefined : typeof oddity.token === "string" ? oddity.token : token),
    [oddity.described ?? "/.well-known/oauth-authorization-server"]: () => ({
      ...describeAuthority(base),
      ...oddity.metadata,
    }),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? "/", base);
    await text(request);
    if (pathname === "/authorize") {
      const back = `${searchParams.get("redirect_uri")}?code=a-code&state=${searchParams.get("state")}`;
      return void response.writeHead(302, { location: back }).end();
    }
    const route = routes[pathname];
    if (route === undefined) {
      const challenge = oddity.challenge?.(base) ?? `Bearer resource_metadata="${base}/place"`;
      return void response.writeHead(pathname === "/mcp" ? 401 : 404, { "www-authenticate": challenge }).end();
    }
    const said = route(request);
    if (said === undefined) return void request.socket.destroy();
    const type = typeof said === "string" ? FORM : "application/json";
    return void response
      .writeHead(200, { "content-type": type })
      .end(typeof said === "string" ? said : JSON.stringify(said));
  };
  const server = createServer((request, response) => void answer(request, response));
  const { base, parts } = await listenForLogins(server, oddity.flow ?? "authorization_code");
  return parts;
}

async function logInAt(oddity: Oddity): Promise<Login> {
  const present = async ({ url }: { readonly url: string }): Promise<void> => {
    if (oddity.flow === undefined) await (await fetch(url)).text();
  };
  return logIn(await openOdd(oddity), { present, signal: AbortSignal.timeout(10_000) });
}

test.each<readonly [string, Oddity, Partial<Login>]>([
  ["a token without its type", { token: { token_type: undefined } }, {}],
  ["a token with members that are null", { token: { scope: null, refresh_token: null, expires_in: null } }, {}],
  ["a token with a list of scopes", { token: { scope: ["read", "write"] } }, { scopes: ["read", "write"] }],
  ["a token that lives for a word", { token: { expires_in: "soon" } }, {}],
  ["a token as a form", { token: "access_token=token-of-the-test&token_type=bearer" }, {}],
  ["scopes that are no words", { token: { scope: `read \u001B[31mred ${"s".repeat(500_000)}` } }, { scopes: ["read"] }],
  ["a client of which only the id is said", { client: { client_id: "c" } }, {}],
  ["a client with settings of other types", { client: { client_id: "c", grant_types: "all", contacts: null } }, {}],
  ["members of a description that are null", { metadata: { scopes_supported: null, jwks_uri: null } }, {}],
  ["a description at the place of identities without any", { described: "/.well-known/openid-configuration" }, {}],
  ["its address with a slash at the end", { resource: "/mcp/" }, {}],
  ["its address without its path", { resource: "" }, {}],
  ["a description without its kinds of answers", { metadata: { response_types_supported: null } }, {}],
  [
    "another scheme before its own",
    { challenge: (base) => `Basic realm="a, b", Bearer resource_metadata="${base}/place"` },
    {},
  ],
  [
    "an address without origin",
    { challenge: () => 'Bearer resource_metadata="/place", scope="read"' },
    { scopes: ["read"] },
  ],
  ["times of a device as text", { flow: "device", device: { expires_in: "60", interval: "1" } }, {}],
  ["no times of a device", { flow: "device", device: { interval: 1 } }, {}],
  ["connections that end before the answer", { flow: "device", device: { interval: 1, expires_in: 60 }, drop: 1 }, {}],
])("a login works at a server that gives %s", async (_what, oddity, expected) => {
  expect(await logInAt(oddity)).toMatchObject({ accessToken: "token-of-the-test", ...expected });
});

test.each<readonly [string, Oddity, string]>([
  ["a token of two lines", { token: { access_token: "first\nsecond" } }, "not a word that a header can carry"],
  ["a word of refusal", { token: { access_token: undefined, error: "access_denied" } }, "login: access_denied. Run"],
  [
    "a number as a token",
    { token: { access_token: 5 } },
    "access_token of the answer: Invalid input: expected string, received number",
  ],
  ["a client without id", { client: { name: "c" } }, "client_id of the answer: Invalid input"],
  [
    "words of many lines",
    { token: { access_token: undefined, error: "no", error_description: `a\nerror b ${"c".repeat(9_000)}` } },
    "no: a error b ccc",
  ],
  [
    "a device without address",
    { flow: "device", device: { verification_uri: undefined, error: "off" } },
    "no code came for it (off)",
  ],
  [
    "no way to prove who asks",
    { metadata: { code_challenge_methods_supported: ["plain"] } },
    "code challenge method S256",
  ],
])("a login that ends at %s says so in one short line", async (_what, oddity, words) => {
  const error = await logInAt(oddity).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "login_required", message: expect.stringContaining(words) });
  expect(String(error)).toMatch(/^[^\n]{1,500}$/);
});

test("a login for another address is not taken", async () => {
  await expect(logInAt({ resource: "/mcp-of-others" })).rejects.toMatchObject({
    code: "server_unavailable",
    message: expect.stringMatching(/ names is for http:.*mcp-of-others\.$/),
  });
});

test("a description that the server names and that is wrong is what the error of a call names", async () => {
  const parts = await openOdd({ metadata: { issuer: "https://elsewhere.example" } });
  const refused = { status: 401, challenge: `Bearer resource_metadata="/place"`, sent: undefined, isFinal: false };
  await expect(new OAuthCredentials({ ...parts, settings: undefined }).renew(refused)).rejects.toMatchObject({
    code: "server_unavailable",
    message: expect.stringMatching(/^The login of "odd" could not be made: Issuer mismatch/),
  });
});

test("rights that a server asks for without end do not fill the file of logins", async () => {
  const parts = await openOdd({});
  const login = await logIn(parts, {
    present: async ({ url }) => void (await (await fetch(url)).text()),
    signal: AbortSignal.timeout(10_000),
  });
  const credentials = new OAuthCredentials(parts);
  for (let round = 0; round < 3; round += 1) {
    const scope = Array.from({ length: 80 }, (_, index) => `${round}-${index}-${"s".repeat(150)}`).join(" ");
    const challenge = `Bearer error="insufficient_scope", scope="${scope}"`;
    const sent = `Bearer ${login.accessToken}`;
    await expect(credentials.renew({ status: 403, challenge, sent, isFinal: false })).rejects.toThrow(
      "wants more rights",
    );
  }
  expect(parts.kept.read()?.wanted?.length).toBe(100);
});

test("what a server writes instead of a challenge is none", () => {
  for (const header of ["", "Basic", "x".repeat(1_000_000), ", ,,bearer", 'Digest realm="Bearer"'])
    expect(readChallenge(header, "https://a.example/mcp")).toEqual({ scopes: [] });
});
