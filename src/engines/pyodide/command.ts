import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import {
  bubblewrapArguments,
  GUEST_DIRECTORY,
  PYODIDE_DIRECTORY,
  type PythonIsolation,
  type SandboxTools,
} from "./isolation.ts";

/** A program and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

const CHILD_SCRIPT = `${GUEST_DIRECTORY}/child.mjs`;
const JS_HEAP_MB = 192;
const DEEP_STACK_KB = 65_536;
const V8_DEEP_STACK_KB = 60_000;
const V8_STACK_KB = 3900;
/**
 * Work that a function of the interpreter does before it is compiled once more, fifty times the default: most programs end
 * before that pays. It takes a sixth off the processor time of a start, a third off that of hundreds of short programs in a
 * session, and a third off a loop of some seconds.
 */
const TIERING_BUDGET = 100_000_000;

/** The command that starts one session's process with the protections asked for. */
export function sessionCommand(tools: SandboxTools, isolation: PythonIsolation, snapshotFile?: string): Command {
  const jailed = isolation !== "engine";
  if (jailed && tools.bubblewrapPath === undefined) {
    throw new CodemodeError("internal", `Isolation "${isolation}" was requested, but bubblewrap was not found.`);
  }
  const locked = isolation !== "bubblewrap";
  const files = [PYODIDE_DIRECTORY, GUEST_DIRECTORY, ...(snapshotFile === undefined ? [] : [snapshotFile])];
  const setup = {
    mode: "serve",
    locked,
    pyodideDirectory: PYODIDE_DIRECTORY,
    guestDirectory: GUEST_DIRECTORY,
    watchParent: !jailed,
    ...defined({ snapshotFile }),
  };
  const deep = tools.report.deepStack.usable;
  const node = [
    tools.nodePath,
    `--stack-size=${deep ? V8_DEEP_STACK_KB : V8_STACK_KB}`,
    `--max-old-space-size=${JS_HEAP_MB}`,
    "--wasm-lazy-compilation",
    `--wasm-tiering-budget=${TIERING_BUDGET}`,
    "--no-warnings",
    ...(locked ? lockFlags(tools, snapshotFile) : []),
    CHILD_SCRIPT,
    JSON.stringify(setup),
  ];
  const words = jailed
    ? [tools.bubblewrapPath ?? "", ...bubblewrapArguments(tools, files), ...node]
    : withParent(tools, node);
  return deep ? withDeepStack(words) : { program: words[0] ?? "", args: words.slice(1) };
}

/** The command that makes the stored memory image. It runs no guest code. */
export function snapshotCommand(nodePath: string, snapshotFile: string): Command {
  const setup = { mode: "make", locked: true, pyodideDirectory: PYODIDE_DIRECTORY, guestDirectory: GUEST_DIRECTORY };
  return { program: nodePath, args: ["--no-warnings", CHILD_SCRIPT, JSON.stringify({ ...setup, snapshotFile })] };
}

function lockFlags(tools: SandboxTools, snapshotFile: string | undefined): readonly string[] {
  const readable = [
    `${PYODIDE_DIRECTORY}/*`,
    `${GUEST_DIRECTORY}/*`,
    ...(snapshotFile === undefined ? [] : [snapshotFile]),
  ];
  return [
    tools.report.permissionModel.flag,
    ...readable.map((path) => `--allow-fs-read=${path}`),
    "--disallow-code-generation-from-strings",
  ];
}

function withParent(tools: SandboxTools, words: readonly string[]): readonly string[] {
  return tools.setprivPath === undefined ? words : [tools.setprivPath, "--pdeathsig", "KILL", ...words];
}

function withDeepStack(words: readonly string[]): Command {
  return { program: "/bin/sh", args: ["-c", `ulimit -c 0; ulimit -s ${DEEP_STACK_KB}; exec "$0" "$@"`, ...words] };
}
