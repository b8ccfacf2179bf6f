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

/** A stream to write to, as the system describes it. */
export interface RawStream {
  readonly isTerminal: boolean;
  readonly columns?: number | undefined;
  readonly write: (text: string) => void;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return createTerminal(ofProcess(process.stdout), ofProcess(process.stderr), process.env);
}

/** A terminal over two streams. Colours follow NO_COLOR and FORCE_COLOR, and otherwise whether a terminal reads. */
export function createTerminal(out: RawStream, err: RawStream, environment: NodeJS.ProcessEnv): Terminal {
  const filters: SecretFilter[] = [];
  const clean = (text: string): string => filters.reduce((rest, secrets) => secrets.text(rest), text);
  return {
    out: toStream(out, environment, clean),
    err: toStream(err, environment, clean),
    hide: (secrets) => void filters.push(secrets),
  };
}

function ofProcess(stream: NodeJS.WriteStream & { readonly fd: number }): RawStream {
  // A stream that is not a terminal has no `isTTY`, and without a decision picocolors would colour for CI.
  const isTerminal = isatty(stream.fd);
  return { isTerminal, columns: stream.columns, write: (text) => void stream.write(text) };
}

/** Tells whether a stream should be coloured. */
function wantsColors(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR: none, FORCE_COLOR: force, TERM: term } = environment;
  if (none !== undefined && none !== "") return false;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  return isTerminal && term !== "dumb";
}

function toStream(
  { isTerminal, columns, write }: RawStream,
  environment: NodeJS.ProcessEnv,
  clean: (text: string) => string,
): TerminalStream {
  return {
    isTerminal,
    colors: colors.createColors(wantsColors(isTerminal, environment)),
    columns: isTerminal ? columns : undefined,
    write: (text) => write(clean(text)),
  };
}
