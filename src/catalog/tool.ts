import type { JsonSchema } from "../schema/json-schema.ts";

/** Hints of a server about a tool. They come from an untrusted party, so they may only tighten a policy. */
export interface ToolAnnotations {
  readonly title?: string;
  readonly readOnlyHint?: boolean;
  readonly destructiveHint?: boolean;
  readonly idempotentHint?: boolean;
  readonly openWorldHint?: boolean;
}

/** A tool as a source describes it. */
export interface ToolDefinition {
  /** Full name, `server__tool`, with both names as their owners wrote them. */
  readonly name: string;
  /** The server's name as configured. */
  readonly serverName: string;
  /** The tool's own name; by default what follows `serverName__` in `name`. */
  readonly toolName?: string;
  /** One line about the server. */
  readonly serverDescription?: string;
  /** A name for people. */
  readonly title?: string;
  /** Pictures for people, as the server listed them. */
  readonly icons?: readonly unknown[];
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  readonly inputExamples?: readonly unknown[];
  readonly annotations?: ToolAnnotations;
  /** Leave the tool out of lists and searches unless they ask for deferred tools. @default false */
  readonly deferLoading?: boolean;
  /** The `_meta` object the server attached. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** True where the server could not be asked yet whether it has the tool. */
  readonly assumed?: boolean;
  /** Why the definition could only be taken in part, for instance an unusable schema. */
  readonly problem?: string;
}

/** A tool in a catalog: a definition plus the identifiers both guest languages use for it. */
export interface ToolEntry extends ToolDefinition {
  readonly toolName: string;
  /** Identifier of the server in guest code, the same in both languages. */
  readonly serverIdentifier: string;
  /** Identifier of the tool in guest code, the same in both languages. */
  readonly identifier: string;
  readonly deferLoading: boolean;
  /** Characters at the beginning of `description` that stand in front of every tool of the server. @default 0 */
  readonly sharedStart?: number;
  /** Number of calls that `outputSchema` was learned from, where the tool itself declares none. */
  readonly observedCalls?: number;
}

/** A server in a catalog. */
export interface CatalogServer {
  readonly name: string;
  readonly identifier: string;
  readonly description?: string;
  /** Instructions of the server for its own use, for models. */
  readonly instructions?: string;
  /** Why it cannot be used at the moment: it failed or is switched off. */
  readonly unavailable?: string;
  /** A person has to log in first: which tools it has is not known, and every name may be one. */
  readonly needsLogin?: boolean;
  readonly tools: readonly ToolEntry[];
}
