import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defineTool } from "../sources/functions/define-tool.ts";
import { type Codemode, createCodemode } from "../host/create-codemode.ts";
import type { ExecutionEvent, ExecutionStream } from "./events.ts";

let folder: string;
let codemode: Codemode;
let release = (): void => {};
let released = Promise.resolve();

const tools = [
  defineTool({
    name: "add",
    description: "Adds.",
    inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a"] },
    execute: (args) => Number(args["a"]) + Number(args["b"] ?? 0),
  }),
  defineTool({
    name: "wait",
    description: "Answers when the test says so.",
    inputSchema: { type: "object" },
    execute: async () => {
      await released;
      return "released";
    },
  }),
  defineTool({
    name: "upload",
    description: "Tells how far it has come.",
    inputSchema: { type: "object" },
    execute: (_args, { onProgress }) => {
      onProgress({ progress: 1, total: 2, message: "half" });
      onProgress({ progress: 2, total: 2 });
      return "done";
    },
  }),
];

const SKILL = `import { add } from "generated/servers/host";
/** Adds one. */
export async function increment(n: number): Promise<number> {
  console.log("adding");
  return await add({ a: n, b: 1 });
}
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-stream-"));
  await writeFile(join(folder, "increment.ts"), SKILL);
  codemode = createCodemode({ tools: { host: tools }, skills: { directories: [folder] } });
  // The first start of Python makes its image.
  await codemode.executor.execute("1", { language: "python" });
}, 120_000);

afterAll(async () => {
  await codemode.close();
  await rm(folder, { recursive: true, force: true });
});

function hold(): void {
  released = new Promise((resolve) => {
    release = resolve;
  });
}

async function read(stream: ExecutionStream): Promise<ExecutionEvent[]> {
  const events: ExecutionEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test("a run is told from its start over each call to its end", async () => {
  const code = "console.log('adding'); await host.add({ a: 1, b: 2 })";
  const stream = codemode.executor.stream(code, { sessionId: "told" });
  const events = await read(stream);
  const result = await stream.result;
  const { runId } = result;
  expect(events).toEqual([
    { type: "run_start", runId, language: "typescript", code, sessionId: "told" },
    { type: "output", runId, stream: "stdout", text: "adding\n" },
    { type: "tool_call_start", runId, callId: 1, tool: "host__add", arguments: { a: 1, b: 2 } },
    { type: "tool_call_end", runId, callId: 1, tool: "host__add", status: "ok", durationMs: expect.any(Number) },
    { type: "run_end", runId, result },
  ]);
  expect(result).toMatchObject({ value: 3, notes: [] });
});

test("a call that is refused or fails ends with the reason, and other spellings are told by the full name", async () => {
  const events = await read(
    codemode.executor.stream(
      `import { callTool } from "codemode";
       for (const [name, args] of [["host.add", { a: "x" }], ["host__nothing", {}]]) await callTool(name, args).catch(() => {});`,
      { typeCheck: false },
    ),
  );
  const calls = events.filter((event) => "callId" in event);
  expect(calls).toMatchObject([
    { type: "tool_call_start", callId: 1, tool: "host__add", arguments: { a: "x" } },
    { type: "tool_call_end", callId: 1, status: "error", error: { code: "invalid_arguments", tool: "host__add" } },
    { type: "tool_call_start", callId: 2, tool: "host__nothing" },
    { type: "tool_call_end", callId: 2, status: "error", error: { code: "unknown_tool" } },
  ]);
});

test.each([
  ["typescript", "console.log('before'); console.error('oops'); await host.wait({})"],
  [
    "python",
    "import sys\nfrom generated.servers.host import wait\nprint('before')\nprint('oops', file=sys.stderr)\nawait wait()",
  ],
] as const)("what a program in %s prints is told while it runs", async (language, code) => {
  hold();
  const printed: unknown[] = [];
  const stream = codemode.executor.stream(code, { language });
  for await (const event of stream) {
    if (event.type === "output") printed.push([event.stream, event.text]);
    if (printed.length === 2) release();
  }
  expect(printed).toEqual([
    ["stdout", "before\n"],
    ["stderr", "oops\n"],
  ]);
  expect(await stream.result).toMatchObject({ value: "released" });
});

test.each([
  ["typescript", "console.log('on it'); for (;;) {}"],
  ["python", "print('on it')\nwhile True: pass"],
] as const)("leaving the loop cancels a program in %s that is busy", async (language, code) => {
  const stream = codemode.executor.stream(code, { language });
  for await (const event of stream) if (event.type === "output") break;
  expect(await stream.result).toMatchObject({ status: "cancelled", stdout: "on it\n" });
});

test("a call that is never made ends in doubt before its run does", async () => {
  await using narrow = createCodemode({ tools: { host: tools }, limits: { toolCalls: 1 } });
  const code = "await Promise.all([host.add({ a: 1 }), host.add({ a: 2 })])";
  const events = await read(narrow.executor.stream(code));
  expect(events.slice(-4)).toMatchObject([
    { type: "tool_call_start", callId: 2 },
    { type: "tool_call_end", callId: 1, status: "ok" },
    { type: "tool_call_end", callId: 2, status: "in_doubt" },
    { type: "run_end", result: { error: { code: "call_limit" } } },
  ]);
});

test("nothing is told after the end of a run, whatever is still under way", async () => {
  hold();
  const stop = new AbortController();
  const heard: string[] = [];
  const { status } = await codemode.executor.execute("console.log(1); await host.wait({})", {
    signal: stop.signal,
    onEvent: ({ type }) => heard.push(type),
    hooks: { onToolCallStart: () => setImmediate(() => stop.abort()) },
  });
  release();
  expect(status).toBe("cancelled");
  await codemode.executor.execute("await host.wait({})");
  expect(heard).toEqual(["run_start", "output", "tool_call_start", "tool_call_end", "run_end"]);
});

test("how far a call has come is told between its start and its end", async () => {
  const events = await read(codemode.executor.stream("await host.upload({})"));
  const seen = events.filter((event) => "callId" in event);
  expect(seen.map(({ type }) => type)).toEqual(["tool_call_start", "tool_call_progress", "tool_call_end"]);
  expect(seen[1]).toMatchObject({ callId: 1, tool: "host__upload", progress: 2, total: 2 });
  const all: unknown[] = [];
  const hooks = {
    onToolCallProgress: ({ progress, message }: { progress: number; message?: string }) =>
      all.push([progress, message]),
  };
  await codemode.executor.execute("await host.upload({})", { hooks });
  expect(all).toEqual([
    [1, "half"],
    [2, undefined],
  ]);
});

test("calls and output of a skill run on behalf of a program are part of the run", async () => {
  const code = `import { run_skill } from "generated/skills";
