import { defined } from "../../base/defined.ts";
import { Worker } from "node:worker_threads";
import { SlicedWork } from "../../base/sliced-work.ts";
import { stringifySoon } from "../../base/steps/json-in-steps.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Artifact } from "./artifact-store.ts";
import {
  type ArtifactPart,
  characterRange,
  checkedJson,
  cutCharacters,
  linesOf,
  partOf,
  type ReadArtifactOptions,
} from "./artifact-part.ts";
import { TEXT_UNITS } from "./text-units.ts";
import { type RowsRequest, StoredText } from "./stored/stored-text.ts";
import type { ReadingAnswer, ReadingJob } from "./reading-thread.ts";

/** Path of the reading thread's program; tests run from the sources and use the built one. */
const ENTRY = new URL(
  import.meta.url.endsWith(".ts") ? "../../../dist/runs/artifacts/thread.js" : "./thread.js",
  import.meta.url,
);

/** Time one reading may take, and what it takes beside that to read each megabyte of a text. */
const MOST_MS = 1_000;
const MS_PER_MEGABYTE = 150;

/** Texts whose places are remembered. */
const MOST_TEXTS = 50;
/** Memory of the thread: a fixed amount and an amount for each megabyte of text, up to a maximum. */
const MEMORY_MB = { own: 64, each: 24, most: 512 } as const;
/** The thread ends when nothing was read for so long. */
const IDLE_MS = 10_000;
/** Texts up to this length are parsed at once, within a few milliseconds. */
const SHORT_CHARACTERS = 100_000;
/** Readings that wait for one owner. */
const MOST_WAITING = 1_000;

/** Settings of a reading as JSON. */
export interface ReadingBounds {
  readonly signal?: AbortSignal | undefined;
  /** Characters of JSON beyond which the answer is refused, before it leaves the thread. @default no limit */
  readonly mostCharacters?: number;
}

/** Caller that something is read for. */
export interface Reading extends ReadingBounds {
  /** Owners take turns, so that the many readings of one delay another by one reading only. */
  readonly owner: object;
}

interface WaitingJob {
  readonly bytes: number;
  /** Made when it is its turn: a text of many megabytes is no string while it waits. */
  readonly job: () => ReadingJob;
  readonly settle: (answer: ReadingAnswer) => void;
}

/**
 * Reads in artifacts for programs and clients, whose paths and patterns may take any time: in a thread that is ended
 * after a second. One thread serves all, one reading after the other; it is started on demand and keeps no process alive.
 */
export class ArtifactReader {
  readonly #queues = new Map<object, WaitingJob[]>();
  readonly #texts = new Map<string, StoredText>();
  #worker: Worker | undefined;
  #current: WaitingJob | undefined;
  #timer: NodeJS.Timeout | undefined;
  #memoryMb = 0;
  #isStarting = false;

