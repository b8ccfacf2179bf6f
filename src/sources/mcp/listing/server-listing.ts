import type { RawToolList } from "./list-tools.ts";
import { defined } from "../../../base/defined.ts";
import { createHash } from "node:crypto";
import type { ToolDefinition } from "../../../catalog/tool.ts";
import { boundText, boundTexts } from "../../../base/bound-text.ts";
import type { CodemodeError } from "../../../base/codemode-error.ts";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import { SlicedWork } from "../../../base/sliced-work.ts";
import type { SourceSnapshot, SourceStatus } from "../../source.ts";
import type { McpConnection } from "../connection.ts";
import { readTools, type ReadTools, TOOLS_PER_STEP } from "./read-tool.ts";
import type { McpServerConfig } from "../server-config.ts";
import { type CachedListing, type EraVerdict, ToolCache } from "./tool-cache.ts";

/** Settings of a {@link ServerListing}. */
interface ListingOptions {
  readonly accepts: (toolName: string) => boolean;
  /** Takes the secrets of the configuration out of what the server says about itself and its tools. */
  readonly secrets: SecretFilter;
  readonly cacheDirectory?: string;
}

const RELIST_INTERVAL_MS = 100;
/** Tools of a list that is taken at a stretch; more are taken while other work goes on. */
const MOST_AT_ONCE = 200;
const WARNINGS = { most: 50, characters: 300, noun: "warnings" } as const;
/** Characters of what a server makes us say, in every list it is in. */
const ERROR_CHARACTERS = 2_000;
const INSTRUCTIONS_CHARACTERS = 32_000;
const DESCRIPTION_CHARACTERS = 2_000;
const METHOD_NOT_FOUND = -32_601;
/** A server that is updated speaks its old protocol still, so only asking again shows that it has a newer one. */
const ERA_MS = 24 * 60 * 60 * 1_000;

/** State of a server's tools, now and from an earlier start, and the listeners to changes. */
export class ServerListing {
  /** Asks for the list again; set by the owner. */
  onRelist: () => Promise<void> = async () => {};
  readonly #name: string;
  readonly #config: McpServerConfig;
  readonly #accepts: ListingOptions["accepts"];
  readonly #secrets: SecretFilter;
  readonly #cache: ToolCache | undefined;
  readonly #listeners = new Set<() => void>();
  #waiting: (() => void)[] = [];
  #status: SourceStatus;
  #known: CachedListing = { items: [] };
  #read: ReadTools = { tools: [], warnings: [] };
  #listWarnings: readonly string[] = [];
  #digest = "";
  #error: string | undefined;
  #login: string | undefined;
  #nextAttemptAt: string | undefined;
  #relist: NodeJS.Timeout | undefined;
  #relisting = false;
  #changedMeanwhile = false;
  #snapshot: SourceSnapshot | undefined;
  #writing: Promise<void> | undefined;
  #era: EraVerdict | undefined;

