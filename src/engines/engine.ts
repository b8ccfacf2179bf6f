import type { ErrorCode } from "../base/error-codes.ts";
import type { LargeText } from "../base/steps/large-text.ts";

/** The languages guest code can be written in. */
export type GuestLanguage = "typescript" | "python";

/**
 * A sandbox engine: runs guest code that can reach nothing but the host calls it was given.
 *
 * Engines know nothing of tools, catalogs or policy. Every engine passes the same contract suite.
 */
export interface SandboxEngine {
  readonly name: string;
  readonly language: GuestLanguage;
  /**
   * Prepares spare sandboxes so that the next `open` is quick. Safe to call at any time.
   *
   * @param sandboxes how many are to be ready; without it as many as the engine keeps
   */
  warm(sandboxes?: number): Promise<void>;
  /** Opens a fresh sandbox. Waits for a place when all are taken; rejects with `busy` when too many wait already. */
  open(options: SessionOptions): Promise<SandboxSession>;
  /** Ends every sandbox, running or not. */
  close(): Promise<void>;
}

/** Limits that hold for the life of a sandbox. */
export interface SessionOptions {
  /** Maximum memory the guest may hold, in bytes. */
  readonly memoryBytes: number;
  /** True when it is closed after its first program, so that nothing is to be gained by putting it aside. @default false */
  readonly isForOneProgram?: boolean;
  /** Gives up waiting for a place. */
  readonly signal?: AbortSignal;
}

/** One sandbox. It keeps globals between cells; nothing is shared with other sandboxes. */
export interface SandboxSession {
  /** True once the sandbox was stopped or died: its state is gone and `run` rejects with `sandbox_lost`. */
  readonly lost: boolean;
  /** Memory that it takes between its programs, in bytes; undefined where that is not known. */
  readonly heldBytes?: number;
  /** Settles when nothing of the last program runs any more; only then `lost` tells whether it came to that by itself. */
  readonly rested?: Promise<void> | undefined;
  /**
   * Runs one cell to its end. One cell at a time.
   *
   * Failure inside the guest is an outcome, never a rejection. After `stopped` the session is lost.
   */
  run(cell: Cell, host: CellHost): Promise<CellOutcome>;
  /** Ends the sandbox and frees what it held; a running cell ends as `cancelled`. */
  close(): Promise<void>;
}

/** Limits of one cell, enforced by the host whatever the guest does. */
export interface CellLimits {
  /** Wall-clock time, waiting for host calls included. */
  readonly timeMs: number;
  /** Maximum output kept; more is dropped and counted. */
  readonly logBytes: number;
  /** Largest JSON text of the value. */
  readonly valueBytes: number;
  /** Largest JSON text of one call's arguments. */
  readonly argumentBytes: number;
}

/** A group of host functions the guest sees as one object. */
export interface HostNamespace {
  /** Global name of the object, an identifier; also the last part of its import specifiers. */
  readonly name: string;
  /** The name it goes by elsewhere, if that is another: a key of `servers` and an import specifier too. */
  readonly alias?: string;
  /** Property name and the target it calls; several properties may share one target. Identifiers come first. */
  readonly functions: readonly (readonly [property: string, target: string])[];
  /** Where it is not known yet what there is: any other property is a function whose target begins with this. */
  readonly openTarget?: string;
}

/** All namespaces of one catalog. `version` changes with the contents, so an engine may keep what it has seen. */
export interface NamespaceTable {
  readonly version: string;
  readonly namespaces: readonly HostNamespace[];
}

/** A piece of guest code. */
export interface Cell {
  /**
   * For JavaScript the body of an async function in strict mode: what it returns is the value, and assignments to
   * undeclared names declared in `globals` become session globals. It may hand what nothing waits for, with the line of
   * the user's text, to `__floating(value, line)`, which returns it; the cell ends when such promises have settled. For
   * Python a module whose last expression is the value.
   */
  readonly source: string;
  /** Name shown in stack traces. */
  readonly filename: string;
  /** True when no later cell sees what this one leaves behind. @default false */
  readonly isAlone?: boolean;
  /** Names the cell assigns at its top level; each exists (as undefined) before the cell starts. */
  readonly globals?: readonly string[];
  /** Those of them that fail when they are read before the cell has assigned them. */
  readonly lateGlobals?: readonly string[];
  /** Text of the virtual modules the cell may import, by specifier. */
  readonly modules?: ReadonlyMap<string, string>;
  readonly namespaces: NamespaceTable;
  readonly limits: CellLimits;
  /** Makes the cell do the same again when it receives the same again. */
  readonly repeatable?: Repeatable;
}

/** A time inside a guest, in milliseconds. */
export interface GuestTime {
  /** Since 1970: what clocks show. */
  readonly wallMs: number;
  /** The same less the time in which nothing ran: what timers and durations go by. */
  readonly runningMs: number;
}

