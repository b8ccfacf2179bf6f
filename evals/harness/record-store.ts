import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Task } from "./suite.ts";

/**
 * Records of tasks in a file, one a line, so that a run that was stopped goes on where it was. A record counts for the
 * same task, done in the same way, on the same build only.
 */
export class RecordStore<Kept> {
  readonly #file: string;
  readonly #build = buildHash();
  readonly #known = new Map<string, Kept>();

  constructor(file: string, { fresh = false }: { readonly fresh?: boolean } = {}) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (fresh) rmSync(file, { force: true });
    for (const line of readLines(file)) {
      const { key, record } = JSON.parse(line) as { key: string; record: Kept };
      this.#known.set(key, record);
    }
  }

  get(task: Task, kind: string): Kept | undefined {
    return this.#known.get(this.#keyOf(task, kind));
  }

  add(task: Task, kind: string, record: Kept): void {
    const key = this.#keyOf(task, kind);
    if (this.#known.has(key)) return;
    this.#known.set(key, record);
    appendFileSync(this.#file, `${JSON.stringify({ key, record })}\n`);
  }

  #keyOf(task: Task, kind: string): string {
    return createHash("sha256").update(this.#build).update(kind).update(JSON.stringify(task)).digest("hex");
  }
}

/** Lines of a file that may not be there; one that was cut by the end of a process is dropped. */
function readLines(file: string): readonly string[] {
  try {
    const text = readFileSync(file, "utf8");
    return text
      .slice(0, text.lastIndexOf("\n") + 1)
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    return [];
  }
}

/** What a record depends on beside its task: the built product, and the part of the harness that performs. */
const SOURCES = [
  ["../../dist/", /\.js$/],
  ["./", /^(?:perform|perturb|real-model|plain-client|recorded-call)\.ts$/],
  ["../suites/", /\.ts$/],
  ["../servers/", /\.ts$/],
] as const;

function buildHash(): string {
  const hash = createHash("sha256");
  for (const [folder, pattern] of SOURCES) {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter((name) => pattern.test(name));
    for (const name of names.toSorted()) hash.update(name).update(readFileSync(join(path, name)));
  }
  return hash.digest("hex");
}
