/** A server that is running. */
export interface ServerHandle extends AsyncDisposable {
  /** Resolves when serving begins to end, for instance because the client has gone. */
  readonly ending: Promise<void>;
  /** Time within which {@link close} is done, in milliseconds, unless something keeps it up. */
  readonly closeMs: number;
  /** Stops programs, ends connections, and what serving opened. Resolves when all is gone; more than one call is fine. */
  close(): Promise<void>;
}

/** Together with the time in which a client over stdio gets its last answers below 3 s. */
export const CLOSE_MS = 1_100;

/** Makes a handle; `end` is run once. */
export function createServerHandle(end: () => Promise<void>, closeMs: number = CLOSE_MS): ServerHandle {
  let begin = (): void => {};
  const ending = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let ended: Promise<void> | undefined;
  const close = (): Promise<void> => {
    begin();
    ended ??= end();
    return ended;
  };
  return { ending, closeMs, close, [Symbol.asyncDispose]: close };
}
