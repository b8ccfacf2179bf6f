import { SlicedWork } from "./sliced-work.ts";
import { innerSecrets } from "./spellings/inner-secrets.ts";
import { spellingsOf } from "./spellings/spellings.ts";
import { ByteSearch } from "./spellings/byte-search.ts";
import { type SoughtTexts, TextSearch } from "./spellings/text-search.ts";
import type { LargeText } from "./steps/large-text.ts";
import { replaceInLarge } from "./steps/replace-in-large.ts";

/** Stands where a secret was. */
const SECRET_MARK = "[secret]";

/** Fewest characters of a value that is taken for a secret wherever it stands. */
const LONG_SECRET = 8;
/** Fewest characters of a value that is taken for a secret where it stands alone. */
const SHORT_SECRET = 4;
/** More values than any configuration has are not kept. */
const MOST_SECRETS = 10_000;
/** Secrets of which there are ever new ones, such as tokens that are renewed: the latest are looked for. */
const MOST_PASSING = 200;
/** More that come at once are made ready while other work goes on, unless something is searched before. */
const MADE_AT_ONCE = 50;
/** Data is cleaned to this depth, which no value, schema or result has; what lies below is left out. */
const MOST_DEPTH = 500;

/**
 * Takes the secrets of a configuration out of everything that leaves the host: results, errors, lists, logs, files and
 * the terminal. Programs and servers get their values before it.
 *
 * A secret is found unchanged, and as JSON, in URLs, in pages, in base64, also folded into lines and twice, and in
 * hexadecimal, also with signs between the bytes; a long one by its parts, and what of it is a secret by itself: its lines, the password of an address, members of JSON. One of digits alone is found as a
 * number too. A long one is taken out before a short one that is part of it. Values that may be innocent words stay: short ones without
 * both letters and other characters.
 */
export class SecretFilter {
  /** What is looked for, by the secret it is a spelling of; undefined until it is needed. */
  readonly #secrets = new Map<string, readonly string[] | undefined>();
  /** Those that give way to newer ones, oldest first. */
  readonly #passing = new Set<string>();
  #search: SlicedWork<TextSearch> | undefined;
  /** Made at the first need for it. */
  #inBytes: ByteSearch | undefined;

  /** Another object once there is more to look for, so that what was cleaned before is cleaned again. */
  get state(): object | undefined {
    return this.#search;
  }

