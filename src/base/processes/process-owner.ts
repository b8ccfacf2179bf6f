import { createHash, randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isAlive } from "./is-alive.ts";

/**
 * A name for a process as the owner of something, by which others on the machine can tell its death.
 *
 * @param pid number of the process, where it is not this one
 */
export function newOwner(pid: number = process.pid): string {
  return `${pid} ${place() ?? "elsewhere"} ${randomUUID()}`;
}

/**
 * True when the owner's process has ended. False while it lives, and where that cannot be known: on another machine, in
 * another container, or when its number has gone to another process.
 */
export function isDeadOwner(owner: string): boolean {
  const [pid, where] = owner.split(" ");
  return where !== undefined && where === place() && !isAlive(Number(pid));
}

let known: { readonly place: string | undefined } | undefined;

/** Where numbers of processes mean what they mean here. */
function place(): string | undefined {
  known ??= { place: findPlace() };
  return known.place;
}

function findPlace(): string | undefined {
  try {
    const namespace = process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : "";
    return createHash("sha256").update(`${hostname()} ${namespace}`).digest("hex").slice(0, 16);
  } catch {
    return undefined;
  }
}
