import { boundText } from "../../base/bound-text.ts";
import { defined } from "../../base/defined.ts";
import * as z from "zod";
import { isRecord } from "../../base/is-record.ts";
import type { ToolAnnotations } from "../../catalog/tool.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { type AuthSettings, authSchema } from "./auth/auth-settings.ts";
import { type RelaySettings, relaySchema } from "./call/relay-settings.ts";
import { describeConfigIssue } from "./config-issue.ts";
import type { Exposure } from "../source.ts";
import { startsCodemode } from "./entry/own-command.ts";
import { readEntry } from "./entry/read-entry.ts";
import type { ProtocolChoice, ToolFilter } from "./server-input.ts";

/** Settings of every kind of server. */
interface CommonServerConfig {
  readonly exposure: Exposure;
  readonly protocol: ProtocolChoice;
  /** @default true */
  readonly enabled: boolean;
  /** One line about the server, for models; by default what the server says about itself. */
  readonly description?: string;
  /** Leave its tools out of lists unless they ask for deferred tools. @default false */
  readonly deferLoading: boolean;
  /** Maximum time one call may take. @default 60,000 */
  readonly timeoutMs: number;
  /** Calls that are made at a time; the others wait, and their wait counts towards `timeoutMs`. @default 16 */
  readonly maxConcurrentCalls: number;
  /** Time without a call after which a local server is stopped; the next call starts it again. @default never */
  readonly idleStopMs?: number;
  /** Maximum time starting, the handshake and the listing may take together. @default 30,000 */
  readonly connectTimeoutMs: number;
  readonly tools: ToolFilter;
  /** Hints about tools that replace those of the server, by the names of the tools; `*` stands for any characters. */
  readonly annotations?: Readonly<Record<string, ToolAnnotations>>;
  readonly skills: { readonly enabled: boolean; readonly runScripts: readonly string[] };
  readonly relay: Readonly<Required<RelaySettings>>;
  /** Settings understood differently from what is written, or left out, as sentences. */
  readonly notes: readonly string[];
}

/** A server that is a program on this machine. */
export interface StdioServerConfig extends CommonServerConfig {
  readonly transport: "stdio";
  readonly command: string;
  readonly args: readonly string[];
  /** Added to a small safe base environment; nothing else of ours is passed on. */
  readonly env: Readonly<Record<string, string>>;
  /** A file of `NAME=value` lines; what `env` says wins. */
  readonly envFile?: string;
  readonly cwd?: string;
}

/** A server that is reached by URL. */
export interface HttpServerConfig extends CommonServerConfig {
  readonly transport: "http" | "sse";
  /** True when the configuration names no transport: a server that refuses streamable HTTP is tried over SSE. */
  readonly mayBeSse: boolean;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: OAuth where the server asks for a login. */
  readonly auth?: AuthSettings;
  /** Whose login is used, where a person has several. @default "default" */
  readonly account: string;
}

/** A server as configured, checked and with defaults filled in; variables are not expanded yet. */
export type McpServerConfig = StdioServerConfig | HttpServerConfig;

const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 30_000;
const DEFAULT_CONCURRENT_CALLS = 16;

const transportSchema = z.enum(["stdio", "http", "streamable-http", "streamableHttp", "sse"]);
const textMap = z.record(z.string(), z.string());
const patterns = z.array(z.string().min(1));
const durationMs = z.int().positive().max(2_147_483_647);

const annotationsSchema: z.ZodType<ToolAnnotations> = z.strictObject({
  title: z.string().exactOptional(),
  readOnlyHint: z.boolean().exactOptional(),
  destructiveHint: z.boolean().exactOptional(),
  idempotentHint: z.boolean().exactOptional(),
  openWorldHint: z.boolean().exactOptional(),
});

const serverSchema = z.strictObject({
  command: z.string().min(1).optional(),
  args: z.array(z.string()).optional(),
  env: textMap.optional(),
  envFile: z.string().min(1).optional(),
  cwd: z.string().min(1).optional(),
  url: z.string().min(1).optional(),
  headers: textMap.optional(),
  auth: authSchema.optional(),
  account: z.string().min(1).optional(),
  transport: transportSchema.optional(),
  type: transportSchema.optional(),
  enabled: z.boolean().optional(),
  disabled: z.boolean().optional(),
  description: z.string().optional(),
  deferLoading: z.boolean().default(false),
  protocol: z.enum(["auto", "modern"]).default("auto"),
  exposure: z.enum(["code", "direct", "both", "deferred"]).default("code"),
  timeoutMs: durationMs.default(DEFAULT_TIMEOUT_MS),
  connectTimeoutMs: durationMs.default(DEFAULT_CONNECT_TIMEOUT_MS),
  maxConcurrentCalls: z.int().positive().default(DEFAULT_CONCURRENT_CALLS),
  idleStopMs: durationMs.optional(),
  tools: z.strictObject({ allow: patterns.optional(), deny: patterns.optional() }).default({}),
  annotations: z.record(z.string(), annotationsSchema).exactOptional(),
  skills: z
    .strictObject({ enabled: z.boolean().default(true), runScripts: patterns.default([]) })
    .default({ enabled: true, runScripts: [] }),
  relay: relaySchema,
});

