import {
  abortReason,
  CLOSED,
  failedReply,
  MEMORY_LIMIT,
  resultTooLarge,
  sandboxLost,
  type StopReason,
  timeLimit,
} from "../cell-ending.ts";
import { onAbort } from "../../base/deadline.ts";
import { defined } from "../../base/defined.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import { boundText } from "../../base/bound-text.ts";
import { isErrorCode } from "../../base/error-codes.ts";
import { FRAME, parseCalls, type RawCall } from "./wire/messages.ts";
import type { RingFrame } from "./wire/frame-ring.ts";
import { isRecord } from "../../base/is-record.ts";
import { parseJsonText, readNotes } from "../guest-words.ts";
import type { Cell, CellHost, CellOutcome, HostReply, OutputUsage, SessionOptions } from "../engine.ts";
import { isOutOfMemory, parseFault, toGuestFault } from "../javascript/guest-faults.ts";
import type { HostThread } from "./host-thread.ts";
import { ReplyQueue } from "./reply-queue.ts";

/** A thread that has not stopped this long after it should have is terminated. */
const GRACE_MS = 100;

/** Time that the host polls for the next step of a guest that it has just answered, and of one that begins: to wake it takes as long. */
const LOOK_MS = 0.08;
const FIRST_LOOK_MS = 0.2;

/** Maximum time for which frames are taken at a stretch. */
const SLICE_MS = 8;
/** Calls begun in one turn of the event loop: most of what each takes comes after all of them are read. */
const CALLS_PER_TURN = 256;

/** Characters of what a stopped cell says. */
const STOP_CHARACTERS = 1_000;

/** One running cell of a guest thread, seen from the host. */
export class CellRun {
  readonly #thread: HostThread;
  readonly #cell: Cell;
  readonly #host: CellHost;
  readonly #number: number;
  readonly #replies: ReplyQueue;
  #outstanding = 0;
  #begun = 0;
  #flushPlanned = false;
  #outcome: CellOutcome | undefined;
  #stopReason: StopReason | undefined;
  #outputBytesLeft: number;
  #timer: NodeJS.Timeout | undefined;
  #endsAt = Infinity;

  constructor(thread: HostThread, cell: Cell, host: CellHost) {
    this.#thread = thread;
    this.#cell = cell;
    this.#host = host;
    this.#number = thread.nextCell(cell);
    this.#replies = new ReplyQueue(thread, this.#number, { isRepeatable: cell.repeatable !== undefined });
    this.#outputBytesLeft = cell.limits.logBytes;
  }

