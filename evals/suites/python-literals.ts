/** A value as Python writes it. */
export type PythonValue =
  | string
  | number
  | boolean
  | null
  | readonly PythonValue[]
  | { readonly [key: string]: PythonValue };

/** A call as Python writes it. */
export interface PythonCall {
  readonly name: string;
  readonly positional: readonly PythonValue[];
  readonly named: Readonly<Record<string, PythonValue>>;
}

const WORDS: Readonly<Record<string, PythonValue>> = { True: true, False: false, None: null };
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** Reads a literal such as `['a', {"b": 1}]`. Throws for anything else. */
export function parsePythonValue(text: string): PythonValue {
  const reader = new PythonReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

/** Reads a call such as `mail.send(to="a", copies=['b'])`. Throws for anything else. */
export function parsePythonCall(text: string): PythonCall {
  const reader = new PythonReader(text);
  const call = reader.call();
  reader.end();
  return call;
}

class PythonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  call(): PythonCall {
    const name = this.#match(/[A-Za-z_][\w.]*/y) ?? this.#fail("a name");
    this.#take("(");
    const positional: PythonValue[] = [];
    const named: Record<string, PythonValue> = {};
    while (!this.#tries(")")) {
      const key = this.#match(/([A-Za-z_]\w*)\s*=(?!=)/y);
      if (key === undefined) positional.push(this.value());
      else named[key.replace(/\s*=$/, "")] = this.value();
      this.#tries(",");
    }
    return { name, positional, named };
  }

  value(): PythonValue {
    const next = this.#peek();
    if (next === "[" || next === "(") return this.#list(next === "[" ? "]" : ")");
    if (next === "{") return this.#dict();
    if (next === '"' || next === "'") return this.#string(next);
    const word = this.#match(/[A-Za-z]+/y);
    if (word !== undefined) return WORDS[word] ?? null;
    const number = this.#match(/[-+]?[\d_]*\.?\d+(?:[eE][-+]?\d+)?/y) ?? this.#fail("a value");
    return Number(number.replaceAll("_", ""));
  }

  end(): void {
    if (this.#peek() !== "") this.#fail("the end");
  }

  #list(end: string): readonly PythonValue[] {
    this.#at += 1;
    const items: PythonValue[] = [];
    while (!this.#tries(end)) {
      items.push(this.value());
      this.#tries(",");
    }
    return items;
  }

  #dict(): PythonValue {
    this.#at += 1;
    const fields: Record<string, PythonValue> = {};
    while (!this.#tries("}")) {
      const key = this.value();
      this.#take(":");
      fields[typeof key === "string" ? key : JSON.stringify(key)] = this.value();
      this.#tries(",");
    }
    return fields;
  }

  #string(quote: string): string {
    this.#at += 1;
    let value = "";
    for (; this.#text[this.#at] !== quote; this.#at += 1) {
      const character = this.#text[this.#at] ?? this.#fail(quote);
      if (character === "\\") {
        this.#at += 1;
        const escaped = this.#text[this.#at] ?? "";
        value += ESCAPES[escaped] ?? escaped;
      } else value += character;
    }
    this.#at += 1;
    return value;
  }

  #peek(): string {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
    return this.#text[this.#at] ?? "";
  }

  #match(pattern: RegExp): string | undefined {
    this.#peek();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #tries(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at += 1;
    return true;
  }

  #take(character: string): void {
    if (!this.#tries(character)) this.#fail(character);
  }

  #fail(wanted: string): never {
    throw new Error(`Expected ${wanted} at ${this.#at} of ${this.#text}`);
  }
}