/**
 * Checks one entry of an `mcpServers` map and fills in defaults.
 *
 * Throws `config_error` that names the path in the file and the fix.
 * @param place where the entry stands, for messages; and whether it may start codemode, as the host's own code may ask
 * for, while an entry of a configuration file would start the codemode that reads it again
 */
export function parseServerConfig(
  name: string,
  input: unknown,
  place: { readonly path?: string; readonly mayStartCodemode?: boolean } = {},
): McpServerConfig {
  return readServer(name, input, place).config;
}

/** An entry checked, and the settings it has in our own form, without defaults; as {@link parseServerConfig}. */
export function readServer(
  name: string,
  input: unknown,
  place: { readonly path?: string; readonly mayStartCodemode?: boolean } = {},
): { readonly config: McpServerConfig; readonly settings: Readonly<Record<string, unknown>> } {
  const { path = `mcpServers.${name}`, mayStartCodemode = false } = place;
  assertName(name, path);
  const ownKeys = Object.keys(serverSchema.shape);
  const { settings, notes } = readEntry(input, path, ownKeys);
  const parsed = serverSchema.safeParse(settings);
  if (!parsed.success) throw describeConfigIssue(parsed.error.issues[0], path, ownKeys);
  const server = parsed.data;
  const kind = kindOf(server, path);
  const common = { ...commonPart(server, path), notes };
  if (!mayStartCodemode && server.command !== undefined && startsCodemode(server.command, server.args ?? [])) {
    throw configError(path, "starts codemode itself, which would start itself again without end", "Remove the entry.");
  }
  const config = kind === "stdio" ? stdioPart(server, common, path) : httpPart(server, common, { kind, path });
  return { config, settings: isRecord(settings) ? settings : {} };
}

function assertName(name: string, path: string): void {
  if (name.trim() === "") throw configError(path, "has no name", "Give the server a name.");
  if (name === "__proto__")
    throw configError(path, "has a name that JavaScript keeps for itself", "Give the server another name.");
}

type ParsedServer = z.output<typeof serverSchema>;

function kindOf(server: ParsedServer, path: string): McpServerConfig["transport"] {
  if (server.transport !== undefined && server.type !== undefined && plain(server.transport) !== plain(server.type)) {
    throw configError(
      path,
      `says both transport "${server.transport}" and type "${server.type}"`,
      "Remove one of them.",
    );
  }
  const said = server.transport ?? server.type;
  if (server.command !== undefined && server.url !== undefined) {
    throw configError(path, "has both command and url", "Keep command for a local program or url for a remote server.");
  }
  if (server.command === undefined && server.url === undefined) {
    throw configError(path, "has neither command nor url", "Add command (a local program) or url (a remote server).");
  }
  return said === undefined ? (server.command === undefined ? "http" : "stdio") : plain(said);
}

/** The spellings in use for streamable HTTP are one kind. */
function plain(transport: z.output<typeof transportSchema>): McpServerConfig["transport"] {
  return transport === "stdio" || transport === "sse" ? transport : "http";
}

function commonPart(server: ParsedServer, path: string): Omit<CommonServerConfig, "notes"> {
  if (server.enabled !== undefined && server.disabled !== undefined && server.enabled === server.disabled) {
    throw configError(path, "has enabled and disabled that contradict each other", "Keep only enabled.");
  }
  const {
    enabled,
    disabled = false,
    description,
    deferLoading,
    exposure,
    protocol,
    timeoutMs,
    connectTimeoutMs,
    tools,
    skills,
    relay,
    annotations,
    maxConcurrentCalls,
    idleStopMs,
  } = server;
  const said = defined({ description, annotations, idleStopMs });
  const limits = { timeoutMs, connectTimeoutMs, maxConcurrentCalls };
  const listing = { exposure, protocol, deferLoading: deferLoading || exposure === "deferred" };
  return { enabled: enabled ?? !disabled, ...said, ...listing, ...limits, tools, skills, relay };
}

function stdioPart(server: ParsedServer, common: CommonServerConfig, path: string): StdioServerConfig {
  const { command, args = [], envFile, cwd } = server;
  if (command === undefined) throw configError(path, "is a stdio server without command", "Add command.");
  return {
    ...common,
    transport: "stdio",
    command,
    args,
    env: server.env ?? {},
    ...defined({ envFile, cwd }),
  };
}

interface HttpPlace {
  readonly kind: "http" | "sse";
  readonly path: string;
}

function httpPart(server: ParsedServer, common: CommonServerConfig, { kind, path }: HttpPlace): HttpServerConfig {
  if (server.url === undefined) throw configError(path, `is a server over ${kind} without url`, "Add url.");
  const mayBeSse = (server.transport ?? server.type) === undefined;
  const { url, headers = {}, account = "default", auth } = server;
  if (!/^\s*https?:\/\//i.test(url) && !/[${]/.test(url)) {
    const hint = "Write the full address of the server's MCP endpoint, or command for a local program.";
    throw configError(
      path,
      `has the url ${JSON.stringify(boundText(url, 100))}, which does not begin with http:// or https://`,
      hint,
    );
  }
  return { ...common, transport: kind, mayBeSse, url, headers, account, ...defined({ auth }) };
}

function configError(path: string, problem: string, hint: string): CodemodeError {
  return new CodemodeError("config_error", `${path} ${problem}.`, { hint });
}
