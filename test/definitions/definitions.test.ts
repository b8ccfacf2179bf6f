import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { signatureOf } from "../../src/languages/calls/tool-signature.ts";
import { emittersFor } from "../../src/languages/language-emitters.ts";
import { emitPythonStub } from "../../src/languages/python/emit/stub.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";
import { DESCRIBED, RUNS, SEARCHES } from "./definitions.cases.ts";
import { SERVERS } from "./definitions.servers.ts";

const program = fileURLToPath(new URL("definitions-server.mjs", import.meta.url));

let codemode: Codemode;
beforeAll(async () => {
  const entries = Object.entries(SERVERS).map(([name, served]) => {
    return [name, { command: process.execPath, args: [program, JSON.stringify(served)] }] as const;
  });
  codemode = createCodemode({ mcpServers: Object.fromEntries(entries) });
  await codemode.registry.discoverAll();
}, 60_000);
afterAll(() => codemode.close());

test("every server of the table has its tools", () => {
  const servers = codemode.registry.listServers().map(({ name, status }) => [name, status]);
  expect(Object.fromEntries(servers)).toEqual(Object.fromEntries(Object.keys(SERVERS).map((name) => [name, "ready"])));
});

test.each(RUNS)("$kind: $code", async ({ code, language, value, fails, says = [] }) => {
  const result = await codemode.executor.execute(code, { language: language ?? "typescript" });
  const ended = result.error === null ? { value: result.value } : { fails: result.error.code };
  expect({ ...ended, text: result.text }).toMatchObject(fails === undefined ? { value } : { fails });
  for (const words of says) expect(result.text).toContain(words);
});

test.each(DESCRIBED)("$tool is described with what its schema says anywhere", ({ tool, says }) => {
  const entry = codemode.registry.getTool(tool);
  if (entry === undefined) throw new Error(`There is no ${tool}.`);
  const texts = (["typescript", "python"] as const).map((language) => emittersFor(language).declaration(entry));
  for (const text of texts) for (const words of says) expect(text).toContain(words);
});

test.each(SEARCHES)("a search for $query finds $first first", ({ query, first }) => {
  expect(
    codemode.registry.catalog().search(query, { limit: 3, server: first.replace(/__.*/s, "") }).tools[0]?.name,
  ).toBe(first);
});

test.each(["null_list", "nullable", "any_of", "by_ref", "or_list", "any_of_list", "plain"])(
  "arguments that may be null or something else are an object with a parameter: %s",
  (tool) => {
    const entry = codemode.registry.getTool(`roots__${tool}`);
    const server = codemode.registry.catalog().server("roots");
    if (entry === undefined || server === undefined) throw new Error(`There is no ${tool}.`);
    expect(signatureOf(entry, "typescript")).toMatch(/a\??: string/);
    expect(emitPythonStub(server).text).toMatch(new RegExp(`async def ${tool}\\(\\*, a: str`));
  },
);

test.each([
  ["search_tools", { query: "reads", server: "GitHub" }],
  ["list_tool_names", { server: "GitHub" }],
  ["search_tools", { query: "reads", server: "nulls_" }],
  ["list_tool_names", { server: "nowhere" }],
])("%s says of a server that does not exist which there are: %o", async (name, args) => {
  const tool = codemodeTools(codemode.executor).find((each) => each.name === name);
  const result = await tool?.execute(args);
  const text = JSON.stringify(result);
  expect(text).toMatch(/no (?:server|tool)/);
  expect(text).toMatch(/github/);
});
