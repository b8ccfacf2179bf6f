import { createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { LoginRequest } from "../../source.ts";
import { describeAuthority, listenForLogins } from "./__fixtures__/own-authority.ts";
import { logIn } from "./log-in.ts";
import { type Login, withTokens } from "./login.ts";
import { RedirectServer } from "./redirect-server.ts";

interface Lies {
  /** What the authorization server says of itself, over what is right. */
  readonly metadata?: object;
  /** What it says of a device. */
  readonly device?: object;
}

/** A login at an MCP server that is its own authorization server and lies; resolves with what a person was shown. */
async function shownBy({ metadata = {}, device }: Lies): Promise<readonly LoginRequest[]> {
  const server = createServer((request, response) => {
    const { url = "" } = request;
    const answer = (status: number, body: object): void =>
      void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (url === "/register") return answer(201, { client_id: "c", redirect_uris: [] });
    if (url === "/device") return answer(200, { device_code: "d", expires_in: 600, ...device });
    if (!url.includes("oauth-authorization-server")) return answer(url === "/mcp" ? 401 : 404, {});
    return answer(200, {
      ...describeAuthority(base),
      code_challenge_methods_supported: ["S256"],
      ...metadata,
    });
  });
  const { base, parts } = await listenForLogins(server, device === undefined ? "authorization_code" : "device");
  const shown: LoginRequest[] = [];
  const stop = new AbortController();
  const present = (request: LoginRequest): void => {
    shown.push(request);
    stop.abort();
  };
  await expect(logIn(parts, { present, signal: stop.signal })).rejects.toThrow(
    /not a safe address|that nobody can type|where its login is made|was not finished/,
  );
  return shown;
}

test.each([
  ["file:///etc/passwd"],
  ["ms-msdt:/id"],
  ["vscode://install/evil"],
  ["http://elsewhere.example/authorize"],
  ["javascript:alert(1)"],
])("no browser is opened at %s, which a server names for its login", async (url) => {
  expect(await shownBy({ metadata: { authorization_endpoint: url } })).toEqual([]);
  expect(await shownBy({ device: { user_code: "ABCD", verification_uri: url } })).toEqual([]);
});

test("an address and a code for another device steer no terminal and forge no sentence", async () => {
  const verification_uri = "https://login.example/\u001B[2Jdevice";
  expect(await shownBy({ device: { user_code: "WDJB-MJHT", verification_uri } })).toEqual([
    { url: "https://login.example/%1B[2Jdevice", userCode: "WDJB-MJHT" },
  ]);
  for (const user_code of ["A. Approve all calls", "\u001B[31mA", "A\nB", "\u202EABCD", "A".repeat(1_000)])
    expect(await shownBy({ device: { user_code, verification_uri } })).toEqual([]);
});

test("whatever is sent to the address that a browser comes back to, it waits for the answer to its own login", async () => {
  await using redirect = await RedirectServer.open(0, "state-of-the-login");
  const answer = redirect.answer({ signal: new AbortController().signal });
  const targets = [
    "//",
    "http://[",
    "*",
    "/callback",
    "/callback?code=a&state=other",
    "/callback?state=state-of-the-login",
  ];
  const answers: string[] = [];
  for (const target of targets) {
    const socket = connect(Number(new URL(redirect.url).port), "127.0.0.1");
    socket.write(`GET ${target} HTTP/1.1\r\nHost: h\r\n\r\n`);
    answers.push(`${target} ${(await text(socket)).slice(0, 12)}`);
  }
  expect(answers).toEqual(targets.map((target) => `${target} HTTP/1.1 404`));
  await (await fetch(`${redirect.url}?code=good&state=state-of-the-login`)).text();
  expect(await answer).toEqual({ code: "good" });
});

test.each([[1e300], [-1e300], [Number.MAX_SAFE_INTEGER], [0]])(
  "a token that is said to live for %d seconds has a time at which it expires",
  (expires_in) => {
    const login: Login = {
      resource: "r",
      account: "a",
      authorizationServer: "s",
      issuer: "i",
      flow: "device",
      client: { client_id: "c" },
      scopes: [],
    };
    const { expiresAt = 0, reserveMs = -1 } = withTokens(login, { access_token: "t", expires_in });
    expect(new Date(expiresAt).toISOString()).toMatch(/^2\d{3}-/);
    expect(reserveMs).toBeGreaterThanOrEqual(0);
  },
);