/**
 * All that a guest can see beside its program and the replies it receives.
 *
 * Such a cell is a function of its replies and their turns. It is given one reply at a time, when it has nothing else to do
 * or has been busy for a long while, and what it waits for is asked of the host by calls of {@link WAIT}. Its clock
 * stands at the time of the last reply, and moves by 10 µs whenever it is read.
 */
export interface Repeatable {
  /** Four 32-bit integers, used when the cell is the first of its sandbox. */
  readonly seed: readonly number[];
  readonly start: GuestTime;
  /** The time limit that the guest knows of, which shapes how it ends; `limits.timeMs` is what is enforced. */
  readonly timeMs: number;
}

/**
 * Target of a repeatable cell's requests to be woken: the argument is a time as `runningMs`, and the reply, whose value
 * does not matter, has a turn at that time or later.
 */
export const WAIT: string = "codemode:wait";

/** Place of a reply among all that a repeatable cell receives. */
export interface GuestTurn extends GuestTime {
  /** From 1 in each cell, without gaps. */
  readonly number: number;
}

/** Services of the host for a running cell. */
export interface CellHost {
  /** Performs a call. Never rejects: failure is part of the reply. Not invoked any more once the cell has ended. */
  call(request: HostCall): Promise<HostReply>;
  /** Receives output as it happens, in order. */
  output(chunk: OutputChunk): void;
  /** Stops the cell at once; its reason, a `CodemodeError`, holds the code of the outcome. */
  readonly signal?: AbortSignal;
}

/** A call by the guest. `argumentsJson` is JSON text of one value; no digit of an integer is lost on the way. */
export interface HostCall {
  readonly target: string;
  readonly argumentsJson: string;
}

/**
 * The answer to a call. `valueJson` is JSON text, a long one as bytes, of which `String` makes the text; the guest gets integers
 * of any size in it exactly.
 */
export type HostReply = (
  | { readonly ok: true; readonly valueJson: string | LargeText }
  | { readonly ok: false; readonly error: GuestErrorData }
) & {
  /** When a repeatable cell receives it; replies may be given in any order. */
  readonly turn?: GuestTurn;
  /** To be called once the guest has taken the reply, or never will. Until then its host makes few further ones. */
  readonly taken?: () => void;
};

/** An error to rebuild inside the guest: a `ToolError` with these fields. */
export interface GuestErrorData {
  /** Gives the program a value instead, any use of which raises the error. @default false */
  readonly opaque?: boolean;
  readonly code: ErrorCode;
  readonly message: string;
  readonly tool?: string;
  readonly hint?: string;
  readonly content?: readonly unknown[];
  readonly structuredContent?: unknown;
}

/** A piece of output. */
export interface OutputChunk {
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

/** A place in the cell's source, counted from 1. */
export interface GuestFrame {
  readonly line: number;
  readonly column?: number;
  readonly function?: string;
}

/** An error that ended the guest's own code. */
export interface GuestFault {
  /** Class name, for instance `TypeError` or `ToolError`. */
  readonly name: string;
  readonly message: string;
  /** `syntax_error`, `runtime_error`, or the code of the uncaught `ToolError`. */
  readonly code: ErrorCode;
  /** Frames in the cell, innermost first; none when the error came from elsewhere. */
  readonly frames: readonly GuestFrame[];
  /** The traceback as the language prints it, only the user's own frames. */
  readonly stack?: string;
  readonly tool?: string;
  readonly hint?: string;
  readonly content?: readonly unknown[];
  readonly structuredContent?: unknown;
  /** Its causes and the errors it gathers, outermost first. */
  readonly related?: readonly RelatedFault[];
  /** Fields that the program gave the error, as JSON text. */
  readonly fields?: string;
  /** Name of the built-in function that raised it. */
  readonly within?: string;
  /** Changes made to the arguments of calls before it, as sentences. */
  readonly notes?: readonly string[];
}

/** An error that another one keeps. */
export interface RelatedFault extends Pick<GuestFault, "message" | "frames" | "tool"> {
  /** Relation to the outer error: `cause`, or its number among the gathered ones, as `1 of 3`. */
  readonly relation: string;
  /** Class name; empty for a value that is not an error. */
  readonly name: string;
}

/** Amounts dropped to stay within the limits. */
export interface OutputUsage {
  readonly bytesKept: number;
  readonly bytesDropped: number;
}

/** Outcome of a cell. */
export type CellOutcome =
  | {
      readonly kind: "finished";
      /** JSON text of the value; `null` when there is none. */
      readonly valueJson: string;
      /** Changes made by the conversion of the value, as sentences. */
      readonly notes: readonly string[];
      readonly output: OutputUsage;
    }
  | { readonly kind: "failed"; readonly fault: GuestFault; readonly output: OutputUsage }
  | {
      readonly kind: "stopped";
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint?: string;
      readonly output: OutputUsage;
    };
