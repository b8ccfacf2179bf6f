// The client the conformance suite runs in its client role: a program of ours calls what the suite's server offers, through
// the same connections as any other server. The suite appends the URL of its server to the command, and names the scenario,
// its context and the revision in the environment.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const home = mkdtempSync(join(tmpdir(), "codemode-conformance-"));
process.env.CODEMODE_HOME = home;
const { createCodemode } = await import("../../dist/index.js");
const { Logins } = await import("../../dist/host/logins.js");
const { SecretFilter } = await import("../../dist/base/secret-filter.js");

const url = process.argv.at(-1);
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}");

/** Address of a description of the client that the suite knows. */
const DESCRIPTION = "https://conformance-test.local/client-metadata.json";

/** The entry of the suite's server in a configuration. */
function entry() {
  const { client_id: given, client_secret: clientSecret } = context;
  const relay = { elicitation: true, sampling: true, roots: true };
  const clientId = scenario === "auth/basic-cimd" ? DESCRIPTION : given;
  if (clientId === undefined) return { url, relay };
  const flow = scenario.startsWith("auth/client-credentials") ? "client_credentials" : "authorization_code";
  return {
    url,
    relay,
    auth: { type: "oauth", flow, clientId, ...(clientSecret === undefined ? {} : { clientSecret }) },
  };
}

/** Opens the address as a browser does: the suite's authorization server sends it back at once. */
async function visit(address) {
  for (let at = address, hops = 0; hops < 5; hops += 1) {
    const response = await fetch(at, { redirect: "manual" });
    const next = response.headers.get("location");
    if (next === null) return;
    at = new URL(next, at).href;
  }
}

const server = entry();
const file = join(home, "codemode.json");
writeFileSync(file, JSON.stringify({ mcpServers: { suite: server } }));
const client = {
  of: {},
  ask: async ({ method }) =>
    method === "roots/list"
      ? { roots: [] }
      : { action: "accept", content: scenario.includes("defaults") ? {} : { confirmed: true } },
  log: () => {},
};
const codemode = createCodemode({ mcpServers: { suite: server } });
const onLogin = async ({ url: address }) => {
  void visit(address).catch((error) => console.log("visit", error.message));
  return true;
};

async function callAll() {
  await codemode.registry.ready(["suite"]);
  const [report] = codemode.registry.listServers();
  console.log(JSON.stringify(report));
  const tools = codemode.registry
    .listTools()
    .map(({ name, toolName, inputSchema }) => ({ name, toolName, inputSchema }));
  const calls = context.toolCalls?.map((call) => [
    tools.find(({ toolName }) => toolName === call.name)?.name ?? `suite__${call.name}`,
    call.arguments,
  ]);
  for (const [name, args] of calls ?? tools.map((tool) => [tool.name, argumentsFor(tool)])) {
    const run = await codemode.executor.execute(`await callTool(${JSON.stringify(name)}, ${JSON.stringify(args)})`, {
      client,
      onLogin,
      check: false,
    });
    console.log(name, JSON.stringify(run.value), JSON.stringify(run.error));
  }
  for (const method of ["resources/list", "prompts/list"]) {
    const list = await codemode.registry.ask("suite", { method }).catch(() => ({}));
    const [resource] = list.resources ?? [];
    const [prompt] = list.prompts ?? [];
    const options = { client };
    if (resource !== undefined)
      await codemode.registry.ask("suite", { method: "resources/read", params: { uri: resource.uri } }, options);
    if (prompt !== undefined)
      await codemode.registry.ask(
        "suite",
        { method: "prompts/get", params: { name: prompt.name, arguments: {} } },
        options,
      );
  }
}

/** Something of the right kind for each argument that is wanted. */
function argumentsFor({ inputSchema }) {
  const kinds = { number: 5, integer: 5, boolean: true, array: [], object: {} };
  const wanted = Object.entries(inputSchema.properties ?? {}).filter(([name]) => inputSchema.required?.includes(name));
  return Object.fromEntries(wanted.map(([name, { type }]) => [name, kinds[type] ?? "us-west1"]));
}

try {
  await codemode.registry.ready(["suite"]);
  // A person logs in, and again where the server then wants more.
  for (let logins = 0; logins < 3 && codemode.registry.listServers()[0].status === "needs_login"; logins += 1) {
    const known = new Logins({ configuration: { mcpServers: { suite: server } }, file }, new SecretFilter());
    const dialogue = { present: (request) => onLogin(request), signal: AbortSignal.timeout(20_000) };
    console.log(JSON.stringify(await known.logIn("suite", dialogue)));
    await codemode.registry.discoverAll();
  }
  await callAll();
} catch (error) {
  console.log(error.code, error.message);
  process.exitCode = 1;
} finally {
  await codemode.close();
  rmSync(home, { recursive: true, force: true });
}
