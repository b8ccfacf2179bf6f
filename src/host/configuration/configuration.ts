import type { McpServerInput } from "../../sources/mcp/server-input.ts";
import type { Limits } from "../../engines/limits.ts";
import type { SkillSettings } from "../../skills/skill-options.ts";
import type { StoreSettings } from "../../runs/journal/run-log.ts";
import type { CommandHooks } from "../../runs/decisions/command-hooks.ts";
import type { ApprovalSettings } from "../../runs/decisions/approver.ts";
import type { Policy } from "../../runs/decisions/policy.ts";

/** Set of tools that our MCP server offers. */
export type ToolSet = "minimal" | "standard" | "full";

/**
 * How our MCP server offers the tools of the servers: `code` to programs; `search` by search and `call_tool`; `direct` each
 * by itself; `auto` directly while their definitions are small, and to programs above.
 */
export type ServerMode = "code" | "search" | "direct" | "auto";

/** Settings of our own MCP server. */
export interface ServerSettings {
  /** @default "code" */
  readonly mode?: ServerMode;
  /** Name of the client to shape answers for, whatever it calls itself. @default by what it calls itself */
  readonly client?: string;
  /** @default "standard" */
  readonly tools?: ToolSet;
  /**
   * Maximum number of tokens of the list of tools in the description of `execute_code`; 0 leaves it out. @default 2,000
   * where every tool fits, else 300
   */
  readonly catalogTokens?: number;
  /** Offer `call_tool`, which skips the composition in code. @default false */
  readonly allowCallTool?: boolean;
  /** Offer `add_mcp_server`, which starts programs on this machine. @default false */
  readonly allowAddServer?: boolean;
  /** Publish the saved skills over the skills extension of MCP. @default true */
  readonly publishSkills?: boolean;
  /** Serve clients over stdio by the one background process of `codemode up`, which is started if need be. @default false */
  readonly shared?: boolean;
  /** `HOST:PORT` to serve HTTP on. */
  readonly http?: string;
  /**
   * Further hosts HTTP clients reach this server by, such as the name of a reverse proxy in front of it: `HOST` for any
   * port, or `HOST:PORT` for that port alone.
   */
  readonly allowedHosts?: readonly string[];
  /** Bearer token HTTP clients must present. Variables are expanded. */
  readonly token?: string;
  /**
   * Several tokens, each with the name of its holder: the token itself, with variables expanded, or its SHA-256 in
   * hexadecimal, so that the file holds no secret.
   */
  readonly tokens?: readonly { readonly name: string; readonly token?: string; readonly sha256?: string }[];
  /** Accept tokens of an authorization server. */
  readonly oauth?: ResourceServerSettings;
  /** Maximum number of HTTP sessions at a time. @default 500 */
  readonly maxSessions?: number;
  /** Maximum size of an HTTP request. @default 4,194,304 (4 MB) */
  readonly maxBodyBytes?: number;
}

/** An authorization server whose tokens HTTP clients present: JSON Web Tokens, signed with one of its keys. */
export interface ResourceServerSettings {
  /** Its identifier, exactly as it stands in its tokens. An https URL, or http on this machine. */
  readonly issuer: string;
  /** The claim `aud` of a token for this server. @default `resource` */
  readonly audience?: string;
  /** Scopes that every token must have. @default none */
  readonly scopes?: readonly string[];
  /** Address of its keys. @default the one in its own description */
  readonly jwksUri?: string;
  /** URL that clients reach this server by. @default the address it is bound to */
  readonly resource?: string;
}

/** Everything that can be configured, as in a configuration file. */
export interface Configuration {
  /** MCP servers by name, in the form of any MCP client; an entry that cannot be used costs that server alone. */
  readonly mcpServers?: Readonly<Record<string, McpServerInput>>;
  /** Rules for the tools that may be called. @default everything */
  readonly policy?: Policy;
  /** Who may decide about calls that the policy asks about, and for how long. */
  readonly approvals?: ApprovalSettings;
  /** Commands that decide about calls, in the form of the hooks of Claude Code. */
  readonly hooks?: CommandHooks;
  /** Overrides of the default limits. */
  readonly limits?: Partial<Limits>;
  /** Check types before a TypeScript program runs. @default true */
  readonly typeCheck?: boolean;
  readonly server?: ServerSettings;
  /**
   * Directories of skills; directories are relative to the configuration file. @default the folder `skills` beside it,
   * if there is one, then `skills` in `stateDir`, which is made when the first is saved
   */
  readonly skills?: SkillSettings;
  /** How runs are recorded. */
  readonly store?: StoreSettings;
  /** Folder for caches and recorded runs, relative to the configuration file. @default ".codemode" */
  readonly stateDir?: string;
}

/** A configuration and where it came from. */
export interface LoadedConfiguration {
  readonly configuration: Configuration;
  /** Path of the file; undefined when there was none. */
  readonly file?: string;
  /** Settings of another client in the file that have no meaning here and are not used; absent where there are none. */
  readonly unused?: readonly string[];
  /** Absolute path of the folder for caches and recorded runs. */
  readonly stateDirectory: string;
}
