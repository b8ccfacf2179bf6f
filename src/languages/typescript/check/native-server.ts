import { isRecord } from "../../../base/is-record.ts";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { encodeFrame, MessageReader } from "./message-frames.ts";

/** The files a check sees. Paths are absolute. */
export interface CheckedFiles {
  readonly root: string;
  readonly configFile: string;
  read(path: string): string | undefined;
  isDirectory(path: string): boolean;
}

/** What the compiler says about one place of a file, in UTF-16 offsets. */
export interface Diagnostic {
  readonly pos: number;
  readonly end: number;
  readonly code: number;
  readonly text: string;
  /** Reasons, the outermost first. */
  readonly messageChain?: readonly Diagnostic[];
}

/** Everything the compiler says about one file. */
export interface FileDiagnostics {
  readonly syntactic: readonly Diagnostic[];
  readonly semantic: readonly Diagnostic[];
}

/** Files that differ from those of the check before. */
export interface FileChanges {
  readonly changed: readonly string[];
  readonly created: readonly string[];
  readonly deleted: readonly string[];
}

const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
const MEMORY_GOAL = "512MiB";

/**
 * A process of the native TypeScript compiler that sees only the files it is given and the compiler's own libraries.
 *
 * This is the one place that knows the compiler's unstable interface: its package, its arguments and its messages.
 * Every request rejects once the process has ended; it also ends with the process that started it.
 */
export class NativeServer {
  readonly #files: CheckedFiles;
  readonly #libraries: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, PromiseWithResolversOf<unknown>>();
  readonly #killWithUs = (): void => void this.#child.kill("SIGKILL");
  #next = 0;
  #opened = false;
  #isHeld = false;
  /** The snapshot of the check before, which is released with the next one. */
  #last: number | undefined;
  #ended: Error | undefined;

