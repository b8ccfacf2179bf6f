import { execFile, execFileSync } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { talkingServer, talkingTool } from "./talking-server.ts";

// Something else in the place of each file that is kept: what reads it must neither wait for it nor break.

const CLI = join(import.meta.dirname, "../../dist/cli.js");
const PROGRAM = `await talking.tell({ a: 1 });
const { id } = await codemode.artifacts.save("kept words");
[await codemode.artifacts.read(id), (await codemode.artifacts.search("kept")).length > 0]`;

interface Ended {
  readonly code: number | null;
  readonly document: {
    readonly value?: unknown;
    readonly notes?: readonly string[];
    readonly error?: { readonly code: string; readonly message: string; readonly hint?: string } | null;
  };
}

let base: string;

/** Runs a command of a project in a process of its own, which a file that is waited for would keep for good. */
function run(folder: string, args: readonly string[]): Promise<Ended> {
  const env = { ...process.env, CODEMODE_HOME: join(folder, "home"), HOME: folder };
  return new Promise((resolve) => {
    const options = { cwd: folder, env, timeout: 25_000, killSignal: "SIGKILL" } as const;
    const child = execFile(process.execPath, [CLI, ...args, "--json"], options, (_, stdout) =>
      resolve({ code: child.exitCode, document: stdout === "" ? {} : JSON.parse(stdout) }),
    );
  });
}

const exec = (folder: string): Promise<Ended> => run(folder, ["exec", "-e", PROGRAM]);

/** A project that has been in use, with something odd in the place of a file of its state. */
function project(file?: string, put: (path: string) => void = () => {}): string {
  const folder = mkdtempSync(join(tmpdir(), "codemode-odd-"));
  cpSync(base, folder, { recursive: true });
  if (file === undefined) return folder;
  const path = join(folder, file);
  rmSync(path, { force: true });
  mkdirSync(join(path, ".."), { recursive: true });
  put(path);
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "codemode-odd-"));
  folders.push(base);
  const talking = talkingServer({ tools: ["tell"].map((name) => talkingTool(name)) });
  writeFileSync(join(base, "codemode.json"), JSON.stringify({ mcpServers: { talking } }));
  const { value } = (await exec(base)).document;
  if (JSON.stringify(value) !== '["kept words",true]') throw new Error(`The project does not work: ${String(value)}`);
}, 60_000);

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const pipe = (path: string): void => void execFileSync("mkfifo", [path]);
const folderOf = (path: string): void => {
  mkdirSync(path);
};

/** The only file in a folder of the state. */
const only = (folder: string): string => join(folder, readdirSync(join(base, folder))[0] ?? "");

const FILES: Readonly<Record<string, () => string>> = {
  "the list of tools": () => only(".codemode/catalog-cache"),
  "the observed types": () => ".codemode/observed.json",
  "the list of artifacts": () => ".codemode/artifacts/list.jsonl",
  "the index of artifacts": () => ".codemode/artifacts/search.db",
  "the log of that index": () => ".codemode/artifacts/search.db-wal",
  "the database": () => ".codemode/state.db",
  "the log of the database": () => ".codemode/state.db-wal",
  "the audit log": () => ".codemode/audit.jsonl",
  "the locked tools": () => "codemode.lock.json",
  "the configuration": () => "codemode.json",
};

/** What programs do without. */
const OPTIONAL = new Set([
  "the list of tools",
  "the observed types",
  "the database",
  "the log of the database",
  "the audit log",
]);

test
  .skipIf(process.platform === "win32")
  .each(Object.keys(FILES).flatMap((name) => [[name, "a pipe", pipe] as const, [name, "a folder", folderOf] as const]))(
  "in the place of %s %s is neither waited for nor read",
  { timeout: 60_000 },
  async (name, _, put) => {
    const file = FILES[name]?.() ?? "";
    const folder = project(file, put);
    const { code, document } = await exec(folder);
    expect(code).not.toBeNull();
    const refused = { code: "config_error", message: expect.stringContaining(join(folder, file)) };
    expect(document).toMatchObject(OPTIONAL.has(name) ? { value: ["kept words", true] } : { error: refused });
  },
);

test(
  "observed types that are too many to be read, or damaged, are moved aside whole, with a note",
  { timeout: 60_000 },
  async () => {
    for (const text of ["x".repeat(9 * 1024 * 1024), '{"tools":[']) {
      const folder = project(".codemode/observed.json", (path) => writeFileSync(path, text));
      const { document } = await exec(folder);
      expect(document.value).toEqual(["kept words", true]);
      expect(document.notes).toEqual([expect.stringMatching(/observed\.json cannot be used.*moved to/)]);
      const aside = readdirSync(join(folder, ".codemode")).filter((name) => name.startsWith("observed.json.aside"));
      expect(aside).toHaveLength(1);
      expect(statSync(join(folder, ".codemode", aside[0] ?? "")).size).toBe(text.length);
      expect((await exec(folder)).document.notes).toEqual([]);
    }
  },
);

test.skipIf(process.platform === "win32")(
  "variables come from a pipe that a program writes once a start, and nothing else waits for it",
  { timeout: 60_000 },
  async () => {
    const folder = project("secrets.env", pipe);
    const envFile = join(folder, "secrets.env");
    const talking = talkingServer({ tools: [talkingTool("tell")] }, { envFile });
    for (const word of ["first-secret-word", "second-secret-word"]) {
      await using codemode = createCodemode({ mcpServers: { talking } });
      expect((await codemode.executor.execute("1 + 1")).value).toBe(2);
      const call = codemode.executor.execute("await talking.tell({})");
      // A program that wrote on and on would never come to an end for one reader.
      const writer = execFile("/bin/sh", ["-c", `echo SECRET=${word} > ${envFile}`]);
      const closed = new Promise((resolve) => writer.once("close", resolve));
      expect(await call).toMatchObject({ value: "my secret is [secret]" });
      await closed;
      expect(await codemode.registry.callTool("talking__tell")).toBe(`my secret is ${word}`);
    }
    expect(lstatSync(envFile).isFIFO()).toBe(true);
  },
);
