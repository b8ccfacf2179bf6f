import { spawn } from "node:child_process";
import { CodemodeError } from "../../base/codemode-error.ts";
import { defined } from "../../base/defined.ts";
import { isRecord } from "../../base/is-record.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { wildcard } from "../../base/wildcard.ts";
import type { DecidingHooks, HookedCall } from "./call-hooks.ts";

/**
 * Commands that are asked about calls, in the form of the hooks of Claude Code: before each call as `PreToolUse`, and after
 * it as `PostToolUse`.
 */
export type CommandHooks = {
  readonly [Event in "beforeToolCall" | "afterToolCall"]?: readonly {
    /** Full tool names it is asked about; `*` stands for any characters. @default "*" */
    readonly tools?: string;
    /** Command line for the shell, which runs in the folder of the configuration. */
    readonly command: string;
    /** Time for the answer; a command that is late denies the call. @default 5,000 */
    readonly timeoutMs?: number;
  }[];
};

type CommandHook = NonNullable<CommandHooks["beforeToolCall"]>[number];

const DEFAULT_TIMEOUT_MS = 5_000;
const MOST_BYTES = 1024 * 1024;
const REASON_CHARACTERS = 2_000;

/**
 * Hooks that ask commands. A command that fails or is late denies, and so does exit status 2, with stderr as the reason.
 *
 * @param directory folder the commands run in
 */
export function commandHooks(settings: CommandHooks, directory: string): readonly DecidingHooks[] {
  const before = (settings.beforeToolCall ?? []).map((hook): DecidingHooks => {
    const fits = wildcard(hook.tools ?? "*");
    return {
      beforeToolCall: async (call) =>
        fits(call.tool) ? readBefore(await ask(hook, inputOf("PreToolUse", call, directory), directory)) : undefined,
    };
  });
  const after = (settings.afterToolCall ?? []).map((hook): DecidingHooks => {
    const fits = wildcard(hook.tools ?? "*");
    return {
      afterToolCall: async (call, outcome) => {
        if (!fits(call.tool)) return undefined;
        const response = "value" in outcome ? outcome.value : { isError: true, error: outcome.error.message };
        const input = { ...inputOf("PostToolUse", call, directory), tool_response: response };
        return readAfter(call.tool, await ask(hook, input, directory));
      },
    };
  });
  return [...before, ...after];
}

/** What Claude Code gives its hooks. */
function inputOf(event: string, call: HookedCall, directory: string): object {
  return {
    session_id: call.session ?? call.runId,
    transcript_path: "",
    cwd: directory,
    permission_mode: "default",
    hook_event_name: event,
    tool_name: `mcp__${call.tool}`,
    tool_input: call.arguments,
    tool_use_id: `${call.runId}:${call.callId}`,
  };
}

type Said = Readonly<Record<string, unknown>>;

function readBefore(said: Said): Awaited<ReturnType<NonNullable<DecidingHooks["beforeToolCall"]>>> {
  const specific = isRecord(said["hookSpecificOutput"]) ? said["hookSpecificOutput"] : {};
  const { permissionDecision, permissionDecisionReason, updatedInput } = specific;
  const reason = [permissionDecisionReason, said["stopReason"], said["reason"]].find(isText);
  if (said["continue"] === false || said["decision"] === "block") return { decision: "deny", ...defined({ reason }) };
  const known = permissionDecision ?? (said["decision"] === "approve" ? "allow" : undefined);
  if (![undefined, "allow", "ask", "deny", "defer"].some((each) => each === known)) {
    throw new Error(`permissionDecision is ${JSON.stringify(known)}, not allow, ask, deny or defer.`);
  }
  if (updatedInput !== undefined && !isRecord(updatedInput)) throw new Error("updatedInput is not an object.");
  return {
    ...(known === "allow" || known === "ask" || known === "deny" ? { decision: known } : {}),
    ...defined({ arguments: updatedInput, reason }),
  };
}

function readAfter(tool: string, said: Said): Awaited<ReturnType<NonNullable<DecidingHooks["afterToolCall"]>>> {
  const specific = isRecord(said["hookSpecificOutput"]) ? said["hookSpecificOutput"] : {};
  const reason = [said["stopReason"], said["reason"]].find(isText);
  if (said["continue"] === false || said["decision"] === "block") {
    return {
      error: new CodemodeError("policy_denied", `The result of ${tool} is withheld: ${reason ?? "a hook says so"}`, {
        tool,
      }),
    };
  }
  for (const key of ["updatedToolOutput", "updatedMCPToolOutput"]) {
    if (Object.hasOwn(specific, key)) return { value: specific[key] ?? null };
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Runs a command and reads its answer; text that is not a JSON object is no opinion. Rejects where it denies. */
async function ask(
  { command, timeoutMs = DEFAULT_TIMEOUT_MS }: CommandHook,
  input: object,
  directory: string,
): Promise<Said> {
  const { status, stdout, stderr } = await run(command, { input: stringifyJson(input), timeoutMs, directory });
  if (status !== 0) {
    const why = stderr.trim().slice(0, REASON_CHARACTERS);
    if (status === 2) return { decision: "block", reason: why === "" ? "the command ended with status 2" : why };
    throw new Error(`the command ended with status ${status ?? "unknown"}${why === "" ? "" : `: ${why}`}`);
  }
  const text = stdout.trim();
  if (!text.startsWith("{")) return {};
  const said: unknown = JSON.parse(text);
  return isRecord(said) ? said : {};
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  command: string,
  { input, timeoutMs, directory }: { readonly input: string; readonly timeoutMs: number; readonly directory: string },
): Promise<Ended> {
  const isGroup = process.platform !== "win32";
  const child = spawn(command, {
    shell: true,
    cwd: directory,
    env: { ...process.env, CLAUDE_PROJECT_DIR: directory, CODEMODE_PROJECT_DIR: directory },
    detached: isGroup,
    windowsHide: true,
  });
  const end = (): void => {
    try {
      if (isGroup && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      else child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  const printed = { stdout: "", stderr: "" };
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      end();
      reject(new Error(reason));
    };
    const timer = setTimeout(() => fail(`the command did not answer within ${timeoutMs} ms`), timeoutMs);
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        printed[name] += text;
        if (printed[name].length > MOST_BYTES) fail("the command printed more than 1 MB");
      });
    }
    child.on("error", (error) => fail(`the command could not be started: ${error.message}`));
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ status, ...printed });
    });
    // A command that does not read its input ends the pipe.
    child.stdin.on("error", () => {}).end(input);
  });
}
