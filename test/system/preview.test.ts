import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import type { PendingDecision } from "../../src/runs/result.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

let registry: ToolRegistry;
let executor: CodeModeExecutor;
/** What reached the tools. */
let upstream: string[] = [];
let questions: (readonly PendingDecision[])[] = [];

beforeAll(async () => {
  registry = new ToolRegistry();
  const inputSchema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] } as const;
  const does = (name: string) => ({
    name,
    description: name,
    inputSchema,
    execute: ({ n }: Readonly<Record<string, unknown>>) => {
      upstream.push(`${name} ${String(n)}`);
      return `${name} ${String(n)}`;
    },
  });
  registry.addTools("disk", [
    defineTool(does("write")),
    defineTool({ ...does("read"), annotations: { readOnlyHint: true } }),
  ]);
  executor = new CodeModeExecutor(registry, {
    policy: { preset: "ask-writes" },
    onApproval: async ({ calls }) => {
      questions.push(calls);
      return [{ callId: "all", decision: "approve" }];
    },
  });
  // The very first Python of a version makes an image.
  await executor.execute("1", { language: "python", timeoutMs: 100_000 });
}, 120_000);

afterAll(async () => {
  await executor.close();
  await registry.close();
});

beforeEach(() => {
  upstream = [];
  questions = [];
});

const COPY = {
  typescript: `for (let n = 0; n < 20; n++) {
  const text = await disk.read({ n });
  if (n % 2 === 0) await disk.write({ n: text.length + n });
}
"done"`,
  python: `for n in range(20):
    text = await disk.read(n=n)
    if n % 2 == 0:
        await disk.write(n=len(text) + n)
"done"`,
} as const;

const listed = Array.from({ length: 10 }, (_, index) => `read ${index * 2}`.length + index * 2);

test.each(["typescript", "python"] as const)(
  "a preview reads, and lists what it does not write, in %s",
  async (language) => {
    const run = await executor.execute(COPY[language], { language, preview: true });
    expect(run).toMatchObject({ status: "completed", value: "done", preview: { complete: true, stopped: null } });
    expect(run.preview?.calls.map(({ tool, arguments: args }) => [tool, args])).toEqual(
      listed.map((n) => ["disk__write", { n }]),
    );
    expect(upstream).toEqual(Array.from({ length: 20 }, (_, n) => `read ${n}`));
    expect([run.toolCalls.length, questions]).toEqual([20, []]);
  },
);

const USES: Readonly<Record<string, readonly [language: "typescript" | "python", use: string]>> = {
  "a property": ["typescript", "said.length"],
  "a comparison of its text": ["typescript", "`${said}` === ''"],
  "a method": ["typescript", "said.trim()"],
  "an argument": ["typescript", "await disk.read({ n: said })"],
  spreading: ["typescript", "({ ...said })"],
  "an attribute": ["python", "said.strip()"],
  "a condition": ["python", "bool(said)"],
  "its text": ["python", "f'{said}'"],
  "an item": ["python", "said[0]"],
  "a comparison": ["python", "said == 'x'"],
  "an argument of another call": ["python", "await disk.read(n=said)"],
};

test.each(Object.entries(USES))(
  "a preview ends where the result of a write is used: by %s",
  async (_name, [language, use]) => {
    const start = language === "typescript" ? "const " : "";
    const writes = [1, 2, 3].map((n) => `await disk.write({"n": ${n}});`);
    const code = `${writes[0]}\n${start}said = ${writes[1]}\n${use}\n${writes[2]}`;
    const run = await executor.execute(code, { language, preview: true, typeCheck: false });
    expect(run.preview?.calls.map(({ arguments: args }) => args)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(run.preview).toMatchObject({
      complete: false,
      stopped: { line: 3, reason: expect.stringContaining("disk__write, which a preview does not call") },
    });
    expect(upstream).toEqual([]);
  },
);

test.each(["typescript", "python"] as const)(
  "writes in a loop, with reads between, are one question, in %s",
  async (language) => {
    const run = await executor.execute(COPY[language], { language });
    expect(run).toMatchObject({ status: "completed", value: "done" });
    expect(questions.map((calls) => calls.map(({ arguments: args, foreseen }) => [args, foreseen]))).toEqual([
      listed.map((n, index) => [{ n }, index > 0]),
    ]);
    expect(upstream.filter((call) => call.startsWith("write"))).toEqual(listed.map((n) => `write ${n}`));
  },
);

test("50 writes one after the other are one question", async () => {
  const run = await executor.execute("for (let n = 0; n < 50; n++) await disk.write({ n }); 50");
  expect([run.value, questions.map((calls) => calls.length), upstream.length]).toEqual([50, [50], 50]);
});

test("a call that turns out otherwise than foreseen is asked about again", async () => {
  const code = `const first = await disk.write({ n: 1 });\nawait disk.write({ n: 2 });\nawait disk.write({ n: first.length });`;
  await executor.execute(code);
  expect(questions.map((calls) => calls.map(({ arguments: args }) => args))).toEqual([
    [{ n: 1 }, { n: 2 }],
    [{ n: 7 }],
  ]);
});
