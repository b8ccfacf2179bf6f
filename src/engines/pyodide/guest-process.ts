import { type ChildProcess, spawn } from "node:child_process";
import { hash, randomBytes } from "node:crypto";
import { Socket } from "node:net";
import { settleWithin } from "../../base/deadline.ts";
import { endWithUs, release } from "../../base/processes/keeper.ts";
import type { Command } from "./command.ts";
import { encodeFrame, type Frame, FrameReader, FROM_GUEST } from "./frames.ts";
import { MemoryWatch } from "./memory-watch.ts";

const START_FRAME_BYTES = 1024;
const SECRET_BYTES = 16;
const START_TIMEOUT_MS = 60_000;
/** Within this time after its end a program has to have come to rest. */
const REST_TIMEOUT_MS = 1_000;
/** More than this is not copied into one message. */
const JOINED_BYTES = 1024 * 1024;
const BUSY_CHUNK_BYTES = 32_768;
const SHOWN_ERROR_CHARACTERS = 500;
const ERROR_TEXT_BYTES = 8192;

/** Handlers of a cell for the messages of its process. */
interface FrameListener {
  frame(frame: Frame): void;
  /** The process is gone, or said something no guest of ours says. */
  lost(reason: string): void;
}

/** The process of one session. It keeps this process alive only while it is held. */
export class GuestProcess {
  readonly #child: ChildProcess;
  readonly #pipe: Socket;
  readonly #reader = new FrameReader();
  readonly #exited: Promise<void>;
  readonly #started = deferred();
  #listener: FrameListener | undefined;
  #errorText = "";
  #alive = true;
  #memory: MemoryWatch | undefined;
  /** Known to the process around the interpreter, and to nothing that a program reaches. */
  readonly #secret = randomBytes(SECRET_BYTES);
  #rests = 0;
  #isAtRest = false;
  /** Number by which the next statement of rest is known; undefined until it is made. */
  #proof: number | undefined;

