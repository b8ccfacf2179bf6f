import type { JsonValue } from "../../base/json.ts";
import type { GuestFault } from "../../engines/engine.ts";
import type { SkillResource } from "../../skills/shelves/read-skill.ts";

/** A file as one text: what it says, or a `data:` URL where it is not text. */
export function toResourceText({ text, base64 = "", mimeType }: SkillResource): string {
  return text ?? `data:${mimeType};base64,${base64}`;
}

/** Ending of a script, before it is reported. */
export interface ScriptOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  readonly value: JsonValue;
  /** Its fault, unless it ended normally. */
  readonly failure?: { readonly name: string; readonly message: string; readonly trace: string };
}

/** Ending of a script: with its last line, or with the given fault. */
export function toScriptOutcome(
  ran: Pick<ScriptOutcome, "stdout" | "stderr" | "durationMs" | "value">,
  fault: GuestFault | undefined,
): ScriptOutcome {
  if (fault === undefined) return { exitCode: 0, ...ran };
  const { name, message, stack: trace = `${name}: ${message}` } = fault;
  if (name !== "SystemExit") return { exitCode: 1, ...ran, failure: { name, message, trace } };
  return { exitCode: /^-?\d+$/.test(message) ? Number(message) & 0xff : 1, ...ran };
}

/** Result of a script. */
export interface ScriptResult {
  readonly success: boolean;
  readonly exit_code: number;
  /** Its output, or its errors if it printed nothing. */
  readonly output: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it failed; null when it did not. */
  readonly error: string | null;
  readonly error_type: string | null;
  readonly error_value: string | null;
  readonly error_traceback: string | null;
  /** Seconds. */
  readonly execution_time: number;
  readonly script_name: string;
  /** The value of its last expression. */
  readonly value: JsonValue;
  /** Files of its folder that were too large to be there. */
  readonly files_left_out?: readonly string[];
}

/** Report to a program about a script that ran. */
export function toScriptResult(outcome: ScriptOutcome, scriptName: string, left: readonly string[]): ScriptResult {
  const { exitCode, stdout, durationMs, value, failure } = outcome;
  const stderr = failure === undefined ? outcome.stderr : `${outcome.stderr}${failure.trace}\n`;
  return {
    success: exitCode === 0,
    exit_code: exitCode,
    output: stdout === "" ? stderr : stdout,
    stdout,
    stderr,
    error: exitCode === 0 ? null : reasonOf(outcome),
    ...toErrorFields(failure),
    execution_time: durationMs / 1_000,
    script_name: scriptName,
    value,
    ...(left.length === 0 ? {} : { files_left_out: left }),
  };
}

function reasonOf({ failure, stderr, exitCode }: ScriptOutcome): string {
  if (failure !== undefined) return failure.trace;
  return stderr === "" ? `It ended with exit code ${exitCode}.` : stderr;
}

function toErrorFields(
  failure: ScriptOutcome["failure"],
): Pick<ScriptResult, "error_type" | "error_value" | "error_traceback"> {
  if (failure === undefined) return { error_type: null, error_value: null, error_traceback: null };
  return { error_type: failure.name, error_value: failure.message, error_traceback: failure.trace };
}

/** Arguments of a script as words: `{ path: "x", verbose: true }` becomes `--path x --verbose`. */
export function toWords(
  args: readonly string[] | { readonly [option: string]: JsonValue } | null | undefined,
): string[] {
  if (args === null || args === undefined) return [];
  if (isList(args)) return [...args];
  return Object.entries(args).flatMap(([name, value]) => {
    const option = `--${name}`;
    if (value === null || value === false) return [];
    if (value === true) return [option];
    const values = Array.isArray(value) ? value : [value];
    return values.flatMap((each) => [option, typeof each === "string" ? each : JSON.stringify(each)]);
  });
}

function isList(args: readonly string[] | object): args is readonly string[] {
  return Array.isArray(args);
}
