/** A server that is running. */
export interface ServerHandle extends AsyncDisposable {
  /** Resolves when serving begins to end, for instance because the client has gone. */
  readonly ending: Promise<void>;
  /** Stops programs, ends connections, and what serving opened. Resolves when all is gone; more than one call is fine. */
  close(): Promise<void>;
}

/** Makes a handle; `end` is run once. */
export function createServerHandle(end: () => Promise<void>): ServerHandle {
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
  return { ending, close, [Symbol.asyncDispose]: close };
}