  constructor({ program, args }: Command) {
    this.#child = spawn(program, args, { env: {}, cwd: "/", stdio: ["ignore", "ignore", "pipe", "pipe"] });
    const { pid } = this.#child;
    if (pid !== undefined) endWithUs(pid);
    const pipe = this.#child.stdio[3];
    if (!(pipe instanceof Socket)) throw new TypeError("the pipe to the sandbox process was not made");
    this.#pipe = pipe;
    this.#exited = new Promise((resolve) => {
      this.#child.once("error", (error) => this.#gone(error.message, resolve));
      this.#child.once("close", (code, signal) =>
        this.#gone(`The sandbox process ended (${signal ?? `status ${code}`}).`, resolve),
      );
    });
    this.#reader.maxBytes = START_FRAME_BYTES;
    pipe.on("data", (chunk: Buffer) => this.#receive(chunk));
    pipe.on("error", () => {});
    pipe.write(this.#secret);
    this.#child.stderr?.on("data", (chunk: Buffer) => this.#keepErrorText(chunk));
    this.hold(false);
  }

  /** True until the process has ended or was asked to end. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Text the process wrote to its own error stream, for diagnosis. */
  get errorText(): string {
    return this.#errorText;
  }

  /** Resident memory of the process and its descendants; only known once it has started. */
  get memory(): MemoryWatch | undefined {
    return this.#memory;
  }

  /** Id of the outermost process. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the interpreter waits for work; rejects when it never will. */
  async started(): Promise<void> {
    const timer = setTimeout(() => this.kill(), START_TIMEOUT_MS);
    this.hold(true);
    try {
      await this.#started.promise;
    } finally {
      clearTimeout(timer);
      this.hold(false);
    }
  }

  /** Makes the process keep ours alive, or no longer. */
  hold(held: boolean): void {
    const { stderr } = this.#child;
    for (const each of [this.#child, this.#pipe, stderr instanceof Socket ? stderr : undefined]) {
      if (held) each?.ref();
      else each?.unref();
    }
  }

  listen(listener: FrameListener | undefined, maxFrameBytes: number): void {
    this.#listener = listener;
    this.#reader.maxBytes = maxFrameBytes;
  }

  send(kind: number, id: number, payload: string): void {
    if (this.#alive) this.#pipe.write(encodeFrame({ kind, id }, payload));
  }

  /** Sends several messages, short ones in one write. `taken` is called when the process has read nearly all of them. */
  sendAll(frames: readonly Buffer[], taken?: () => void): void {
    if (!this.#alive) return;
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const writes = frames.length > 1 && bytes <= JOINED_BYTES ? [Buffer.concat(frames)] : frames;
    for (const [index, write] of writes.entries())
      this.#pipe.write(write, index === writes.length - 1 ? () => taken?.() : undefined);
  }

  /** A program begins, which may use the processor; to be called with what it is sent. */
  begin(): void {
    this.#isAtRest = false;
    this.#memory?.wake();
    // Made while the program runs: the host has nothing else to do then.
    this.#proof ??= this.#nextProof();
  }

  #nextProof(): number {
    const text = `${this.#secret.toString("hex")}${this.#rests}`;
    return Number.parseInt(hash("sha256", text).slice(0, 8), 16);
  }

  /**
   * Sees to it that nothing of an ended program runs on: the process has to have said that its interpreter waits for work, and
   * uses no processor until the next program. One that does not is ended; a program may have forged its end. Returns what
   * has to be waited for before the next program, if anything.
   */
  rest(): Promise<void> | undefined {
    if (!this.#isAtRest) return this.#untilRest();
    // A program can wait in the place of the interpreter; the processor tells.
    this.#memory?.rest(() => this.kill());
    return undefined;
  }

  async #untilRest(): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const frame = (): void => {
        if (this.#isAtRest) resolve();
      };
      this.listen({ frame, lost: () => resolve() }, START_FRAME_BYTES);
    });
    await settleWithin(said, REST_TIMEOUT_MS);
    this.listen(undefined, 0);
    if (this.#isAtRest) this.#memory?.rest(() => this.kill());
    else this.kill();
  }

  /** Ends the process at once. */
  kill(): void {
    this.#alive = false;
    this.#child.kill("SIGKILL");
    this.#pipe.destroy();
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.kill();
    this.hold(true);
    await this.#exited;
  }

  #receive(chunk: Buffer): void {
    if (!this.#alive) return;
    if (chunk.length >= BUSY_CHUNK_BYTES) this.#letOthersRun();
    try {
      for (const frame of this.#reader.push(chunk)) {
        if (frame.kind === FROM_GUEST.ready) this.#ready();
        else if (frame.kind === FROM_GUEST.rested) this.#rested(frame);
        else this.#listener?.frame(frame);
      }
    } catch (error) {
      this.#listener?.lost(`The program wrote to the sandbox's own pipe (${String(error)}).`);
      this.kill();
    }
  }

  #rested(frame: Frame): void {
    this.#proof ??= this.#nextProof();
    if (frame.id === this.#proof) {
      this.#rests += 1;
      this.#proof = undefined;
      this.#isAtRest = true;
    }
    // A program that has not ended is not at rest.
    this.#listener?.frame(frame);
  }

  /** A guest that floods its pipe must not keep the event loop from everything else. */
  #letOthersRun(): void {
    this.#pipe.pause();
    setImmediate(() => this.#pipe.resume());
  }

  #ready(): void {
    const { pid } = this.#child;
    if (pid !== undefined) this.#memory ??= new MemoryWatch(pid);
    this.#started.resolve();
  }

  #gone(reason: string, done: () => void): void {
    this.#alive = false;
    const { pid } = this.#child;
    if (pid !== undefined) release(pid);
    this.#memory?.close();
    const last = this.#errorText.trim().slice(-SHOWN_ERROR_CHARACTERS);
    this.#started.reject(new Error(last === "" ? reason : `${reason} ${last}`));
    this.#listener?.lost(reason);
    done();
  }

  #keepErrorText(chunk: Buffer): void {
    this.#errorText = (this.#errorText + chunk.toString()).slice(-ERROR_TEXT_BYTES);
  }
}

interface Deferred {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function deferred(): Deferred {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  promise.catch(() => {});
  return { promise, resolve, reject };
}
