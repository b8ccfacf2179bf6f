import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeModeExecutor } from "../host/executor.ts";
import { NamespaceTables } from "../languages/namespace-tables.ts";
import { createValidator } from "../schema/validator.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import type { HostReply } from "../engines/engine.ts";
import { defaultLimits } from "../engines/limits.ts";
import type { Crossing, RunJournal } from "./journal/run-journal.ts";
import { Run } from "./run.ts";
import type { RunHost } from "./run-settings.ts";
import { ObservedTypes } from "./observed/observed-types.ts";
import { LanguageRuntimes } from "./sessions/language-runtimes.ts";
import { SkillPlaces } from "./skills/skill-places.ts";

let registry: ToolRegistry;
let executor: CodeModeExecutor;
let host: RunHost;
const calls: unknown[] = [];

beforeAll(() => {
  registry = new ToolRegistry();
  registry.addTools("host", [
    defineTool({
      name: "next",
      description: "Counts.",
      inputSchema: { type: "object" },
      execute: (args) => {
        calls.push(args);
        return calls.length;
      },
    }),
    defineTool({
      name: "deep",
      description: "Nests.",
      inputSchema: { type: "object" },
      execute: ({ levels }) => ({
        content: [],
        structuredContent: { list: JSON.parse("[".repeat(Number(levels)) + "]".repeat(Number(levels))) as unknown },
      }),
    }),
    defineTool({
      name: "long",
      description: "Says it.",
      inputSchema: { type: "object" },
      execute: (args) => {
        calls.push(args);
        return String(args["text"]);
      },
    }),
    defineTool({
      name: "fail",
      description: "Fails.",
      inputSchema: { type: "object" },
      execute: () => {
        throw new Error("disk full");
      },
    }),
  ]);
  executor = new CodeModeExecutor(registry);
  host = {
    registry,
    runtimes: new LanguageRuntimes({}, defaultLimits),
    skills: executor.skills,
    skillPlaces: new SkillPlaces(),
    namespaces: new NamespaceTables(),
    validator: createValidator(),
    policy: {},
    observed: new ObservedTypes(),
    limits: defaultLimits,
  };
});

afterAll(async () => {
  await host.runtimes.close();
  await executor.close();
  await registry.close();
});

const PROGRAM = `
const first = host.next({ n: 1 });
const found = (await codemode.search("Counts.")).tools.map(({ name }) => name);
const failed = await host.fail({}).catch((error) => error.message);
await codemode.emit("seen");
[await first, found.includes("host__next"), failed, await host.next({ n: 2 })]`;

async function run(journal: RunJournal): Promise<Run> {
  const one = new Run(host, { language: "typescript", journal });
  const error = await one.finish(() => one.program(PROGRAM, { typeCheck: false }));
  expect(error).toBeUndefined();
  return one;
}

test("a journal hears of every request before its effect and of every outcome, and can answer them all again", async () => {
  const crossings: Crossing[] = [];
  const replies = new Map<number, HostReply>();
  const done: number[] = [];
  const recorded = await run({
    call: async (crossing) => {
      crossings.push(crossing);
      done.push(calls.length);
      return undefined;
    },
    result: async ({ number }, reply) => {
      replies.set(number, reply);
    },
  });
  expect(recorded.record.value).toEqual([1, true, "disk full", 2]);
  expect(crossings.map(({ number, callId, request }) => [number, callId, request.kind])).toEqual([
    [1, 1, "call"],
    [2, undefined, "search"],
    [3, 2, "call"],
    [4, undefined, "emit"],
    [5, 3, "call"],
  ]);
  expect(done[0]).toBe(0);
  expect(new Set(replies.keys())).toEqual(new Set([1, 2, 3, 4, 5]));

  const before = calls.length;
  const replayed = await run({ call: async ({ number }) => replies.get(number), result: async () => {} });
  expect(replayed.record.value).toEqual(recorded.record.value);
  expect(calls).toHaveLength(before);
  const trace = ({ record }: Run): unknown => record.toolCalls.map(({ tool, status }) => [tool, status]);
  expect(trace(replayed)).toEqual(trace(recorded));
});

test("a journal that cannot record a request stops its effect", async () => {
  const before = calls.length;
  const one = new Run(host, {
    language: "typescript",
    journal: { call: () => Promise.reject(new Error("The disk is full.")), result: async () => {} },
  });
  const error = await one.finish(() => one.program("await host.next({})", { typeCheck: false }));
  expect(error).toMatchObject({ code: "internal", message: "The disk is full." });
  expect(calls).toHaveLength(before);
});

test("a call of the host is recorded and answered again like one of a guest, with results of any size and the tool's own error", async () => {
  const replies: HostReply[] = [];
  const recording: RunJournal = { call: () => undefined, result: (_crossing, reply) => void replies.push(reply) };
  const call = (journal: RunJournal, name: string, args: object): Promise<unknown> =>
    new Run(host, { language: "typescript", journal }).call(name, args, { raw: true });
  const text = "x".repeat(defaultLimits("typescript").toolResultBytes + 1);
  const envelope = { content: [{ type: "text", text }] };
  expect(await call(recording, "host__long", { text })).toEqual(envelope);
  await expect(call(recording, "host__missing", {})).rejects.toMatchObject({ code: "unknown_tool" });
  expect(replies.map(({ ok }) => ok)).toEqual([true, false]);

  const before = calls.length;
  const again: RunJournal = { call: async () => replies.shift(), result: async () => {} };
  expect(await call(again, "host__long", { text })).toEqual(envelope);
  await expect(call(again, "host__missing", {})).rejects.toMatchObject({ code: "unknown_tool" });
  expect(calls).toHaveLength(before);
});

test.each([5_000, 100_000])(
  "a result of %d levels fails its call alone, in a program and without one",
  async (levels) => {
    const program = `let code = 'none'; try { await host.deep({ levels: ${levels} }); } catch (error) { code = error.code; } code`;
    expect(await executor.execute(program)).toMatchObject({ success: true, value: "result_too_large" });
    await expect(executor.callTool("host__deep", { levels })).rejects.toMatchObject({
      code: "result_too_large",
      message: "The result of host__deep is nested too deeply to be handed on.",
    });
  },
);