await host.add({ a: 0 });
await run_skill({ name: "increment", arguments: { n: 1 } })`;
  const events = await read(codemode.executor.stream(code, { typeCheck: false }));
  expect(new Set(events.map(({ runId }) => runId)).size).toBe(1);
  expect(events.flatMap((event) => (event.type === "tool_call_start" ? [[event.callId, event.tool]] : []))).toEqual([
    [1, "host__add"],
    [2, "host__add"],
  ]);
  expect(events).toContainEqual(expect.objectContaining({ type: "output", text: "adding\n" }));
  const skill = codemode.executor.streamSkill("increment", { arguments: { n: 41 } });
  expect((await read(skill)).map(({ type }) => type)).toEqual([
    "run_start",
    "output",
    "tool_call_start",
    "tool_call_end",
    "run_end",
  ]);
  expect(await skill.result).toMatchObject({ value: 42 });
});

test("a program that never starts has a beginning and an end all the same", async () => {
  const stream = codemode.executor.stream("let = = 3");
  expect((await read(stream)).map(({ type }) => type)).toEqual(["run_start", "run_end"]);
  expect(await stream.result).toMatchObject({ error: { code: "syntax_error" } });
});

test("a stream that nobody reads still gives its result, and can be read after the end", async () => {
  const stream = codemode.executor.stream("await host.add({ a: 1 })");
  expect(await stream.result).toMatchObject({ value: 1 });
  expect((await read(stream)).map(({ type }) => type)).toEqual([
    "run_start",
    "tool_call_start",
    "tool_call_end",
    "run_end",
  ]);
  expect(await read(stream)).toEqual([]);
});

test("a flood of output is told up to its limit and waits as one piece", async () => {
  await using flooded = createCodemode({ limits: { logBytes: 10_000, timeMs: 5_000 } });
  const stream = flooded.executor.stream("for (let i = 0; i < 100_000; i++) console.log('flood')");
  const { stdout } = await stream.result;
  const output = (await read(stream)).filter((event) => event.type === "output");
  expect(output).toHaveLength(1);
  expect(output[0]).toMatchObject({ text: stdout });
  expect(stdout).toHaveLength(10_000);
});

test("hooks are called in order, those of the executor first, for programs and for single calls", async () => {
  const heard: string[] = [];
  const hear = (who: string): { onToolCallStart: (event: { runId: string }) => void } => ({
    onToolCallStart: ({ runId }) => heard.push(`${who} ${runId.replace(/_.*/, "")}`),
  });
  await using watched = createCodemode({ tools: { host: tools }, executor: { hooks: [hear("a"), hear("b")] } });
  await watched.executor.execute("await host.add({ a: 1 })", { hooks: hear("c") });
  await watched.executor.callTool("host__add", { a: 1 }, { hooks: hear("d") });
  expect(heard).toEqual(["a run", "b run", "c run", "a call", "b call", "d call"]);
});

test("a hook that fails is a note of the run and changes nothing else", async () => {
  const heard: string[] = [];
  const result = await codemode.executor.execute(
    "console.log('x'); await host.add({ a: 1 }); await host.add({ a: 2 })",
    {
      hooks: [
        {
          onRunStart: () => Promise.reject(new Error("later")),
          onToolCallStart: ({ callId }) => {
            throw new Error(`no ${callId}`);
          },
          onRunEnd: () => {
            throw new Error("too late");
          },
        },
        { onToolCallStart: ({ callId }) => heard.push(`start ${callId}`) },
      ],
    },
  );
  expect(result).toMatchObject({ value: 2, error: null });
  expect(result.notes).toEqual([
    "The hook onRunStart failed: later",
    "The hook onToolCallStart failed: no 1",
    "The hook onRunEnd failed: too late",
  ]);
  expect(heard).toEqual(["start 1", "start 2"]);
});

test("a hook that changes the arguments it is shown does not change the call", async () => {
  const hooks = { onToolCallStart: (event: { arguments: object }) => void Object.assign(event.arguments, { a: 100 }) };
  expect(await codemode.executor.execute("await host.add({ a: 1 })", { hooks })).toMatchObject({ value: 1 });
});
