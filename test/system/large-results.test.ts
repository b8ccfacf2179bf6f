import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { LargeJson, LargeText } from "../../src/base/steps/large-text.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

const SERVER = new URL("large-server.mjs", import.meta.url).pathname;

/** More than a program is given of one result. */
const BYTES = 12_000_000;

let folder = "";
let registry: ToolRegistry;
let executor: CodeModeExecutor;

function open(): void {
  registry = new ToolRegistry();
  registry.addServer({
    name: "large",
    transport: "stdio",
    command: process.execPath,
    args: [SERVER],
    timeoutMs: 100_000,
  });
  executor = new CodeModeExecutor(registry, { store: { directory: folder }, limits: { timeMs: 200_000 } });
}

async function close(): Promise<void> {
  await executor.close();
  await registry.close();
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-large-"));
  open();
});

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

test("a result too large for a program costs a model little, says where it is kept, and is never one string", async () => {
  const toString = vi.spyOn(LargeText.prototype, "toString");
  const { error, text } = await executor.execute(`await large.text({ bytes: ${BYTES} })`, { reader: "model" });
  expect(error).toMatchObject({ code: "result_too_large", tool: "large__text" });
  expect(error?.hint).toMatch(/artifacts\.lines.*artifacts\.whole\("art_/);
  expect(encode(text).length).toBeLessThanOrEqual(300);
  expect(toString).not.toHaveBeenCalled();
  toString.mockRestore();
}, 120_000);

const PROGRAMS = {
  typescript: `import { artifacts } from "codemode";
const kept = await large.text({ bytes: ${BYTES} }).catch((error) => error.structuredContent.artifact);
const [first] = await artifacts.lines(kept, { limit: 1 });
const [late] = await artifacts.lines(kept, { offset: 100000, limit: 1 });
const part = await artifacts.read(kept, { offset: 5, limit: 10 });
const sent = await large.digest({ text: artifacts.whole(kept) });
({ kept, first, late, part, sent })`,
  python: `from codemode import artifacts, ToolError
try:
    await large.text(bytes=${BYTES})
except ToolError as error:
    kept = error.structured_content["artifact"]
first = (await artifacts.lines(kept, limit=1))[0]
late = (await artifacts.lines(kept, offset=100000, limit=1))[0]
part = await artifacts.read(kept, offset=5, limit=10)
sent = await large.digest(text=artifacts.whole(kept))
{"kept": kept, "first": first, "late": late, "part": part, "sent": sent}`,
};

interface Answer {
  readonly kept: string;
  readonly first: string;
  readonly late: string;
  readonly part: string;
  readonly sent: { readonly sha256: string; readonly bytes: number };
}

test.each(["typescript", "python"] as const)(
  "it is read in pieces and reaches another tool byte for byte, in %s, also after a restart",
  async (language) => {
    const { error, value } = await executor.execute(PROGRAMS[language], { language });
    expect(error).toBeNull();
    const answer: Answer = JSON.parse(JSON.stringify(value));
    const { largeText }: { largeText: (bytes: number) => string } = await import(SERVER);
    const text = largeText(BYTES);
    const sent = { sha256: createHash("sha256").update(text).digest("hex"), bytes: Buffer.byteLength(text) };
    const [first, late] = [0, 100_000].map((place) => text.split("\n")[place]);
    expect(answer).toMatchObject({ first, late, part: text.slice(5, 15), sent });
    await close();
    open();
    const again = await executor.execute(
      `import { artifacts } from "codemode"; await large.digest({ text: artifacts.whole("${answer.kept}") })`,
    );
    expect(again.value).toEqual(sent);
  },
  240_000,
);

const ROWS_AND_WHOLE = {
  typescript: `import { artifacts } from "codemode";
const kept = await large.rows({ bytes: ${BYTES} }).catch((error) => error.structuredContent.artifact);
const rows = await artifacts.rows(kept, { path: "$.items", offset: 70000, limit: 1 });
({ rows, sent: await large.count({ rows: artifacts.whole(kept) }) })`,
  python: `from codemode import artifacts, ToolError
try:
    await large.rows(bytes=${BYTES})
except ToolError as error:
    kept = error.structured_content["artifact"]
rows = await artifacts.rows(kept, path="$.items", offset=70000, limit=1)
{"rows": rows, "sent": await large.count(rows=artifacts.whole(kept))}`,
};

test.each(["typescript", "python"] as const)(
  "a large structured result is kept as JSON, by rows and whole, in %s",
  async (language) => {
    const { error, value } = await executor.execute(ROWS_AND_WHOLE[language], { language });
    expect(error).toBeNull();
    expect(value).toMatchObject({ rows: [{ id: 70_000, name: "row 70000" }], sent: { rows: BYTES / 100 } });
  },
  240_000,
);

const ROWS = `import { artifacts } from "codemode";
const { artifact, ...error } = await large.form({ form: FORM, bytes: ${BYTES} }).catch(({ structuredContent, code }) => ({ ...structuredContent, code }));
`;

test.each(["before the content", "beside itself as a text", "with blanks and escapes", "in a batch of two"])(
  "structured content %s is kept as compact JSON, and never one value",
  async (form) => {
    const read = vi.spyOn(LargeJson.prototype, "valueSoon");
    const written = vi.spyOn(LargeText.prototype, "toString");
    const { error, value } = await executor.execute(`${ROWS.replace("FORM", JSON.stringify(form))}
const [row] = await artifacts.rows(artifact, { path: "$.items", offset: 70000, limit: 1 });
({ row, bytes: error.bytes, head: await artifacts.read(artifact, { limit: 9 }) })`);
    expect(error).toBeNull();
    const { largeRows }: { largeRows: (bytes: number) => unknown } = await import(SERVER);
    const text = JSON.stringify(largeRows(BYTES));
    const row = { id: 70_000, name: "row 70000", note: "y".repeat(60) };
    expect(value).toEqual({ row, bytes: text.length, head: text.slice(0, 9) });
    expect(read).not.toHaveBeenCalled();
    expect(written).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  },
  120_000,
);

test.each([
  ["that ends too early", "tool_error"],
  ["with a comma too many", "tool_error"],
  ["of a failure", "result_too_large"],
  ["of a server that dies", "server_unavailable"],
])(
  "structured content %s is the error %s, and the next call works",
  async (form, code) => {
    const program = `${ROWS.replace("FORM", JSON.stringify(form))}({ artifact, code: error.code })`;
    const { value } = await executor.execute(program);
    expect(value).toEqual({ code });
    expect((await executor.execute(`(await large.text({ bytes: 10 })).length`)).value).toBeGreaterThan(5);
  },
  120_000,
);

test.each([
  ["typescript", "const { rows } = await host.rows({}); [rows.length, String(rows[8_999].big), rows[8_999].name]"],
  ["python", 'rows = (await host.rows())["rows"]\n[len(rows), str(rows[8999]["big"]), rows[8999]["name"]]'],
] as const)("a long result of a host function reaches a program in %s digit for digit", async (language, code) => {
  registry.addTools("host", [
    defineTool({
      name: "rows",
      description: "Gives rows.",
      inputSchema: { type: "object" },
      execute: () => ({ rows: Array.from({ length: 9_000 }, (_, id) => ({ id, big: 2n ** 60n, name: `"ä" ${id}` })) }),
    }),
  ]);
  onTestFinished(async () => void (await registry.removeServer("host")));
  const { error, value } = await executor.execute(code, { language });
  expect(error).toBeNull();
  expect(value).toEqual([9_000, String(2n ** 60n), '"ä" 8999']);
});

test("a program that is given more reads large structured content as a value, and its text too", async () => {
  const roomy = new CodeModeExecutor(registry, {
    limits: { timeMs: 200_000, toolResultBytes: 40_000_000, memoryBytes: 512_000_000 },
  });
  const { error, value } = await roomy.execute(
    `const { items } = await large.rows({ bytes: ${BYTES} });
[items.length, items.at(-1).name, (await large.text({ bytes: 6_000_000 })).length > 5_000_000]`,
  );
  await roomy.close();
  expect(error).toBeNull();
  expect(value).toEqual([BYTES / 100, `row ${BYTES / 100 - 1}`, true]);
}, 120_000);

test("a text of more than half of what a program may be given is given to it", async () => {
  const { error, value } = await executor.execute(`(await large.text({ bytes: 8_000_000 })).slice(0, 6)`);
  expect(error).toBeNull();
  expect(value).toBe("line 0");
}, 120_000);

/** What is kept of a result, as the file has it. */
async function keptBy(call: string): Promise<string> {
  const { error, artifacts } = await executor.execute(`await ${call}`);
  expect(error).toMatchObject({ code: "result_too_large" });
  return readFileSync(artifacts[0]?.path ?? "", "utf8");
}

test("a large image is kept as content, and is never a string", async () => {
  const { largeRows }: { largeRows: (bytes: number) => unknown } = await import(SERVER);
  const data = Buffer.from(JSON.stringify(largeRows(BYTES))).toString("base64");
  const toString = vi.spyOn(LargeText.prototype, "toString");
  const kept = await keptBy(`large.form({ form: "as an image", bytes: ${BYTES} })`);
  expect(kept === JSON.stringify([{ type: "image", mimeType: "image/png", data }])).toBe(true);
  expect(toString).not.toHaveBeenCalled();
  toString.mockRestore();
}, 60_000);

test("several texts are kept as one, uncopied", async () => {
  const { largeRows }: { largeRows: (bytes: number) => unknown } = await import(SERVER);
  const rows = JSON.stringify(largeRows(BYTES));
  const toString = vi.spyOn(LargeText.prototype, "toString");
  const text = await keptBy(`large.form({ form: "with a text between its lines", bytes: ${BYTES} })`);
  expect(text === `${rows}\nbetween\n${rows}`).toBe(true);
  expect(toString).not.toHaveBeenCalled();
  toString.mockRestore();
}, 60_000);

test("thousands of small texts are kept as one, and with an image between them as they are", async () => {
  const { largeRows, partsOf } = await import(SERVER);
  const parts: readonly string[] = partsOf(JSON.stringify(largeRows(BYTES)));
  const toString = vi.spyOn(LargeText.prototype, "toString");
  const text = await keptBy(`large.form({ form: "in many texts", bytes: ${BYTES} })`);
  expect(text === parts.join("\n")).toBe(true);
  expect(toString).not.toHaveBeenCalled();
  toString.mockRestore();
  const content = await keptBy(`large.form({ form: "in many texts and an image", bytes: ${BYTES} })`);
  const expected = [
    ...parts.map((part) => ({ type: "text", text: part })),
    { type: "image", mimeType: "image/png", data: "AAAA" },
  ];
  expect(content === JSON.stringify(expected)).toBe(true);
}, 60_000);

test("a program that is given more reads thousands of small texts as one, and all of them where it asks for the result", async () => {
  const { largeRows, partsOf } = await import(SERVER);
  const parts: readonly string[] = partsOf(JSON.stringify(largeRows(BYTES)));
  const program = `const { content } = await large.form({ form: "in many texts", bytes: ${BYTES} }, { raw: true });
[content.length, content[1].text, (await large.form({ form: "in many texts", bytes: ${BYTES} })).length]`;
  const roomy = new CodeModeExecutor(registry, {
    limits: { timeMs: 200_000, toolResultBytes: 40_000_000, memoryBytes: 512_000_000 },
  });
  const { value, error } = await roomy.execute(program);
  await roomy.close();
  expect(error).toBeNull();
  expect(value).toEqual([parts.length, parts[1], parts.join("\n").length]);
}, 60_000);

test("secrets are taken out of what is kept, and all else stays byte for byte", async () => {
  const { largeRows }: { largeRows: (bytes: number) => unknown } = await import(SERVER);
  const env = { TOKEN: "row 69999", KEY: '77,"name' };
  registry.addServer({ name: "secret", transport: "stdio", command: process.execPath, args: [SERVER], env });
  const rows = JSON.stringify(largeRows(BYTES));
  const expected = rows.replaceAll("row 69999", "[secret]").replaceAll('77,"name', "[secret]");
  expect(expected).not.toBe(rows);
  const structured = await keptBy(`secret.rows({ bytes: ${BYTES} })`);
  expect(structured === expected).toBe(true);
  const text = await keptBy(`secret.form({ form: "with a text between its lines", bytes: ${BYTES} })`);
  expect(text === `${expected}\nbetween\n${expected}`).toBe(true);
}, 120_000);

const SAVED = {
  typescript: `import { artifacts } from "codemode"; const kept = await artifacts.save("one\\ntwo");
[await artifacts.read(kept), await artifacts.lines(kept), (await large.digest({ text: artifacts.whole(kept) })).bytes]`,
  python: `from codemode import artifacts
kept = await artifacts.save("one\\ntwo")
[await artifacts.read(kept), await artifacts.lines(kept), (await large.digest(text=artifacts.whole(kept)))["bytes"]]`,
};

test.each(["typescript", "python"] as const)("what saving returned stands for its id, in %s", async (language) => {
  const { error, value } = await executor.execute(SAVED[language], { language });
  expect(error).toBeNull();
  expect(value).toEqual(["one\ntwo", ["one", "two"], 7]);
});

test("an artifact that is not there is refused where it stands whole in arguments", async () => {
  const { error } = await executor.execute(
    `import { artifacts } from "codemode"; await large.digest({ text: artifacts.whole("art_0") })`,
  );
  expect(error).toMatchObject({ code: "invalid_arguments", message: expect.stringContaining("art_0") });
});
