import type { ExecutionEvent, ExecutionHooks, ExecutionStream } from "./events.ts";
import type { ExecutionResult } from "./result.ts";
import { listHooks, toHooks } from "./run-events.ts";
import { WaitingEvents } from "./waiting-events.ts";

/** What a stream and its caller both say about a run. */
interface Watched {
  readonly hooks?: ExecutionHooks | readonly ExecutionHooks[];
  readonly signal?: AbortSignal;
}

/** Starts a run with the options given, and gives its events as they happen. */
export function createExecutionStream<Options extends Watched>(
  start: (options: Options) => Promise<ExecutionResult>,
  options: Options,
): ExecutionStream {
  const waiting = new WaitingEvents();
  const leaving = new AbortController();
  const { hooks, signal } = options;
  const listener = toHooks((event) => waiting.add(event));
  const result = start({
    ...options,
    hooks: [...listHooks(hooks), listener],
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
