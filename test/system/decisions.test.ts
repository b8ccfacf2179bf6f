import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import type { ExecutorOptions } from "../../src/host/executor-options.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import type { Approver } from "../../src/runs/decisions/approver.ts";
import type { DecidingHooks } from "../../src/runs/decisions/call-hooks.ts";
import type { ExecutionEvent } from "../../src/runs/events.ts";
import type { CallDecision } from "../../src/runs/result.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";

let folder: string;
let registry: ToolRegistry;
/** Without anybody who could be asked, and with somebody; the one in use. */
let plain: CodeModeExecutor;
let asking: CodeModeExecutor;
let executor: CodeModeExecutor;
let answer: Omit<CallDecision, "callId"> = { decision: "approve" };
/** Arguments the tool was really called with. */
let upstream: unknown[] = [];
let hook: NonNullable<DecidingHooks["beforeToolCall"]> = () => undefined;
let after: NonNullable<DecidingHooks["afterToolCall"]> = () => undefined;

const SKILLS = {
  "send.ts":
    'import { send } from "generated/servers/mail";\nexport async function send_one(text: string): Promise<unknown> {\n  return send({ text });\n}\n',
  "nested.ts":
    'import { send_one } from "skills/send";\nexport async function nested(text: string): Promise<unknown> {\n  return send_one(text);\n}\n',
  "post/SKILL.md": "---\nname: post\ndescription: Posts.\n---\nRun it.\n",
  "post/scripts/post.py":
    "import sys\nfrom codemode import ToolError\nfrom generated.servers.mail import send\ntry:\n    said = await send(text=sys.argv[1])\nexcept ToolError as error:\n    said = error.code\nprint(said, end='')\n",
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-decisions-"));
  for (const [path, text] of Object.entries(SKILLS)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  registry = new ToolRegistry();
  const inputSchema = { type: "object", properties: { text: { type: "string" } }, required: ["text"] } as const;
  registry.addTools("mail", [
    defineTool({
      name: "send",
      description: "Sends.",
      inputSchema,
      execute: (args) => {
        upstream.push(args);
        return `sent ${String(args["text"])}`;
      },
    }),
  ]);
  const settings: ExecutorOptions = {
    skills: { directories: [folder] },
    policy: {
      rules: [
        { tools: "mail__send", arguments: { "/text": "spam*" }, decision: "deny", reason: "no spam" },
        { tools: "mail__send", arguments: { "/text": "ask*" }, decision: "ask", reason: "a person reads it first" },
      ],
    },
    hooks: { beforeToolCall: (call) => hook(call), afterToolCall: (call, outcome) => after(call, outcome) },
  };
  plain = new CodeModeExecutor(registry, settings);
  const onApproval: Approver = async ({ calls }) => calls.map(({ callId }) => ({ callId, ...answer }));
  asking = new CodeModeExecutor(registry, { ...settings, onApproval });
});

