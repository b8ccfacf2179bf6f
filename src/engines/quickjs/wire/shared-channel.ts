import { availableParallelism } from "node:os";

/**
 * Memory shared by a host thread and one guest thread.
 *
 * Towards the guest there is one slot that holds one text at a time; towards the host a ring of frames. Both sides
 * signal by counters in `control`, so that either may sleep in `Atomics.wait` or `Atomics.waitAsync`.
 */
export interface SharedChannel {
  readonly control: Int32Array;
  /** Bytes of output kept and dropped in the running cell. */
  readonly counters: BigInt64Array;
  readonly inbox: Uint8Array;
  readonly ring: Uint8Array;
}

/** Indexes into `control`. */
export const SIGNAL = 0;
export const INBOX_BYTES = 1;
export const HOST_HAS_MORE = 2;
export const STOP_CELL = 3;
export const RING_HEAD = 4;
export const RING_TAIL = 5;
/** Counts what the host may want to wake for: frames written and slots freed. */
export const HOST_SIGNAL = 6;
/** Bytes that the guest's memory has grown by beyond what a new sandbox starts with. */
export const MEMORY_GROWN = 7;
/** Not 0 while no other guest runs, so that polling for an answer takes the processor from no other guest. */
export const ALONE = 8;
/** 1 when a cell left work behind that did not come to an end. */
export const RESTLESS = 9;
/** 1 while another session waits for a thread. */
export const WANTED = 10;
/** 1 from before the end of a cell whose session the thread parks without being told to, until the host has its state. */
export const PARKS = 11;

/** Indexes into `counters`. */
export const KEPT = 0;
export const DROPPED = 1;

/** Value of `ALONE` for the only guest on this machine: 2 where polling takes the processor from no server either. */
export const ALONE_HERE: number = Math.min(availableParallelism() - 1, 2);

/** Value of `INBOX_BYTES` when the text waits at the message port because it is too large for the slot. */
export const AT_PORT = -1;

const CONTROL_BYTES = 64;
const COUNTER_BYTES = 64;
const INBOX_SIZE = 128 * 1024;
const RING_SIZE = 256 * 1024;

/** Size of the memory of a channel. */
export const CHANNEL_BYTES: number = CONTROL_BYTES + COUNTER_BYTES + INBOX_SIZE + RING_SIZE;

/** Both sides' view of the shared memory. */
export function createSharedChannel(memory: SharedArrayBuffer): SharedChannel {
  return {
    control: new Int32Array(memory, 0, CONTROL_BYTES / 4),
    counters: new BigInt64Array(memory, CONTROL_BYTES, COUNTER_BYTES / 8),
    inbox: new Uint8Array(memory, CONTROL_BYTES + COUNTER_BYTES, INBOX_SIZE),
    ring: new Uint8Array(memory, CONTROL_BYTES + COUNTER_BYTES + INBOX_SIZE, RING_SIZE),
  };
}

/** `Atomics.waitAsync`, which the language library we compile against does not know yet. */
interface AsyncAtomics {
  waitAsync(array: Int32Array, index: number, value: number): { async: boolean; value: Promise<string> | string };
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node has had it since version 16
const asyncAtomics = Atomics as unknown as AsyncAtomics;

/** Resolves when the host is woken, or has been since it saw that count. */
export async function signalled(control: Int32Array, seen: number): Promise<void> {
  const wait = asyncAtomics.waitAsync(control, HOST_SIGNAL, seen);
  if (wait.async) await wait.value;
}

/** Wakes the host. */
export function signalHost(control: Int32Array): void {
  Atomics.add(control, HOST_SIGNAL, 1);
  Atomics.notify(control, HOST_SIGNAL);
}
