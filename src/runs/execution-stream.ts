import type { ExecutionEvent, ExecutionStream } from "./events.ts";
import type { ExecutionResult } from "./result.ts";
import { WaitingEvents } from "./waiting-events.ts";

/** Starts a run with the options given, and yields its events as they happen. */
export function createExecutionStream<
  Options extends { readonly onEvent?: (event: ExecutionEvent) => void; readonly signal?: AbortSignal },
>(start: (options: Options) => Promise<ExecutionResult>, options: Options): ExecutionStream {
  const waiting = new WaitingEvents();
  const leaving = new AbortController();
  const { onEvent, signal } = options;
  const result = start({
    ...options,
    onEvent: (event) => {
      waiting.add(event);
      return onEvent?.(event);
    },
    signal: signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]),
  });
  result.catch((thrown: unknown) => waiting.fail(thrown));
  return { result, [Symbol.asyncIterator]: () => read(waiting, leaving) };
}

async function* read(waiting: WaitingEvents, leaving: AbortController): AsyncGenerator<ExecutionEvent, void, void> {
  try {
    for (let event = await waiting.take(); event !== undefined; event = await waiting.take()) yield event;
  } finally {
    leaving.abort();
  }
}