  /** Runs the cell to its end. After an outcome other than `finished` and `failed` the thread must not be used again. */
  async run(session: SessionOptions): Promise<CellOutcome> {
    const { signal } = this.#host;
    if (signal?.aborted) return this.#stoppedOutcome(abortReason(signal), { bytesKept: 0, bytesDropped: 0 });
    const unlisten = signal === undefined ? undefined : onAbort(signal, () => this.#abort());
    this.#endsAt = performance.now() + this.#cell.limits.timeMs + GRACE_MS;
    this.#timer = setTimeout(() => this.#overrun(), this.#cell.limits.timeMs + GRACE_MS);
    try {
      this.#send(session);
      return await this.#follow();
    } finally {
      clearTimeout(this.#timer);
      this.#thread.awaitsHost = false;
      this.#replies.close();
      unlisten?.();
    }
  }

  /** Stops the cell because its sandbox is being closed. */
  cancel(): void {
    this.#stop(CLOSED);
  }

  #send({ memoryBytes, isForOneProgram = false }: SessionOptions): void {
    const { source, filename, globals = [], lateGlobals = [], modules, namespaces, limits, repeatable } = this.#cell;
    const { isAlone = false } = this.#cell;
    this.#thread.sendTable(namespaces);
    this.#thread.command({
      kind: "run",
      cell: this.#number,
      memoryBytes,
      source,
      filename,
      globals,
      lateGlobals,
      modules: modules === undefined ? [] : [...modules],
      table: namespaces.version,
      takesUp: this.#thread.takeUp(),
      isAlone,
      mayPark: !isForOneProgram,
      ...limits,
      ...defined({ repeatable }),
    });
  }

  async #follow(): Promise<CellOutcome> {
    if (this.#thread.alone) this.#thread.look(FIRST_LOOK_MS, true);
    let sliceEnd = performance.now() + SLICE_MS;
    for (;;) {
      this.#thread.pump();
      if (!this.#flushPlanned) this.#replies.sendOn();
      const isMore = this.#takeFrames(sliceEnd);
      if (this.#outcome !== undefined) return this.#outcome;
      if (isMore) await nextTurn();
      else if (!this.#thread.alive) return this.#lost();
      else if (!(await this.#thread.activity())) continue;
      sliceEnd = performance.now() + SLICE_MS;
    }
  }

  /**
   * True when there may be more: a guest that never stops writing keeps the event loop for some milliseconds only, also where
   * the host is now and then as quick as the guest.
   */
  #takeFrames(sliceEnd: number = performance.now() + SLICE_MS): boolean {
    const most = this.#begun + CALLS_PER_TURN;
    while (this.#outcome === undefined) {
      const frame = this.#thread.read();
      if (frame === undefined) return false;
      this.#handle(frame);
      const now = performance.now();
      if (now > this.#endsAt) this.#overrun();
      if (now > sliceEnd || this.#begun >= most) return true;
    }
    return false;
  }

  #handle(frame: RingFrame): void {
    switch (frame.kind) {
      case FRAME.calls:
        for (const call of parseCalls(frame.text)) this.#call(call);
        break;
      case FRAME.stdout:
      case FRAME.stderr:
        this.#output(frame);
        break;
      case FRAME.finished:
        this.#finish(frame.text);
        break;
      case FRAME.failed:
        this.#fail(frame.text);
        break;
      default:
        this.#halt(readStop(frame.text));
    }
  }

  #call(call: RawCall): void {
    if (this.#stopReason !== undefined) return;
    this.#outstanding += 1;
    this.#begun += 1;
    this.#thread.awaitsHost = true;
    void this.#host.call(call).then(
      (reply) => this.#reply(call.id, reply),
      (error: unknown) => this.#reply(call.id, failedReply(error)),
    );
  }

  #reply(id: number, reply: HostReply): void {
    this.#outstanding -= 1;
    if (this.#outcome !== undefined || !this.#thread.alive) {
      reply.taken?.();
      return;
    }
    this.#thread.awaitsHost = this.#outstanding > 0;
    this.#replies.add(id, reply);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#outstanding === 0) this.#flush();
    else if (!this.#flushPlanned) {
      this.#flushPlanned = true;
      setImmediate(() => this.#flush());
    }
  }

  #flush(): void {
    this.#flushPlanned = false;
    if (this.#outcome !== undefined || !this.#thread.alive) return;
    const hasAll = this.#replies.send();
    if (hasAll && this.#outstanding === 0 && this.#thread.alone) this.#expectNext();
  }

  /** A program that calls in sequence continues within microseconds, sooner than the event loop would report it. */
  #expectNext(): void {
    if (!this.#thread.look(LOOK_MS)) return;
    this.#takeFrames();
    if (this.#outcome !== undefined) this.#thread.wake();
  }

  #output(frame: RingFrame): void {
    const bytes = Buffer.byteLength(frame.text);
    this.#outputBytesLeft -= bytes;
    if (this.#outputBytesLeft < 0) return;
    this.#host.output({ stream: frame.kind === FRAME.stdout ? "stdout" : "stderr", text: frame.text });
  }

  #finish(text: string): void {
    const end = text.indexOf("\n");
    const valueJson = text.slice(end + 1);
    const bytes = Buffer.byteLength(valueJson);
    const { valueBytes } = this.#cell.limits;
    if (bytes > valueBytes) {
      this.#halt(resultTooLarge(`The value is ${bytes} bytes of JSON; the limit is ${valueBytes}.`));
      return;
    }
    const notes = readNotes(parseJsonText(text.slice(0, end)));
    this.#outcome = { kind: "finished", valueJson, notes, output: this.#thread.usage() };
  }

  #fail(text: string): void {
    const raw = parseFault(text);
    if (isOutOfMemory(raw)) {
      this.#halt(MEMORY_LIMIT);
      return;
    }
    this.#outcome = { kind: "failed", fault: toGuestFault(raw, this.#cell.filename), output: this.#thread.usage() };
  }

  #halt(stop: StopReason): void {
    this.#outcome = this.#stoppedOutcome(this.#stopReason ?? stop, this.#thread.usage());
  }

  #lost(): CellOutcome {
    const reason = this.#stopReason ?? sandboxLost("The sandbox died while the program ran.");
    return (this.#outcome ??= this.#stoppedOutcome(reason, this.#thread.usage()));
  }

  #abort(): void {
    const { signal } = this.#host;
    if (signal !== undefined) this.#stop(abortReason(signal));
  }

  /** Asks the thread to stop, and ends it when it does not. */
  #stop(reason: StopReason): void {
    if (this.#stopReason !== undefined || this.#outcome !== undefined) return;
    this.#stopReason = reason;
    this.#thread.stop(this.#number);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#thread.terminate(), GRACE_MS);
  }

  #overrun(): void {
    const { timeMs } = this.#cell.limits;
    this.#stopReason ??= timeLimit(timeMs);
    void this.#thread.terminate();
  }

  #stoppedOutcome(reason: StopReason, output: OutputUsage): CellOutcome {
    const { code, message, hint } = reason;
    return { kind: "stopped", code, message, ...defined({ hint }), output };
  }
}

/** The guest's own code stops a cell only for its value; anything else is forged. */
function readStop(text: string): StopReason {
  const stop = parseJsonText(text);
  if (!isRecord(stop) || !isErrorCode(stop["code"])) return { code: "sandbox_lost", message: "The sandbox stopped." };
  const { code, message, hint } = stop;
  return {
    code,
    message: boundText(typeof message === "string" ? message : "", STOP_CHARACTERS),
    ...(typeof hint === "string" ? { hint: boundText(hint, STOP_CHARACTERS) } : {}),
  };
}
