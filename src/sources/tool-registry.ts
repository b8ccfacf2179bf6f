import { join } from "node:path";
import type { Catalog, ListOptions, SearchOptions, SearchResult, ToolNameList } from "../catalog/catalog.ts";
import type { ToolDefinition, ToolEntry } from "../catalog/tool.ts";
import { unknownName } from "../catalog/unknown-name.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import { SecretFilter } from "../base/secret-filter.ts";
import type { SkillSupplier } from "../skills/shelves/server/skill-supplier.ts";
import { CatalogCache } from "./catalog-cache.ts";
import { ContentLists } from "./content-lists.ts";
import type { FunctionTool } from "./functions/define-tool.ts";
import { createFunctionSource, type FunctionSourceOptions } from "./functions/function-source.ts";
import { createMcpSource, type McpSourceOptions } from "./mcp/mcp-source.ts";
import { parseServerConfig } from "./mcp/server-config.ts";
import type { McpServerInput } from "./mcp/server-input.ts";
import { createRefusedSource } from "./refused-source.ts";
import { type Readiness, type ReadyOptions, ServerWaits } from "./server-waits.ts";
import { SourceSet } from "./source-set.ts";
import { ServerChecks } from "./server-checks.ts";
import type { ServerReport } from "./server-report.ts";
import {
  type CallOptions,
  type ContentChange,
  type Exposure,
  type LoginDialogue,
  type SourceRequest,
  type ToolResultEnvelope,
  type ToolSource,
} from "./source.ts";
import { callUngated } from "./ungated-call.ts";

/** Settings of a registry; every one has a default. */
export interface ToolRegistryOptions extends Omit<McpSourceOptions, "secrets"> {
  /** Largest tool result taken, in bytes. @default 10 MiB */
  readonly toolResultBytes?: number;
}

/** A server with its name, as `addServer` takes it. */
export interface NamedServer extends McpServerInput {
  readonly name: string;
}

/**
 * All tools an agent may use, from MCP servers, host functions and other sources, under the names `server__tool`.
 *
 * Servers connect when something is asked of them. Close the registry when it is not needed any more: local servers are
 * processes, and closing ends them.
 */
export class ToolRegistry implements AsyncDisposable {
  /** Takes the secrets of the servers' configurations out of what leaves the host. */
  readonly secrets: SecretFilter = new SecretFilter();
  readonly #options: ToolRegistryOptions & Pick<McpSourceOptions, "secrets">;
  readonly #sources = new SourceSet();
  readonly #checks = new ServerChecks();
  /** Resources, templates and prompts of the servers. */
  readonly content: ContentLists = this.#sources.content;
  readonly #gates = new Set<ToolRegistry["callTool"]>();
  readonly #catalogs: CatalogCache;
  readonly #wholeCatalogs = new CatalogCache(true);
  readonly #waits = new ServerWaits();

  constructor(options: ToolRegistryOptions = {}) {
    this.#options = { ...options, secrets: this.secrets };
    const { cacheDirectory } = options;
    this.#catalogs = new CatalogCache(false, cacheDirectory && join(cacheDirectory, "search-index.bin"));
  }

  /** Calls made so far, failed ones included. */
  get callCount(): number {
    return this.#sources.callCount;
  }

