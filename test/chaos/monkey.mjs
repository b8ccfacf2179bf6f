// Kills, stops and restarts the servers of a chaos run at random, and knows which of their processes are alive.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("server.mjs", import.meta.url));

/** The same numbers for the same seed. */
export function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Starts the remote servers and begins; `stop` lets all go on again and resolves once nothing is stopped any more. */
export function startMonkey({ folder, remote, random }) {
  const counts = { killed: 0, stopped: 0, restarted: 0 };
  const children = new Map();
  const timers = new Set();
  let isOver = false;
  const later = (work, ms) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  };
  const start = (name, port) => {
    const child = spawn(process.execPath, [program, name, folder, String(port)], { stdio: "ignore" });
    children.set(name, child);
    child.on("exit", () => {
      if (isOver || children.get(name) !== child) return;
      counts.restarted += 1;
      later(() => start(name, port), random() * 600);
    });
  };
  for (const [name, port] of Object.entries(remote)) start(name, port);
  const act = () => {
    const pids = alive(folder);
    const pid = pids[Math.floor(random() * pids.length)];
    if (pid !== undefined && random() < 0.5) counts.killed += Number(signal(pid, "SIGKILL"));
    else if (pid !== undefined && signal(pid, "SIGSTOP")) {
      counts.stopped += 1;
      later(() => signal(pid, "SIGCONT"), 50 + random() * 1500);
    }
    later(act, 100 + random() * 700);
  };
  later(act, 500);
  return {
    counts,
    stop: () => {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
      for (const pid of alive(folder)) signal(pid, "SIGCONT");
      for (const child of children.values()) child.kill("SIGKILL");
    },
  };
}

/** Processes of servers that are alive. The system gives the number of one that has ended to any other program. */
export function alive(folder) {
  const pids = readdirSync(folder).map((file) => Number(file.slice(file.lastIndexOf("-") + 1)));
  return pids.filter((pid) => commandOf(pid).includes(folder));
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

function signal(pid, name) {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
