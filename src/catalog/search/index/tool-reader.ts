import type { ToolEntry } from "../../tool.ts";
import { TextVector } from "../meaning/text-vector.ts";
import { VECTOR_UNIT } from "../meaning/tool-vectors.ts";
import type { WordVectors } from "../meaning/word-vectors.ts";
import { NAME_FIELD, SERVER_FIELD, searchableText } from "../searchable-text.ts";
import { joinedTerms, pairedTerms, pairKey, TermSplitter } from "../split-terms.ts";
import { traitsOf } from "../traits.ts";
import { type KnownWord, Lexicon, WordNotes } from "./lexicon.ts";
import { FIELD_COUNT, ServerWords } from "./server-words.ts";

/** How much a word in each field of a tool counts for its meaning, in the order of `FIELD_WEIGHTS`. */
export const MEANING_WEIGHTS: readonly number[] = [2, 1, 0.5, 0.15, 0.5, 0.3];

const NONE: readonly MetWord[] = [];

const TERMS_AT_FIRST = 4_096;
const TOOLS_PER_STEP = 4;

/** Reads the texts of tools, server by server. Each word is looked at once, however often it occurs. */
export class ToolReader {
  readonly #lexicon: Lexicon;
  readonly #splitter = new TermSplitter();
  readonly #text: TextVector | undefined;
  /** Words that were met in a text, and their places here by their numbers; at the first is none. */
  readonly #met: (MetWord | undefined)[] = [undefined];
  readonly #placeOf = new WordNotes();
  /** The numbers of the words of each server that was read here. */
  readonly #numbers = new Map<ServerWords, Uint32Array>();
  #server = 0;
  #listed: MetWord[] = [];
  #terms = new Uint32Array(TERMS_AT_FIRST);
  #termCount = 0;
  #fields = 0;
  /** Words of the text that is read. */
  readonly #found: MetWord[] = [];

  constructor(vectors: WordVectors | undefined) {
    this.#text = vectors && new TextVector(vectors);
    this.#lexicon = new Lexicon(vectors);
  }

  /** Numbers in the vector of a tool; 0 without vectors. */
  get dimensions(): number {
    return this.#text?.dimensions ?? 0;
  }

  /**
   * Reads the tools of one server, a few in each step.
   * @param vectors takes the directions of the meanings of the tools, one after the other, and is 0 so far
   */
  *read(tools: readonly ToolEntry[], vectors: Int8Array): Generator<void, ServerWords> {
    this.#server += 1;
    this.#listed = [];
    this.#termCount = 0;
    const { dimensions } = this;
    const counts = { tools: tools.length, terms: 0, termBytes: 4 };
    const head = new ServerWords("", counts, new ArrayBuffer(ServerWords.bytesOf(counts)));
    const { fieldEnds, lengths, nameSizes, traits } = head;
    const places = { fieldEnds, lengths, nameSizes, traits, shared: new Map<string, FieldWords>() };
    for (let tool = 0; tool < tools.length; tool++) {
      const entry = tools[tool];
      if (entry !== undefined) this.#readTool(entry, tool, places);
      this.#text?.takeBytes(vectors, tool * dimensions, VECTOR_UNIT);
      if (tool % TOOLS_PER_STEP === 0) yield;
    }
    const words = this.#listed.map(({ known }) => known.word);
    const read = head.withTerms(words, this.#terms.subarray(0, this.#termCount));
    this.#numbers.set(read, new Uint32Array(this.#listed.map(({ number }) => number)));
    return read;
  }

  /** A function of its own, since the engine compiles a generator late. */
  #readTool(entry: ToolEntry, tool: number, places: ReadPlaces): void {
    const texts = searchableText(entry);
    for (let field = 0; field < FIELD_COUNT; field++) {
      const text = texts[field] ?? "";
      const read = field >= SERVER_FIELD ? this.#splitOnce(text, places.shared) : this.#split(text);
      const slot = tool * FIELD_COUNT + field;
      places.lengths[slot] = this.#addField(read, field);
      if (field === NAME_FIELD) {
        places.nameSizes[tool] = this.#countDifferent(read);
        places.traits[tool] = traitsOf(entry, effectOf(read));
      }
      places.fieldEnds[slot] = this.#termCount;
    }
  }

  /** The word with one of the numbers of {@link numbersOf}. */
  word(number: number): KnownWord | undefined {
    return this.#lexicon.known(number);
  }

