import { defined } from "./defined.ts";
import type { SecretFilter } from "./secret-filter.ts";
import { boundText } from "./bound-text.ts";
import type { ErrorCode } from "./error-codes.ts";

/** Facts known about an error beside its code and message. Absent fields are unknown, never empty. */
export interface ErrorDetails {
  /** Line in the text the user sent, counted from 1. */
  readonly line?: number | undefined;
  /** Column in that line, counted from 1. */
  readonly column?: number | undefined;
  /** Full name (`server__tool`) of the tool concerned. */
  readonly tool?: string | undefined;
  /** Next step for the caller, as one sentence. */
  readonly hint?: string | undefined;
  /** Command with which a person logs in, of `login_required`. */
  readonly login?: string | undefined;
  /** The run that is parked until somebody decides, of `approval_required`. */
  readonly runId?: string | undefined;
  /** Content list of the tool result that carried the error. */
  readonly content?: readonly unknown[] | undefined;
  /** Structured content of that result, or the data of a protocol error. */
  readonly structuredContent?: unknown;
  /** For a call whose result is not known: the error of any use of it. */
  readonly opaque?: boolean | undefined;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

/** An error as plain data, in the form shown to models, programs and people. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly tool?: string;
  readonly hint?: string;
}

/** Characters of what leaves the host about one error; a program meets the whole of it. */
const REPORTED = { message: 10_000, tool: 300, hint: 2_000 } as const;

const MARK = Symbol.for("codemode.error");

/**
 * The one error class of this package; branch on `code`.
 *
 * Thrown for misuse by the host and for broken transports. Failure inside guest code is returned as data instead.
 */
export class CodemodeError extends Error {
  /** Kind of the error, from the closed list. */
  readonly code: ErrorCode;
  /** Place of the error and the next step. */
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "CodemodeError";
    this.code = code;
    this.details = details;
    Object.defineProperty(this, MARK, { value: true });
  }

  /** Recognises errors of this package, also across two installed copies of it. */
  static is(value: unknown): value is CodemodeError {
    return typeof value === "object" && value !== null && MARK in value;
  }

  /** The error as plain data of bounded size, without its stack, content and cause: what models and people are shown. */
  toReport(): ErrorReport {
    const { line, column, tool, hint } = this.details;
    return {
      code: this.code,
      message: boundText(this.message, REPORTED.message),
      ...defined({ line, column }),
      ...(tool === undefined ? {} : { tool: boundText(tool, REPORTED.tool) }),
      ...(hint === undefined ? {} : { hint: boundText(hint, REPORTED.hint) }),
    };
  }
}

/** Turns anything thrown into a {@link CodemodeError}; what is not one already becomes `internal`. */
export function toCodemodeError(thrown: unknown, code: ErrorCode = "internal"): CodemodeError {
  if (CodemodeError.is(thrown)) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CodemodeError(code, message, { cause: thrown });
}

/** The error with the secrets taken out of what it, and the error that led to it, say. */
export function withoutSecrets(error: CodemodeError, secrets: SecretFilter): CodemodeError {
  const { cause, ...details } = error.details;
  const said = { message: error.message, details };
  const clean = secrets.data(said);
  const reason = cause instanceof Error ? cause.message : "";
  const cleanReason = secrets.text(reason);
  if (clean === said && cleanReason === reason) return error;
  return new CodemodeError(error.code, clean.message, {
    ...clean.details,
    ...(cause === undefined ? {} : { cause: plainCause(cleanReason, cause) }),
  });
}

/** Only the code of the cause is kept: its other fields, such as the words of a command, may hold what its message holds. */
function plainCause(message: string, cause: unknown): Error {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? { code: cause.code } : {};
  return Object.assign(new Error(message), code);
}
