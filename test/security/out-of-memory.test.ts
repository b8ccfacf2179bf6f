import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

// Wherever a program runs out of memory, it hears that, and nothing else.

const inputSchema = { type: "object", properties: { bytes: { type: "number" } } } as const;
const rows = defineTool({
  name: "rows",
  description: "Gives rows.",
  inputSchema,
  execute: ({ bytes }) =>
    Array.from({ length: Number(bytes) / 60 }, (_, id) => ({ id, name: `row ${id}`, tags: ["a", "b"] })),
});
const take = defineTool({ name: "take", description: "Takes anything.", inputSchema, execute: () => 1 });
/** Less than the default of Python, which takes long to be filled. */
const limits = { memoryBytes: 64 * 1024 * 1024 };
const codemode = createCodemode({ tools: { host: [rows, take] }, limits });
const { executor } = codemode;
afterAll(() => codemode.close());

/** How a program ends, and the value of the one after it. */
async function endOf(language: "typescript" | "python", source: string): Promise<readonly unknown[]> {
  const { error } = await executor.execute(source, { language, typeCheck: false, timeoutMs: 60_000 });
  return [error?.code, (await executor.execute("1 + 1", { language, timeoutMs: 60_000 })).value];
}

const TYPESCRIPT: readonly (readonly [what: string, source: string])[] = [
  ["keeps results", "const all = []; for (;;) all.push(await host.rows({ bytes: 3e6 }));"],
  ["awaits results at once", "await Promise.all(Array.from({ length: 40 }, () => host.rows({ bytes: 3e6 })))"],
  [
    "writes arguments",
    'const all = [], text = "é".repeat(3e6); for (;;) { all.push("x".repeat(1e6) + all.length); await host.take({ text: new Map([[1, text + all.length]]) }); }',
  ],
  [
    "has nothing but failures of that kind",
    'await Promise.any(Array.from({ length: 3 }, async () => { const all = []; for (;;) { all.push("x".repeat(1e6) + all.length); await null; } }))',
  ],
  ["reads JSON", 'const text = JSON.stringify("“".repeat(9e6)), all = []; for (;;) all.push(JSON.parse(text));'],
  [
    "returns what is too large to be written",
    'Array.from({ length: 55 }, (_, at) => new Map([[1, "x".repeat(1e6) + at]]))',
  ],
];

test.each(TYPESCRIPT)(
  "a program in TypeScript that %s ends as memory_limit",
  { timeout: 90_000 },
  async (_, source) => {
    expect(await endOf("typescript", source)).toEqual(["memory_limit", 2]);
  },
);

test(
  "a program ends as memory_limit or not at all, wherever in a result its memory is used up",
  { timeout: 200_000 },
  async () => {
    const codes = new Set<unknown>();
    for (let held = 50; held < 60; held += 2) {
      const fill = `const all: unknown[] = []; for (let at = 0; at < ${2 * held}; at += 1) all.push("x".repeat(5e5) + at);`;
      const [code, next] = await endOf(
        "typescript",
        `${fill} for (let at = 0; at < 3; at += 1) all.push(await host.rows({ bytes: 3e6 }));`,
      );
      expect(next).toBe(2);
      codes.add(code);
    }
    expect([...codes].filter((code) => code !== undefined)).toEqual(["memory_limit"]);
  },
);

const PYTHON: readonly (readonly [what: string, source: string])[] = [
  ["keeps results", "kept = []\nwhile True: kept.append(await host.rows(bytes=6_000_000))"],
  ["asks for more than any memory has", "bytearray(10 ** 10)"],
  [
    "reads JSON",
    "import json\ntext = json.dumps('“' * 9_000_000)\nkept = []\nwhile True: kept.append(json.loads(text))",
  ],
  [
    "has nothing but failures of that kind",
    `import asyncio
async def fill():
  kept = []
  while True:
    kept.append("x" * 1_000_000 + str(len(kept)))
    await asyncio.sleep(0)
async with asyncio.TaskGroup() as tasks:
  for _ in range(3): tasks.create_task(fill())`,
  ],
  ["returns what is too large to be written", "[{'x' * 5_000_000 + str(at)} for at in range(80)]"],
];

test.each(PYTHON)("a program in Python that %s ends as memory_limit", { timeout: 150_000 }, async (_, source) => {
  expect(await endOf("python", source)).toEqual(["memory_limit", 2]);
});