  /** Starts the process. Throws when the compiler is not installed for this platform. */
  constructor(files: CheckedFiles) {
    this.#files = files;
    this.#libraries = libraryFolder();
    const callbacks = "--callbacks=readFile,fileExists,directoryExists,getAccessibleEntries,realpath";
    const executable = join(this.#libraries, process.platform === "win32" ? "tsc.exe" : "tsc");
    const [command, ...prefix] = [...DIES_WITH_HOST, executable];
    this.#child = spawn(command, [...prefix, "--api", "--async", "--cwd", files.root, callbacks], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { GOMEMLIMIT: MEMORY_GOAL, GOMAXPROCS: "2" },
      windowsHide: true,
    });
    this.#listen();
    this.#send({ id: this.#next++, method: "initialize", params: null });
  }

  /** Whether the process is gone. */
  get ended(): boolean {
    return this.#ended !== undefined;
  }

  /** Checks one file after the given changes. One call at a time. */
  async diagnose(file: string, changes: FileChanges): Promise<FileDiagnostics> {
    const updated = this.#request("updateSnapshot", {
      openProjects: [this.#files.configFile],
      ...(this.#opened ? { fileChanges: changes } : {}),
    });
    // Sent along, and done while the answer is read.
    if (this.#last !== undefined) void this.#request("release", { snapshot: this.#last }).catch(() => {});
    const snapshot = parseSnapshot(await updated);
    this.#opened = true;
    this.#last = snapshot.snapshot;
    const params = { ...snapshot, file };
    const [syntactic, semantic] = await Promise.all([
      this.#request("getSyntacticDiagnostics", params),
      this.#request("getSemanticDiagnostics", params),
    ]);
    return { syntactic: parseDiagnostics(syntactic), semantic: parseDiagnostics(semantic) };
  }

  /** Ends the process at once. */
  kill(): void {
    this.#end(new Error("The type checker was stopped."));
    this.#child.kill("SIGKILL");
  }

  #listen(): void {
    const frames = new MessageReader(MAX_MESSAGE_BYTES);
    this.#child.once("error", (error) => this.#end(error));
    this.#child.once("exit", () => this.#end(new Error("The type checker ended.")));
    this.#child.stdin.on("error", (error) => this.#end(error));
    this.#child.stdout.on("data", (chunk: Buffer) => {
      try {
        for (const message of frames.push(chunk)) this.#receive(message);
      } catch (error) {
        this.#end(error instanceof Error ? error : new Error(String(error)));
        this.#child.kill("SIGKILL");
      }
    });
    process.once("exit", this.#killWithUs);
    this.#child.unref();
    for (const stream of [this.#child.stdin, this.#child.stdout])
      if ("unref" in stream && typeof stream.unref === "function") stream.unref();
  }

  #end(reason: Error): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    process.off("exit", this.#killWithUs);
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }

  async #request(method: string, params: unknown): Promise<unknown> {
    if (this.#ended !== undefined) throw this.#ended;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#send({ id, method, params });
    });
  }

  /** What is sent together goes out in one piece: each piece is a call of the system, and wakes the process. */
  #send(message: object): void {
    const { stdin } = this.#child;
    if (!this.#isHeld) {
      this.#isHeld = true;
      stdin.cork();
      process.nextTick(() => {
        this.#isHeld = false;
        stdin.uncork();
      });
    }
    stdin.write(encodeFrame({ jsonrpc: "2.0", ...message }));
  }

  #receive(message: unknown): void {
    if (!isRecord(message)) return;
    const { id, method, params, error } = message;
    if (typeof method === "string") {
      if (id !== undefined) this.#send({ id, result: this.#answer(method, String(params)) });
      return;
    }
    const waiting = typeof id === "number" ? this.#waiting.get(id) : undefined;
    if (waiting === undefined || typeof id !== "number") return;
    this.#waiting.delete(id);
    if (error === undefined || error === null) waiting.resolve(message["result"]);
    else waiting.reject(new Error(isRecord(error) ? String(error["message"]) : "The type checker failed."));
  }

  /** Answers a question about the file system; null leaves it to the compiler, which may read its own libraries only. */
  #answer(method: string, path: string): unknown {
    if (path === this.#libraries || dirname(path) === this.#libraries) return method === "realpath" ? path : null;
    switch (method) {
      case "readFile":
        return { content: this.#files.read(path) ?? null };
      case "fileExists":
        return this.#files.read(path) !== undefined;
      case "directoryExists":
        return this.#files.isDirectory(path);
      case "getAccessibleEntries":
        return { files: [], directories: [] };
      default:
        return path;
    }
  }
}

interface PromiseWithResolversOf<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * A compiler that waits for a file when its host is killed does not notice, so the system is asked to end it. Where it
 * cannot, such a compiler stays; one that is idle or computing ends by itself.
 */
const SETPRIV = "/usr/bin/setpriv";
const DIES_WITH_HOST: readonly string[] =
  process.platform === "linux" && existsSync(SETPRIV) ? [SETPRIV, "--pdeathsig", "KILL", "--"] : [];

function libraryFolder(): string {
  const main = createRequire(import.meta.url).resolve("typescript-native/package.json");
  const platform = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
  // The compiler asks by real paths, and Node 20 may resolve to a link after a stat of a pipe.
  const folder = realpathSync.native(dirname(createRequire(main).resolve(platform)));
  return join(folder, "lib").replaceAll("\\", "/");
}

function parseSnapshot(value: unknown): { readonly snapshot: number; readonly project: string } {
  const projects = isRecord(value) ? value["projects"] : undefined;
  const project: unknown = Array.isArray(projects) ? projects[0] : undefined;
  if (
    !isRecord(value) ||
    typeof value["snapshot"] !== "number" ||
    !isRecord(project) ||
    typeof project["id"] !== "string"
  ) {
    throw new Error("The type checker answered in a form that is not known.");
  }
  return { snapshot: value["snapshot"], project: project["id"] };
}

function parseDiagnostics(value: unknown): readonly Diagnostic[] {
  return Array.isArray(value) ? value.filter(isDiagnostic) : [];
}

function isDiagnostic(value: unknown): value is Diagnostic {
  return (
    isRecord(value) &&
    typeof value["pos"] === "number" &&
    typeof value["code"] === "number" &&
    typeof value["text"] === "string"
  );
}