afterAll(async () => {
  await plain.close();
  await asking.close();
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => {
  upstream = [];
  hook = () => undefined;
  after = () => undefined;
  executor = plain;
  answer = { decision: "approve" };
});

interface Seen {
  /** What the program got, or the code of the error it met. */
  readonly got: unknown;
  readonly upstream: readonly unknown[];
  readonly trace: readonly string[];
}

const called = z.object({ error: z.object({ code: z.string() }).optional() });
const script = z.object({ stdout: z.string() });

type Caller = (text: string, hear: (event: ExecutionEvent) => void) => Promise<unknown>;

const CALLERS: Readonly<Record<string, Caller>> = {
  TypeScript: async (text, onEvent) => {
    const code = `await mail.send({ text: ${JSON.stringify(text)} }).catch((error) => error.code)`;
    return (await executor.execute(code, { onEvent })).value;
  },
  Python: async (text, onEvent) => {
    const code = `try:\n    result = await mail.send(text=${JSON.stringify(text)})\nexcept ToolError as error:\n    result = error.code\nresult`;
    return (await executor.execute(`from codemode import ToolError\n${code}`, { language: "python", onEvent })).value;
  },
  call_tool: async (text, onEvent) => {
    const tool = codemodeTools(executor, { set: "full", allowCallTool: true }).find(({ name }) => name === "call_tool");
    const result = await tool?.execute({ tool_name: "mail__send", arguments: { text } }, { onEvent });
    return called.parse(result?.structured).error?.code ?? result?.structured["value"];
  },
  "code skill": async (text, onEvent) => {
    const run = await executor.runSkill("send", { arguments: { text } }, { onEvent });
    return run.error?.code ?? run.value;
  },
  "folder script": async (text, onEvent) => {
    const run = await executor.runSkill("post", { scriptName: "post.py", args: [text] }, { onEvent });
    return run.error?.code ?? script.parse(run.value).stdout;
  },
  "nested skill": async (text, onEvent) => {
    const run = await executor.runSkill("nested", { arguments: { text } }, { onEvent });
    return run.error?.code ?? run.value;
  },
};

async function see(caller: Caller, text: string): Promise<Seen> {
  const trace: string[] = [];
  const got = await caller(text, (event) => {
    if (event.type === "tool_call_start") trace.push(`start ${event.callId} ${event.tool}`);
    if (event.type === "tool_call_end") trace.push(`end ${event.callId} ${event.tool} ${event.status}`);
  });
  return { got, upstream: [...upstream], trace };
}

const ended = (status: string): readonly string[] => ["start 1 mail__send", `end 1 mail__send ${status}`];

const OUTCOMES: Readonly<Record<string, { readonly text: string; readonly set?: () => void; readonly seen: Seen }>> = {
  allow: { text: "hi", seen: { got: "sent hi", upstream: [{ text: "hi" }], trace: ended("ok") } },
  deny: { text: "spam now", seen: { got: "policy_denied", upstream: [], trace: ended("denied") } },
  "ask where nobody can be asked": {
    text: "ask me",
    seen: { got: "approval_required", upstream: [], trace: ended("denied") },
  },
  "ask, then approve": {
    text: "ask me",
    set: () => {
      executor = asking;
    },
    seen: { got: "sent ask me", upstream: [{ text: "ask me" }], trace: ended("ok") },
  },
  "ask, then deny": {
    text: "ask me",
    set: () => {
      executor = asking;
      answer = { decision: "deny", reason: "not now" };
    },
    seen: { got: "policy_denied", upstream: [], trace: ended("denied") },
  },
  "ask, then edit": {
    text: "ask me",
    set: () => {
      executor = asking;
      answer = { decision: "approve", arguments: { text: "by hand" } };
    },
    seen: { got: "sent by hand", upstream: [{ text: "by hand" }], trace: ended("ok") },
  },
  "a hook answers what the policy asks": {
    text: "ask me",
    set: () => {
      hook = () => ({ decision: "allow" });
    },
    seen: { got: "sent ask me", upstream: [{ text: "ask me" }], trace: ended("ok") },
  },
  "a hook cannot lift a denial": {
    text: "spam now",
    set: () => {
      hook = () => ({ decision: "allow" });
    },
    seen: { got: "policy_denied", upstream: [], trace: ended("denied") },
  },
  "a hook denies": {
    text: "hi",
    set: () => {
      hook = async () => ({ decision: "deny", reason: "not today" });
    },
    seen: { got: "policy_denied", upstream: [], trace: ended("denied") },
  },
  "a hook fails": {
    text: "hi",
    set: () => {
      hook = () => {
        throw new Error("out of paper");
      };
    },
    seen: { got: "policy_denied", upstream: [], trace: ended("denied") },
  },
  "a hook rewrites arguments": {
    text: "hi",
    set: () => {
      hook = ({ arguments: args }) => ({ arguments: { text: `${String(args["text"])} there` } });
    },
    seen: { got: "sent hi there", upstream: [{ text: "hi there" }], trace: ended("ok") },
  },
  "a hook rewrites arguments to what is denied": {
    text: "hi",
    set: () => {
      hook = () => ({ arguments: { text: "spam" } });
    },
    seen: { got: "policy_denied", upstream: [], trace: ended("denied") },
  },
  "a hook rewrites arguments to wrong ones": {
    text: "hi",
    set: () => {
      hook = () => ({ arguments: { text: 1 } });
    },
    seen: { got: "invalid_arguments", upstream: [], trace: ended("error") },
  },
  "a hook replaces the result": {
    text: "hi",
    set: () => {
      after = (_call, outcome) => ("value" in outcome ? { value: `${String(outcome.value)}, they say` } : undefined);
    },
    seen: { got: "sent hi, they say", upstream: [{ text: "hi" }], trace: ended("ok") },
  },
  "a hook withholds the result": {
    text: "hi",
    set: () => {
      after = () => ({ error: "nothing to see" });
    },
    seen: { got: "tool_error", upstream: [{ text: "hi" }], trace: ended("error") },
  },
};

test.each(Object.keys(OUTCOMES).flatMap((outcome) => Object.keys(CALLERS).map((caller) => [outcome, caller] as const)))(
  "%s: the same for %s",
  async (outcome, caller) => {
    const { text, set, seen } = OUTCOMES[outcome] ?? { text: "", seen: undefined };
    const call = CALLERS[caller];
    set?.();
    expect(call === undefined ? undefined : await see(call, text)).toEqual(seen);
  },
);

test("a hook is given the call with a copy of its arguments, and which run, language and session it is of", async () => {
  const calls: unknown[] = [];
  hook = (call) => void calls.push(call);
  const { runId } = await executor.execute(`await mail.send({ text: "hi" })`, { sessionId: "s" });
  const common = { callId: 1, tool: "mail__send", arguments: { text: "hi" } };
  expect(calls).toEqual([{ runId, ...common, language: "typescript", session: "s" }]);
});

test("a hook that never answers does not outlast the call that it is asked about", async () => {
  const end = { code: "cancelled" };
  const call = (): Promise<unknown> => {
    const caller = new AbortController();
    setImmediate(() => caller.abort());
    return executor.callTool("mail__send", { text: "hi" }, { signal: caller.signal });
  };
  after = () => new Promise(() => {});
  await expect(call()).rejects.toMatchObject(end);
  hook = () => new Promise(() => {});
  await expect(call()).rejects.toMatchObject(end);
  expect(upstream).toHaveLength(1);
});

test("in the read-only lane only tools that read are called, whatever the policy allows", async () => {
  const run = await executor.execute(`await mail.send({ text: "hi" })`, { readOnly: true });
  expect(run.error).toMatchObject({ code: "policy_denied", message: expect.stringContaining("marked read-only") });
  expect(upstream).toEqual([]);
});

test("each refusal is an event of the run with its reason", async () => {
  const { runId } = await executor.execute(`await mail.send({ text: "spam" })`);
  const { events } = await executor.runs.get(runId);
  expect(events.find(({ type }) => type === "decision")).toMatchObject({
    callId: 1,
    tool: "mail__send",
    decision: "deny",
    by: "policy",
    reason: "no spam",
  });
});
