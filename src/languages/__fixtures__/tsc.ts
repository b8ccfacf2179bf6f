import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

export interface Diagnostic {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

const OPTIONS = {
  strict: true,
  noEmit: true,
  noUncheckedIndexedAccess: true,
  target: "es2023",
  lib: ["es2023"],
  module: "esnext",
  moduleResolution: "bundler",
  allowImportingTsExtensions: true,
  types: [],
};

/** Type-checks files as one program and returns what the compiler has to say. */
export async function typeCheck(files: ReadonlyMap<string, string>, options: object = {}): Promise<Diagnostic[]> {
  const folder = mkdtempSync(join(tmpdir(), "bindings-"));
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const config = { compilerOptions: { ...OPTIONS, ...options }, include: ["**/*.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const run = promisify(execFile)(process.execPath, [tsc, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      maxBuffer: 1 << 28,
    });
    const { stdout } = await run.catch((error: { stdout?: string; message: string }) => {
      if (typeof error.stdout === "string" && error.stdout !== "") return { stdout: error.stdout };
      throw new Error(error.message);
    });
    return parse(stdout);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parse(output: string): Diagnostic[] {
  const lines = output.split("\n").filter((line) => line !== "" && !line.startsWith(" "));
  return lines.map((line) => {
    const match = /^(.+?)\((\d+),\d+\): error (TS\d+): (.*)$/.exec(line);
    if (match === null) return { file: "", line: 0, code: "", message: line };
    return { file: match[1] ?? "", line: Number(match[2]), code: match[3] ?? "", message: match[4] ?? "" };
  });
}

/** A JSON value as a type, so that checking it is not about fresh literals. */
export function asType(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asType).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value).map(([key, part]) => `${literalKey(key)}: ${asType(part)}`).join("; ")} }`;
}

function literalKey(key: string): string {
  return JSON.stringify(key).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
