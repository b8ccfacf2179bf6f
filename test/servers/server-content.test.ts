import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import type { GuestLanguage } from "../../src/engines/engine.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";

const script = fileURLToPath(new URL("resources-server.mjs", import.meta.url));
const mcpServers = { library: { command: process.execPath, args: [script] } };
let codemode: Codemode;

beforeAll(() => {
  const rules = [{ tools: "library__resources/read", arguments: { "/uri": "*cover" }, decision: "deny" as const }];
  codemode = createCodemode({ mcpServers, policy: { rules } });
});
afterAll(() => codemode.close());

const index = { uri: "book://index", mimeType: "text/plain", text: "one, two" };
const message = { role: "user", content: { type: "text", text: "Summarise, briefly." } };

test.each<[GuestLanguage, string, unknown]>([
  [
    "typescript",
    `(await listResources("library")).map(({ server, uri }) => [server, uri])`,
    [
      ["library", "book://index"],
      ["library", "book://cover"],
    ],
  ],
  ["typescript", `(await listResources()).length`, 2],
  [
    "typescript",
    `(await listResourceTemplates("library")).map(({ uriTemplate }) => uriTemplate)`,
    ["book://chapters/{number}"],
  ],
  ["typescript", `import { readResource } from "codemode"; await readResource("library", "book://index")`, [index]],
  ["typescript", `(await readResource("library", "book://chapters/2"))[0].text`, "chapter 2"],
  ["typescript", `(await listPrompts()).map(({ name }) => name)`, ["summarise"]],
  ["typescript", `(await getPrompt("library", "summarise", { style: "briefly" })).messages`, [message]],
  [
    "typescript",
    `(await complete("library", { type: "ref/resource", uri: "book://chapters/{number}" }, { name: "number", value: "1" })).values`,
    ["1", "12"],
  ],
  [
    "python",
    `from codemode import list_resources\n[each["uri"] for each in await list_resources("library")]`,
    ["book://index", "book://cover"],
  ],
  ["python", `from codemode import read_resource\nawait read_resource("library", "book://index")`, [index]],
  [
    "python",
    `import codemode\n(await codemode.get_prompt("library", "summarise", style="briefly"))["messages"]`,
    [message],
  ],
  [
    "python",
    `from codemode import complete\n(await complete("library", {"type": "ref/resource", "uri": "book://chapters/{number}"}, {"name": "number", "value": "1"}))["values"]`,
    ["1", "12"],
  ],
])(
  "a program in %s reads what a server without tools has: %s",
  async (language, code, value) => {
    const run = await codemode.executor.execute(code, { language, timeoutMs: 120_000 });
    expect({ error: run.error, value: run.value }).toEqual({ error: null, value });
  },
  150_000,
);

test("reading and rendering pass the policy, count as calls and stand in the trace", async () => {
  const denied = await codemode.executor.execute(`await readResource("library", "book://cover")`);
  expect(denied.error).toMatchObject({ code: "policy_denied", tool: "library__resources/read" });
  const { toolCalls } = await codemode.executor.execute(
    `await readResource("library", "book://index"); await getPrompt("library", "summarise", { style: "x" })`,
  );
  expect(toolCalls.map(({ tool, status }) => [tool, status])).toEqual([
    ["library__resources/read", "ok"],
    ["library__prompts/get", "ok"],
  ]);
});

test("an unknown server or resource, and a missing argument, are said at the call", async () => {
  const errorOf = async (code: string): Promise<unknown> => (await codemode.executor.execute(code)).error;
  expect(await errorOf(`await listResources("libary")`)).toMatchObject({
    code: "unknown_tool",
    message: expect.stringContaining("library"),
  });
  expect(await errorOf(`await readResource("library", "book://none")`)).toMatchObject({
    tool: "library__resources/read",
  });
  expect(await errorOf(`await readResource("library")`)).toMatchObject({ code: "invalid_arguments" });
});

test("the command line lists, reads and renders, and counts them with the server", async () => {
  await using folder = await testFolder({ mcpServers });
  const json = async (...args: readonly string[]): Promise<Record<string, unknown>> =>
    documentOf(await runCli([...args, "--json"], { cwd: folder.path }));
  expect(await json("resources", "list")).toMatchObject({
    resources: [{ uri: "book://index" }, { uri: "book://cover" }],
  });
  expect(await json("resources", "read", "library", "book://index")).toEqual({ contents: [index] });
  expect(await json("prompts", "list", "library")).toMatchObject({ prompts: [{ name: "summarise" }] });
  expect(await json("prompts", "get", "library", "summarise", `{ "style": "briefly" }`)).toMatchObject({
    messages: [message],
  });
  expect(await json("servers", "--check")).toMatchObject({
    servers: [{ name: "library", status: "ready", tools: 0, resources: 2, prompts: 1, warnings: [] }],
  });
  const read = await runCli(["resources", "read", "library", "book://index"], { cwd: folder.path });
  expect(read.stdout).toBe("one, two\n");
}, 120_000);
