import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { READ_FLAGS } from "../../base/files/read-file.ts";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Command, snapshotCommand } from "./command.ts";
import { GUEST_DIRECTORY, PYODIDE_DIRECTORY } from "./isolation.ts";

const HEADER_BYTES = 4096;
const MAKE_TIMEOUT_MS = 120_000;
/** Versions used in turn keep an image each, but no more than these, and none after a week. */
const KEPT_IMAGES = 2;
const UNUSED_IMAGE_MS = 7 * 24 * 60 * 60 * 1000;
const UNFINISHED_MS = 2 * MAKE_TIMEOUT_MS;

/** Purpose and place of a snapshot. */
interface SnapshotPlace {
  readonly nodePath: string;
  readonly nodeVersion: string;
  readonly cacheDirectory: string;
  /** Ends the making of it. */
  readonly signal: AbortSignal;
}

/** Folder for caches of this package: `$XDG_CACHE_HOME/codemode`, or what the system uses instead. */
export function defaultCacheDirectory(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME !== undefined && XDG_CACHE_HOME !== "") return join(XDG_CACHE_HOME, "codemode");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "codemode");
  if (process.platform === "win32" && LOCALAPPDATA !== undefined) return join(LOCALAPPDATA, "codemode", "Cache");
  return join(homedir(), ".cache", "codemode");
}

/**
 * The file of the interpreter's memory after start-up, made when it is missing or damaged.
 *
 * Undefined when it can be neither read nor written: sessions then start slowly, but they start. Several processes may
 * make it at once; each writes a file of its own and the last rename wins.
 */
export async function ensureSnapshot(place: SnapshotPlace): Promise<string | undefined> {
  const file = join(place.cacheDirectory, `python-${await snapshotKey(place.nodeVersion)}.image`);
  if (await isIntact(file)) {
    await markUsed(file);
    return file;
  }
  if (!(await makeSnapshot(place, file))) return undefined;
  await removeUnused(place.cacheDirectory, file);
  return file;
}

/** Removes a snapshot that proved useless, so that the next `ensureSnapshot` makes it again. One that cannot be removed is done without. */
export async function discardSnapshot(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => {});
}

/** The time of its last use stands on an image, since many systems do not note when a file is read. */
async function markUsed(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => {});
}

/** Removes the images of other versions that are not in use, and the remains of unfinished ones. */
async function removeUnused(directory: string, used: string): Promise<void> {
  try {
    const names = (await readdir(directory)).filter((name) => /^python-[0-9a-f]+\.image(\.|$)/.test(name));
    const files = await Promise.all(
      names.map(async (name) => {
        const file = join(directory, name);
        return { file, isWhole: name.endsWith(".image"), unusedMs: Date.now() - (await stat(file)).mtimeMs };
      }),
    );
    const others = files
      .filter(({ file, isWhole }) => isWhole && file !== used)
      .toSorted((x, y) => x.unusedMs - y.unusedMs);
    const surplus = others.filter(({ unusedMs }, index) => index >= KEPT_IMAGES || unusedMs > UNUSED_IMAGE_MS);
    const unfinished = files.filter(({ isWhole, unusedMs }) => !isWhole && unusedMs > UNFINISHED_MS);
    await Promise.all([...surplus, ...unfinished].map(({ file }) => rm(file, { force: true })));
  } catch {
    // Another process tidies the same folder at the same time.
  }
}

/** A key that changes with everything the image depends on. */
async function snapshotKey(nodeVersion: string): Promise<string> {
  const hash = createHash("sha256");
  const major = /^v(\d+)/.exec(nodeVersion)?.[1] ?? nodeVersion;
  hash.update(`${major} ${process.arch} ${await readFile(join(PYODIDE_DIRECTORY, "package.json"), "utf8")}`);
  for (const name of (await readdir(GUEST_DIRECTORY)).filter((each) => /\.(py|mjs)$/.test(each)).sort()) {
    hash.update(`\0${name}\0`).update(await readFile(join(GUEST_DIRECTORY, name)));
  }
  return hash.digest("hex").slice(0, 24);
}

/** Another process may remove the file while it is looked at. */
async function isIntact(file: string): Promise<boolean> {
  try {
    const header = await readHeader(file);
    if (header === undefined) return false;
    const { size } = await stat(file);
    if (size !== HEADER_BYTES + header.bytes) return false;
    const hash = createHash("sha256");
    const chunks = createReadStream(file, { start: HEADER_BYTES, highWaterMark: 1 << 20 });
    for await (const chunk of chunks) hash.update(chunk);
    return hash.digest("hex") === header.sha256;
  } catch {
    return false;
  }
}

async function readHeader(file: string): Promise<{ bytes: number; sha256: string } | undefined> {
  const { buffer } = await readStart(file);
  const header: unknown = JSON.parse(buffer.toString());
  if (typeof header !== "object" || header === null) return undefined;
  if (!("bytes" in header) || !("sha256" in header)) return undefined;
  const { bytes, sha256 } = header;
  return typeof bytes === "number" && typeof sha256 === "string" ? { bytes, sha256 } : undefined;
}

async function readStart(file: string): Promise<{ buffer: Buffer }> {
  const handle = await open(file, READ_FLAGS);
  try {
    if (!(await handle.stat()).isFile()) throw new Error("There is something else in its place.");
    return await handle.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
  } finally {
    await handle.close();
  }
}

async function makeSnapshot(place: SnapshotPlace, file: string): Promise<boolean> {
  const own = `${file}.${process.pid}.${Date.now().toString(36)}`;
  try {
    await mkdir(place.cacheDirectory, { recursive: true, mode: 0o700 });
    await runToEnd(snapshotCommand(place.nodePath, own), place.signal);
    if (!(await isIntact(own))) return false;
    await rename(own, file);
    return true;
  } catch {
    return false;
  } finally {
    await rm(own, { force: true }).catch(() => {});
  }
}

function runToEnd({ program, args }: Command, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: {}, stdio: "ignore", timeout: MAKE_TIMEOUT_MS, signal });
    child.once("error", reject);
    child.once("exit", () => resolve());
  });
}
