import { CodemodeError } from "../codemode-error.ts";
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";

/** Opens without waiting for the writer of a pipe, and takes no terminal. */
export const READ_FLAGS: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** Something else is in the place of a file, or too much is in it. A `config_error`. */
export class FileError extends CodemodeError {
  /** What is wrong, as half a sentence. */
  readonly reason: string;

  constructor(path: string, reason: string, hint: string) {
    super("config_error", `${path} cannot be used: ${reason}.`, { hint });
    this.reason = reason;
  }
}

/**
 * Opens a regular file for reading; the caller closes it. Throws `FileError` for a pipe, a device, a socket or a folder, none of
 * which is waited for, and the error of the system.
 *
 * Never for the file of a database: closing it would give up the locks that the process holds on it.
 */
export function openFile(path: string): number {
  // Opening a device can do something already.
  assertFile(path);
  const descriptor = openSync(path, READ_FLAGS);
  try {
    assertKind(path, fstatSync(descriptor));
    return descriptor;
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** The bytes of a regular file. Throws like {@link openFile}, and `FileError` for more than `mostBytes`. */
export function readBytes(path: string, mostBytes: number = Infinity): Buffer {
  const descriptor = openFile(path);
  try {
    const { size } = fstatSync(descriptor);
    if (size > mostBytes)
      throw new FileError(
        path,
        `it has ${megabytes(size)}, and at most ${megabytes(mostBytes)} are read`,
        "Move it away; what is kept in it is made anew.",
      );
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** The text of a regular file. Throws like {@link readBytes}. */
export function readText(path: string, mostBytes?: number): string {
  return readBytes(path, mostBytes).toString();
}

/** Throws `FileError` where something else than a regular file is at a path. Where nothing is, nothing is wrong. */
export function assertFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found !== undefined) assertKind(path, found);
}

function assertKind(path: string, found: Stats): void {
  if (found.isFile()) return;
  const kind = found.isDirectory()
    ? "a folder"
    : found.isFIFO()
      ? "a named pipe"
      : found.isSocket()
        ? "a socket"
        : "a device";
  throw new FileError(path, `it is ${kind} and not a file`, "Move it away, or put the file itself in its place.");
}

function megabytes(bytes: number): string {
  const amount = bytes / (1024 * 1024);
  return `${amount < 10 ? Math.ceil(amount * 10) / 10 : Math.ceil(amount)} MB`;
}
