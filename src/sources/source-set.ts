import { closest } from "fastest-levenshtein";
import { CodemodeError } from "../base/codemode-error.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import { ContentLists } from "./content-lists.ts";
import {
  type CallOptions,
  type ContentChange,
  LIST_FIELDS,
  type SourceRequest,
  type ToolResultEnvelope,
  type ToolSource,
} from "./source.ts";

/** The sources of a registry by name, in the order they were added: requests find theirs here, and who listens hears of all. */
export class SourceSet {
  readonly #sources = new Map<string, ToolSource>();
  readonly #listeners = new Set<() => void>();
  readonly #contentListeners = new Set<(server: string, change: ContentChange) => void>();
  /** Resources, templates and prompts of the sources. */
  readonly content: ContentLists = new ContentLists(() => this);
  #callCount = 0;
  #closed = false;

  /** Requests passed on so far, failed ones included. */
  get callCount(): number {
    return this.#callCount;
  }

  [Symbol.iterator](): Iterator<ToolSource> {
    return this.#sources.values();
  }

  /** True where {@link add} takes a source of that name. */
  takes(name: string): boolean {
    return !this.#closed && !this.#sources.has(name);
  }

  /** Adds a source and closes it in the end. Throws `config_error` when the name is taken, and after {@link close}. */
  add(source: ToolSource): void {
    if (this.#closed) throw new CodemodeError("config_error", "The registry was closed; nothing can be added to it.");
    if (this.#sources.has(source.name)) {
      throw new CodemodeError("config_error", `There is a server called "${source.name}" already.`, {
        hint: "Give each server a name of its own, or remove the other one first.",
      });
    }
    this.#sources.set(source.name, source);
    source.onChange(() => this.#changed());
    source.onContentChange?.((change) => {
      this.content.forget(source);
      for (const listener of this.#contentListeners) listener(source.name, change);
    });
    this.#changed();
  }

  /** Takes a source out and returns it; the caller closes it. */
  remove(name: string): ToolSource | undefined {
    const source = this.#sources.get(name);
    if (this.#sources.delete(name)) this.#changed();
    return source;
  }

  /** The source of that name, if there is one. */
  get(name: string): ToolSource | undefined {
    return this.#sources.get(name);
  }

  /** The source of that name. Throws `config_error` with the nearest one. */
  find(name: string): ToolSource {
    const source = this.#sources.get(name);
    if (source !== undefined) return source;
    const names = [...this.#sources.keys()];
    const hint = names.length === 0 ? "No server was added yet." : `Did you mean "${closest(name, names)}"?`;
    throw new CodemodeError("config_error", `There is no server called "${name}".`, { hint });
  }

  /** Calls a tool. Rejects with `server_unavailable` when its source was removed, and with what the source throws. */
  call(
    entry: Pick<ToolEntry, "name" | "serverName" | "toolName">,
    args: Readonly<Record<string, unknown>>,
    options?: CallOptions,
  ): Promise<ToolResultEnvelope> {
    this.#callCount += 1;
    const source = this.#sources.get(entry.serverName);
    if (source !== undefined) return source.call(entry.toolName, args, options);
    const message = `Server "${entry.serverName}" was removed.`;
    return Promise.reject(new CodemodeError("server_unavailable", message, { tool: entry.name }));
  }

  /** Asks a source for resources, prompts or completions. One that has none by its kind lists none, and rejects the rest. */
  ask(name: string, request: SourceRequest, options?: CallOptions): Promise<Readonly<Record<string, unknown>>> {
    this.#callCount += 1;
    const source = this.find(name);
    if (source.ask !== undefined) return source.ask(request, options);
    const list = Object.entries(LIST_FIELDS).find(([method]) => method === request.method)?.[1];
    if (list !== undefined) return Promise.resolve({ [list]: [] });
    const message = `Server "${name}" has no resources and no prompts.`;
    return Promise.reject(new CodemodeError("unknown_tool", message, { tool: `${name}__${request.method}` }));
  }

  /** Hears what sources announce of their content; returns the way to stop. */
  onContentChange(listener: (server: string, change: ContentChange) => void): () => void {
    this.#contentListeners.add(listener);
    return () => this.#contentListeners.delete(listener);
  }

  /** Hears of every change of a source's state or tools; returns the way to stop. */
  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Closes all sources and takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this].map((source) => source.close()));
    this.#listeners.clear();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
