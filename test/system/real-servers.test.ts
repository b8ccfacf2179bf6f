import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { everythingServer, openRealTools, type RealTools } from "./real-tools.ts";

let tools: RealTools;

beforeAll(async () => {
  tools = await openRealTools();
});

afterAll(() => tools[Symbol.asyncDispose]());

async function valueOf(code: string): Promise<unknown> {
  const { value, error } = await tools.codemode.executor.execute(code);
  expect(error).toBeNull();
  return value;
}

test("read_file gives the text itself", async () => {
  expect(await valueOf(`await filesystem.read_file({ path: "${tools.folder}/one.md" })`)).toBe("# One\n\ntwo words");
});

test("read_multiple_files and directory_tree give the text their schema declares", async () => {
  const paths = JSON.stringify([`${tools.folder}/a.txt`, `${tools.folder}/b.txt`]);
  expect(await valueOf(`await filesystem.read_multiple_files({ paths: ${paths} })`)).toContain("b b b");
  const tree = await valueOf(`JSON.parse(await filesystem.directory_tree({ path: "${tools.folder}" }))`);
  expect(tree).toContainEqual({ name: "a.txt", type: "file" });
});

test("a structured result is that value", async () => {
  expect(await valueOf(`await everything.get_structured_content({ location: "New York" })`)).toEqual({
    temperature: expect.any(Number),
    conditions: expect.any(String),
    humidity: expect.any(Number),
  });
});

test.each([
  ["typescript", '(await codemode.describe("everything__echo")).name'],
  ["python", 'import codemode\n(await codemode.describe("everything__echo"))["name"]'],
] as const)("a first program in %s that describes a tool waits for its server", async (language, code) => {
  await using fresh = createCodemode({ mcpServers: { everything: everythingServer() } });
  const { value, error } = await fresh.executor.execute(code, { language });
  expect([value, error]).toEqual(["everything__echo", null]);
});

test("what a server tells of a call's progress reaches the hooks, with the number of the call", async () => {
  const told: string[] = [];
  const operation = (steps: number): string =>
    `everything.trigger_long_running_operation({ duration: 0.2, steps: ${steps} })`;
  await tools.codemode.executor.execute(`await Promise.all([${operation(1)}, ${operation(2)}])`, {
    hooks: { onToolCallProgress: ({ callId, progress, total }) => told.push(`${callId}: ${progress} of ${total}`) },
  });
  expect(told.toSorted((a, b) => a.localeCompare(b))).toEqual(["1: 1 of 1", "2: 1 of 2", "2: 2 of 2"]);
});

test("the original name of a tool works too", async () => {
  expect(await valueOf(`await servers.everything["get-sum"]({ a: 2, b: 3 })`)).toContain("5");
  expect(await valueOf(`await codemode.callTool("everything__get-sum", { a: 2, b: 3 })`)).toContain("5");
});

test("an image arrives as content, and goes on to the caller by emit", async () => {
  const code = `const items = await everything.get_tiny_image({});
const image = items.find(({ type }) => type === "image");
await codemode.emit(image);
items.map(({ type }) => type)`;
  const result = await tools.codemode.executor.execute(code);
  expect(result.value).toEqual(expect.arrayContaining(["text", "image"]));
  expect(result.content).toMatchObject([{ type: "image", mimeType: "image/png" }]);
});

test("a tool's failure raises in the program, with the server's own text", async () => {
  const { error } = await tools.codemode.executor.execute(`\nawait filesystem.read_file({ path: "/etc/passwd" })`);
  expect(error).toMatchObject({ code: "tool_error", tool: "filesystem__read_file", line: 2 });
  expect(error?.message).toContain("Access denied");
  const caught = `await filesystem.read_file({ path: "/etc/passwd" }).catch((error) => error.code)`;
  expect(await valueOf(caught)).toBe("tool_error");
});

test("a program fans out over fifty files and stores a summary in another server", async () => {
  const code = `import { write_file, read_text_file } from "generated/servers/filesystem";
import { create_entities, search_nodes } from "./generated/mcp/memory.ts";
const paths: string[] = Array.from({ length: 50 }, (_, i) => \`${tools.folder}/part-\${i}.txt\`);
await Promise.all(paths.map((path, i) => write_file({ path, content: "x".repeat(i) })));
const sizes = await Promise.all(paths.map(async (path) => (await read_text_file({ path })).length));
const total = sizes.reduce((sum, size) => sum + size, 0);
await create_entities({ entities: [{ name: "parts", entityType: "summary", observations: [\`\${total} characters\`] }] });
const { entities } = await search_nodes({ query: "parts" });
return [total, entities[0].observations[0]];`;
  expect(await valueOf(code)).toEqual([1225, "1225 characters"]);
  expect(readFileSync(`${tools.folder}/part-49.txt`, "utf8")).toHaveLength(49);
});
