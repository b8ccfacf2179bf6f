import { createHash } from "node:crypto";
import { constants, type BigIntStats, lstatSync } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { READ_FLAGS } from "../../../base/files/read-file.ts";

/** Opens without following a link at the end of the path and without waiting for the writer of a pipe. */
const PLAIN_FLAGS = READ_FLAGS | (constants.O_NOFOLLOW ?? 0);

/** SHA-256 in lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Entry at a path itself, links not followed; undefined when there is nothing. */
export function statPlain(path: string): BigIntStats | undefined {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false });
}

/** Changes whenever the file or folder may have: its size, times and identity. */
export function stampOf(stats: BigIntStats): string {
  return `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`;
}

/**
 * Reads a whole regular file. Throws `config_error` for a link, a pipe or anything else that is not a file, and
 * `code_too_large` beyond `maxBytes`.
 */
export async function readPlainFile(path: string, maxBytes: number): Promise<Buffer> {
  const handle = await open(path, PLAIN_FLAGS).catch((error: unknown) => {
    throw isCode(error, "ELOOP") || isCode(error, "EMLINK") ? notPlain(path, error) : error;
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw notPlain(path);
    if (stats.size > maxBytes) throw tooLarge(stats.size, maxBytes);
    const buffer = Buffer.alloc(stats.size + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0) return buffer.subarray(0, length);
      if (length === buffer.length) throw tooLarge(length, stats.size);
    }
  } finally {
    await handle.close();
  }
}

/** Reads a file below a folder, no part of whose path may be a link. The path must be relative and without `..`. */
export async function readPlainFileIn(root: string, path: string, maxBytes: number): Promise<Buffer> {
  const file = join(root, ...path.split("/"));
  const [expected, actual] = [join(await realpath(root), dirname(path)), await realpath(dirname(file))];
  if (expected.split(sep).join("/") !== actual.split(sep).join("/") || statPlain(root)?.isDirectory() !== true) {
    throw notPlain(file);
  }
  return readPlainFile(file, maxBytes);
}

/** Text of bytes that are UTF-8 without NUL; undefined for any others. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** True when a thrown value is the operating system's error of that name. */
export function isCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

function notPlain(path: string, cause?: unknown): CodemodeError {
  return new CodemodeError("config_error", `${path} is a link or not a regular file; it is not read.`, {
    hint: "Put the file itself in its place.",
    cause,
  });
}

function tooLarge(bytes: number, maxBytes: number): CodemodeError {
  return new CodemodeError("code_too_large", `The file has ${bytes} bytes, ${maxBytes} are allowed.`);
}