  constructor(name: string, config: McpServerConfig, options: ListingOptions) {
    this.#name = name;
    this.#config = config;
    this.#accepts = options.accepts;
    this.#secrets = options.secrets;
    this.#status = config.enabled ? "connecting" : "disabled";
    this.#cache =
      options.cacheDirectory === undefined ? undefined : new ToolCache(options.cacheDirectory, name, config);
    const cached = config.enabled ? this.#cache?.read() : undefined;
    if (cached === undefined) return;
    const { era, ...listing } = cached;
    this.#era = era;
    new SlicedWork(() => this.#take(listing)).now();
    this.#status = "cached";
  }

  /** True once the server answered or failed, or never will. */
  get isSettled(): boolean {
    return this.#status !== "connecting" && this.#status !== "cached";
  }

  /** The protocol negotiated with the server before; undefined when it has to be negotiated anew. */
  get era(): EraVerdict | undefined {
    const isOld = this.#era !== undefined && Date.now() - Date.parse(this.#era.since) > ERA_MS;
    return isOld ? undefined : this.#era;
  }

  /** Forgets the protocol that was negotiated, since the server could not be used with it. */
  forgetEra(): void {
    this.#era = undefined;
  }

  /** Resolves once {@link isSettled}. */
  settled(): Promise<void> {
    if (this.isSettled) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Current state; the same object until something changes. `live` are warnings about the present connection. */
  snapshot(live: readonly string[]): SourceSnapshot {
    const said = [...this.#listWarnings, ...this.#read.warnings, ...live];
    const warnings = boundTexts(said, WARNINGS).map((warning) => this.#secrets.text(warning));
    if (this.#snapshot?.warnings.join("\n") === warnings.join("\n")) return this.#snapshot;
    const description = this.#description();
    const { instructions } = this.#known;
    const listedAt = this.#status === "cached" ? this.#cache?.listedAt : undefined;
    this.#snapshot = Object.freeze({
      status: this.#status,
      tools: this.#read.tools,
      digest: this.#digest,
      ...defined({
        description,
        instructions,
        error: this.#error,
        login: this.#login,
        nextAttemptAt: this.#nextAttemptAt,
        listedAt,
      }),
      warnings,
    });
    return this.#snapshot;
  }

  /** Notes that the server cannot be used now, which holds until it can again. Tools known from before stay. */
  failed(error: CodemodeError, nextAttemptAt?: string): void {
    const { hint } = error.details;
    const message = boundText(error.message, ERROR_CHARACTERS);
    this.#nextAttemptAt = nextAttemptAt;
    this.#login = error.details.login;
    this.#error = hint === undefined ? message : `${message}\n${boundText(hint, ERROR_CHARACTERS)}`;
    this.#change(error.code === "login_required" ? "needs_login" : "failed");
  }

  /** Notes that the server was stopped because nobody calls it; what it has stays known. */
  idle(): void {
    this.#change("idle");
  }

  /** Lists the tools over a connection. Rejects when not even a first page came. */
  async load(connection: McpConnection, signal: AbortSignal): Promise<void> {
    const { items, warnings } = await this.#request(connection, signal);
    if (signal.aborted) return;
    const info = connection.client.getServerVersion();
    const instructions = this.#spoken(connection.client.getInstructions(), INSTRUCTIONS_CHARACTERS);
    const serverDescription = this.#spoken(info?.description ?? info?.title, DESCRIPTION_CHARACTERS);
    const listing: CachedListing = {
      items,
      ...defined({ instructions, serverDescription }),
    };
    const changed = await this.#takeSoon(listing);
    const isSameEra = this.#takeEra(connection);
    this.#listWarnings = warnings;
    this.#error = undefined;
    this.#login = undefined;
    this.#nextAttemptAt = undefined;
    if (changed || this.#status !== "ready") this.#change("ready");
    if (warnings.length > 0) return;
    const known = { ...listing, ...defined({ era: this.#era }) };
    this.#writing = changed || !isSameEra ? this.#cache?.write(known, this.#secrets) : this.#cache?.confirm();
  }

  /** Asks for the list again soon; many announcements within a moment are one. */
  announceChange(): void {
    if (this.#relisting) this.#changedMeanwhile = true;
    if (this.#relisting || this.#relist !== undefined || this.#status !== "ready") return;
    this.#relist = setTimeout(() => void this.#again(), RELIST_INTERVAL_MS);
  }

  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Tells listeners a last time; nothing changes any more. Resolves when what is to be remembered has been written. */
  async close(): Promise<void> {
    clearTimeout(this.#relist);
    if (this.#status !== "closed") this.#change("closed");
    this.#listeners.clear();
    await this.#writing;
  }

  async #again(): Promise<void> {
    this.#relisting = true;
    this.#changedMeanwhile = false;
    await this.onRelist();
    this.#relisting = false;
    this.#relist = undefined;
    if (this.#changedMeanwhile) this.announceChange();
  }

  async #request(connection: McpConnection, signal: AbortSignal): Promise<RawToolList> {
    try {
      return await connection.listTools(this.#config.connectTimeoutMs, signal);
    } catch (error) {
      const offersNone = error instanceof Error && "code" in error && error.code === METHOD_NOT_FOUND;
      const { resources, prompts } = connection.client.getServerCapabilities() ?? {};
      const offersOthers = resources !== undefined || prompts !== undefined;
      if (offersNone) return { items: [], warnings: offersOthers ? [] : [`"${this.#name}" offers no tools.`] };
      throw error;
    }
  }

  /** Remembers the protocol of a connection that was of use; true where it was known. */
  #takeEra({ discover }: McpConnection): boolean {
    const { era } = this;
    if (era !== undefined && (era.discover === undefined) === (discover === undefined)) return true;
    this.#era = { ...defined({ discover }), since: new Date().toISOString() };
    return false;
  }

  #takeSoon(listing: CachedListing): boolean | Promise<boolean> {
    const taking = new SlicedWork(() => this.#take(listing));
    return listing.items.length > MOST_AT_ONCE ? taking.soon() : taking.now();
  }

  /** Takes a listing in small steps; the result tells whether it differs from the one before. */
  *#take(listing: CachedListing): Generator<void, boolean> {
    const digest = yield* digestOf(listing);
    if (digest === this.#digest) return false;
    const serverDescription = this.#config.description ?? listing.serverDescription;
    const { tools, warnings } = yield* readTools(listing.items, {
      serverName: this.#name,
      ...defined({ serverDescription, annotations: this.#config.annotations }),
      deferLoading: this.#config.deferLoading,
      accepts: this.#accepts,
    });
    const clean: ToolDefinition[] = [];
    const left: string[] = [];
    for (const [index, tool] of tools.entries()) {
      if (index % TOOLS_PER_STEP === 0) yield;
      if (this.#secrets.text(tool.name) === tool.name) clean.push(this.#secrets.data(tool));
      else left.push("A tool was left out, because its name holds a secret.");
    }
    this.#digest = digest;
    this.#known = listing;
    this.#read = { tools: clean, warnings: [...warnings, ...left] };
    return true;
  }

  /** Description of a server by itself, within its budget. */
  #spoken(text: string | undefined, most: number): string | undefined {
    return text === undefined ? undefined : this.#secrets.text(boundText(text, most));
  }

  #description(): string | undefined {
    return this.#config.description ?? this.#known.serverDescription;
  }

  #change(status: SourceStatus): void {
    if (this.#status === "closed") return;
    this.#status = status;
    this.#snapshot = undefined;
    for (const listener of this.#listeners) listener();
    if (!this.isSettled) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function* digestOf({ items, instructions, serverDescription }: CachedListing): Generator<void, string> {
  const hash = createHash("sha256").update(JSON.stringify([instructions, serverDescription, items.length]));
  for (const [index, item] of items.entries()) {
    if (index % TOOLS_PER_STEP === 0) yield;
    hash.update(textOf(item));
  }
  return hash.digest("base64");
}

/** A tool nested too deeply to be printed is the same tool every time. */
function textOf(item: unknown): string {
  try {
    return JSON.stringify(item) ?? "";
  } catch {
    return "";
  }
}
