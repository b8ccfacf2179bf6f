import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CodemodeError } from "../../base/codemode-error.ts";
import { FileError, readText } from "../../base/files/read-file.ts";
import { isRecord } from "../../base/is-record.ts";
import { takeLockFile } from "../../base/lock-file.ts";
import type { Variables } from "../http/variables.ts";

const FILE = "credentials.json";
const MOST_BYTES = 64 * 1024 * 1024;
const LOCK_WAIT_MS = 90_000;
const LONGEST_PAUSE_MS = 60;

/**
 * Logins and secrets of this user, in a file that only the user can read: `credentials.json` in `CODEMODE_HOME`, or in
 * the user's configuration folder.
 *
 * Values are plain JSON under a key. Several processes may use one store at a time: a change never loses another one.
 */
export class SecretStore {
  /** Folder of the file and of its locks. */
  readonly folder: string;

  /** @param variables environment in which the place of the folder is looked up */
  constructor(variables: Variables = process.env) {
    this.folder = storeFolder(variables);
  }

  /** Path of the file. */
  get file(): string {
    return join(this.folder, FILE);
  }

  /** The value under a key; undefined when there is none. Throws `config_error` when the file cannot be read. */
  read(key: string): unknown {
    const entries = this.#entries();
    return Object.hasOwn(entries, key) ? entries[key] : undefined;
  }

  /** All values by their keys, from one look at the file. Throws `config_error` when it cannot be read. */
  readAll(): Readonly<Record<string, unknown>> {
    return this.#entries();
  }

  /** Keys that begin with `prefix`. */
  keys(prefix: string): readonly string[] {
    return Object.keys(this.#entries()).filter((key) => key.startsWith(prefix));
  }

  /** Keeps a value under a key; undefined removes it. Throws `config_error` where nothing can be written. */
  async write(key: string, value: unknown): Promise<void> {
    await this.writeAll({ [key]: value });
  }

  /** The same for many keys, in one change of the file. */
  async writeAll(values: Readonly<Record<string, unknown>>): Promise<void> {
    await this.locked(FILE, async () => {
      const { default: writeFileAtomic } = await import("write-file-atomic");
      // What is undefined is left out of JSON.
      const entries = { ...this.#entries(), ...values };
      const text = `${JSON.stringify({ format: 1, entries }, null, 1)}\n`;
      await writeFileAtomic(this.file, text, { mode: 0o600 }).catch((cause: unknown) => this.#refuse(cause));
    });
  }

  /**
   * Runs `work` while no other process runs work of the same name, and waits for its turn. Throws `busy` after 90 s, longer
   * than any holder may take, and `config_error` where nothing can be written.
   *
   * @param found looks before each attempt whether another process has done the work, whose result is then the outcome
   */
  async locked<Result>(
    name: string,
    work: () => Promise<Result>,
    found: () => Result | undefined = () => undefined,
  ): Promise<Result> {
    const path = join(this.folder, `${createHash("sha256").update(name).digest("hex").slice(0, 24)}.lock`);
    const until = performance.now() + LOCK_WAIT_MS;
    for (let pauseMs = 2; performance.now() < until; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      const done = found();
      if (done !== undefined) return done;
      const release = await this.#take(path);
      if (release === undefined) {
        await delay(pauseMs * (0.5 + Math.random()));
        continue;
      }
      try {
        return await work();
      } finally {
        await release();
      }
    }
    throw new CodemodeError("busy", "Another process has been using the same login for too long.", {
      hint: `If none is running, delete ${path}.`,
    });
  }

  async #take(path: string): Promise<Awaited<ReturnType<typeof takeLockFile>>> {
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      return await takeLockFile(path);
    } catch (cause) {
      return this.#refuse(cause);
    }
  }

  #refuse(cause: unknown): never {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CodemodeError("config_error", `The folder of logins ${this.folder} cannot be written: ${reason}.`, {
      hint: "Make it writable, or set CODEMODE_HOME to a folder that is.",
      cause,
    });
  }

  #entries(): Readonly<Record<string, unknown>> {
    try {
      const stored: unknown = JSON.parse(readText(this.file, MOST_BYTES));
      this.#protect();
      if (isRecord(stored) && isRecord(stored["entries"])) return stored["entries"];
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
      throw this.#unreadable(cause);
    }
    throw this.#unreadable();
  }

  /** A file that others can read was copied or restored by hand, or is handed in by a system that decides about it. */
  #protect(): void {
    if (process.platform === "win32" || (statSync(this.file).mode & 0o077) === 0) return;
    try {
      chmodSync(this.file, 0o600);
    } catch {
      // Not ours to change; what it holds is as good.
    }
  }

  #unreadable(cause?: unknown): CodemodeError {
    const reason = cause instanceof FileError ? `: ${cause.reason}` : "";
    return new CodemodeError("config_error", `The file of logins ${this.file} cannot be read${reason}.`, {
      hint: "Correct or delete it; then log in again.",
      cause,
    });
  }
}

function storeFolder(variables: Variables): string {
  const read = (name: string): string | undefined => variables[name] || undefined;
  const own = read("CODEMODE_HOME");
  if (own !== undefined) return own;
  if (process.platform === "win32") return join(read("APPDATA") ?? join(homedir(), "AppData", "Roaming"), "codemode");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "codemode");
  return join(read("XDG_CONFIG_HOME") ?? join(homedir(), ".config"), "codemode");
}
