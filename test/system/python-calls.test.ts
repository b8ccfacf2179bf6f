import { afterAll, beforeAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const inputSchema = {
  type: "object",
  properties: { raw: { type: "string" }, timeout: { type: "number" }, fail: { type: "boolean" } },
};
const echo = defineTool({
  name: "echo",
  description: "Gives its arguments back as text.",
  inputSchema,
  execute: async (args) => {
    if (args["fail"] === true) throw new Error("refused on purpose");
    return `got ${JSON.stringify(args)}`;
  },
});
const slow = defineTool({
  name: "slow",
  description: "Never ends by itself.",
  inputSchema: { type: "object" },
  execute: (_args, { signal }) =>
    new Promise<string>((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
    }),
});

const codemode = createCodemode({ tools: { desk: [echo, slow] }, executor: { spareSandboxes: 0 } });
// The first start of a version makes its image.
beforeAll(() => codemode.executor.execute("1", { language: "python" }), 120_000);
afterAll(() => codemode.close());

async function run(code: string) {
  const result = await codemode.executor.execute(code, { language: "python", sessionId: "calls" });
  expect(result.error).toBeNull();
  return result;
}

test("call_tool gives the value, and the whole MCP result when raw is asked for", async () => {
  const { value } = await run(`
from codemode import call_tool
[await call_tool("desk__echo", {"fail": False}), await call_tool("desk__echo", {"fail": False}, raw=True)]
`);
  const text = 'got {"fail":false}';
  expect(value).toEqual([text, { content: [{ type: "text", text }] }]);
});

test("a failure is part of a raw result, and raised otherwise", async () => {
  const { value } = await run(`
from codemode import call_tool, ToolError
whole = await call_tool("desk__echo", fail=True, raw=True)
try:
    await call_tool("desk__echo", fail=True)
except ToolError as error:
    raised = [error.code, error.tool]
[whole.get("isError"), "refused on purpose" in str(whole["content"]), raised]
`);
  expect(value).toEqual([true, true, ["tool_error", "desk__echo"]]);
});

test("a call has a timeout of its own, in seconds", async () => {
  const { value } = await run(`
from codemode import call_tool, ToolError
codes = []
for timeout in (0.05, 0, "soon"):
    try:
        await call_tool("desk__slow", timeout=timeout)
    except ToolError as error:
        codes.append(error.code)
codes
`);
  expect(value).toEqual(["tool_timeout", "invalid_arguments", "invalid_arguments"]);
});

test("parameters named raw and timeout reach the tool, as keywords of its function and in a dict", async () => {
  const { value } = await run(`
from codemode import call_tool
from generated.servers.desk import echo
[
    await echo(raw="a", timeout=1),
    await desk.echo(raw="a", timeout=1),
    await call_tool("desk__echo", {"raw": "a", "timeout": 1}),
]
`);
  expect(value).toEqual(Array(3).fill('got {"raw":"a","timeout":1}'));
});

test("emit takes a text or an item, awaited or not", async () => {
  const { content } = await run(`
from codemode import emit
emit("plain text")
await emit({"type": "image", "data": "AAAA", "mimeType": "image/png"})
`);
  expect(content).toEqual([
    { type: "text", text: "plain text" },
    { type: "image", data: "AAAA", mimeType: "image/png" },
  ]);
});

test("artifacts are saved, read whole or in part, and listed", async () => {
  const { value, artifacts } = await run(`
from codemode import artifacts
rows = await artifacts.save({"rows": [1, 2, 3]}, name="rows")
page = await artifacts.save("one\\ntwo\\nthree", mime_type="text/markdown")
[
    sorted(rows),
    [rows["mimeType"], page["mimeType"]],
    await artifacts.read(rows["id"]),
    await artifacts.read(rows["id"], path="$.rows[1]"),
    await artifacts.read(page["id"], offset=4, limit=3),
    "three" in await artifacts.read(page["id"], pattern="thr"),
    [each["name"] for each in await artifacts.list()],
]
`);
  expect(artifacts).toHaveLength(2);
  expect(value).toEqual([
    ["bytes", "id", "mimeType", "preview"],
    ["application/json", "text/markdown"],
    { rows: [1, 2, 3] },
    2,
    "two",
    true,
    expect.arrayContaining(["rows", null]),
  ]);
});

test("parts of an artifact that follow one another by their length are the whole, whatever its characters", async () => {
  const { value } = await run(`
from codemode import artifacts
text = "".join(chr(0x1F600 + i % 40) + "ab" for i in range(500))
kept = await artifacts.save(text, mime_type="text/plain")
parts = []
while part := await artifacts.read(kept["id"], offset=sum(map(len, parts)), limit=333):
    parts.append(part)
["".join(parts) == text, len(parts), len(parts[0])]
`);
  expect(value).toEqual([true, 5, 333]);
});

test("search and describe show Python signatures and take keyword options", async () => {
  const { value } = await run(`
from codemode import search, describe
found = await search("arguments back", limit=1, server="desk", include_deferred=True)
told = await describe("desk__echo", detail="full")
[found["total"] >= 1, [tool["signature"] for tool in found["tools"]], told["import"], "async def echo(" in told["declaration"]]
`);
  expect(value).toEqual([
    true,
    ["echo(*, raw: str = ..., timeout: float = ..., fail: bool = ...) -> str  # observed in 1 call"],
    "from generated.servers.desk import echo",
    true,
  ]);
});

test("help tells how call_tool is used", async () => {
  const { stdout } = await run("from codemode import call_tool\nhelp(call_tool)");
  expect(stdout).toContain("raw=True returns the whole MCP result");
});
