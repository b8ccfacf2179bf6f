import { spawnSync } from "node:child_process";
import { chmod, readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { SecretFilter } from "../../../base/secret-filter.ts";
import { SecretStore } from "../../credentials/secret-store.ts";
import { firstText, listenLocally } from "../__fixtures__/hostile-source.ts";
import { createMcpSource } from "../mcp-source.ts";
import { parseServerConfig, type HttpServerConfig } from "../server-config.ts";
import type { McpServerInput } from "../server-input.ts";
import type { ToolSource } from "../../source.ts";
import { openProtectedServer, type ProtectedServer, type Seen } from "./__fixtures__/protected-server.ts";
import { oauthParts } from "./create-credentials.ts";
import { logIn } from "./log-in.ts";
import { KeptLogin, type Login } from "./login.ts";

let server: ProtectedServer;
let before: Seen;
const secrets = new SecretFilter();

beforeAll(async () => {
  server = await openProtectedServer();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  before = await server.control({
    ttl: 3600,
    refuse: false,
    slowMs: 0,
    redirectTo: null,
    challenge: "status",
    echo: false,
    loseAnswer: false,
    quote: 0,
  });
});

const variables = (): Record<string, string | undefined> => ({ ...process.env, CODEMODE_HOME: server.home });

function configOf(input: Partial<McpServerInput> = {}): HttpServerConfig {
  const config = parseServerConfig("secure", { url: server.url, ...input });
  if (config.transport === "stdio") throw new Error("The server is a remote one.");
  return config;
}

function openSecure(input: Partial<McpServerInput> = {}): ToolSource {
  const source = createMcpSource("secure", configOf(input), { variables: variables(), secrets });
  onTestFinished(() => source.close());
  return source;
}

interface Person {
  readonly account?: string;
  readonly who?: string;
  readonly input?: Partial<McpServerInput>;
}

async function logInAs({ account = "default", who = "ada", input = {} }: Person = {}): Promise<Login> {
  const config = { ...configOf(input), account };
  const parts = oauthParts(config, { serverName: "secure", variables: variables(), secrets });
  return logIn(parts, {
    present: ({ url }) => void server.visit(url, who).catch(() => {}),
    signal: AbortSignal.timeout(20_000),
  });
}

const kept = (account = "default"): KeptLogin =>
  new KeptLogin({ resource: server.url, account }, new SecretStore(variables()), secrets);

/** Lets the access token be out of time by our clock. */
async function expire(account = "default"): Promise<void> {
  const login = kept(account).read();
  if (login !== undefined) await kept(account).write({ ...login, expiresAt: Date.now() - 1 });
}

/** Token requests of one kind since the test began. */
async function granted(kind: string): Promise<number> {
  return ((await server.control()).grants[kind] ?? 0) - (before.grants[kind] ?? 0);
}

test("a server that answers 401 needs a login, and every call says with which command", async () => {
  const source = openSecure({ account: "nobody" });
  const command = "codemode auth login secure --account nobody";
  expect(await source.settled()).toMatchObject({ status: "needs_login", login: command, tools: [] });
  await expect(source.call("whoami", {})).rejects.toMatchObject({
    code: "login_required",
    message: `Server "secure" needs a login. Run: ${command}`,
  });
});

test("after a login the same source works, and the file of logins is for the user alone", async () => {
  const source = openSecure();
  expect((await source.settled()).status).toBe("needs_login");
  const login = await logInAs();
  expect(login).toMatchObject({ account: "default", scopes: ["read"], flow: "authorization_code" });
  expect(await source.retry?.()).toMatchObject({ status: "ready" });
  expect(firstText(await source.call("whoami", {}))).toBe("ada");
  expect((await stat(join(server.home, "credentials.json"))).mode & 0o777).toBe(0o600);
});

test("two accounts of one server are two logins, and entries of one address and account share theirs", async () => {
  await logInAs({ account: "home", who: "ada" });
  await logInAs({ account: "work", who: "grace" });
  const who = async (account: string): Promise<string> =>
    String(firstText(await openSecure({ account }).call("whoami", {})));
  expect([await who("home"), await who("work"), await who("home")]).toEqual(["ada", "grace", "ada"]);
});

test("an expired token is renewed once by all that use it, and a rotated refresh token replaces the old one", async () => {
  const first = await logInAs();
  await expire();
  await server.control({ slowMs: 100 });
  const sources = Array.from({ length: 20 }, () => openSecure());
  const names = await Promise.all(sources.map(async (source) => firstText(await source.call("whoami", {}))));
  expect(new Set(names)).toEqual(new Set(["ada"]));
  expect(await granted("refresh_token")).toBe(1);
  const renewed = kept().read();
  expect(renewed?.refreshToken).not.toBe(first.refreshToken);
  await expire();
  expect(firstText(await openSecure().call("whoami", {}))).toBe("ada");
  expect(await granted("refresh_token")).toBe(2);
});

test("a token that lives for less than the usual reserve is used too, and renewed once by all", async () => {
  await server.control({ ttl: 20 });
  await logInAs();
  expect(firstText(await openSecure().call("whoami", {}))).toBe("ada");
  expect(await granted("refresh_token")).toBe(0);
  await expire();
  const sources = Array.from({ length: 5 }, () => openSecure());
  await Promise.all(sources.map((source) => source.call("whoami", {})));
  expect(await granted("refresh_token")).toBe(1);
});

test("clocks that jump cost a renewal at most", async () => {
  await logInAs();
  const now = Date.now;
  onTestFinished(() => void (Date.now = now));
  for (const days of [-2, 2]) {
    Date.now = () => now() + days * 86_400_000;
    expect(firstText(await openSecure().call("whoami", {}))).toBe("ada");
    expect(await granted("refresh_token")).toBeLessThanOrEqual(1);
  }
});

test("a refresh whose answer is lost ends in the command that logs in, and never in a wait", async () => {
  await logInAs();
  await expire();
  await server.control({ loseAnswer: true });
  await expect(openSecure().call("whoami", {})).rejects.toMatchObject({ code: "server_unavailable" });
  await server.control({ loseAnswer: false });
  await expect(openSecure().call("whoami", {})).rejects.toMatchObject({
    code: "login_required",
    message: 'Server "secure" has ended its login. Run: codemode auth login secure',
  });
});

test("where logins cannot be kept none is spent, and a machine logs in all the same", async () => {
  await logInAs();
  await expire();
  const source = openSecure();
  const isBound = spawnSync("mount", ["-o", "bind", server.home, server.home]).status === 0;
  if (isBound) spawnSync("mount", ["-o", "remount,bind,ro", server.home]);
  else await chmod(server.home, 0o500);
  try {
    await expect(source.call("whoami", {})).rejects.toMatchObject({
      code: "config_error",
      message: expect.stringContaining(`The folder of logins ${server.home} cannot be written`),
    });
    expect(await granted("refresh_token")).toBe(0);
    const auth = {
      type: "oauth",
      flow: "client_credentials",
      clientId: "machine",
      clientSecret: "machine-secret-of-the-test",
    } as const;
    const machine = openSecure({ auth, account: "homeless" });
    expect(firstText(await machine.call("whoami", {}))).toBe("a machine");
    expect(firstText(await machine.call("whoami", {}))).toBe("a machine");
    expect(await granted("client_credentials")).toBe(1);
  } finally {
    if (isBound) spawnSync("umount", [server.home]);
    else await chmod(server.home, 0o700);
  }
  expect(firstText(await openSecure().call("whoami", {}))).toBe("ada");
});

test("a token that the server refuses before its time is renewed, and the call is sent again", async () => {
  const login = await logInAs();
  const source = openSecure();
  await source.settled();
  await kept().write({ ...login, accessToken: "not-a-token-of-the-server" });
  expect(firstText(await openSecure().call("whoami", {}))).toBe("ada");
  expect(await granted("refresh_token")).toBe(1);
});

test("a refresh token that was revoked ends the login, which is then asked for again", async () => {
  const login = await logInAs();
  await kept().write({ ...login, refreshToken: "revoked-long-ago", expiresAt: Date.now() - 1 });
  await expect(openSecure().call("whoami", {})).rejects.toMatchObject({ code: "login_required" });
  expect(kept().read()).not.toHaveProperty("accessToken");
  await logInAs();
  expect(firstText(await openSecure().call("whoami", {}))).toBe("ada");
});

test("a server that refuses every token is asked twice, not for ever", async () => {
  await logInAs();
  await server.control({ refuse: true });
  const { requests } = await server.control();
  await expect(openSecure().call("whoami", {})).rejects.toMatchObject({ code: "login_required" });
  expect((await server.control()).requests - requests).toBeLessThanOrEqual(4);
});

test("a machine logs in by itself, and again when its token is over", async () => {
  const auth = {
    type: "oauth",
    flow: "client_credentials",
    clientId: "machine",
    clientSecret: "machine-secret-of-the-test",
    scopes: ["read"],
  } as const;
  const source = openSecure({ auth, account: "robot" });
  expect(firstText(await source.call("whoami", {}))).toBe("a machine");
  await expire("robot");
  expect(firstText(await openSecure({ auth, account: "robot" }).call("whoami", {}))).toBe("a machine");
  expect(await granted("client_credentials")).toBe(2);
  expect(firstText(await openSecure({ auth, account: "robot" }).call("erase", {}))).toBe("erased");
});

test("a login on another device is waited for", async () => {
  const parts = oauthParts(configOf({ auth: { type: "oauth", flow: "device" }, account: "television" }), {
    serverName: "secure",
    variables: variables(),
    secrets,
  });
  const shown: string[] = [];
  const login = await logIn(parts, {
    present: async ({ url, userCode = "" }) => {
      shown.push(userCode);
      await server.visit(url, "grace");
    },
    signal: AbortSignal.timeout(30_000),
  });
  expect(shown[0]).toMatch(/^\w{4}-\w{4}$/);
  expect(login.flow).toBe("device");
  expect(firstText(await openSecure({ account: "television" }).call("whoami", {}))).toBe("grace");
}, 40_000);

test("a login that the person refuses says so", async () => {
  await expect(logInAs({ account: "shy", who: "nobody" })).rejects.toMatchObject({
    code: "login_required",
    message: expect.stringContaining("access_denied: the person said no"),
  });
  const auth = { type: "oauth", scopes: ["everything"] } as const;
  await expect(logInAs({ account: "greedy", input: { auth } })).rejects.toMatchObject({
    code: "login_required",
    message: expect.stringContaining("scope must only contain"),
  });
});

test("a pasted address of another login is not taken, and a pasted code is", async () => {
  const parts = oauthParts(
    { ...configOf(), account: "pasted" },
    { serverName: "secure", variables: variables(), secrets },
  );
  const paste = (pasted: Promise<string>): Promise<Login> =>
    logIn(parts, { present: () => {}, pasted, signal: AbortSignal.timeout(20_000) });
  await expect(paste(Promise.resolve("http://127.0.0.1:1/callback?code=a&state=b"))).rejects.toThrow(
    "the pasted address does not belong to this login",
  );
  await expect(paste(Promise.resolve("not-a-code"))).rejects.toMatchObject({ code: "login_required" });
});

test("more rights than the login has are named, and the next login asks for them", async () => {
  await logInAs();
  const source = openSecure();
  await expect(source.call("erase", {})).rejects.toMatchObject({
    code: "login_required",
    message: expect.stringContaining("wants more rights than its login has (write)"),
  });
  expect((await logInAs()).scopes).toEqual(expect.arrayContaining(["read", "write"]));
  expect(firstText(await openSecure().call("erase", {}))).toBe("erased");
});

test("a token goes to no other origin, also not where the server redirects to", async () => {
  const stolen: (string | undefined)[] = [];
  const thief = createServer((request, response) => {
    stolen.push(request.headers.authorization);
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  const port = await listenLocally(thief);
  onTestFinished(() => void thief.close());
  await logInAs();
  const source = openSecure();
  await source.settled();
  await server.control({ redirectTo: `http://127.0.0.1:${port}/mcp` });
  await expect(source.call("whoami", {})).rejects.toMatchObject({ code: "server_unavailable" });
  expect(stolen.filter((header) => header !== undefined)).toEqual([]);
});

test("a token of a configuration or of a program is sent, and the program runs again after a 401", async () => {
  const { accessToken = "" } = await logInAs();
  const bearer = openSecure({ auth: { type: "bearer", token: accessToken } });
  expect(firstText(await bearer.call("whoami", {}))).toBe("ada");
  const counter = join(server.home, "runs.txt");
  const script = `const fs = require("fs"); fs.appendFileSync(${JSON.stringify(counter)}, "x");
    console.log(fs.readFileSync(${JSON.stringify(counter)}, "utf8").length === 1 ? "too-old-a-token" : ${JSON.stringify(accessToken)});`;
  const source = openSecure({ auth: { type: "command", command: [process.execPath, "-e", script] } });
  expect(firstText(await source.call("whoami", {}))).toBe("ada");
  expect(firstText(await source.call("whoami", {}))).toBe("ada");
  expect(await readFile(counter, "utf8")).toBe("xx");
});

test("a program that gives no token is reported with its own words", async () => {
  const command = [process.execPath, "-e", "console.error('log in to the vault first'); process.exit(3)"];
  const source = openSecure({ auth: { type: "command", command } });
  expect(await source.settled()).toMatchObject({
    status: "needs_login",
    error: expect.stringContaining("exit 3 (log in to the vault first)"),
  });
});

test("no token is in an error, a report or a list", async () => {
  const { tokens } = await server.control();
  const source = openSecure();
  const said = JSON.stringify([await source.settled(), source.snapshot()]);
  expect(tokens.filter((token) => said.includes(token))).toEqual([]);
  const { accessToken = "" } = await logInAs();
  expect(secrets.text(`token ${accessToken}`)).toBe("token [secret]");
});
