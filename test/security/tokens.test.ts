import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CliOptions, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import { SecretFilter } from "../../src/base/secret-filter.ts";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { SecretStore } from "../../src/sources/credentials/secret-store.ts";
import { listenLocally } from "../../src/sources/mcp/__fixtures__/hostile-source.ts";
import { openProtectedServer, type ProtectedServer } from "../../src/sources/mcp/auth/__fixtures__/protected-server.ts";
import { KeptLogin } from "../../src/sources/mcp/auth/login.ts";

// Every kind of login, and every way in which one fails; then everything that was said, kept and sent is looked through for
// what only the two ends of a login may know.

const MACHINE_SECRET = "machine-secret-of-the-test";
const HEADER_SECRET = "static-header-of-an-entry-7041";
const BEARER_SECRET = "bearer-of-an-entry-5523";

let server: ProtectedServer;
let folder: Awaited<ReturnType<typeof testFolder>>;
/** All texts that left the host, with what they are. */
const said: [what: string, text: string][] = [];
/** What another origin was sent. */
const stolen: string[] = [];
const thief = createServer((request, response) => {
  stolen.push(JSON.stringify(request.headers));
  request.on("data", (chunk: Buffer) => void stolen.push(chunk.toString()));
  request.on("end", () => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
});
const homeBefore = process.env["CODEMODE_HOME"];

beforeAll(async () => {
  server = await openProtectedServer();
  process.env["CODEMODE_HOME"] = server.home;
  const { url } = server;
  folder = await testFolder({
    stateDir: "state",
    mcpServers: {
      secure: { url },
      work: { url, account: "work" },
      telly: { url, account: "telly", auth: { type: "oauth", flow: "device" } },
      robot: {
        url,
        account: "robot",
        auth: {
          type: "oauth",
          flow: "client_credentials",
          clientId: "machine",
          clientSecret: MACHINE_SECRET,
          scopes: ["read"],
        },
      },
      fixed: { url, headers: { authorization: `Bearer ${HEADER_SECRET}` } },
      plain: { url, auth: { type: "bearer", token: BEARER_SECRET } },
    },
  });
});
afterAll(async () => {
  thief.closeAllConnections();
  thief.close();
  if (homeBefore === undefined) delete process.env["CODEMODE_HOME"];
  else process.env["CODEMODE_HOME"] = homeBefore;
  await folder[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const CALM = { ttl: 3600, refuse: false, slowMs: 0, redirectTo: null, echo: false, loseAnswer: false, quote: 0 };

async function command(args: readonly string[], options: CliOptions = {}): Promise<string> {
  const { stdout, stderr } = await runCli(args, { cwd: folder.path, ...options });
  said.push([args.join(" "), stdout + stderr]);
  return stdout + stderr;
}

/** Logs in by the command line, as `who` in a browser. */
async function logIn(name: string, who = "ada"): Promise<void> {
  await command(["auth", "login", name, "--no-browser", "--json"], {
    onStarted: (child) => {
      let text = "";
      child.stderr?.on("data", (chunk: string) => {
        text += chunk;
        const url = /^(http:\S+)\n/m.exec(text)?.[1];
        if (url === undefined) return;
        text = "";
        void server.visit(url, who).catch(() => {});
      });
    },
  });
}

const kept = (account = "default"): KeptLogin =>
  new KeptLogin({ resource: server.url, account }, new SecretStore({ CODEMODE_HOME: server.home }), new SecretFilter());

/** Lets the login be renewed with the next request. */
async function expire(): Promise<void> {
  const login = kept().read();
  if (login !== undefined) await kept().write({ ...login, expiresAt: 1 });
}

/** Programs that look closely at what calls give and how they fail. */
const NAMES = ["secure", "robot", "fixed", "plain"] as const;
const PROGRAMS = {
  typescript: `const found = [];
for (const name of ${JSON.stringify(NAMES)})
  for (const tool of ["whoami", "erase"])
    try { found.push(await callTool(name + "__" + tool, {})); }
    catch (error) {
      found.push(error.message, error.stack, String(error), JSON.stringify(error), error.hint, error.content, error.structuredContent);
      console.log(error);
    }
found`,
  python: `from codemode import call_tool
import traceback
found = []
for name in ${JSON.stringify(NAMES)}:
    for tool in ["whoami", "erase"]:
        try:
            found.append(await call_tool(name + "__" + tool, {}))
        except Exception as error:
            found.extend([str(error), repr(error), str(vars(error)), traceback.format_exc()])
            print(error)
found`,
};

async function runPrograms(what: string, languages: readonly ("typescript" | "python")[]): Promise<void> {
  await using codemode = createCodemode({
    ...JSON.parse(readFileSync(join(folder.path, "codemode.json"), "utf8")),
    stateDir: join(folder.path, "state"),
  });
  const events: unknown[] = [];
  for (const language of languages) {
    const run = await codemode.executor.execute(PROGRAMS[language], {
      language,
      typeCheck: false,
      timeoutMs: 60_000,
      onEvent: (event) => void events.push(event),
    });
    expect(run.status).toBe("completed");
    said.push([`${what}: ${language}`, JSON.stringify(run)]);
  }
  said.push([`${what}: events`, JSON.stringify(events)]);
  said.push([`${what}: servers`, JSON.stringify(codemode.registry.listServers())]);
}

test("no token is in anything that was said, kept or sent elsewhere after logins of all kinds and their failures", async () => {
  const port = await listenLocally(thief);
  await server.control(CALM);
  await logIn("secure");
  await logIn("work", "grace");
  await logIn("telly", "grace");
  await logIn("robot");
  await runPrograms("all is well", ["typescript", "python"]);
  await command(["auth", "status", "--json"]);
  await command(["call", "secure__whoami", "--json"]);
  await command(["call", "secure__erase"]);
  await command(["servers", "--check", "--json"]);
  const FAILURES: readonly (readonly [what: string, control: object, isRenewed: boolean])[] = [
    ["the token endpoint quotes what it was sent", { echo: true }, true],
    ["the answer of a refresh is lost", { loseAnswer: true }, true],
    ["the server quotes the header with 400", { quote: 400 }, false],
    ["the server quotes the header with 500", { quote: 500 }, false],
    ["the server quotes the header with 403", { quote: 403 }, false],
    ["the server redirects", { redirectTo: `http://127.0.0.1:${port}/mcp` }, false],
    ["every token is refused", { refuse: true }, false],
  ];
  for (const [what, control, isRenewed] of FAILURES) {
    await server.control({ ...CALM });
    if (kept().read()?.accessToken === undefined) await logIn("secure");
    if (isRenewed) await expire();
    await server.control({ ...CALM, ...control });
    await runPrograms(what, what.includes("quote") ? ["typescript", "python"] : ["typescript"]);
    await command(["call", "secure__whoami"]);
    if (isRenewed) await logIn("secure");
  }
  await server.control({ ...CALM, echo: true });
  await Promise.all([command(["servers", "--check"]), logIn("telly", "grace"), logIn("robot")]);
  await server.control(CALM);
  await command(["auth", "logout", "work"]);
  await logIn("secure", "nobody");

  const { tokens } = await server.control();
  const secrets = [...tokens, MACHINE_SECRET, HEADER_SECRET, BEARER_SECRET];
  expect(tokens.length).toBeGreaterThan(12);
  const leaks = (text: string): readonly string[] => secrets.filter((secret) => text.includes(secret));
  expect(said.filter(([, text]) => leaks(text).length > 0).map(([what, text]) => [what, leaks(text), text])).toEqual(
    [],
  );
  expect(said.length).toBeGreaterThan(30);
  expect(said.filter(([, text]) => text.includes("[secret]")).length).toBeGreaterThan(8);
  expect(leaks(stolen.join("\n"))).toEqual([]);
  const files = readdirSync(join(folder.path, "state"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  expect(files.some((file) => file.endsWith("state.db"))).toBe(true);
  expect(files.filter((file) => leaks(readFileSync(file, "latin1")).length > 0)).toEqual([]);
}, 400_000);
