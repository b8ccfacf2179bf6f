import type { AnswerPlace } from "./answer-room.ts";
import type { ToolDefinition } from "../catalog/tool.ts";
import type { SkillSupplier } from "../skills/shelves/server/skill-supplier.ts";

/**
 * State of a source. `cached` lists tools from an earlier start while it connects in the background; `idle` was stopped
 * because nobody called it, and starts again with the next call; `needs_login` waits
 * for a person to log in, and is tried again with every demand.
 */
export type SourceStatus =
  | "disabled"
  | "connecting"
  | "cached"
  | "ready"
  | "idle"
  | "needs_login"
  | "failed"
  | "closed";

/**
 * Who may call the tools of a source: `code` programs; `direct` clients of our own server, one by one; `both` either;
 * `deferred` programs, and only a search lists them.
 */
export type Exposure = "code" | "direct" | "both" | "deferred";

/** Snapshot of a source. Immutable; a change makes a new one. */
export interface SourceSnapshot {
  readonly status: SourceStatus;
  readonly tools: readonly ToolDefinition[];
  /** Changes whenever what the server lists does, across starts too. */
  readonly digest?: string;
  readonly description?: string;
  readonly instructions?: string;
  /** Why it failed, with what to do next. */
  readonly error?: string;
  /** Command that logs in, for a person; present with `needs_login`. */
  readonly login?: string;
  /** Time of the next automatic attempt, as ISO text; a caller that needs it may cause one before that. */
  readonly nextAttemptAt?: string;
  /** When the server last listed these tools, as ISO text; present with `cached`. */
  readonly listedAt?: string;
  /** Parts that were left out or repaired, as sentences. */
  readonly warnings: readonly string[];
}

/** What a server announces about what it has beside tools: another list, or one resource that changed. */
export type ContentChange =
  | { readonly kind: "resources" }
  | { readonly kind: "prompts" }
  | { readonly kind: "updated"; readonly uri: string };

/** Cancellation and observation of a call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** A shorter time-out for this call; a longer one than the source's own changes nothing. */
  readonly timeoutMs?: number;
  readonly onProgress?: (progress: CallProgress) => void;
  /** Text that is the same whenever this call is sent again, so that the server can tell. */
  readonly idempotencyKey?: string;
  /** Set by a caller that answers for itself what the server asks in the middle of the call: the question is the result then. */
  readonly answers?: InputAnswers;
  /** The client that caused the call, for what its server asks and says meanwhile. */
  readonly client?: CallingClient;
  /** Where a large answer finds room. @default it is not bounded together with others */
  readonly place?: AnswerPlace;
}

/** What a caller brings for a call in which a server asks something. */
export interface InputAnswers {
  /** Answers to the questions of the last result, and what came with them, as the protocol has them. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** What the caller can be asked for: a server asks for nothing else. */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  /** What the server shall log for this call, where it logs nothing that nobody asks for. */
  readonly logLevel?: string;
}

/** The client that caused a call. Servers reach it as their configuration allows (`relay`). */
export interface CallingClient {
  /** The same object for all calls of one client. */
  readonly of: object;
  /** Answers a request of a server. Rejects when the client cannot or must not. */
  readonly ask: (request: ServerRequest) => Promise<Readonly<Record<string, unknown>>>;
  /** Takes a log message of a server. Never throws. */
  readonly log: (message: ServerLog) => void;
}

/** A request that a server makes of a client while it works on a call. */
export interface ServerRequest {
  readonly server: string;
  readonly method: "elicitation/create" | "sampling/createMessage" | "roots/list";
  readonly params: Readonly<Record<string, unknown>>;
}

/** A log message of a server; `logger` begins with the name of the server. */
export interface ServerLog {
  readonly level: string;
  readonly logger: string;
  readonly data: unknown;
}

/** A question to a server beside its tools. Lists are answered whole, with all their pages. */
export interface SourceRequest {
  readonly method:
    | "resources/list"
    | "resources/templates/list"
    | "prompts/list"
    | "resources/read"
    | "prompts/get"
    | "completion/complete"
    | "resources/subscribe"
    | "resources/unsubscribe";
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The lists a server may have beside its tools, and the field of a result that holds each. */
export const LIST_FIELDS = {
  "resources/list": "resources",
  "resources/templates/list": "resourceTemplates",
  "prompts/list": "prompts",
} as const;

/** Progress as a server reports it; never relied on for correctness. */
export interface CallProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** What a login needs of a person. */
export interface LoginDialogue {
  /** Shows the address to open, and the code to type there where the flow has one. */
  readonly present: (request: LoginRequest) => void | Promise<void>;
  /** The address the browser was sent back to, or the code in it, where a person brings it by hand. */
  readonly pasted?: Promise<string>;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/** What a person is shown. */
export interface LoginRequest {
  readonly url: string;
  readonly userCode?: string;
}

/** The full envelope of a tool result, as MCP defines it, untouched. */
export interface ToolResultEnvelope {
  readonly content: readonly ContentItem[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
  /** Field of the result before there was content. */
  readonly toolResult?: unknown;
  /** Task that was begun in place of an answer. */
  readonly task?: unknown;
  readonly _meta?: Readonly<Record<string, unknown>>;
}

/** One item of MCP content; kinds that are not known are kept as they came. */
export interface ContentItem {
  readonly type: string;
  readonly [field: string]: unknown;
}

/**
 * Something that provides tools and performs calls on them: an MCP server or a set of host functions.
 */
export interface ToolSource {
  /** The server name its tools carry. */
  readonly name: string;
  /** `stdio`, `http`, `sse` or `functions`. */
  readonly transport: string;
  /** @default "code" */
  readonly exposure?: Exposure;
  /** The skills it publishes beside its tools, where it can have any. */
  readonly skills?: SkillSupplier;
  /** Current snapshot. */
  snapshot(): SourceSnapshot;
  /** Resolves when the source first is `ready` or `failed` (or `disabled`, `closed`). Starts connecting when it has not yet. */
  settled(): Promise<SourceSnapshot>;
  /** Subscribes to new snapshots; returns the way to unsubscribe. */
  onChange(listener: () => void): () => void;
  /** Subscribes to what the server announces of its resources and prompts; returns the way to unsubscribe. */
  onContentChange?(listener: (change: ContentChange) => void): () => void;
  /**
   * Performs one call. Throws `CodemodeError`: `tool_timeout`, `server_unavailable`, `response_too_large`, `cancelled`,
   * and for an error of the protocol `invalid_arguments` or `tool_error`. A result with `isError` is returned, not thrown.
   */
  call(toolName: string, args: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<ToolResultEnvelope>;
  /** Asks for resources, prompts or completions. Throws like `call`; a list that the server does not have is empty. */
  ask?(request: SourceRequest, options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Logs in at the server with a person's help, once for all that ask at a time; false where it has no login that a person
   * makes. Throws `login_required` when it is refused.
   */
  logIn?(dialogue: LoginDialogue): Promise<boolean>;
  /** {@link settled}, after one more attempt where the source has failed. */
  retry?(): Promise<SourceSnapshot>;
  /** Asks for the tools afresh, connecting first when that is needed; resolves with what came of it. */
  refresh?(): Promise<SourceSnapshot>;
  /** Resolves when the server answered a question that costs it nothing; rejects when it cannot be reached. */
  ping?(signal?: AbortSignal): Promise<void>;
  /** Ends connections and processes; resolves when they are gone, after 3 s at most. */
  close(): Promise<void>;
}
