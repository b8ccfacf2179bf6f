import { quote } from "./text.ts";

/** The module through which the functions of a tree make their calls. */
export function treeRuntime(configFile: string | undefined): string {
  return TEXT.replace("CONFIG_FILE_TEXT", () => (configFile === undefined ? "undefined" : quote(configFile)));
}

const TEXT = `/**
 * Connects to the servers of the configuration at the first call and performs the calls of this folder.
 *
 * The connection closes automatically half a second after the last call has ended, so a program ends like any other; a
 * later call opens it again. Call \`close()\` to end it at once. CODEMODE_CONFIG names another configuration file.
 */

/** Options of one tool call. */
export interface CallOptions {
  /** Gives up after this time instead of the server's own. */
  timeoutMs?: number;
  /** Resolve to the whole MCP result instead of the value in it. */
  raw?: boolean;
}

/** Options of a call that resolves to the whole MCP result. */
export interface RawCallOptions extends CallOptions {
  raw: true;
}

/** A tool result as MCP defines it. */
export interface ToolResult {
  content: { type: string; [field: string]: any }[];
  structuredContent?: any;
  isError?: boolean;
  _meta?: { [key: string]: unknown };
}

type SkillsRequest = "list" | "load" | "resource" | "run";

interface Connection {
  callTool(name: string, args: { readonly [name: string]: unknown }, options: CallOptions): Promise<unknown>;
  skills(kind: SkillsRequest, request: object): Promise<unknown>;
  close(): Promise<void>;
}

const CONFIG_FILE: string | undefined = CONFIG_FILE_TEXT;
const IDLE_MS = 500;

let connection: Promise<Connection> | undefined;
let pending = 0;
let idle: ReturnType<typeof setTimeout> | undefined;

/** Calls a tool by its full name, \`server__tool\`. Throws what the tool reports as its error. */
export async function callTool(name: string, args: object = {}, options: CallOptions = {}): Promise<any> {
  return use((open) => open.callTool(name, { ...args }, options));
}

/** Lists, loads, reads or runs skills. What a skill prints is printed when it has ended. */
export async function skills(kind: SkillsRequest, request: object): Promise<any> {
  return use((open) => open.skills(kind, request));
}

async function use(call: (open: Connection) => Promise<unknown>): Promise<unknown> {
  clearTimeout(idle);
  pending += 1;
  try {
    connection ??= open();
    return await call(await connection);
  } finally {
    pending -= 1;
    if (pending === 0) idle = setTimeout(() => void close(), IDLE_MS);
  }
}

/** Closes the connection, and with it the servers that were started. */
export async function close(): Promise<void> {
  clearTimeout(idle);
  const open = connection;
  connection = undefined;
  await (await open?.catch(() => undefined))?.close();
}

async function open(): Promise<Connection> {
  try {
    const { connect } = await import("codemode");
    const environment = (globalThis as { process?: { env?: { [name: string]: string | undefined } } }).process?.env;
    const configFile = environment?.["CODEMODE_CONFIG"] ?? CONFIG_FILE;
    return await connect(configFile === undefined ? {} : { configFile });
  } catch (error) {
    connection = undefined;
    throw error;
  }
}
`;
