import type { Embedder } from "../catalog/search/embedded-search.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { Limits } from "../engines/limits.ts";
import type { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import type { ApprovalSettings, Approver } from "../runs/decisions/approver.ts";
import type { Policy } from "../runs/decisions/policy.ts";
import type { Listening } from "../runs/hooks.ts";
import type { StoreSettings } from "../runs/journal/run-log.ts";
import type { EngineOptions } from "../runs/sessions/language-runtimes.ts";
import type { SkillSettings } from "../skills/skill-options.ts";

/** Settings of an executor. Its listeners hear of every run, before those of the run itself. */
export interface ExecutorOptions extends EngineOptions, Listening {
  /**
   * Model of the host that helps to rank tools by meaning; where it fails, a search goes by the built-in ranking and says so.
   * @default the built-in ranking
   */
  readonly embedder?: Embedder;
  /** Overrides of the default limits, in their own units. */
  readonly limits?: Partial<Limits>;
  /** Rules for the tools that may be called. @default everything */
  readonly policy?: Policy;
  /** File with the definitions that tools are held to, as `codemode servers lock` writes it. @default none */
  readonly lockFile?: string;
  /** Who may decide about calls beside `onApproval`, and how long a run waits for it. */
  readonly approvals?: ApprovalSettings;
  /** Asked about calls that need an approval; without it they wait in the state directory, or are refused without one. */
  readonly onApproval?: Approver;
  /** Check types before a TypeScript program runs. @default true */
  readonly typeCheck?: boolean;
  /** Directories of skills. @default nowhere */
  readonly skills?: SkillSettings;
  /** How runs are recorded, and the state directory they are kept in. @default in memory */
  readonly store?: StoreSettings & { readonly directory?: string };
}

/** Settings of one program. */
export interface ExecuteOptions extends Listening {
  /** @default "typescript" */
  readonly language?: GuestLanguage;
  /** Keeps variables between programs of the same id; without it each program starts empty. */
  readonly sessionId?: string;
  /** Overrides the limit `timeMs`, which covers all the caller waits for. */
  readonly timeoutMs?: number;
  /** Overrides the executor's `typeCheck`. */
  readonly typeCheck?: boolean;
  /** Name and arguments of the program: `sys.argv` in Python, the global `argv` in TypeScript. */
  readonly argv?: readonly string[];
  /** Let only tools through that are marked read-only. @default false */
  readonly readOnly?: boolean;
  /** Call what reads, and list what does not instead of calling it: `preview` of the result. @default false */
  readonly preview?: boolean;
  /**
   * Id of an ended run whose writes are not made again: a call that does not read, of the same tool with the same arguments
   * as one completed there, or in the run that it tried again itself, is answered from its record, each as often as it was
   * recorded, and counted in a note. One whose result is not known is decided about as `policy.inDoubt` says. Throws
   * `invalid_arguments` for a run that is not known or is suspended, and `busy` for one in progress.
   */
  readonly retryOf?: string;
  /**
   * Records all that it takes to go on after the death of this process, and has the program see recorded time and chance
   * only. @default true where runs are kept in a state directory
   */
  readonly durable?: boolean;
  /**
   * Resolve at once with the status `running` and the id of the run, which `runs.wait` waits for; it goes on while this
   * process lives. Throws `config_error` where runs are not recorded. @default false
   */
  readonly background?: boolean;
  /**
   * Id of the run, by which its caller finds it again in another process: `run_` and 20 letters or digits. Throws
   * `invalid_arguments` for any other, and for that of a run that is kept. @default a new one
   */
  readonly runId?: string;
  /** The client that the run belongs to, where a server has several. @default the local user */
  readonly owner?: string;
  /**
   * Asked about calls that need an approval, with all that wait together; what it does not decide stays parked.
   * @default that of the executor
   */
  readonly onApproval?: Approver;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Reader of `text`: for a model, long parts are kept aside as artifacts. @default "program" */
  readonly reader?: "model" | "program";
  /** Characters of value and output together that a model is given, 24,000 at most. @default 24,000 */
  readonly readingCharacters?: number;
  /** Store of long results, so that callers can be isolated from each other. @default the executor's own store */
  readonly artifacts?: ArtifactStore;
}

/** Settings of one skill that is run directly. */
export type RunSkillOptions = Omit<ExecuteOptions, "language" | "typeCheck" | "sessionId" | "argv">;
