import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { withFolderLock } from "../folder-lock.ts";
import { newerNode } from "../newer-node.ts";

/** The two ends of the ranges that package.json states for the SDKs. */
export type PeerSide = "newest" | "oldest";

/** Both ends, for tests that run on each. */
export const PEER_SIDES: readonly PeerSide[] = ["newest", "oldest"];

/** How a program is run in a peer folder. */
interface PeerRunOptions {
  readonly args?: readonly string[];
  /** `current` is the Node of the tests; `newer` is for SDKs that refuse it. @default "current" */
  readonly node?: "current" | "newer";
  /** @default 110,000 */
  readonly timeoutMs?: number;
}

/** A folder like a stranger's project: SDKs, and codemode as it is packed and published; nothing of this repository. */
export interface PeerFolder {
  readonly path: string;
  /**
   * Runs a program of this repository there, unchanged, and gives what it printed: JSON lines as values, other lines as
   * text. Files beside it are there too. Rejects when it does not exit with 0.
   *
   * @param file relative to the repository
   */
  run(file: string, options?: PeerRunOptions): Promise<readonly unknown[]>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** Tells which build of codemode a folder holds. */
const MARK = "codemode.build";

/** npm as users have it, but quiet; no script of any package runs. */
const NPM_FLAGS = ["--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--silent"];

/**
 * Makes the folder of one side, or takes the one an earlier test made. Installing takes a minute or two when npm's cache
 * is empty, so hooks that call this need `PEER_INSTALL_MS`.
 */
export async function openPeerFolder(side: PeerSide): Promise<PeerFolder> {
  const manifests = join(root, "test", "adapters", "peers", side);
  const own: { readonly dependencies: object; readonly peerDependencies: object } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  const wanted = ["package.json", "package-lock.json"].map((name) => readFileSync(join(manifests, name), "utf8"));
  const hash = createHash("sha256").update(
    [...wanted, JSON.stringify([own.dependencies, own.peerDependencies])].join("\n"),
  );
  const peers = join(root, "temp", "peers");
  const path = join(peers, `${side}-${hash.digest("hex").slice(0, 12)}`);
  mkdirSync(peers, { recursive: true });
  await withFolderLock(`${path}.lock`, async () => {
    if (!existsSync(path)) {
      removeOlder(peers, side);
      await installAll(manifests, path, peers);
    } else if (readMark(path) !== fingerprint()) await replaceCodemode(path, peers);
  });
  return { path, run: (file, options) => runInFolder(path, file, options) };
}

/** Longest time that making a folder may take, in milliseconds. */
export const PEER_INSTALL_MS = 600_000;

/** Changes whenever what would be packed does; the build touches only what differs. */
function fingerprint(): string {
  const files = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" }).map((file) =>
    join("dist", file),
  );
  const facts = ["package.json", ...files].toSorted().map((file) => {
    const { mtimeMs, size } = statSync(join(root, file));
    return `${file} ${mtimeMs} ${size}`;
  });
  return createHash("sha256").update(facts.join("\n")).digest("hex");
}

function readMark(path: string): string | undefined {
  const mark = join(path, MARK);
  return existsSync(mark) ? readFileSync(mark, "utf8") : undefined;
}

/** Packs the package as it is published, and hands over the tarball. */
async function withTarball(peers: string, use: (tarball: string) => Promise<unknown>): Promise<void> {
  const into = await mkdtemp(join(peers, "pack-"));
  try {
    const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", into];
    const { stdout } = await run("npm", args, { cwd: root });
    const [{ filename }]: [{ readonly filename: string }] = JSON.parse(stdout);
    await use(join(into, filename));
  } finally {
    rmSync(into, { recursive: true, force: true });
  }
}

/** A folder of other versions has hundreds of megabytes that nothing asks for any more. */
function removeOlder(peers: string, side: PeerSide): void {
  const folders = readdirSync(peers).filter((name) => name.startsWith(`${side}-`) && !name.includes("."));
  for (const name of folders) rmSync(join(peers, name), { recursive: true, force: true });
}

/** Everything is installed beside its final place, so that a folder that exists is whole. */
async function installAll(manifests: string, path: string, peers: string): Promise<void> {
  const making = `${path}.making`;
  const options = { cwd: making, timeout: PEER_INSTALL_MS };
  rmSync(making, { recursive: true, force: true });
  cpSync(manifests, making, { recursive: true });
  await run("npm", ["ci", ...NPM_FLAGS], options);
  await withTarball(peers, (tarball) => run("npm", ["install", "--no-save", ...NPM_FLAGS, tarball], options));
  writeFileSync(join(making, MARK), fingerprint());
  await rename(making, path);
}

/** Only our own files differ from build to build; what they depend on is part of the folder's name. */
async function replaceCodemode(path: string, peers: string): Promise<void> {
  const installed = join(path, "node_modules", "codemode");
  rmSync(join(path, MARK), { force: true });
  for (const name of ["dist", "package.json"]) rmSync(join(installed, name), { recursive: true, force: true });
  await withTarball(peers, (tarball) => run("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]));
  writeFileSync(join(path, MARK), fingerprint());
}

async function runInFolder(path: string, file: string, options: PeerRunOptions = {}): Promise<readonly unknown[]> {
  const { args = [], node = "current", timeoutMs = 110_000 } = options;
  const program = node === "newer" ? await newerNode() : process.execPath;
  mkdirSync(join(path, "runs"), { recursive: true });
  const copied = await mkdtemp(join(path, "runs", "run-"));
  try {
    cpSync(join(root, dirname(file)), copied, { recursive: true });
    return await readProgram(program, [join(copied, basename(file)), ...args], timeoutMs);
  } finally {
    rmSync(copied, { recursive: true, force: true });
  }
}

function readProgram(program: string, args: readonly string[], timeoutMs: number): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], timeout: timeoutMs });
    const printed: unknown[] = [];
    let stderr = "";
    createInterface({ input: child.stdout }).on("line", (line) => printed.push(parseLine(line)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${args[0]} ended with ${signal ?? code}.\n${JSON.stringify(printed)}\n${stderr}`));
    });
  });
}

function parseLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return line;
  }
}
