import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HookedCall } from "./call-hooks.ts";
import { commandHooks } from "./command-hooks.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-hooks-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const CALL: HookedCall = {
  runId: "run_1",
  callId: 2,
  tool: "mail__send",
  arguments: { text: "hi" },
  language: "typescript",
};

const before = (fields: object): string =>
  `echo '${JSON.stringify({ hookSpecificOutput: { hookEventName: "PreToolUse", ...fields } })}'`;

test.each<readonly [command: string, said: object | undefined]>([
  ["true", {}],
  ["echo all is well", {}],
  [before({ permissionDecision: "allow", permissionDecisionReason: "known" }), { decision: "allow", reason: "known" }],
  [before({ permissionDecision: "deny", permissionDecisionReason: "no" }), { decision: "deny", reason: "no" }],
  [before({ permissionDecision: "ask" }), { decision: "ask" }],
  [before({ permissionDecision: "defer" }), {}],
  [before({ updatedInput: { text: "ho" } }), { arguments: { text: "ho" } }],
  [`echo '{"decision":"block","reason":"old way"}'`, { decision: "deny", reason: "old way" }],
  [`echo '{"decision":"approve"}'`, { decision: "allow" }],
  [`echo '{"continue":false,"stopReason":"enough"}'`, { decision: "deny", reason: "enough" }],
  ["echo 'not now' >&2; exit 2", { decision: "deny", reason: "not now" }],
])("the command %s says %j before a call", async (command, said) => {
  const [hook] = commandHooks({ beforeToolCall: [{ command }] }, folder);
  expect(await hook?.beforeToolCall?.(CALL)).toEqual(said);
});

test.each<readonly [command: string, reason: string, timeoutMs: number]>([
  ["exit 1", "ended with status 1", 5_000],
  ["no-such-command-of-ours", "ended with status 127", 5_000],
  ["echo '{ nothing'", "JSON", 5_000],
  [before({ permissionDecision: "perhaps" }), '"perhaps"', 5_000],
  [before({ updatedInput: [] }), "updatedInput is not an object", 5_000],
  ["sleep 30", "did not answer within 100 ms", 100],
])("the command %s fails, which denies: %s", async (command, reason, timeoutMs) => {
  const [hook] = commandHooks({ beforeToolCall: [{ command, timeoutMs }] }, folder);
  await expect(hook?.beforeToolCall?.(CALL)).rejects.toThrow(reason);
});

test.each<readonly [output: object, said: unknown]>([
  [{ hookSpecificOutput: { updatedToolOutput: { a: 1 } } }, { value: { a: 1 } }],
  [{ hookSpecificOutput: { updatedMCPToolOutput: "text" } }, { value: "text" }],
  [{ hookSpecificOutput: { additionalContext: "x" } }, undefined],
  [
    { decision: "block", reason: "secret" },
    { error: expect.objectContaining({ code: "policy_denied", message: expect.stringContaining("secret") }) },
  ],
])("the output %j after a call becomes %j", async (output, said) => {
  const [hook] = commandHooks({ afterToolCall: [{ command: `echo '${JSON.stringify(output)}'` }] }, folder);
  expect(await hook?.afterToolCall?.(CALL, { value: "v" })).toEqual(said);
});

test("a command is given what Claude Code gives its hooks, in the folder of the configuration", async () => {
  const command = "cat > input.json";
  const [hook] = commandHooks({ afterToolCall: [{ command }] }, folder);
  await hook?.afterToolCall?.(CALL, { value: { sent: true } });
  expect(JSON.parse(await readFile(join(folder, "input.json"), "utf8"))).toEqual({
    session_id: "run_1",
    transcript_path: "",
    cwd: folder,
    permission_mode: "default",
    hook_event_name: "PostToolUse",
    tool_name: "mcp__mail__send",
    tool_input: { text: "hi" },
    tool_use_id: "run_1:2",
    tool_response: { sent: true },
  });
});

test("a command is asked about the tools that it names alone", async () => {
  const [hook] = commandHooks({ beforeToolCall: [{ tools: "files__*", command: "exit 2" }] }, folder);
  expect(await hook?.beforeToolCall?.(CALL)).toBeUndefined();
});
