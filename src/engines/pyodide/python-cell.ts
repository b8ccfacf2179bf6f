import {
  abortReason,
  failedReply,
  MEMORY_LIMIT,
  resultTooLarge,
  sandboxLost,
  type StopReason,
  timeLimit,
} from "../cell-ending.ts";
import { parseJsonText } from "../guest-words.ts";
import { onAbort } from "../../base/deadline.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import { PIECE_CHARACTERS } from "../../base/steps/json-in-steps.ts";
import {
  type Cell,
  type CellHost,
  type CellOutcome,
  type GuestTime,
  type HostCall,
  type HostReply,
  type OutputUsage,
  WAIT,
} from "../engine.ts";
import { defined } from "../../base/defined.ts";
import { encodeFrame, type Frame, FROM_GUEST, TO_GUEST } from "./frames.ts";
import { parseEnd } from "./guest-messages.ts";
import type { GuestProcess } from "./guest-process.ts";
import { OutgoingReplies } from "./outgoing-replies.ts";
import { ZoneRequests } from "./zone-requests.ts";

const FRAME_SLACK_BYTES = 256 * 1024;
const MEMORY_SLACK_BYTES = 24 * 1024 * 1024;
/** Target of the guest's requests for a time zone by its name, or for the names of all with null. */
const TIME_ZONE = "python:time-zone";
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Alarms that may be set at a time; only the last one is one. */
const MOST_ALARMS = 1_000;

/** The parts of a cell that its process does not have from an earlier one. */
type News = Readonly<Record<"namespaces" | "modules", boolean>>;

/** One running cell of a process. */
export class PythonCell {
  readonly #process: GuestProcess;
  readonly #cell: Cell;
  readonly #host: CellHost;
  readonly #replies: OutgoingReplies;
  readonly #onAbort: () => void = () => this.stop(abortReason(this.#host.signal));
  readonly #settled: Promise<CellOutcome>;
  #settle: (outcome: CellOutcome) => void = () => {};
  #ended = false;
  #bytesKept = 0;
  #droppedByHost = 0;
  #droppedByGuest = 0;
  #deadline: NodeJS.Timeout | undefined;
  #endsAt = Infinity;
  #wait: NodeJS.Timeout | undefined;
  #alarms = 0;
  readonly #zones = new ZoneRequests();

  constructor(process: GuestProcess, cell: Cell, host: CellHost) {
    this.#process = process;
    this.#cell = cell;
    this.#host = host;
    this.#replies = new OutgoingReplies(process);
    this.#settled = new Promise((resolve) => (this.#settle = resolve));
  }

