import type { GateCallOptions } from "./gate.ts";
import { openCodemode } from "./create-codemode.ts";

/** Tools of the configured servers, for a program of one's own outside any sandbox. */
export interface Connection extends AsyncDisposable {
  /** Calls one tool and gives its value. Throws `CodemodeError`; a tool's own failure has the code `tool_error`. */
  callTool(name: string, args?: Readonly<Record<string, unknown>>, options?: GateCallOptions): Promise<unknown>;
  /** Ends the servers. */
  close(): Promise<void>;
}

/**
 * Connects to the servers of a configuration file, each when it is first used. This is what generated bindings stand on.
 *
 * The caller closes it; until then the started servers keep the process alive only while a call is under way.
 */
export function connect(options: { readonly configFile?: string; readonly directory?: string } = {}): Connection {
  const { configFile, directory } = options;
  const codemode = openCodemode({
    ...(configFile === undefined ? {} : { file: configFile }),
    ...(directory === undefined ? {} : { directory }),
  });
  return {
    callTool: (name, args = {}, callOptions = {}) => codemode.executor.callTool(name, args, callOptions),
    close: () => codemode.close(),
    [Symbol.asyncDispose]: () => codemode.close(),
  };
}
