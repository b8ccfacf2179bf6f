import { setTimeout as delay } from "node:timers/promises";
import { spawnSync, type ChildProcess } from "node:child_process";
import { endWithUs, release } from "../../../base/processes/keeper.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const POLL_MS = 15;
/** A killed process is dead at once, but stays listed until the system has reaped it. */
const REAP_MS = 200;

/**
 * Groups that must not outlive this process. Process-wide because the events of a process are: one listener serves
 * them all and is taken away with the last group.
 */
const living = new Set<number>();

/**
 * Sees to it that a process started with `detached` ends, with its descendants, when this process does; where there is a
 * shell of POSIX also when this process is killed.
 */
export function guardProcessGroup(pid: number): void {
  endWithUs(-pid);
  if (living.size === 0) {
    process.on("exit", killAll);
    for (const signal of SIGNALS) process.on(signal, dieBySignal);
  }
  living.add(pid);
}

/**
 * Ends a process and everything it started: polite signal, then force. Resolves when the group is gone, after twice `graceMs` and a moment at most.
 *
 * @param child started with `detached`, so that it leads a group of its own
 * @param graceMs time for it to end on its own, and then again after the polite signal
 */
export async function endProcessGroup(child: ChildProcess, graceMs = 600): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  child.stdin?.end();
  if (!(await goneWithin(pid, graceMs))) {
    signalGroup(pid, "SIGTERM");
    if (!(await goneWithin(pid, graceMs))) {
      signalGroup(pid, "SIGKILL");
      await goneWithin(pid, REAP_MS);
    }
  }
  releaseProcessGroup(pid);
}

/** Kills the remaining children of a process that ended on its own. */
export function reapProcessGroup(pid: number): void {
  signalGroup(pid, "SIGKILL");
  releaseProcessGroup(pid);
}

function releaseProcessGroup(pid: number): void {
  if (!living.delete(pid)) return;
  release(-pid);
  if (living.size > 0) return;
  process.removeListener("exit", killAll);
  for (const signal of SIGNALS) process.removeListener(signal, dieBySignal);
}

async function goneWithin(pid: number, limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (groupExists(pid)) {
    if (performance.now() >= end) return false;
    await delay(POLL_MS);
  }
  return true;
}

function groupExists(pid: number): boolean {
  return signalGroup(pid, 0);
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    if (process.platform !== "win32") return process.kill(-pid, signal);
    if (signal === 0) return process.kill(pid, 0);
    spawnSync("taskkill", ["/pid", String(pid), "/T", "/F"], { windowsHide: true });
    return true;
  } catch (error) {
    // EPERM means that something of the group is left which we may not signal.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function killAll(): void {
  for (const pid of living) signalGroup(pid, "SIGKILL");
}

function dieBySignal(signal: NodeJS.Signals): void {
  // A host with a listener of its own decides itself how it ends; its exit reaches `killAll`.
  if (process.listenerCount(signal) > 1) return;
  killAll();
  process.removeListener(signal, dieBySignal);
  process.kill(process.pid, signal);
}
