import type { ToolAnnotations } from "../../catalog/tool.ts";
import type { Exposure } from "../source.ts";
import type { AuthSettings } from "./auth/auth-settings.ts";
import type { RelaySettings } from "./call/relay-settings.ts";

/** Filter of a server's tools, by name; `*` stands for any run of characters. */
export interface ToolFilter {
  /** If set, only these. */
  readonly allow?: readonly string[] | undefined;
  /** Never these; wins over `allow`. */
  readonly deny?: readonly string[] | undefined;
}

/** Treatment of the skills a server publishes. */
export interface ServerSkillSettings {
  /** Take them. @default true */
  readonly enabled?: boolean | undefined;
  /**
   * Names of skills whose scripts may run, `*` for any characters. They run in the sandbox, and call tools of this server
   * only. @default none
   */
  readonly runScripts?: readonly string[] | undefined;
}

/** Protocol to begin with at a local server. */
export type ProtocolChoice = "auto" | "modern";

/** The spellings of a transport that MCP clients use. */
export type TransportName = "stdio" | "http" | "streamable-http" | "streamableHttp" | "sse";

/** A server as people write it, in the form every MCP client uses. */
export interface McpServerInput {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A file of `NAME=value` lines for the environment; what `env` says wins. */
  readonly envFile?: string;
  readonly cwd?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How to log in at a remote server; without it OAuth is used where the server asks for a login. */
  readonly auth?: AuthSettings;
  /** Whose login is used at a remote server. @default "default" */
  readonly account?: string;
  readonly transport?: TransportName;
  /** Another spelling of `transport`. */
  readonly type?: TransportName;
  /** @default true */
  readonly enabled?: boolean;
  /** The opposite of `enabled`, as some clients write it. */
  readonly disabled?: boolean;
  readonly description?: string;
  readonly deferLoading?: boolean;
  /** `modern` asks a local server first whether it speaks the 2026 revision, as remote ones always are. @default "auto" */
  readonly protocol?: ProtocolChoice;
  /** Who may call its tools, and how. @default "code" */
  readonly exposure?: Exposure;
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Calls that are made at a time. @default 16 */
  readonly maxConcurrentCalls?: number;
  /** Time without a call after which a local server is stopped until the next one. @default never */
  readonly idleStopMs?: number;
  readonly tools?: ToolFilter;
  /**
   * Hints about tools, by their own names, as the policy shall take them; each replaces the hint of the server. `*` in a
   * name stands for any characters, and what comes later wins.
   */
  readonly annotations?: Readonly<Record<string, ToolAnnotations>>;
  readonly skills?: ServerSkillSettings;
  readonly relay?: RelaySettings;
}