  /** Runs the cell to its end. After `stopped` the process is gone. */
  async run(memoryBytes: number, news: News): Promise<CellOutcome> {
    const { signal } = this.#host;
    const { limits } = this.#cell;
    if (signal?.aborted !== true) this.#start(memoryBytes, news);
    const unlisten = signal && onAbort(signal, this.#onAbort);
    this.#endsAt = performance.now() + limits.timeMs;
    this.#deadline = setTimeout(() => this.stop(timeLimit(limits.timeMs)), limits.timeMs);
    try {
      return await this.#settled;
    } finally {
      clearTimeout(this.#deadline);
      clearTimeout(this.#wait);
      unlisten?.();
      this.#process.memory?.stop();
      this.#process.listen(undefined, 0);
      this.#process.hold(false);
    }
  }

  /** Ends the cell and its process now. */
  stop(reason: StopReason): void {
    if (this.#ended) return;
    this.#process.kill();
    this.#end({ kind: "stopped", ...reason, output: this.#usage() });
  }

  #start(memoryBytes: number, news: News): void {
    const { source, filename, modules, namespaces, limits, isAlone = false, repeatable } = this.#cell;
    const request = {
      source,
      filename,
      limits: { ...limits, timeMs: repeatable?.timeMs ?? limits.timeMs },
      ...defined({ repeatable }),
      alone: isAlone,
      ...(news.modules ? { modules: Object.fromEntries(modules ?? []) } : {}),
      ...(news.namespaces
        ? {
            namespaces: namespaces.namespaces.map(({ name, functions, alias, openTarget }) => [
              name,
              functions,
              alias,
              openTarget,
            ]),
          }
        : {}),
    };
    const largest = Math.max(limits.valueBytes, limits.argumentBytes, limits.logBytes) + FRAME_SLACK_BYTES;
    // Sent first: nothing of the program is heard before the event loop turns, and it runs while the rest is made ready.
    this.#process.send(TO_GUEST.run, 0, JSON.stringify(request));
    this.#process.begin();
    this.#process.listen({ frame: (frame) => this.#frame(frame), lost: (reason) => this.#lost(reason) }, largest);
    this.#process.memory?.start(memoryBytes + MEMORY_SLACK_BYTES, () => this.stop(MEMORY_LIMIT));
    this.#process.hold(true);
  }

  #frame(frame: Frame): void {
    if (this.#ended) return;
    // A program that floods its pipe can keep a timer from its turn.
    if (performance.now() > this.#endsAt) {
      this.stop(timeLimit(this.#cell.limits.timeMs));
      return;
    }
    switch (frame.kind) {
      case FROM_GUEST.call:
        this.#call(frame);
        break;
      case FROM_GUEST.wait:
        if (this.#cell.repeatable === undefined) this.#tickAfter(frame.id, Number(frame.payload.toString("latin1")));
        else void this.#tickInTurn(frame.id, frame.payload.toString("latin1"));
        break;
      case FROM_GUEST.stdout:
      case FROM_GUEST.stderr:
        this.#output(frame);
        break;
      case FROM_GUEST.dropped:
        this.#droppedByGuest = Number(frame.payload.toString("latin1")) || 0;
        break;
      default:
        this.#finish(frame.payload);
    }
  }

  #call({ id, payload }: Frame): void {
    this.#replies.expect();
    const split = payload.indexOf(10);
    const target = parseJsonText(payload.toString("utf8", 0, Math.max(split, 0)));
    const argumentsJson = payload.toString("utf8", split + 1);
    const { argumentBytes } = this.#cell.limits;
    // Long ones are read once, where their request is.
    const isShort = argumentsJson.length <= PIECE_CHARACTERS;
    if (typeof target !== "string" || (isShort && parseJsonText(argumentsJson) === undefined)) {
      this.#lost("The program wrote to the sandbox's own pipe.");
    } else if (payload.length - split - 1 > argumentBytes) {
      const message = `The arguments of ${target} are larger than ${argumentBytes} bytes of JSON.`;
      this.#reply(id, { ok: false, error: { code: "invalid_arguments", message } });
    } else if (target === TIME_ZONE && isShort) {
      const isHeard = this.#zones.ask(parseJsonText(argumentsJson), (reply) => this.#reply(id, reply));
      if (!isHeard) this.#lost("The program asked for time zones without end.");
    } else {
      void this.#answer(id, { target, argumentsJson });
    }
  }

  async #answer(id: number, call: HostCall): Promise<void> {
    try {
      this.#reply(id, await this.#host.call(call));
    } catch (error) {
      this.#reply(id, failedReply(error));
    }
  }

  #reply(id: number, reply: HostReply): void {
    const time = this.#timeOf(reply);
    const frame = (): Buffer =>
      reply.ok
        ? encodeFrame({ kind: TO_GUEST.reply, id, time }, reply.valueJson)
        : encodeFrame({ kind: TO_GUEST.failure, id, time }, stringifyJson(reply.error));
    this.#replies.reply(frame, reply);
  }

  /** What has no turn, because the machine alone decides it, brings no new time. */
  #timeOf({ turn }: HostReply): GuestTime | undefined {
    return turn ?? this.#cell.repeatable?.start;
  }

  async #tickInTurn(id: number, argumentsJson: string): Promise<void> {
    this.#alarms += 1;
    if (this.#alarms > MOST_ALARMS) return this.#lost("The program wrote to the sandbox's own pipe.");
    const reply = await this.#host.call({ target: WAIT, argumentsJson });
    this.#alarms -= 1;
    this.#replies.add({ frame: encodeFrame({ kind: TO_GUEST.tick, id, time: this.#timeOf(reply) }, "") }, reply.turn);
  }

  /** The guest sleeps in a read of its pipe; this is its alarm clock. Only the last one asked for counts. */
  #tickAfter(id: number, milliseconds: number): void {
    clearTimeout(this.#wait);
    if (!(milliseconds > 0)) {
      this.#tick(id);
      return;
    }
    const delay = Math.min(Math.ceil(milliseconds), LONGEST_TIMER_MS);
    this.#wait = setTimeout(() => this.#tick(id), delay);
  }

  #tick(id: number): void {
    this.#replies.add({ frame: encodeFrame({ kind: TO_GUEST.tick, id }, "") });
  }

  #output({ kind, payload }: Frame): void {
    const room = this.#cell.limits.logBytes - this.#bytesKept;
    if (payload.length > room) {
      this.#droppedByHost += payload.length;
      return;
    }
    this.#bytesKept += payload.length;
    this.#host.output({ stream: kind === FROM_GUEST.stdout ? "stdout" : "stderr", text: payload.toString() });
  }

  #finish(payload: Buffer): void {
    const end = parseEnd(payload);
    if (end === undefined) {
      this.#lost("The program wrote to the sandbox's own pipe.");
      return;
    }
    this.#droppedByGuest = end.dropped;
    if (end.kind === "stopped") {
      this.stop(end.code === "memory_limit" ? MEMORY_LIMIT : resultTooLarge(end.message));
    } else if (end.kind === "failed") {
      this.#end({ kind: "failed", fault: end.fault, output: this.#usage() });
    } else if (Buffer.byteLength(end.valueJson) > this.#cell.limits.valueBytes) {
      this.stop(resultTooLarge(`The value is larger than ${this.#cell.limits.valueBytes} bytes of JSON.`));
    } else {
      this.#end({ kind: "finished", valueJson: end.valueJson, notes: end.notes, output: this.#usage() });
    }
  }

  #lost(reason: string): void {
    const stop = isExhaustion(this.#process.errorText) ? MEMORY_LIMIT : sandboxLost(reason);
    this.stop(stop);
  }

  #end(outcome: CellOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#replies.end();
    this.#settle(outcome);
  }

  #usage(): OutputUsage {
    return { bytesKept: this.#bytesKept, bytesDropped: this.#droppedByGuest + this.#droppedByHost };
  }
}

/** The stack of the interpreter and the heap around it end the process when they run out. */
function isExhaustion(errorText: string): boolean {
  return /Maximum call stack size exceeded|heap out of memory|Array buffer allocation failed/.test(errorText);
}
