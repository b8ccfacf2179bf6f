import type { SecretFilter } from "../base/secret-filter.ts";
import { isatty } from "node:tty";
import colors from "picocolors";

/** Colour functions for one stream; they leave the text alone when the stream shows no colours. */
export type Colors = ReturnType<typeof colors.createColors>;

/** One output stream as commands use it. */
export interface TerminalStream {
  readonly isTerminal: boolean;
  readonly colors: Colors;
  /** Width to cut lines to; undefined where nothing must be cut, as in a file or a pipe. */
  readonly columns: number | undefined;
  readonly write: (text: string) => void;
}

/** Output of a command. Results go to `out`, progress and problems to `err`. */
export interface Terminal {
  readonly out: TerminalStream;
  readonly err: TerminalStream;
  /** From now on, takes these secrets out of all that is written. */
  readonly hide: (secrets: SecretFilter) => void;
}

/** The terminal of this process. Colours follow NO_COLOR and FORCE_COLOR, and otherwise whether a terminal reads. */
export function processTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const filters: SecretFilter[] = [];
  const clean = (text: string): string => filters.reduce((rest, secrets) => secrets.text(rest), text);
  return {
    out: toStream(process.stdout, environment, clean),
    err: toStream(process.stderr, environment, clean),
    hide: (secrets) => void filters.push(secrets),
  };
}

/** Tells whether a stream should be coloured. */
function wantsColors(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR: none, FORCE_COLOR: force, TERM: term } = environment;
  if (none !== undefined && none !== "") return false;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return isTerminal && term !== "dumb";
}

function toStream(
  stream: NodeJS.WriteStream & { readonly fd: number },
  environment: NodeJS.ProcessEnv,
  clean: (text: string) => string,
): TerminalStream {
  // A stream that is not a terminal has no `isTTY`, and without a decision picocolors would colour for CI.
  const isTerminal = isatty(stream.fd);
  return {
    isTerminal,
    colors: colors.createColors(wantsColors(isTerminal, environment)),
    columns: isTerminal ? stream.columns : undefined,
    write: (text) => void stream.write(clean(text)),
  };
}
