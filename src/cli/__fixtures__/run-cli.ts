import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";

export const CLI: string = fileURLToPath(new URL("../../../dist/cli.js", import.meta.url));

export interface CliRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Watches the process while it runs. */
  readonly onStarted?: (child: ChildProcess) => void;
}

/** Runs the built command and returns its complete outcome. Without `input` its stdin is empty. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliRun> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...environment } = process.env;
  const began = performance.now();
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...environment, ...options.env },
    stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  child.stdin?.end(options.input);
  options.onStarted?.(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve({ ...output, status, tookMs: performance.now() - began }));
  });
}

/** A folder of its own for one test, with a configuration if one is given. */
export async function testFolder(configuration?: unknown): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "codemode-cli-")));
  if (configuration !== undefined) await writeFile(join(path, "codemode.json"), JSON.stringify(configuration));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** The one JSON document on stdout, in the shape that is asked for. Throws when there is anything else. */
export function documentOf<T = Record<string, unknown>>(
  { stdout, stderr }: CliRun,
  shape: z.ZodType<T> = z.record(z.string(), z.unknown()) as unknown as z.ZodType<T>,
): T {
  try {
    return shape.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Error(`stdout is not the JSON document that was expected:\n${stdout}\nstderr:\n${stderr}`, { cause });
  }
}
