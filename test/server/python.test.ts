import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, test } from "vitest";
import { field, listField } from "./fields.ts";
import { createWorkplace } from "./test-servers.ts";

const ENTRY = fileURLToPath(new URL("stdio-entry.mjs", import.meta.url));
const workplace = createWorkplace();
const client = new Client({ name: "test", version: "1" });
const note = JSON.stringify(`${workplace.folder}/note.txt`);

type ToolResult = Awaited<ReturnType<Client["callTool"]>>;

const use = (name: string, more: Record<string, unknown>): Promise<ToolResult> =>
  client.callTool({ name, arguments: { language: "python", ...more } });
const run = (code: string, session?: string): Promise<ToolResult> =>
  use("execute_code", { code, ...(session === undefined ? {} : { session }) });
const fieldOf = (result: ToolResult, name: string): unknown => field(result.structuredContent, name);

beforeAll(async () => {
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [ENTRY, workplace.configurationFile],
      env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", CALLS_FILE: workplace.callsFile },
      stderr: "inherit",
    }),
  );
  await client.listTools();
}, 60_000);
afterAll(() => client.close());

test("a client's Python program reaches real servers and gives its value and what it printed", async () => {
  const result = await run(`
import asyncio
from generated.servers.filesystem import read_text_file
print("reading")
await asyncio.gather(read_text_file(path=${note}), everything.get_sum(a=2, b=3))
`);
  expect(result.isError ?? false).toBe(false);
  expect(fieldOf(result, "value")).toEqual(["a note", expect.stringContaining("5")]);
  expect(fieldOf(result, "stdout")).toBe("reading\n");
}, 60_000);

test("a client is told the line of its own program that failed", async () => {
  const result = await run("total = 1\n\ndef half():\n    return total / 0\n\nhalf()");
  expect(result.isError).toBe(true);
  expect(fieldOf(result, "error")).toMatchObject({ code: "runtime_error", line: 4 });
  expect(JSON.stringify(result.content)).toContain("ZeroDivisionError");
});

test("a client's session keeps Python state over three programs, apart from other sessions", async () => {
  await run(
    `from generated.servers.filesystem import read_text_file\ntexts = [await read_text_file(path=${note})]`,
    "s",
  );
  await run("def longest():\n    return max(map(len, texts))", "s");
  expect(fieldOf(await run("texts.append('a longer note')\nlongest()", "s"), "value")).toBe(13);
  expect(fieldOf(await run("texts"), "error")).toMatchObject({ code: "type_error" });
});

test("tools are found and described in Python", async () => {
  const found = await use("search_tools", { query: "read a text file", limit: 3 });
  const signatures = listField(found.structuredContent, "tools").map((tool) => field(tool, "signature"));
  expect(signatures).toContainEqual(expect.stringMatching(/^read_text_file\(\*, path: str.*\) -> str$/));
  const told = await use("get_tool_details", { tool_name: "filesystem__read_text_file" });
  const [tool] = listField(told.structuredContent, "tools");
  expect(field(tool, "import")).toBe("from generated.servers.filesystem import read_text_file");
  expect(field(tool, "declaration")).toContain("async def read_text_file(");
});

test("the description of execute_code shows how both languages call a tool", async () => {
  const { tools } = await client.listTools();
  const description = tools.find(({ name }) => name === "execute_code")?.description ?? "";
  expect(description).toContain('import { read_text_file } from "generated/servers/filesystem"');
  expect(description).toContain("from generated.servers.filesystem import read_text_file");
  expect(description).toContain("await asyncio.gather(");
  expect(description).toContain("call_tool");
});
