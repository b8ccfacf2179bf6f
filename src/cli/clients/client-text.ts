import { isDeepStrictEqual } from "node:util";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import { CLIENTS, type ClientName } from "./client-files.ts";
import { JSON_TEXT } from "./json-text.ts";
import { TOML_TEXT } from "./toml-text.ts";

const FORMATS = { json: JSON_TEXT, toml: TOML_TEXT } as const;

/** Text of a client's file, with or without a byte order mark. */
export class ClientText {
  readonly #client: ClientName;
  readonly #mark: string;
  readonly #plain: string;

  constructor(client: ClientName, text: string) {
    this.#client = client;
    this.#mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
    this.#plain = text.slice(this.#mark.length);
  }

  /** The text in a file of a client. Throws `config_error` for bytes that are not UTF-8, which would not be written as they were. */
  static ofFile(client: ClientName, contents: Uint8Array): ClientText {
    try {
      return new ClientText(client, new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(contents));
    } catch (cause) {
      throw new CodemodeError("config_error", "The file is not text in UTF-8.", {
        hint: "Save it as UTF-8 first; nothing was written.",
        cause,
      });
    }
  }

  /** The text itself. */
  get whole(): string {
    return this.#mark + this.#plain;
  }

  /** All that is in it. Throws `config_error` with line and column. */
  get contents(): Readonly<Record<string, unknown>> {
    return this.#read(this.#plain);
  }

  /** True when there is a map of servers, empty or not. */
  get hasServers(): boolean {
    return this.contents[CLIENTS[this.#client].root] !== undefined;
  }

  /** The servers by name, in the client's own form. */
  get servers(): Readonly<Record<string, unknown>> {
    const servers = this.contents[CLIENTS[this.#client].root];
    return isRecord(servers) ? servers : {};
  }

  /**
   * The text with the entry of one server set, or taken out where the entry is undefined.
   *
   * Nothing else changes: the result is read again and compared before it is returned. Throws `config_error` for a text
   * that cannot be changed safely.
   */
  withServer(name: string, entry: Readonly<Record<string, unknown>> | undefined): string {
    const { root, format } = CLIENTS[this.#client];
    const { set, remove } = FORMATS[format];
    const path = [root, name];
    const edited = entry === undefined ? remove(this.#plain, path) : set(this.#plain, path, entry);
    return this.#checked(edited, { name, entry });
  }

  /** An edited text, once it was read again and nothing but one entry differs. */
  #checked(
    edited: string,
    { name, entry }: { readonly name: string; readonly entry: Readonly<Record<string, unknown>> | undefined },
  ): string {
    const { root } = CLIENTS[this.#client];
    const { [name]: _, ...others } = this.servers;
    const expected = { ...this.contents, [root]: entry === undefined ? others : { ...others, [name]: entry } };
    const after = this.#read(edited);
    if (ClientText.isSame({ ...after, [root]: after[root] ?? {} }, expected)) return this.#mark + edited;
    throw new CodemodeError("config_error", `The entry ${root}.${name} cannot be changed without touching others.`, {
      hint: "Write the entry by hand; nothing was written.",
    });
  }

  /**
   * The text with a server switched off in the client's own way, or taken out where the client has none. Throws as
   * {@link withServer} does.
   */
  withoutServing(name: string): string {
    const { root, format, off } = CLIENTS[this.#client];
    const entry = this.servers[name];
    if (off === undefined || !isRecord(entry)) return this.withServer(name, undefined);
    const edited = Object.entries(off).reduce(
      (text, [field, value]) => FORMATS[format].set(text, [root, name, field], value),
      this.#plain,
    );
    return this.#checked(edited, { name, entry: { ...entry, ...off } });
  }

  /** The text with a server as it was in another text of the file, unless it was changed since it was switched off. */
  withServing(name: string, original: ClientText): string {
    const { root, format, off } = CLIENTS[this.#client];
    const [entry, was] = [this.servers[name], original.servers[name]];
    if (!isRecord(was)) return this.whole;
    if (off === undefined) return entry === undefined ? this.withServer(name, was) : this.whole;
    if (!isRecord(entry) || !Object.entries(off).every(([field, value]) => entry[field] === value)) {
      return this.whole;
    }
    let text = this.#plain;
    const restored: Record<string, unknown> = { ...entry };
    for (const field of Object.keys(off)) {
      if (Object.hasOwn(was, field)) {
        text = FORMATS[format].set(text, [root, name, field], was[field]);
        restored[field] = was[field];
      } else {
        text = FORMATS[format].remove(text, [root, name, field]);
        delete restored[field];
      }
    }
    return this.#checked(text, { name, entry: restored });
  }

  /** The text without a map of servers that is empty. */
  get withoutEmptyMap(): string {
    const { root, format } = CLIENTS[this.#client];
    const isEmpty = Object.keys(this.servers).length === 0;
    return this.#mark + (isEmpty && format === "json" ? JSON_TEXT.remove(this.#plain, [root]) : this.#plain);
  }

  /** True for equal data, whichever parser it came from. */
  static isSame(one: unknown, other: unknown): boolean {
    return isDeepStrictEqual(plainData(one), plainData(other));
  }

  #read(text: string): Readonly<Record<string, unknown>> {
    const value = FORMATS[CLIENTS[this.#client].format].parse(text);
    return isRecord(value) ? value : {};
  }
}

/** Data without the prototypes and classes of a parser. */
function plainData(value: unknown): unknown {
  if (value === undefined) return undefined;
  return JSON.parse(
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)),
  );
}
