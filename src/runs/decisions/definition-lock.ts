import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { escapeInvisible } from "../../catalog/brief.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { definitionHash, definitionOf, describeChange, type PinnedDefinition } from "../../catalog/tool-definition.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { compareCodePoints } from "../../base/code-point-order.ts";
import { fileFault } from "../../base/files/file-fault.ts";
import { readText } from "../../base/files/read-file.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";

/** Name of the file beside the configuration. */
export const LOCK_FILE = "codemode.lock.json";

const MOST_BYTES = 256 * 1024 * 1024;

/** A tool as it was locked. */
export interface LockedTool {
  readonly hash: string;
  readonly definition: PinnedDefinition;
}

/** The locked tools of each locked server, by their own names. */
export type LockedServers = ReadonlyMap<string, ReadonlyMap<string, LockedTool>>;

/** A tool of a locked server that is not what was locked. */
export interface ToolChange {
  /** Full name, `server__tool`. */
  readonly tool: string;
  readonly server: string;
  readonly kind: "changed" | "new" | "gone";
  /** Lines that begin with `-` for what was and `+` for what is there. */
  readonly difference: readonly string[];
}

const schema = z.object({
  version: z.literal(1),
  servers: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        hash: z.string(),
        definition: z.object({
          title: z.string().exactOptional(),
          description: z.string(),
          inputSchema: z.custom<JsonSchema>((value) => value !== undefined),
          outputSchema: z.custom<JsonSchema>((value) => value !== undefined).exactOptional(),
          annotations: z.custom<NonNullable<PinnedDefinition["annotations"]>>().exactOptional(),
        }),
      }),
    ),
  ),
});

/**
 * The definitions that somebody looked at, in a file. Tools of a server in it are called only as they were locked; a server
 * that is not in it, or everything where there is no file, is not held to anything.
 */
export class DefinitionLock {
  readonly file: string;
  #servers: LockedServers | undefined;
  /** Entries that were found as they were locked. */
  #same = new WeakSet<ToolEntry>();

  constructor(file: string) {
    this.file = file;
  }

  /** The locked servers, read at first use. Throws `config_error` for a file that is damaged. */
  get servers(): LockedServers {
    this.#servers ??= readServers(this.file);
    return this.#servers;
  }

  /** True for a server whose tools are called only as they were locked. What is wrong with the file is said at the call. */
  holds(server: string): boolean {
    try {
      return this.servers.has(server);
    } catch {
      return false;
    }
  }

  /** Throws `tool_changed` for a tool that is not what was locked. */
  assertSame(tool: ToolEntry): void {
    if (this.#same.has(tool)) return;
    // Somebody may have accepted it in another process meanwhile.
    if (this.#changeOf(tool) !== undefined) this.#servers = undefined;
    const change = this.#changeOf(tool);
    if (change !== undefined) throw refused(change);
    this.#same.add(tool);
  }

  /** What differs from what was locked, among these tools of servers that have answered. */
  changes(tools: readonly ToolEntry[], answered: ReadonlySet<string>): readonly ToolChange[] {
    const found = tools.flatMap((tool) => this.#changeOf(tool) ?? []);
    const names = new Set(tools.map(({ serverName, toolName }) => JSON.stringify([serverName, toolName])));
    const gone = [...this.servers]
      .filter(([server]) => answered.has(server))
      .flatMap(([server, locked]) =>
        [...locked.keys()]
          .filter((name) => !names.has(JSON.stringify([server, name])))
          .map((name): ToolChange => ({ tool: `${server}__${name}`, server, kind: "gone", difference: [] })),
      );
    return [...found, ...gone];
  }

  /**
   * Writes these tools over what was locked of them, and leaves out those that are gone. A server that had none is locked
   * from then on.
   */
  async write(tools: readonly ToolEntry[], gone: readonly ToolChange[] = []): Promise<void> {
    const servers = new Map([...this.servers].map(([name, locked]) => [name, new Map(locked)]));
    for (const { server, tool } of gone) servers.get(server)?.delete(tool.slice(server.length + 2));
    for (const tool of tools) {
      const locked = servers.get(tool.serverName) ?? new Map<string, LockedTool>();
      servers.set(tool.serverName, locked);
      locked.set(tool.toolName, { hash: definitionHash(tool), definition: definitionOf(tool) });
    }
    const { default: writeFileAtomic } = await import("write-file-atomic");
    mkdirSync(dirname(this.file), { recursive: true });
    const document = {
      version: 1,
      servers: inOrder(new Map([...servers].map(([name, each]) => [name, inOrder(each)]))),
    };
    await writeFileAtomic(this.file, `${JSON.stringify(document, undefined, 2)}\n`);
    this.#servers = servers;
    this.#same = new WeakSet();
  }

  #changeOf(tool: ToolEntry): ToolChange | undefined {
    const server = this.servers.get(tool.serverName);
    if (server === undefined) return undefined;
    const locked = server.get(tool.toolName);
    if (locked?.hash === definitionHash(tool)) return undefined;
    const about = { tool: tool.name, server: tool.serverName };
    if (locked === undefined) return { ...about, kind: "new", difference: [] };
    return { ...about, kind: "changed", difference: describeChange(locked.definition, definitionOf(tool)) };
  }
}

function inOrder<Value>(values: ReadonlyMap<string, Value>): Record<string, Value> {
  return Object.fromEntries([...values].toSorted(([a], [b]) => compareCodePoints(a, b)));
}

function readServers(file: string): LockedServers {
  const text = readFile(file);
  if (text === undefined) return new Map();
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) {
    throw new CodemodeError(
      "config_error",
      `${file} cannot be read, so no tool can be compared with what was locked.`,
      {
        hint: "Restore the file, or remove it and lock the servers anew with: codemode servers lock",
      },
    );
  }
  return new Map(Object.entries(parsed.data.servers).map(([name, tools]) => [name, new Map(Object.entries(tools))]));
}

function readFile(file: string): string | undefined {
  try {
    return readText(file, MOST_BYTES);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return undefined;
    throw new CodemodeError("config_error", `${file} cannot be read: ${fileFault(thrown)}. No tool was called.`, {
      hint: "Put the file of locked tools in its place, or remove what is there and lock the servers anew with: codemode servers lock",
      cause: thrown,
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused({ tool, kind, difference }: ToolChange): CodemodeError {
  const what =
    kind === "new"
      ? "was not there when its server was locked"
      : `is not what was locked: ${difference.map(escapeInvisible).join("; ")}`;
  return new CodemodeError("tool_changed", `${tool} was not called, since it ${what}.`, {
    tool,
    hint: `Do without this tool until a person has looked at it and typed: codemode servers accept ${tool}`,
  });
}
