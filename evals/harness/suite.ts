import type { ServerCommand } from "./plain-client.ts";

/** Languages that programs of tasks are written in. */
export type ProgramLanguage = "typescript" | "python";

/** Arms that are compared, in the order of reports. */
export const ARMS = ["direct", "direct-parallel", "search", "code-typescript", "code-python", "auto"] as const;

/** Way for a model to reach the tools. */
export type Arm = (typeof ARMS)[number];

/** An arm, or the one that `auto` alone chooses: TypeScript programs of an agent that is given the tools that fit a request. */
export type PricedArm = Arm | "code-by-request";

/** One request of a person, and the programs that the scripted model answers it with. */
export interface TaskStep {
  readonly request: string;
  readonly programs: Readonly<Record<ProgramLanguage, string>>;
}

/** One task of a suite: a start state, requests, and what must hold afterwards. */
export interface Task {
  readonly id: string;
  /** Tasks of one template share their program; the rule of `auto` is fitted and judged by templates. */
  readonly template: string;
  /** Servers that hold the state of this task. */
  readonly servers: readonly string[];
  readonly steps: readonly TaskStep[];
}

/** Verdict on a final state: undefined, or the reason why it is not the wanted one. */
export type Verdict = string | undefined;

/** The state of a suite and the servers over it. The caller closes it. */
export interface World extends AsyncDisposable {
  /** Folder that holds the state; its name is replaced in everything a model is given. */
  readonly folder: string;
  readonly servers: Readonly<Record<string, ServerCommand>>;
  /** Puts the start state of a task in place. */
  reset(task: Task): Promise<void>;
  /** The state now, as text that is equal for equal states. */
  state(task: Task): Promise<string>;
  /**
   * Checks the state now against what the task wants, independently of any program. Asked after each request, whose place counts
   * from 0.
   */
  check(task: Task, step: number): Promise<Verdict>;
}

/** Tasks with the world they happen in. */
export interface Suite {
  readonly name: string;
  readonly tasks: readonly Task[];
  /** What a model that decides by itself must know beside the requests, such as the date they were written for. */
  readonly situation?: string;
  /** Full names of tools that change state; a transcript that lacks one of their calls must be refused. */
  readonly writes: (tool: string, args: Readonly<Record<string, unknown>>) => boolean;
  open(): Promise<World>;
  /** The answers are published by others, and some contradict the words of their request. */
  readonly isForeign: boolean;
  /** Tasks that are left out, with the reason. */
  readonly leftOut: readonly { readonly id: string; readonly reason: string }[];
}