  /** Tools known now. */
  get toolCount(): number {
    return [...this.#sources].reduce((sum, source) => sum + source.snapshot().tools.length, 0);
  }

  /** Adds an MCP server without connecting to it yet. Throws `config_error` that names the setting and the fix. */
  addServer({ name, ...server }: NamedServer): void {
    const place = { path: `server "${name}"`, mayStartCodemode: this.#isOfHost };
    this.addSource(createMcpSource(name, parseServerConfig(name, server, place), this.#options));
  }

  /** Adds a server as a configuration file has it; one that cannot be used is listed as failed, with the reason. */
  addConfigured(name: string, entry: unknown): void {
    try {
      const config = parseServerConfig(name, entry, { mayStartCodemode: this.#isOfHost });
      this.addSource(createMcpSource(name, config, this.#options));
    } catch (thrown) {
      if (!this.#sources.takes(name) || !CodemodeError.is(thrown)) throw thrown;
      this.addSource(createRefusedSource(name, thrown));
    }
  }

  /** Servers come from the host's own code and not from a configuration file. */
  get #isOfHost(): boolean {
    return this.#options.configurationFile === undefined;
  }

  /** Adds host functions as a server called `name`. */
  addTools(name: string, tools: readonly FunctionTool[], options?: FunctionSourceOptions): void {
    this.addSource(createFunctionSource(name, tools, options));
  }

  /** Adds any source of tools; the registry closes it. Throws `config_error` when the name is taken. */
  addSource(source: ToolSource): void {
    this.#sources.add(source);
  }

  /** Takes a server away and ends its processes. Resolves with false when there was none. */
  async removeServer(name: string): Promise<boolean> {
    this.#checks.forget(name);
    const source = this.#sources.remove(name);
    if (source === undefined) return false;
    await source.close();
    return true;
  }

  /**
   * Connects to all servers and resolves when each has answered, failed or run out of time, with the tools of each.
   * A bad server has none and says why in `listServers`; `listTools` is useful meanwhile.
   */
  async discoverAll(): Promise<Record<string, readonly ToolDefinition[]>> {
    const found = [...this.#sources].map(
      async (source) => [source.name, (await (source.retry?.() ?? source.settled())).tools] as const,
    );
    return Object.fromEntries(await Promise.all(found));
  }

  /** Asks one server for its tools afresh. Throws `server_unavailable` with its own reason when it cannot say. */
  async discoverServer(name: string): Promise<readonly ToolDefinition[]> {
    const source = this.#sources.find(name);
    const { status, tools, error } = await (source.refresh?.() ?? source.settled());
    if (status === "ready") return tools;
    throw new CodemodeError("server_unavailable", error ?? `Server "${name}" is ${status}.`);
  }

  /**
   * Waits until the named servers, or all, have tools to show or cannot have any, for as long as the caller allows.
   * Tools known from an earlier start count; each server that is down is worth an attempt. Rejects with `cancelled` on
   * `signal`; names that are not known are skipped.
   */
  ready(serverNames?: readonly string[], options: ReadyOptions = {}): Promise<Readiness> {
    const names = serverNames && new Set(serverNames);
    const named = [...this.#sources].filter(({ name }) => names === undefined || names.has(name));
    return this.#waits.wait(named, options);
  }

  /** True while one of the named servers connects. */
  isConnecting(serverNames: readonly string[]): boolean {
    return serverNames.some((name) => this.#sources.get(name)?.snapshot().status === "connecting");
  }

  /** True for a server whose tools are known from an earlier start alone. */
  isRemembered(name: string): boolean {
    return this.#sources.get(name)?.snapshot().status === "cached";
  }

  /** Waits until a server that {@link isRemembered} has listed its tools itself, or cannot. */
  async listed(name: string): Promise<void> {
    const source = this.#sources.get(name);
    await (source?.retry?.() ?? source?.settled());
  }

  /** Current tools, as an immutable catalog; the same object while nothing has changed. */
  catalog(): Catalog {
    return this.#catalogs.get(this.#sources);
  }

  /** Current tools with those that programs may not call, which {@link catalog} leaves out. */
  wholeCatalog(): Catalog {
    const isAllForPrograms = [...this.#sources].every(({ exposure }) => exposure !== "direct");
    return isAllForPrograms ? this.catalog() : this.#wholeCatalogs.get(this.#sources);
  }

  /** Who may call the tools of a server. */
  exposureOf(name: string): Exposure {
    return this.#sources.get(name)?.exposure ?? "code";
  }

  /** All tools known now. */
  listTools(): readonly ToolEntry[] {
    return this.catalog().tools;
  }

  /** Full names of tools, optionally of one server or with one of some keywords. */
  listToolNames(options?: ListOptions): ToolNameList {
    return this.catalog().listToolNames(options);
  }

  /** Ranks tools against a few words, best first. */
  searchTools(query: string, options?: SearchOptions): SearchResult {
    return this.catalog().search(query, options);
  }

  /** A tool by any spelling of its name. */
  getTool(name: string): ToolEntry | undefined {
    return this.catalog().get(name);
  }

  /** A tool by any spelling of its name. Throws `unknown_tool` with the nearest names. */
  getToolDetails(name: string): ToolEntry {
    const catalog = this.catalog();
    const entry = catalog.get(name);
    if (entry !== undefined) return entry;
    throw unknownName(catalog, { kind: "tool", name });
  }

  /** The servers that can publish skills; what they publish is known once they have connected. */
  skillSuppliers(): readonly SkillSupplier[] {
    return [...this.#sources].flatMap(({ skills }) => (skills === undefined ? [] : [skills]));
  }

  /** State of each server, in the order they were added. */
  listServers(): readonly ServerReport[] {
    return [...this.#sources].map((source) => this.#checks.report(source));
  }

  /**
   * Asks a server for a sign of life and measures the round trip. A server that does not answer is reported, not
   * thrown.
   */
  async checkServer(name: string, signal?: AbortSignal): Promise<ServerReport> {
    return this.#checks.check(this.#sources.find(name), signal);
  }

  /**
   * Calls a tool and returns the value that a program gets. Throws `unknown_tool`, `tool_error` for a result with
   * `isError`, `result_too_large`, and what a source throws.
   *
   * If an executor was made with this registry, the call passes its gate: arguments, policy and events as for
   * `executor.callTool`. Without one there is no policy to apply.
   */
  async callTool(name: string, args: Readonly<Record<string, unknown>> = {}, options?: CallOptions): Promise<unknown> {
    const [gate] = this.#gates;
    if (gate !== undefined) return gate(name, args, options);
    const { toolResultBytes } = this.#options;
    return callUngated(this, { name, arguments: args, options, toolResultBytes });
  }

  /** Lets a gate answer {@link callTool}, the oldest of several; returns the way to stop. An executor adds its own. */
  addGate(gate: ToolRegistry["callTool"]): () => void {
    this.#gates.add(gate);
    return () => this.#gates.delete(gate);
  }

  /** The last step of a gate: performs a call on a tool of any catalog of this registry, and returns the whole result. */
  invoke(
    entry: Pick<ToolEntry, "name" | "serverName" | "toolName">,
    args: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<ToolResultEnvelope> {
    return this.#sources.call(entry, args, options);
  }

  /**
   * Asks a server for resources, prompts or completions. Throws `unknown_tool` for a server that has none by its kind, and
   * like {@link callTool} otherwise.
   */
  ask(serverName: string, request: SourceRequest, options?: CallOptions): Promise<Readonly<Record<string, unknown>>> {
    return this.#sources.ask(serverName, request, options);
  }

  /** Logs in at a server with a person's help; see {@link ToolSource.logIn}. */
  async logIn(serverName: string, dialogue: LoginDialogue): Promise<boolean> {
    return (await this.#sources.find(serverName).logIn?.(dialogue)) ?? false;
  }

  /** Asks the servers that are ready, or one, how many resources and prompts they have, for at most `withinMs`; never rejects. */
  async countContent({
    server,
    withinMs,
  }: { readonly server?: string; readonly withinMs?: number } = {}): Promise<void> {
    const asked = [...this.#sources].filter(({ name }) => server === undefined || name === server);
    await this.#checks.countContent(asked, withinMs);
  }

  /** Hears what servers announce of their resources and prompts; returns the way to stop. */
  onContentChange(listener: (server: string, change: ContentChange) => void): () => void {
    return this.#sources.onContentChange(listener);
  }

  /** Hears of every change of a server's state or tools; returns the way to stop. */
  onChange(listener: () => void): () => void {
    return this.#sources.onChange(listener);
  }

  /** Ends all servers; resolves when their processes are gone, after 3 s at most. */
  async close(): Promise<void> {
    await this.#sources.close();
    await this.#catalogs.close();
  }

  /** Same as {@link close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
