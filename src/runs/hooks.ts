import type { CallingClient, LoginRequest } from "../sources/source.ts";
import type { DecidingHooks } from "./decisions/call-hooks.ts";
import type { EventListener, ExecutionEvent, ExecutionHooks } from "./events.ts";

/** The hook for each type of event. */
export const HOOKS: Readonly<Record<ExecutionEvent["type"], Exclude<keyof ExecutionHooks, keyof DecidingHooks>>> = {
  run_start: "onRunStart",
  tool_call_start: "onToolCallStart",
  tool_call_progress: "onToolCallProgress",
  tool_call_end: "onToolCallEnd",
  output: "onOutput",
  run_end: "onRunEnd",
};

/** All types of events, in the order in which a run has them. */
export const EVENT_TYPES: readonly ExecutionEvent["type"][] = [
  "run_start",
  "tool_call_start",
  "tool_call_progress",
  "tool_call_end",
  "output",
  "run_end",
];

/** Settings of all listeners to events of runs. */
export interface Listening {
  /** Functions called back with events of one type each, in this order. */
  readonly hooks?: ExecutionHooks | readonly ExecutionHooks[];
  /** Function called back with every event, after the hooks. */
  readonly onEvent?: (event: ExecutionEvent) => void;
  /** Function that lets a person log in at a server in the middle of a run, which goes on after that. */
  readonly onLogin?: AskToLogIn;
  /** The client on the other side, for what servers ask and say while they work on calls of the run. */
  readonly client?: CallingClient;
}

/** Asks the person on the other side to log in at a server; false when they will not. */
export type AskToLogIn = (request: LoginRequest & { readonly server: string }) => Promise<boolean>;

/** The listeners that hooks and `onEvent` stand for, in the order they are called. */
export function toListeners({ hooks = [], onEvent }: Listening): readonly EventListener[] {
  const listeners = ("length" in hooks ? hooks : [hooks]).map(toListener);
  return onEvent === undefined ? listeners : [...listeners, onEvent];
}

function toListener(hooks: ExecutionHooks): EventListener {
  const types = new Set(EVENT_TYPES.filter((type) => hooks[HOOKS[type]] !== undefined));
  return Object.assign((event: ExecutionEvent) => callHook(hooks, event), { types });
}

function callHook(hooks: ExecutionHooks, event: ExecutionEvent): unknown {
  switch (event.type) {
    case "run_start":
      return hooks.onRunStart?.(event);
    case "tool_call_start":
      return hooks.onToolCallStart?.(event);
    case "tool_call_progress":
      return hooks.onToolCallProgress?.(event);
    case "tool_call_end":
      return hooks.onToolCallEnd?.(event);
    case "output":
      return hooks.onOutput?.(event);
    default:
      return hooks.onRunEnd?.(event);
  }
}
