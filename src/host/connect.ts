import { defined } from "../base/defined.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { GateCallOptions } from "../runs/decisions/call-on-its-way.ts";
import { type Codemode, openCodemode } from "./create-codemode.ts";

/** Tools of the configured servers, for a program of one's own outside any sandbox. */
export interface Connection extends AsyncDisposable {
  /** Calls one tool and returns its value. Throws `CodemodeError`; a tool's own failure has the code `tool_error`. */
  callTool(name: string, args?: Readonly<Record<string, unknown>>, options?: GateCallOptions): Promise<unknown>;
  /**
   * Makes a request that programs may make about skills, and returns the same answer: `list`, `load`, `resource` (a
   * file) or `run`. Output of a skill is printed to standard output when it has ended. Throws `CodemodeError`.
   */
  skills(kind: "list" | "load" | "resource" | "run", request: object): Promise<unknown>;
  /** Ends the servers. */
  close(): Promise<void>;
}

/**
 * Connects to the servers of a configuration file, each when it is first used. This is what generated bindings stand on.
 *
 * The caller closes it; until then the started servers keep the process alive only while a call is in progress.
 */
export function connect(options: { readonly configFile?: string; readonly directory?: string } = {}): Connection {
  const { configFile, directory } = options;
  const codemode = openCodemode({
    ...defined({ file: configFile, directory }),
  });
  return {
    callTool: (name, args = {}, callOptions = {}) => codemode.executor.callTool(name, args, callOptions),
    skills: (kind, request) => askSkills(codemode, kind, request),
    close: () => codemode.close(),
    [Symbol.asyncDispose]: () => codemode.close(),
  };
}

/** Output of a skill is shown when it has ended. */
async function askSkills(
  { executor }: Codemode,
  kind: Parameters<Connection["skills"]>[0],
  request: object,
): Promise<unknown> {
  const run = await executor.ask(`skill-${kind}`, request);
  process.stdout.write(run.stdout);
  process.stderr.write(run.stderr);
  if (run.error === null) return run.value;
  const { tool, hint } = run.error;
  throw new CodemodeError(run.error.code, run.error.message, { tool, hint });
}
