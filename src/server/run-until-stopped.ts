import type { ServerHandle } from "./server-handle.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Waits until a server has ended on its own or the process receives a signal to stop, and makes sure that everything is
 * closed, within {@link ServerHandle.closeMs}; what is left of a server then is killed at the exit.
 *
 * Resolves in any case; the caller then ends the process. A second signal ends it at once.
 */
export async function runUntilStopped(server: ServerHandle): Promise<void> {
  const stopped = waitForSignal();
  await Promise.race([server.ending, stopped.signal]);
  const timer = new AbortController();
  const late = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, server.closeMs);
    timer.signal.addEventListener("abort", () => clearTimeout(timeout), { once: true });
  });
  await Promise.race([server.close(), late]);
  timer.abort();
  stopped.stop();
}

function waitForSignal(): { readonly signal: Promise<void>; readonly stop: () => void } {
  let stop = (): void => {};
  const signal = new Promise<void>((resolve) => {
    let count = 0;
    const hear = (): void => {
      count += 1;
      if (count > 1) process.exit(130);
      resolve();
    };
    for (const name of SIGNALS) process.on(name, hear);
    stop = () => {
      for (const name of SIGNALS) process.removeListener(name, hear);
    };
  });
  return { signal, stop: () => stop() };
}
