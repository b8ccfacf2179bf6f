import { spawn } from "node:child_process";
import { once } from "node:events";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { type ExecutionResult, toRunning } from "../../runs/result.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ProgramInput } from "./program-input.ts";

/** Set for a command that goes on in the background: the name of its program. */
const DETACHED = "CODEMODE_DETACHED";

/** The name of the program that this command runs in the background for another; undefined for any other command. */
export function detachedName(): string | undefined {
  return process.connected ? process.env[DETACHED] : undefined;
}

/**
 * Starts a command of this installation that runs a program and outlives this one. Returns the run once it is recorded, or
 * the exit status of a command that could not begin, which has said why.
 *
 * @param words the command, which reads the program from its input
 */
export async function startDetached(
  words: readonly string[],
  { code, file = "" }: ProgramInput & { readonly file: string | undefined },
): Promise<ExecutionResult | number> {
  const [, script = ""] = process.argv;
  const child = spawn(process.execPath, [...process.execArgv, script, ...words], {
    stdio: ["pipe", "ignore", "pipe", "ipc"],
    env: { ...process.env, [DETACHED]: file },
    detached: true,
    windowsHide: true,
  });
  child.stderr?.pipe(process.stderr, { end: false });
  child.stdin?.on("error", () => {}).end(code);
  const [first] = await Promise.race([once(child, "message"), once(child, "close")]);
  child.unref();
  child.stderr?.destroy();
  if (child.connected) child.disconnect();
  return isRecord(first) ? toRunning(String(first["runId"])) : Number(first ?? 1);
}

/** Reports a run to the command that started this one, and resolves when the run has ended or is parked. */
export async function outlive(
  { runs }: CodeModeExecutor,
  { runId }: ExecutionResult,
  signal: AbortSignal,
): Promise<void> {
  // Nobody reads it any more.
  process.stderr.on("error", () => {});
  process.send?.({ runId });
  process.disconnect?.();
  await runs.wait(runId, { signal }).catch(() => {});
}