  /** A part of an artifact. */
  async read(artifact: Artifact, options: ReadArtifactOptions, reading: Reading): Promise<ArtifactPart> {
    const stored = this.#storedOf(artifact);
    if (options.path === undefined && options.pattern === undefined) {
      if (!stored.isLarge) return cutCharacters(artifact, artifact.text, characterRange(options));
      const range = characterRange(options);
      const { text, total } = await stored.text.range(range);
      return partOf(artifact, text, { total, end: range.offset + TEXT_UNITS[range.unit].length(text) });
    }
    const json = options.path === undefined ? undefined : await stored.valueAt(options.path);
    const job = (): ReadingJob =>
      json === undefined
        ? { kind: "part", artifact: plain(artifact), options }
        : { kind: "part", artifact: { ...withoutPath(artifact), text: json }, options: { ...options, path: "$" } };
    const part: ArtifactPart = JSON.parse(await this.#inThread({ bytes: artifact.bytes, job }, reading));
    return part;
  }

  /** Lines of an artifact from the line `offset` on, without their ends. */
  async lines(artifact: Artifact, offset: number, limit: number): Promise<readonly string[]> {
    const stored = this.#storedOf(artifact);
    if (stored.isLarge) return stored.text.lines(offset, limit);
    return new SlicedWork(() => linesOf(artifact.text, offset, limit)).soon();
  }

  /** JSON text of a list of rows: of items of a list, of values one after the other, or of records of CSV text as objects. */
  async rows(artifact: Artifact, request: RowsRequest, reading: Reading): Promise<string> {
    const { offset, limit } = request;
    const path = rooted(request.path);
    const rows = await this.#storedOf(artifact).rows({ path, offset, limit });
    if (rows !== undefined) return rows;
    return this.readJson(artifact, `${path}[${offset}:${offset + limit}]`, reading);
  }

  /** Places that were passed in a text on disk are known for the next reading of it. */
  #storedOf(artifact: Artifact): StoredText {
    const { path } = artifact;
    if (path === undefined) return new StoredText(artifact);
    const stored = this.#texts.get(path) ?? new StoredText(artifact);
    this.#texts.delete(path);
    this.#texts.set(path, stored);
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > MOST_TEXTS && oldest !== undefined) this.#texts.delete(oldest);
    return stored;
  }

  /** JSON text of an artifact's value, or of what is at a path in it. */
  async readJson(artifact: Artifact, path: string | undefined, reading: Reading): Promise<string> {
    const { mimeType, bytes } = artifact;
    if (path === undefined && mimeType !== "application/json") return stringifySoon(artifact.text);
    if (path === undefined && bytes <= SHORT_CHARACTERS) return checkedJson(artifact);
    const json = path === undefined ? undefined : await this.#storedOf(artifact).valueAt(path);
    if (json !== undefined) return json;
    const { mostCharacters } = reading;
    const job = (): ReadingJob => ({ kind: "json", artifact: plain(artifact), ...defined({ path, mostCharacters }) });
    return this.#inThread({ bytes, job }, reading);
  }

  /** Ends the thread; what is being read is given up. */
  async close(): Promise<void> {
    const waiting = [this.#current, ...[...this.#queues.values()].flat()];
    this.#queues.clear();
    for (const each of waiting) each?.settle(CLOSED);
    await this.#endThread();
  }

  async #inThread(asked: Pick<WaitingJob, "bytes" | "job">, { owner, signal }: Reading): Promise<string> {
    const answer = await new Promise<ReadingAnswer>((resolve) => {
      const queue = this.#queues.get(owner) ?? [];
      const waiting: WaitingJob = { ...asked, settle: resolve };
      if (queue.length >= MOST_WAITING) {
        resolve(TOO_MANY);
        return;
      }
      queue.push(waiting);
      this.#queues.set(owner, queue);
      signal?.addEventListener("abort", () => this.#giveUp(owner, waiting), { once: true });
      this.#next();
    });
    if (answer.ok) return answer.json;
    throw new CodemodeError(answer.code, answer.message, { hint: answer.hint });
  }

  #giveUp(owner: object, waiting: WaitingJob): void {
    const queue = this.#queues.get(owner);
    const index = queue?.indexOf(waiting) ?? -1;
    if (index >= 0) queue?.splice(index, 1);
    else if (this.#current === waiting) this.#stop(CLOSED);
    waiting.settle(CLOSED);
  }

  #next(): void {
    if (this.#current !== undefined) return;
    const [entry] = this.#queues;
    if (entry === undefined) {
      this.#timer = setTimeout(() => void this.#endThread(), IDLE_MS);
      this.#timer.unref();
      return;
    }
    const [owner, queue] = entry;
    const waiting = queue.shift();
    this.#queues.delete(owner);
    if (queue.length > 0) this.#queues.set(owner, queue);
    if (waiting === undefined) {
      this.#next();
      return;
    }
    this.#current = waiting;
    clearTimeout(this.#timer);
    const memoryMb = memoryFor(waiting);
    if (memoryMb !== this.#memoryMb) void this.#endThread();
    this.#memoryMb = memoryMb;
    this.#worker ??= this.#startThread(memoryMb);
    this.#worker.ref();
    const mostMs = MOST_MS + (waiting.bytes / 2 ** 20) * MS_PER_MEGABYTE;
    this.#timer = setTimeout(() => this.#stop(TOO_LONG), mostMs + (this.#isStarting ? MOST_MS : 0));
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is not a window
    this.#worker.postMessage(waiting.job());
  }

  #startThread(memoryMb: number): Worker {
    const worker = new Worker(ENTRY, {
      env: {},
      argv: [],
      execArgv: [],
      stdin: false,
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    this.#isStarting = true;
    worker.on("message", (answer: ReadingAnswer) => this.#answered(worker, answer));
    worker.on("error", () => this.#lost(worker));
    worker.on("exit", () => this.#lost(worker));
    return worker;
  }

  #answered(worker: Worker, answer: ReadingAnswer): void {
    if (worker !== this.#worker) return;
    this.#isStarting = false;
    worker.unref();
    this.#finish(answer);
  }

  /** It ran out of memory, or ended on its own. */
  #lost(worker: Worker): void {
    if (worker === this.#worker) this.#stop(TOO_MUCH);
  }

  #stop(answer: ReadingAnswer): void {
    void this.#endThread();
    this.#finish(answer);
  }

  #finish(answer: ReadingAnswer): void {
    clearTimeout(this.#timer);
    const current = this.#current;
    this.#current = undefined;
    current?.settle(answer);
    this.#next();
  }

  async #endThread(): Promise<void> {
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

/** Many write the way to a list without its root. */
const rooted = (path: string): string => (/^[$@]/.test(path) ? path : path.startsWith("[") ? `$${path}` : `$.${path}`);

/** In steps, so that texts of about one size need no new thread. */
function memoryFor({ bytes }: Pick<WaitingJob, "bytes">): number {
  const megabytes = 2 ** Math.ceil(Math.log2(Math.max(1, bytes / 2 ** 20)));
  return Math.min(MEMORY_MB.own + MEMORY_MB.each * megabytes, MEMORY_MB.most);
}

/** Nothing but plain data can be sent to a thread, and no more of it than is read there. */
function plain(artifact: Artifact): Artifact {
  const { path } = artifact;
  // The thread reads a file by itself.
  return path === undefined
    ? { ...withoutPath(artifact), text: artifact.text }
    : { ...withoutPath(artifact), path, text: "" };
}

function withoutPath({ id, mimeType, bytes, preview }: Artifact): Omit<Artifact, "text"> {
  return { id, mimeType, bytes, preview };
}

const NARROWER = "Ask for less: a path without nested filters, a simpler pattern, or a range by offset and limit.";
const TOO_LONG: ReadingAnswer = refusal("invalid_arguments", `Reading that took longer than ${MOST_MS} ms.`, NARROWER);
const TOO_MUCH: ReadingAnswer = refusal("invalid_arguments", "Reading that took more memory than it may.", NARROWER);
const TOO_MANY: ReadingAnswer = refusal(
  "busy",
  "Too many readings wait already.",
  "Await some before asking for more.",
);
const CLOSED: ReadingAnswer = refusal("cancelled", "Nobody waits for what was being read.", "Read it again.");

function refusal(code: CodemodeError["code"], message: string, hint: string): ReadingAnswer {
  return { ok: false, code, message, hint };
}
