import { FIELD_WEIGHTS } from "../searchable-text.ts";

export const FIELD_COUNT: number = FIELD_WEIGHTS.length;

/** How much was read of a server: its tools, their words one after the other, and the bytes that the number of each word takes. */
interface WordCounts {
  readonly tools: number;
  readonly terms: number;
  readonly termBytes: number;
}

/** Numbers of words, in as few bytes as these allow. */
type Terms = Uint16Array | Uint32Array;

/**
 * What was read of the tools of one server: all that an index needs of them, whatever the other servers have. A large catalog
 * has thousands of these, so each is a single piece of memory, and its arrays are made when they are asked for.
 */
export class ServerWords {
  readonly counts: WordCounts;
  /** All arrays, as a file has them. */
  readonly bytes: ArrayBuffer;

  #words: string | readonly string[];

  /** @param words the different words of the tools, in a list or in lines */
  constructor(words: string | readonly string[], counts: WordCounts, bytes: ArrayBuffer) {
    [this.#words, this.counts, this.bytes] = [words, counts, bytes];
  }

  /** The different words of the tools, in lines; put together when they are first asked for, since most never are. */
  get words(): string {
    if (typeof this.#words !== "string") this.#words = this.#words.join("\n");
    return this.#words;
  }

  /** Number of bytes for some counts. */
  static bytesOf({ tools, terms, termBytes }: WordCounts): number {
    return terms * termBytes + tools * BYTES_OF_TOOL;
  }

  get toolCount(): number {
    return this.counts.tools;
  }

  /** End of each field of each tool in `terms`. */
  get fieldEnds(): Uint32Array {
    return new Uint32Array(this.bytes, 0, this.toolCount * FIELD_COUNT);
  }

  /** The words of all texts, one after the other, as numbers of lines of `words`. */
  get terms(): Terms {
    const { terms, termBytes } = this.counts;
    const start = this.toolCount * FIELD_COUNT * 4;
    return termBytes === 2 ? new Uint16Array(this.bytes, start, terms) : new Uint32Array(this.bytes, start, terms);
  }

  /** Words that count towards the length of each field of each tool. */
  get lengths(): Uint16Array {
    return new Uint16Array(this.bytes, this.#afterTerms, this.toolCount * FIELD_COUNT);
  }

  /** Number of different words that count in the name of each tool. */
  get nameSizes(): Uint16Array {
    return new Uint16Array(this.bytes, this.#afterTerms + this.toolCount * FIELD_COUNT * 2, this.toolCount);
  }

  /** What is to be known of each tool beside its words, see `traitsOf`. */
  get traits(): Uint8Array {
    return new Uint8Array(this.bytes, this.#afterTerms + this.toolCount * (FIELD_COUNT + 1) * 2, this.toolCount);
  }

  /** The same with words. */
  withTerms(words: readonly string[], terms: Uint32Array): ServerWords {
    const counts = { tools: this.toolCount, terms: terms.length, termBytes: words.length <= 0xff_ff ? 2 : 4 };
    const filled = new ServerWords(words, counts, new ArrayBuffer(ServerWords.bytesOf(counts)));
    filled.terms.set(terms);
    const [own, bytes] = [new Uint8Array(this.bytes), new Uint8Array(filled.bytes)];
    bytes.set(own.subarray(0, this.toolCount * FIELD_COUNT * 4));
    bytes.set(own.subarray(this.#afterTerms), filled.#afterTerms);
    return filled;
  }

  get #afterTerms(): number {
    const { terms, termBytes } = this.counts;
    return this.toolCount * FIELD_COUNT * 4 + terms * termBytes;
  }
}

/** For each field where it ends and how long it is, the size of the name, and the traits. */
const BYTES_OF_TOOL: number = FIELD_COUNT * (4 + 2) + 2 + 1;