  /** The numbers of the words of a server, in the order of its list; one that was not read here is read from that. */
  numbersOf(words: ServerWords): Uint32Array {
    const known = this.#numbers.get(words);
    if (known !== undefined) return known;
    const [splitter, lexicon] = [this.#splitter, this.#lexicon];
    splitter.splitLines(words.words);
    const numbers = new Uint32Array(splitter.count);
    for (let line = 0; line < numbers.length; line++) {
      const number = lexicon.numberOf(splitter.words, line);
      if (lexicon.known(number) === undefined) lexicon.meet(splitter.word(line), number);
      numbers[line] = number;
    }
    return numbers;
  }

  /** The words of a text, valid until the next one. */
  #split(text: string): FieldWords {
    const splitter = this.#splitter;
    const [lexicon, met, placeOf, found] = [this.#lexicon, this.#met, this.#placeOf, this.#found];
    splitter.split(text);
    const { words, count } = splitter;
    for (let word = 0; word < count; word++) {
      const number = lexicon.numberOf(words, word);
      found[word] =
        met[placeOf.get(number)] ??
        this.#meet(lexicon.known(number) ?? lexicon.meet(splitter.word(word), number), number);
    }
    return { words: found, count, single: splitter.hasIdeographs ? this.#singles(found, count) : NONE };
  }

  /** All tools of a server share its texts, so those are split once. */
  #splitOnce(text: string, known: Map<string, FieldWords>): FieldWords {
    let read = known.get(text);
    if (read === undefined) {
      const { words: own, count, single } = this.#split(text);
      const words = [...own.slice(0, count), ...joinedTerms(text).map((word) => this.#word(word))];
      read = { words, count: words.length, single };
      known.set(text, read);
    }
    return read;
  }

  /** The single characters of words that are pairs of them, where those are no words of the text by themselves. */
  #singles(words: readonly MetWord[], count: number): readonly MetWord[] {
    const field = ++this.#fields;
    for (let at = 0; at < count; at++) words[at]?.isIn(field);
    const single: MetWord[] = [];
    for (let at = 0; at < count; at++) {
      const word = words[at];
      if (word === undefined) continue;
      word.characters ??= word.known.characters.map((character) => this.#word(character));
      for (const character of word.characters) if (!character.isIn(field)) single.push(character);
    }
    return single;
  }

  /** Adds the words of a field, and returns how many of them count. Those by which it is found beside them do not count in its length. */
  #addField({ words, count, single }: FieldWords, field: number): number {
    const text = this.#text;
    const weight = MEANING_WEIGHTS[field] ?? 0;
    this.#makeRoom(2 * count + single.length);
    let counting = 0;
    for (let at = 0; at < count; at++) {
      const word = words[at];
      if (word === undefined) continue;
      if (word.row >= 0) text?.addRow(word.row, weight);
      if (!word.isStop) counting += 1;
      if (!word.isStop || field === NAME_FIELD) this.#addTerm(word);
    }
    for (const word of single) this.#addTerm(word);
    if (field === NAME_FIELD) this.#addPairs(words, count);
    return counting;
  }

  /** Two words of a name written as one. */
  #addPairs(words: readonly MetWord[], count: number): void {
    for (let place = 1; place < count; place++) {
      const [joined = ""] = pairedTerms([words[place - 1]?.known.word ?? "", words[place]?.known.word ?? ""]);
      this.#addTerm(this.#word(pairKey(joined)));
    }
  }

  /** Number of different words that count. */
  #countDifferent({ words, count }: FieldWords): number {
    const field = ++this.#fields;
    let different = 0;
    for (let at = 0; at < count; at++) {
      const word = words[at];
      if (word !== undefined && !word.isStop && !word.isIn(field)) different += 1;
    }
    return different;
  }

  #word(word: string): MetWord {
    const lexicon = this.#lexicon;
    const number = lexicon.numberOfWord(word);
    return (
      this.#met[this.#placeOf.get(number)] ?? this.#meet(lexicon.known(number) ?? lexicon.meet(word, number), number)
    );
  }

  #meet(known: KnownWord, number: number): MetWord {
    const met = new MetWord(known, number);
    this.#placeOf.set(number, this.#met.push(met) - 1);
    return met;
  }

  #addTerm(word: MetWord): void {
    if (word.server !== this.#server) {
      word.server = this.#server;
      word.place = this.#listed.length;
      this.#listed.push(word);
    }
    this.#terms[this.#termCount++] = word.place;
  }

  #makeRoom(count: number): void {
    if (this.#termCount + count <= this.#terms.length) return;
    const more = new Uint32Array((this.#termCount + count) * 2);
    more.set(this.#terms);
    this.#terms = more;
  }
}

/** What the first verb does. */
function effectOf({ words, count }: FieldWords): number {
  for (let at = 0; at < count; at++) {
    const word = words[at];
    if (word === undefined) continue;
    if (word.known.effect !== 0) return word.known.effect;
  }
  return 0;
}

/** Where it is put what was read of each tool, and the texts that the tools of a server share. */
interface ReadPlaces extends Pick<ServerWords, "fieldEnds" | "lengths" | "nameSizes" | "traits"> {
  readonly shared: Map<string, FieldWords>;
}

/** A word that a reader met. */
class MetWord {
  readonly known: KnownWord;
  readonly number: number;
  readonly row: number;
  readonly isStop: boolean;
  /** The server that had it last, and its place in the list of that. */
  server = 0;
  place = 0;
  #field = 0;
  /** Its single characters, where they were asked for. */
  characters: readonly MetWord[] | undefined = undefined;

  constructor(known: KnownWord, number: number) {
    [this.known, this.number, this.row, this.isStop] = [known, number, known.row, known.isStop];
  }

  /** Whether this was asked before with the number of a field, which is higher than those before. */
  isIn(field: number): boolean {
    const isKnown = this.#field === field;
    this.#field = field;
    return isKnown;
  }
}

/** The words of a text and single characters by which it is found, too. */
interface FieldWords {
  readonly words: readonly MetWord[];
  /** How many of them are of the text. */
  readonly count: number;
  readonly single: readonly MetWord[];
}
