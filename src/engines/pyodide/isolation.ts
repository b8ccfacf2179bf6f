import { defined } from "../../base/defined.ts";
import { execFile } from "node:child_process";
import { access, constants, realpath } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Isolation of a Python session. `engine` is the locked Node process, `bubblewrap` the system's. */
export type PythonIsolation = "engine" | "bubblewrap" | "both";

/** One protection: whether this machine has it, and why not. */
export interface Protection {
  readonly usable: boolean;
  readonly reason?: string;
}

/** Isolation of Python sessions on this machine. */
export interface PythonIsolationReport {
  /** Version of the Node that sessions run on. */
  readonly nodeVersion: string;
  /** Node's permission model: no files but the interpreter's own, no processes, no workers, no addons. */
  readonly permissionModel: Protection & { readonly flag: string };
  /** Linux namespaces: no network, no processes, no files of the host. */
  readonly bubblewrap: Protection;
  /** Sessions end with their parent even while busy (Linux). Otherwise they notice it between instructions. */
  readonly parentDeathSignal: Protection;
  /** Room for deep recursion inside the interpreter; without it very deep data ends the session. */
  readonly deepStack: Protection;
  /** Isolation of new sessions. */
  readonly inForce: PythonIsolation;
}

/** The tools a session is started with, as found by a probe. */
export interface SandboxTools {
  readonly report: PythonIsolationReport;
  readonly nodePath: string;
  readonly bubblewrapPath?: string;
  readonly setprivPath?: string;
  /** Shared libraries of the Node binary, bound into the namespaces. */
  readonly libraries: readonly string[];
}

/** Folder of the interpreter's files. */
export const PYODIDE_DIRECTORY: string = dirname(createRequire(import.meta.url).resolve("pyodide/package.json"));

/** Folder of what runs inside: Python modules and the script of the child process. */
export const GUEST_DIRECTORY: string = fileURLToPath(new URL("../../guest/python", import.meta.url));

const PROBE_TIMEOUT_MS = 10_000;
const probes = new Map<string, Promise<SandboxTools>>();

/** Tells what protects Python sessions on this machine and what is missing. Starts a few short processes, once. */
export async function probePythonIsolation(nodePath: string = process.execPath): Promise<PythonIsolationReport> {
  return (await probeSandboxTools(nodePath)).report;
}

/** Finds the tools to start sessions with; the answer is kept for the life of the process. */
export function probeSandboxTools(nodePath: string): Promise<SandboxTools> {
  const known = probes.get(nodePath);
  if (known !== undefined) return known;
  const probe = probeOnce(nodePath);
  probes.set(nodePath, probe);
  return probe;
}

async function probeOnce(nodePath: string): Promise<SandboxTools> {
  const [version, bubblewrapPath, setprivPath, deepStack, libraries] = await Promise.all([
    nodePath === process.execPath ? process.version : output(nodePath, ["--version"]),
    findProgram("bwrap"),
    findProgram("setpriv"),
    succeeds("/bin/sh", ["-c", DEEP_STACK], "the shell cannot raise the stack limit"),
    librariesOf(nodePath),
  ]);
  const nodeVersion = version.trim();
  const [parentDeathSignal, bubblewrap] = await Promise.all([
    setprivPath === undefined
      ? missing("setpriv (util-linux) is not installed")
      : succeeds(setprivPath, ["--pdeathsig", "KILL", nodePath, "--version"], "setpriv does not work here"),
    probeBubblewrap({ nodePath, libraries, ...defined({ bubblewrapPath }) }),
  ]);
  const report: PythonIsolationReport = {
    nodeVersion,
    permissionModel: { usable: true, flag: permissionFlag(nodeVersion) },
    bubblewrap,
    parentDeathSignal,
    deepStack,
    inForce: bubblewrap.usable ? "both" : "engine",
  };
  return {
    report,
    nodePath,
    libraries,
    ...(bubblewrap.usable && bubblewrapPath !== undefined ? { bubblewrapPath } : {}),
    ...(parentDeathSignal.usable && setprivPath !== undefined ? { setprivPath } : {}),
  };
}

const DEEP_STACK = "ulimit -s 65536";

async function probeBubblewrap(
  tools: Pick<SandboxTools, "nodePath" | "libraries" | "bubblewrapPath">,
): Promise<Protection> {
  if (process.platform !== "linux") return missing("bubblewrap needs Linux");
  if (tools.bubblewrapPath === undefined) return missing("bwrap is not installed (package bubblewrap)");
  const args = bubblewrapArguments(tools, []);
  return succeeds(tools.bubblewrapPath, [...args, tools.nodePath, "--version"], "namespaces cannot be made here");
}

/** The argument list of bubblewrap, up to the program: everything unshared, and only the named files inside. */
export function bubblewrapArguments(
  tools: Pick<SandboxTools, "nodePath" | "libraries">,
  files: readonly string[],
): readonly string[] {
  const binds = [...new Set([tools.nodePath, ...tools.libraries, ...files])].flatMap((file) => [
    "--ro-bind",
    file,
    file,
  ]);
  const unshared = "--unshare-all --die-with-parent --new-session --clearenv --cap-drop ALL --hostname sandbox";
  return [...unshared.split(" "), "--dev", "/dev", "--proc", "/proc", ...binds, "--remount-ro", "/", "--chdir", "/"];
}

/** Flag of this version of Node for its permission model. */
function permissionFlag(version: string): string {
  return Number(/^v(\d+)/.exec(version)?.[1]) >= 22 ? "--permission" : "--experimental-permission";
}

async function librariesOf(nodePath: string): Promise<readonly string[]> {
  if (process.platform !== "linux") return [];
  // The loader of the C library lists what a program needs instead of running it when this variable is set.
  const text = await output(nodePath, [], { LD_TRACE_LOADED_OBJECTS: "1" });
  const listed = [...text.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? "");
  if (listed.length > 0) return listed;
  return existing(["/lib", "/lib64", "/usr/lib", "/usr/lib64"]);
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      realpath(path).then(
        () => path,
        () => "",
      ),
    ),
  );
  return found.filter((path) => path !== "");
}

async function findProgram(name: string): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "/usr/bin:/bin").split(delimiter).filter((folder) => folder.startsWith("/"));
  for (const folder of folders) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

function missing(reason: string): Protection {
  return { usable: false, reason };
}

function output(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, args, { env, timeout: PROBE_TIMEOUT_MS }, (_error, stdout) => resolve(stdout));
  });
}

function succeeds(program: string, args: readonly string[], otherwise: string): Promise<Protection> {
  return new Promise((resolve) => {
    execFile(program, args, { env: {}, timeout: PROBE_TIMEOUT_MS }, (error, _stdout, stderr) => {
      const detail = stderr.trim().split("\n").at(-1) ?? "";
      resolve(error === null ? { usable: true } : missing(detail === "" ? otherwise : `${otherwise}: ${detail}`));
    });
  });
}
