import { WEB_LIBRARY } from "./web-library.ts";

/**
 * Declares what guest code finds in the sandbox beside the language itself: `console`, timers, and the module
 * `codemode`. There is no file system, no network and no `process`.
 */
export function emitGuestLibrary(): string {
  return GUEST_LIBRARY;
}

const GUEST_LIBRARY = `interface Console {
  /** Writes to the standard output of the run. */
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  debug(...values: unknown[]): void;
  /** Writes to the standard error of the run. */
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
  trace(...values: unknown[]): void;
  table(value: unknown): void;
  dir(value: unknown): void;
  dirxml(...values: unknown[]): void;
  assert(condition: unknown, ...values: unknown[]): void;
  group(...values: unknown[]): void;
  groupCollapsed(...values: unknown[]): void;
  groupEnd(): void;
  count(label?: string): void;
  countReset(label?: string): void;
  time(label?: string): void;
  timeLog(label?: string, ...values: unknown[]): void;
  timeEnd(label?: string): void;
  timeStamp(label?: string): void;
  clear(): void;
}
declare const console: Console;

declare function setTimeout<A extends unknown[]>(callback: (...args: A) => void, delayMs?: number, ...args: A): number;
declare function clearTimeout(id?: number): void;
declare function setInterval<A extends unknown[]>(callback: (...args: A) => void, delayMs?: number, ...args: A): number;
declare function clearInterval(id?: number): void;
declare function setImmediate<A extends unknown[]>(callback: (...args: A) => void, ...args: A): number;
declare function clearImmediate(id?: number): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
/** Bytes as base64 text, and back; each character of the plain text stands for one byte. */
declare function btoa(text: string): string;
declare function atob(base64: string): string;
declare class TextEncoder {
  readonly encoding: "utf-8";
  encode(text?: string): Uint8Array;
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
}
declare const performance: { now(): number; readonly timeOrigin: number };
${WEB_LIBRARY}
/** Errors that the engine throws when it has run out of something. */
declare class InternalError extends Error {}
/** The built-in module, also without an import; its functions are globals too. */
declare const codemode: typeof import("codemode");
declare const callTool: typeof import("codemode").callTool;
declare const call_tool: typeof import("codemode").callTool;
declare const search: typeof import("codemode").search;
declare const describe: typeof import("codemode").describe;
declare const emit: typeof import("codemode").emit;
declare const artifacts: typeof import("codemode").artifacts;
declare const skills: typeof import("codemode").skills;
declare const sleep: typeof import("codemode").sleep;
declare const retry: typeof import("codemode").retry;
declare const waitFor: typeof import("codemode").waitFor;
declare const wait_for: typeof import("codemode").waitFor;
declare const runWithTimeout: typeof import("codemode").runWithTimeout;
declare const run_with_timeout: typeof import("codemode").runWithTimeout;
declare const parallel: typeof import("codemode").parallel;
declare const RateLimiter: typeof import("codemode").RateLimiter;
type RateLimiter = import("codemode").RateLimiter;
declare const listResources: typeof import("codemode").listResources;
declare const list_resources: typeof import("codemode").listResources;
declare const listResourceTemplates: typeof import("codemode").listResourceTemplates;
declare const list_resource_templates: typeof import("codemode").listResourceTemplates;
declare const readResource: typeof import("codemode").readResource;
declare const read_resource: typeof import("codemode").readResource;
declare const listPrompts: typeof import("codemode").listPrompts;
declare const list_prompts: typeof import("codemode").listPrompts;
declare const getPrompt: typeof import("codemode").getPrompt;
declare const get_prompt: typeof import("codemode").getPrompt;
declare const complete: typeof import("codemode").complete;

/** A tool call that failed. */
declare class ToolError extends Error {
  constructor(message?: string, details?: { code?: string; tool?: string; hint?: string; content?: unknown[] });
  readonly name: "ToolError";
  /** Kind of failure: \`tool_error\`, \`tool_timeout\`, \`invalid_arguments\`, \`unknown_tool\`, \`policy_denied\`, … */
  readonly code: string;
  /** Full name of the tool, \`server__tool\`. */
  readonly tool?: string;
  /** Next step. */
  readonly hint?: string;
  /** Content of the server's answer. */
  readonly content?: unknown[];
}

declare module "codemode" {
  /** Options of one tool call. */
  export interface CallOptions {
    /** Gives up after this time instead of the server's own. */
    timeoutMs?: number;
    /** Resolve to the whole MCP result instead of the value in it. */
    raw?: boolean;
    /** The call rejects with its reason when it is aborted. */
    signal?: AbortSignal;
  }

  /** Options of a call that resolves to the whole MCP result. */
  export interface RawCallOptions extends CallOptions {
    raw: true;
  }

  /** A tool result as MCP defines it. */
  export interface ToolResult {
    content: ContentItem[];
    structuredContent?: any;
    isError?: boolean;
    _meta?: { [key: string]: unknown };
  }

  /** One item of MCP content: \`text\`, \`image\`, \`audio\`, \`resource\` or \`resource_link\`. */
  export interface ContentItem {
    type: string;
    text?: string;
    /** Base64. */
    data?: string;
    mimeType?: string;
    [field: string]: any;
  }

  /** A tool as a search finds it. */
  export interface FoundTool {
    /** Full name, \`server__tool\`. */
    name: string;
    server: string;
    description: string;
    /** One-line typed signature. */
    signature: string;
    score: number;
  }

  /** Calls a tool by its full name, \`server__tool\`. */
  export function callTool(name: string, args: { [key: string]: unknown } | undefined, options: RawCallOptions): Promise<ToolResult>;
  export function callTool(name: string, args?: { [key: string]: unknown }, options?: CallOptions): Promise<any>;

  export { callTool as call_tool, waitFor as wait_for, runWithTimeout as run_with_timeout };
  export { listResources as list_resources, listResourceTemplates as list_resource_templates };
  export { readResource as read_resource, listPrompts as list_prompts, getPrompt as get_prompt };

  /** A resource of a server. */
  export interface Resource {
    server: string;
    uri: string;
    name: string;
    title?: string;
    description?: string;
    mimeType?: string;
    size?: number;
    [field: string]: any;
  }

  /** A part of a resource: text, or base64. */
  export interface ResourceContents {
    uri: string;
    mimeType?: string;
    text?: string;
    blob?: string;
    [field: string]: any;
  }

  /** A prompt of a server. */
  export interface Prompt {
    server: string;
    name: string;
    title?: string;
    description?: string;
    arguments?: { name: string; description?: string; required?: boolean }[];
    [field: string]: any;
  }

  /** Lists the resources of a server, or of all. */
  export function listResources(server?: string): Promise<Resource[]>;

  /** Lists the templates of resources. */
  export function listResourceTemplates(server?: string): Promise<{ server: string; uriTemplate: string; name: string; [field: string]: any }[]>;

  /** Reads a resource. */
  export function readResource(server: string, uri: string): Promise<ResourceContents[]>;

  /** Lists the prompts of a server, or of all. */
  export function listPrompts(server?: string): Promise<Prompt[]>;

  /** Renders a prompt. */
  export function getPrompt(server: string, name: string, args?: { [name: string]: string }): Promise<{ description?: string; messages: { role: "user" | "assistant"; content: ContentItem }[]; [field: string]: any }>;

  /** Completes an argument of a prompt or of a template. */
  export function complete(
    server: string,
    ref: { type: "ref/prompt"; name: string } | { type: "ref/resource"; uri: string },
    argument: { name: string; value: string },
  ): Promise<{ values: string[]; total?: number; hasMore?: boolean }>;

  /** Finds tools for a few words, best first. */
  export function search(query: string, options?: { limit?: number; server?: string; includeDeferred?: boolean }): Promise<{ tools: FoundTool[]; total: number; hasMore: boolean }>;

  /** Describes a tool: its schemas and its declaration. */
  export function describe(tool: string, options?: { detail?: "brief" | "signature" | "full" }): Promise<any>;

  /** Hands a text, an image or another content item on to the caller, beside the value of the program. */
  export function emit(item: string | ContentItem | readonly ContentItem[]): Promise<void>;

  /** A text or value kept aside. */
  export interface Artifact {
    id: string;
    name?: string | null;
    mimeType: string;
    bytes: number;
    /** The beginning of a text, or the shape of a value. */
    preview: string;
  }

  /** Long texts and values kept beside the conversation. */
  export const artifacts: {
    /** Keeps a text or a value. */
    save(value: unknown, options?: { name?: string; mimeType?: string }): Promise<Artifact>;
    /** Reads an artifact as the value it was, the value at a JSON path, or the text in a range or on matching lines. */
    read(id: string | { id: string }, options?: { path?: string; pattern?: string; offset?: number; limit?: number }): Promise<any>;
    list(): Promise<Artifact[]>;
    /** Finds artifacts by words in them. */
    search(query: string, options?: { limit?: number }): Promise<{ id: string; snippet: string; mimeType: string; bytes: number }[]>;
    /** Lines of a text, 1,000 at a time by default. */
    lines(id: string | { id: string }, options?: { offset?: number; limit?: number }): Promise<string[]>;
    /** Items of a JSON list (at a path), or rows of CSV text as objects, 1,000 at a time by default. */
    rows(id: string | { id: string }, options?: { path?: string; offset?: number; limit?: number }): Promise<any[]>;
    /** Stands for all of an artifact as an argument of a tool: it goes there without passing the program. */
    whole(id: string | { id: string }): any;
  };

  /** The skills there are; \`generated/skills\` has the same functions. */
  export const skills: any;

  /** Resolves after \`ms\` milliseconds. */
  export function sleep(ms: number): Promise<void>;

  /** Calls \`fn\` until it succeeds, at most \`maxAttempts\` times (3), waiting \`delayMs\` (1000) in between. Throws the last error. */
  export function retry<T>(fn: () => T | Promise<T>, options?: { maxAttempts?: number; delayMs?: number }): Promise<T>;

  /**
   * Polls \`condition\` every \`intervalMs\` (1000) until it returns something truthy, and resolves to that. Throws
   * after \`timeoutMs\`.
   */
  export function waitFor<T>(condition: () => T | Promise<T>, options?: { intervalMs?: number; timeoutMs?: number }): Promise<T>;

  /** Resolves like \`promise\`, or throws after \`timeoutMs\`. */
  export function runWithTimeout<T>(promise: Promise<T> | (() => Promise<T>), timeoutMs: number): Promise<T>;

  /** Runs functions side by side, at most \`limit\` at a time. Results are in the order of the tasks. */
  export function parallel<T extends readonly (Promise<unknown> | (() => unknown))[]>(
    tasks: T,
    options?: { limit?: number },
  ): Promise<{ -readonly [K in keyof T]: T[K] extends (...args: never[]) => infer R ? Awaited<R> : Awaited<T[K]> }>;

  /** Lets at most \`maxCalls\` calls through per \`periodMs\`; the others wait. */
  export class RateLimiter {
    constructor(options: { maxCalls: number; periodMs: number });
    /** Waits for its turn. */
    acquire(): Promise<void>;
    /** Waits for its turn, then calls \`fn\`. */
    run<T>(fn: () => T | Promise<T>): Promise<T>;
  }

  export { GlobalToolError as ToolError };
  const GlobalToolError: typeof ToolError;
  type GlobalToolError = ToolError;
}
`;
