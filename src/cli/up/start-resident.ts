import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CodemodeError } from "../../base/codemode-error.ts";
import { takeLockFile } from "../../base/lock-file.ts";
import { askStatus } from "./resident-door.ts";
import type { ResidentStatus } from "./resident-messages.ts";
import type { ResidentPlace } from "./resident-place.ts";

const START_MS = 15_000;
const POLL_MS = 20;
const SHOWN_CHARACTERS = 2_000;

/** How a background process is started. */
interface StartSettings {
  readonly idleMs: number;
  /** The configuration file that was named, if one was. */
  readonly file: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Starts the background process of a place, apart from this one, and waits until it answers; of several that are asked
 * for at once, one is started. Throws what kept it from that.
 */
export async function startResident(place: ResidentPlace, options: StartSettings): Promise<ResidentStatus> {
  mkdirSync(dirname(place.log), { recursive: true, mode: 0o700 });
  const until = performance.now() + START_MS;
  for (;;) {
    const release = await takeLockFile(`${place.log}.lock`);
    if (release === undefined && performance.now() < until && !options.signal.aborted) {
      await delay(POLL_MS);
      continue;
    }
    try {
      return (await askStatus(place)) ?? (await start(place, options));
    } finally {
      await release?.();
    }
  }
}

async function start(place: ResidentPlace, options: StartSettings): Promise<ResidentStatus> {
  const { log, directory, file } = place;
  const output = openSync(log, "w", 0o600);
  const cli = fileURLToPath(new URL("../../cli.js", import.meta.url));
  const config = options.file === undefined || file === undefined ? [] : ["--config", file];
  const argv = ["up", "--foreground", "--idle", String(options.idleMs / 1_000), ...config];
  const child = spawn(process.execPath, [cli, ...argv], {
    cwd: directory,
    detached: true,
    stdio: ["ignore", output, output],
  });
  closeSync(output);
  child.unref();
  let hasEnded = false;
  child.once("exit", () => {
    hasEnded = true;
  });
  const until = performance.now() + START_MS;
  for (;;) {
    const state = await askStatus(place);
    if (state !== undefined) return state;
    if (hasEnded || performance.now() > until || options.signal.aborted) break;
    await delay(POLL_MS);
  }
  if (!hasEnded) child.kill();
  const said = readFileSync(log, "utf8").trim().slice(-SHOWN_CHARACTERS);
  throw new CodemodeError("config_error", `The background process did not start. It said:\n${said || "nothing"}`, {
    hint: `Its whole output is in ${log}.`,
  });
}