  /** Adds values that must not leave the host. Values too short to be distinguished from ordinary text are ignored. */
  add(values: Iterable<string>): void {
    let added = 0;
    for (const value of values) {
      if (this.#secrets.has(value) || !isTelling(value) || this.#secrets.size >= MOST_SECRETS) continue;
      this.#secrets.set(value, undefined);
      added += 1;
    }
    if (added === 0) return;
    const search = new SlicedWork(() => this.#makeSearch());
    this.#search = search;
    this.#inBytes = undefined;
    // Where that fails the first search makes it, and tells.
    if (added > MADE_AT_ONCE) void search.soon().catch(() => {});
  }

  /** Adds values like {@link add}, which are looked for until 200 newer ones were added in this way. */
  addPassing(values: Iterable<string>): void {
    const fresh = [...values].filter(
      (value) => value !== "" && (this.#passing.has(value) || !this.#secrets.has(value)),
    );
    for (const value of fresh) {
      this.#passing.delete(value);
      this.#passing.add(value);
    }
    for (const oldest of [...this.#passing].slice(0, -MOST_PASSING)) {
      this.#passing.delete(oldest);
      this.#secrets.delete(oldest);
    }
    this.add(fresh.slice(-MOST_PASSING));
  }

  /** The text with each secret replaced by `[secret]`. */
  text(text: string): string {
    return this.replace(text, () => SECRET_MARK);
  }

  /** The same for a text of any size as bytes, in small steps; where it has secrets it is written over. */
  *large(text: LargeText): Generator<void, LargeText> {
    if (this.#search === undefined) return text;
    return yield* replaceInLarge(text, this.#inBytes ?? (yield* this.#makeInBytes()), SECRET_MARK);
  }

  *#makeInBytes(): Generator<void, ByteSearch> {
    const { state } = this;
    const search = yield* ByteSearch.of(yield* this.#sought());
    // Meanwhile there may have come more to look for.
    if (state === this.state) this.#inBytes = search;
    return search;
  }

  *#makeSearch(): Generator<void, TextSearch> {
    return yield* TextSearch.of(yield* this.#sought());
  }

  /** What is looked for; each secret is spelled once. */
  *#sought(): Generator<void, SoughtTexts> {
    const [anywhere, alone]: [string[], string[]] = [[], []];
    for (const [value, spelled] of this.#secrets) {
      const spellings = spelled ?? (value.length < LONG_SECRET ? [value] : allSpellings(value));
      if (spelled === undefined) this.#secrets.set(value, spellings);
      for (const text of spellings) (text.length < LONG_SECRET ? alone : anywhere).push(text);
      if (spelled === undefined) yield;
    }
    return { anywhere, alone };
  }

  /** Whether there is nothing to look for. */
  get isEmpty(): boolean {
    return this.#search === undefined;
  }

  /** Whether a secret is in a text. */
  isIn(text: string): boolean {
    return this.#search?.now().isIn(text) === true;
  }

  /** The text with each spelling of a secret replaced by what `name` returns for it. */
  replace(text: string, name: (spelling: string) => string): string {
    return this.#search === undefined ? text : this.#search.now().replace(text, name);
  }

  /** Everything that is looked for. */
  spellings(): readonly string[] {
    const { anywhere, alone } = new SlicedWork(() => this.#sought()).now();
    return [...anywhere, ...alone];
  }

  /** A copy of plain data with the secrets taken out of its texts and keys; the data itself when it holds none. */
  data<Data>(data: Data): Data {
    if (!this.#holds(data)) return data;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only texts change, and they stay texts
    return this.#clean(data, 0) as Data;
  }

  /** Most data holds no secret and needs no copy. What is nested too deeply counts as if it did. */
  #holds(data: unknown, depth = 0): boolean {
    if (typeof data === "string") return data.length >= SHORT_SECRET && this.isIn(data);
    if (typeof data === "number" || typeof data === "bigint") return this.#isNumber(data);
    if (this.#search === undefined || typeof data !== "object" || data === null) return false;
    if (depth >= MOST_DEPTH) return true;
    if (Array.isArray(data)) return data.some((item) => this.#holds(item, depth + 1));
    return Object.entries(data).some(([key, value]) => this.#holds(key) || this.#holds(value, depth + 1));
  }

  /** Whether a number is a secret of digits; those of people and machines are nearly always shorter. */
  #isNumber(data: number | bigint): boolean {
    return data >= LEAST_NUMBER && this.#secrets.has(String(data));
  }

  #clean(data: unknown, depth: number): unknown {
    if (typeof data === "string") return this.text(data);
    if (typeof data === "number" || typeof data === "bigint") return this.#isNumber(data) ? SECRET_MARK : data;
    if (typeof data !== "object" || data === null) return data;
    if (depth >= MOST_DEPTH) return null;
    if (Array.isArray(data)) {
      const items = data.map((item) => this.#clean(item, depth + 1));
      return items.some((item, index) => item !== data[index]) ? items : data;
    }
    const before = Object.entries(data);
    const after = before.map(([key, value]) => [this.text(key), this.#clean(value, depth + 1)] as const);
    const isChanged = after.some(([key, value], index) => key !== before[index]?.[0] || value !== before[index]?.[1]);
    return isChanged ? toObject(after) : data;
  }
}

/** The smallest number with as many digits as a long secret has characters. */
const LEAST_NUMBER = 10 ** (LONG_SECRET - 1);

function allSpellings(value: string): readonly string[] {
  const { values, lines } = innerSecrets(value);
  return [...new Set([...spellingsOf(value), ...values.flatMap(spellingsOf), ...lines])];
}

function isTelling(value: string): boolean {
  if (value.length >= LONG_SECRET) return true;
  return value.length >= SHORT_SECRET && /\p{L}/u.test(value) && /[^\p{L}\s]/u.test(value);
}

function toObject(entries: readonly (readonly [key: string, value: unknown])[]): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  for (const [key, value] of entries) {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  }
  return target;
}
