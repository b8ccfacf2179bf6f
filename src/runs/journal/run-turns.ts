import { createHash, randomBytes, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { GuestTime, Repeatable, GuestTurn } from "../../engines/engine.ts";
import type { Replay } from "./replay/replay.ts";

/** All that a run needs to be run again, beside its program and what its guests received. */
export interface RunStart {
  /** Four 32-bit integers. */
  readonly seed: readonly number[];
  /** The time limit the guests know of. */
  readonly timeMs: number;
  /** Version of codemode, and of the tools there were. */
  readonly version: string;
  readonly catalog: string;
  /** Name and arguments of the program. */
  readonly argv?: readonly string[];
  /** For a run without a program: what was asked, as a program would ask it. */
  readonly ask?: { readonly target: string; readonly request: object };
  /** Whether it may call only tools that read. */
  readonly readOnly?: boolean;
  /** The ended run that this one tries again. */
  readonly retryOf?: string;
  /** For a tool called by itself. */
  readonly call?: { readonly name: string; readonly arguments: unknown; readonly options?: object };
}

/** Stands for the beginning of the program among the requests. */
export const BEGIN = "0";

/** Digits of an id that tell its second, and the random ones after them: 66 bits, which nobody guesses. */
const SECOND_DIGITS = 3;
const RANDOM_DIGITS = 17;

/**
 * A new id of a run, of a call by itself, or of the copy of a session: 20 hexadecimal digits. Those of one second begin
 * alike, so that what is written of them in a database lies together; of random places each would be a page to write.
 */
export function newId(kind: "run" | "call" | "copy"): string {
  const seconds = Math.floor(Date.now() / 1_000) % 16 ** SECOND_DIGITS;
  const random = randomUUID().replaceAll("-", "").slice(-RANDOM_DIGITS);
  return `${kind}_${seconds.toString(16).padStart(SECOND_DIGITS, "0")}${random}`;
}

/** Random numbers for a run to start from. */
export function newSeed(): readonly number[] {
  return toIntegers(randomBytes(16));
}

/** The time and the turns of the guests of one run: as they were recorded, and from then on as they come. */
export class RunTurns {
  readonly #start: RunStart;
  readonly #replay: Replay | undefined;
  readonly #turns: Map<string, number>;
  readonly #made = new Map<string, GuestTime>();
  #wallAt: number;
  #downMs: number;
  /** When the clock began to move; it stands while what was recorded is repeated. */
  #begun: number | undefined;
  #stopped: number | undefined;

  /** @param replay what was recorded before, when the run has lost its process or was parked */
  constructor(start: RunStart, startedAt: number, replay?: Replay) {
    this.#start = start;
    this.#replay = replay;
    this.#turns = new Map(replay?.turns);
    this.#wallAt = replay?.lastAt ?? startedAt;
    this.#downMs = replay?.downMs ?? 0;
    if (replay === undefined) this.#begun = performance.now();
  }

  /** Lets the clock go on from where it stood, when all that was recorded has been repeated. */
  goOn(): void {
    this.#begun = performance.now();
    // A clock that was set back must not take the guests back.
    const wallAt = Math.max(Date.now(), this.#wallAt);
    this.#downMs += wallAt - this.#wallAt;
    this.#wallAt = wallAt;
  }

  /** Stops the clock, when the run has ended or is parked: what is done for it after that is none of its own time. */
  stop(): void {
    this.#stopped ??= performance.now();
  }

  /** The time now. */
  now(): GuestTime {
    const elapsedMs = this.#begun === undefined ? 0 : Math.max(0, (this.#stopped ?? performance.now()) - this.#begun);
    const wallMs = Math.floor(this.#wallAt + elapsedMs);
    return { wallMs, runningMs: wallMs - this.#downMs };
  }

  /** Waits until the clock of the guests shows this time. */
  async wait(untilMs: number, signal: AbortSignal): Promise<void> {
    for (let left = this.#left(untilMs); left > 0; left = this.#left(untilMs)) {
      await sleep(Math.min(left, LONGEST_TIMER_MS), undefined, { signal });
    }
  }

  /** The next turn of a guest, now. */
  next(guest: string): GuestTurn {
    const number = (this.#turns.get(guest) ?? 0) + 1;
    this.#turns.set(guest, number);
    return { number, ...this.now() };
  }

  #left(untilMs: number): number {
    return untilMs - this.now().runningMs;
  }

  /** Notes when a request was made: what it starts begins then. */
  made(key: string, wallMs: number): void {
    this.#made.set(key, { wallMs, runningMs: wallMs - this.#downMs });
  }

  /** What the cells of a guest start from. */
  of(guest: string): Repeatable {
    const { seed, timeMs } = this.#start;
    const key = guest === "" ? BEGIN : guest.slice(0, -1);
    const start = this.#timeOf(key) ?? this.now();
    if (guest === "") return { seed, start, timeMs };
    const own = createHash("sha256")
      .update(`${seed.join(" ")} ${key}`)
      .digest();
    return { seed: toIntegers(own), start, timeMs };
  }

  /** Whether the program has begun, now or before. */
  get hasBegun(): boolean {
    return this.#timeOf(BEGIN) !== undefined;
  }

  #timeOf(key: string): GuestTime | undefined {
    return this.#replay?.timeOf(key) ?? this.#made.get(key);
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

function toIntegers(bytes: Buffer): readonly number[] {
  return [bytes.readInt32LE(0), bytes.readInt32LE(4), bytes.readInt32LE(8), bytes.readInt32LE(12)];
}
