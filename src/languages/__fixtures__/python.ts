import { execFile, spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";

/** Runs a program on the machine's Python, with JSON on its standard input, and returns what it prints as JSON. */
export async function runPython(program: string, input: unknown, cwd?: string): Promise<any> {
  const child = spawn("python3", ["-c", program], { cwd, stdio: ["pipe", "pipe", "inherit"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stdin.end(JSON.stringify(input));
  const status = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status !== 0) throw new Error(`python3 ended with ${String(status)}`);
  return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
}

export interface ParsedPython {
  /** Kinds of the nodes of the program, nested; names and values do not show. */
  readonly shape: string;
  readonly error?: string;
}

const PARSE = `
import ast, json, sys
def shape(node):
    parts = [shape(child) for child in ast.iter_child_nodes(node)]
    return type(node).__name__ + ("(" + ",".join(parts) + ")" if parts else "")
answers = []
for text in json.load(sys.stdin):
    try:
        text.encode("utf-8")
        answers.append({"shape": shape(ast.parse(text, feature_version=(3, 10)))})
    except (SyntaxError, ValueError) as error:
        answers.append({"shape": "", "error": repr(error)})
json.dump(answers, sys.stdout)
`;

/** Parses texts as Python 3.10, all of them in one process. */
export async function parsePython(texts: readonly string[]): Promise<ParsedPython[]> {
  return (await runPython(PARSE, texts)) as ParsedPython[];
}

/** Path of mypy; undefined when the machine has none. */
export function findMypy(): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/local/bin"];
  return folders.map((folder) => join(folder, "mypy")).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Type-checks files with mypy and returns its complaints, one a line. */
export async function mypy(path: string, files: ReadonlyMap<string, string>, strict = true): Promise<string[]> {
  const folder = writeFiles(files);
  try {
    const flags = [...(strict ? ["--strict"] : []), "--no-error-summary", "--no-color-output", "--cache-dir=/dev/null"];
    const run = promisify(execFile)(path, [...flags, "--python-version", "3.10", "."], { cwd: folder, maxBuffer: 1 << 28 });
    const { stdout } = await run.catch((error: { stdout?: string; message: string }) => {
      if (typeof error.stdout === "string" && error.stdout !== "") return { stdout: error.stdout };
      throw new Error(error.message);
    });
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes files to a new folder; the caller removes it. */
export function writeFiles(files: ReadonlyMap<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), "bindings-python-"));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A JSON value as Python writes it. */
export function asPython(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(asPython).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${asPython(part)}`).join(", ")}}`;
  }
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : JSON.stringify(value);
}
