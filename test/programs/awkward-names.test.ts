import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool, type FunctionTool } from "../../src/sources/functions/define-tool.ts";

/** Names that mean something to a language, or nothing to any. */
const NAMES =
  "then catch finally toString valueOf toJSON constructor prototype __proto__ hasOwnProperty globalThis await class default length name then_ !?"
    .split(" ")
    .concat("", " ", "a b");

const tool = (name: string): FunctionTool =>
  defineTool({ name, description: "Says its name.", inputSchema: { type: "object" }, execute: () => `ran ${name}` });

const find = defineTool({
  name: "find",
  description: "Gives its arguments back.",
  inputSchema: {
    type: "object",
    properties: {
      from: { type: "string" },
      class: { type: "string" },
      in_: { type: "string" },
      in: { type: "string" },
    },
  },
  execute: (args) => args,
});

let codemode: Codemode;
beforeAll(async () => {
  const odd = NAMES.map(tool);
  // From some size on the functions of a server are made as they are used.
  const many = Array.from({ length: 70 }, (_, index) => tool(`tool${index}`));
  codemode = createCodemode({
    tools: {
      odd,
      big: [...odd, ...many],
      constructor: [tool("motd")],
      mail: [find],
    },
  });
  await codemode.executor.setup();
});
afterAll(() => codemode.close());

async function run(program: string): Promise<unknown> {
  const { value, error, toolCalls } = await codemode.executor.execute(program, { language: "typescript" });
  return error === null ? { value, calls: toolCalls.length } : error.message;
}

test.each(NAMES.flatMap((name) => ["odd", "big"].map((server) => [server, name] as const)))(
  "on %s the tool %j is called by its own name",
  async (server, name) => {
    const full = JSON.stringify(`${server}__${name}`);
    expect(await run(`await callTool(${full}, {})`)).toEqual({ value: `ran ${name}`, calls: 1 });
    expect(await run(`await servers.${server}[${JSON.stringify(name)}]({})`)).toEqual({
      value: `ran ${name}`,
      calls: 1,
    });
  },
);

test.each(["odd", "big"])("%s is not taken for a promise, whatever its tools are called", async (server) => {
  expect(await run(`const s = await ${server};\ntypeof s.catch`)).toEqual({ value: "function", calls: 0 });
  expect(await run(`const get = async () => ${server};\n(await get()) === ${server}`)).toEqual({
    value: true,
    calls: 0,
  });
  expect(await run(`Promise.resolve(${server}).then((s) => typeof s.then)`)).toEqual({ value: "function", calls: 0 });
  expect(await run(`JSON.stringify({ s: ${server} })`)).toMatchObject({ calls: 0 });
});

test("in Python every tool is called by its own name, on small servers and large ones", async () => {
  const program = `names = ${JSON.stringify(NAMES)}
{name: [r for s in ("odd", "big") for r in (await call_tool(f"{s}__{name}", {}), await servers[s][name]({}))] for name in names}`;
  const { value, error } = await codemode.executor.execute(`from codemode import call_tool\n${program}`, {
    language: "python",
  });
  expect(error).toBeNull();
  expect(value).toEqual(Object.fromEntries(NAMES.map((name) => [name, Array(4).fill(`ran ${name}`)])));
});

test.each([
  ["of its own server", 'await mail.find(from_="a", class_="b")', { from: "a", class: "b" }],
  ["beside a value without a name", 'await mail.find("a", class_="b")', { from: "a", class: "b" }],
  ["in brackets", 'await servers["mail"]["find"](from_="a")', { from: "a" }],
  ["by its full name", 'await call_tool("mail__find", from_="a")', { from: "a" }],
  ["by keywords of a dict", 'await mail.find(**{"from_": "a"})', { from: "a" }],
  ["that has both names", 'await mail.find(in_="a")', { in_: "a" }],
  ["that has no such parameter", 'await mail.find(global_="a")', { global_: "a" }],
  ["with a dict, which says what it means", 'await mail.find({"from_": "a"})', { from_: "a" }],
])("in Python a parameter that is a keyword is given with an underscore to a tool %s", async (_, program, value) => {
  const result = await codemode.executor.execute(program, { language: "python" });
  expect(result).toMatchObject({ value, error: null });
  const notes = result.notes?.filter((note) => note.includes("there is no parameter")) ?? [];
  expect(notes.length > 0).toBe(Object.hasOwn(value, "global_") || Object.hasOwn(value, "from_"));
});

test("a value of the wrong type for such a parameter is refused before the run", async () => {
  const { error, toolCalls } = await codemode.executor.execute("await mail.find(from_=1)", { language: "python" });
  expect(error?.message).toContain("/from must be a string, not the number 1.");
  expect(toolCalls).toEqual([]);
});

test("servers with such names are called by the full names of their tools", async () => {
  expect(await run(`await callTool("constructor__motd")`)).toEqual({ value: "ran motd", calls: 1 });
  expect(await run(`typeof (await servers)`)).toEqual({ value: "object", calls: 0 });
});
