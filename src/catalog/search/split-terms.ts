import { WordPlaces } from "./word-places.ts";

const UPPER = 1;
const LOWER = 2;
const DIGIT = 3;
/** Written without spaces between words, so it is cut into overlapping pairs of characters. */
const IDEOGRAPH = 4;
const SEPARATOR = 0;

const SMALL_S = 0x73;
const LINE_END = 0x0a;

const ASCII_KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character >= "a" && character <= "z") return LOWER;
  if (character >= "A" && character <= "Z") return UPPER;
  return character >= "0" && character <= "9" ? DIGIT : SEPARATOR;
});

/** Whether the codes of a text can be taken over as they lie in memory. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

const CODES_AT_FIRST = 8_192;

/** Characters of the longest part of a text that the engine copies. */
const LONGEST_COPY = 12;

/**
 * Splits text into words: at everything that is not a letter or digit, at `camelCase` and `HTTPServer` borders, and between
 * letters and digits. Accents are dropped; Chinese, Japanese and Korean come out as pairs of characters. One pass over the
 * text, whatever it contains. Where the words of one text stand is valid until the next.
 */
export class TermSplitter {
  /** Where the words stand in the text without accents; characters of texts before may be behind its end. */
  words: WordPlaces = new WordPlaces(CODES_AT_FIRST);
  /** Number of words. */
  count = 0;
  /** Whether it has characters of Chinese, Japanese or Korean. */
  hasIdeographs = false;
  #bytes = Buffer.from(this.words.codes.buffer);
  #text = "";
  /** Whether that is of ASCII alone. */
  #isPlain = true;

  /** Finds the words of a text; they are to be read in lower case. */
  split(text: string): void {
    this.hasIdeographs = false;
    this.#isPlain = isAscii(text);
    const length = this.#read(this.#isPlain ? text : text.normalize("NFKD").replace(/[\u0300-\u036f]/g, ""));
    const { words } = this;
    const { codes } = words;
    let count = 0;
    for (let start = 0; start < length;) {
      const kind = kindOf(codes[start] ?? 0);
      if (kind === SEPARATOR) {
        start += 1;
        continue;
      }
      if (kind === LOWER) {
        start = this.#putLower(count++, start, length);
        continue;
      }
      const end = endOfTerm(codes, length, start);
      if (kind === IDEOGRAPH) this.hasIdeographs = true;
      const isCut = kind === IDEOGRAPH && end - start > 1;
      for (let at = start; at < (isCut ? end - 1 : start + 1); at++) {
        words.put(count++, at, isCut ? at + 2 : end);
      }
      start = end;
    }
    this.count = count;
  }

  /** Notes the word that begins with a small letter, and returns its end. Most are of such of ASCII alone, and found in one go. */
  #putLower(word: number, start: number, length: number): number {
    const { words } = this;
    const small = words.putSmall(word, start);
    if (!isWideLetter(words.codes[small] ?? 0)) return small;
    const end = endOfTerm(words.codes, length, start);
    words.put(word, start, end);
    return end;
  }

  /** Finds the lines of a text as they are. */
  splitLines(text: string): void {
    this.#isPlain = isAscii(text);
    const length = this.#read(text);
    const { words } = this;
    const { codes } = words;
    let count = 0;
    for (let start = 0; start < length;) {
      let end = start;
      while (end < length && codes[end] !== LINE_END) end++;
      words.put(count++, start, end);
      start = end + 1;
    }
    this.count = count;
  }

  /** A word in lower case. */
  word(place: number): string {
    const { words } = this;
    const [start, end] = [words.starts[place] ?? 0, words.ends[place] ?? 0];
    // A longer part would keep all of the text, and one of a text with wide characters is as wide itself.
    if (!this.#isPlain || end - start > LONGEST_COPY) return words.textOf(place);
    const word = this.#text.slice(start, end);
    return words.isLowerCase(place) ? word : word.toLowerCase();
  }

  /** Where the word ends that begins at one place of a text, which is taken as it is. */
  endOfTerm(text: string, start: number): number {
    if (text !== this.#text) this.#read(text);
    return endOfTerm(this.words.codes, text.length, start);
  }

  /** Takes the characters of a text, and returns their number. */
  #read(text: string): number {
    const { length } = text;
    this.#text = text;
    if (length >= this.words.codes.length) {
      this.words = new WordPlaces(2 ** Math.ceil(Math.log2(length + 1)));
      this.#bytes = Buffer.from(this.words.codes.buffer);
    }
    if (IS_LITTLE_ENDIAN) this.#bytes.write(text, "utf16le");
    else for (let at = 0; at < length; at++) this.words.codes[at] = text.charCodeAt(at);
    this.words.codes[length] = 0;
    return length;
  }
}

const shared = new TermSplitter();

/** The words of a text in lower case, see {@link TermSplitter}. */
export function splitTerms(text: string): string[] {
  const splitter = splitterFor(text);
  splitter.split(text);
  return Array.from({ length: splitter.count }, (_, place) => splitter.word(place));
}

/** A splitter is as large as its longest text, so a long one gets its own. */
function splitterFor(text: string): TermSplitter {
  return text.length > CODES_AT_FIRST ? new TermSplitter() : shared;
}

function isWideLetter(code: number): boolean {
  return code >= 0x80 && kindOfWide(code) === LOWER;
}

function endOfTerm(codes: Uint16Array, length: number, start: number): number {
  const end = endOfRun(codes, length, start);
  const isUpper = kindOf(codes[start] ?? 0) === UPPER;
  if (!isUpper || end === length || kindOf(codes[end] ?? 0) !== LOWER) return end;
  const lowerEnd = endOfRun(codes, length, end);
  // `URLs` is one word, `HTTPServer` is two, `Server` is one.
  const isPlural = lowerEnd - end === 1 && codes[end] === SMALL_S;
  return end - start > 1 && !isPlural ? end - 1 : lowerEnd;
}

/** Where the characters of one kind end. */
function endOfRun(codes: Uint16Array, length: number, start: number): number {
  const kind = kindOf(codes[start] ?? 0);
  let end = start + 1;
  while (end < length && kindOf(codes[end] ?? 0) === kind) end++;
  return end;
}

function kindOf(code: number): number {
  return code < 0x80 ? (ASCII_KINDS[code] ?? SEPARATOR) : kindOfWide(code);
}

function kindOfWide(code: number): number {
  // Latin-1 signs, general punctuation up to symbols, CJK punctuation, surrogates (emoji), private use and the odd forms.
  const isSeparator =
    code < 0xc0 ||
    code === 0xd7 ||
    code === 0xf7 ||
    (code >= 0x2000 && code < 0x2c00) ||
    (code >= 0x3000 && code < 0x3040) ||
    code >= 0xd800;
  if (isSeparator) return SEPARATOR;
  return isIdeograph(code) ? IDEOGRAPH : LOWER;
}

/**
 * Words written with capitals inside (`GitHub`, `readFile`) as one word each, which {@link splitTerms} takes apart.
 * Others write them as one, `github` as a server's name above all.
 */
export function joinedTerms(text: string): string[] {
  const splitter = splitterFor(text);
  const terms: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = start;
    while (end < text.length && isAsciiLetter(text.charCodeAt(end))) end++;
    if (end > start && splitter.endOfTerm(text, start) < end) terms.push(text.slice(start, end).toLowerCase());
    start = end + 1;
  }
  return terms;
}

/** Neighbours written as one word: `web hook` is `webhook`, `wi-fi` is `wifi`, `s3` stays itself. */
export function pairedTerms(terms: readonly string[]): string[] {
  return terms.slice(1).map((term, index) => `${terms[index] ?? ""}${term}`);
}

/** The form in which a pair from a name is kept: a whole word finds it, another pair does not, or names would count twice. */
export function pairKey(pair: string): string {
  return /\d/.test(pair) ? pair : `${pair}+`;
}

/** The single characters of terms that are pairs of them, for queries of one character. */
export function singleIdeographs(terms: readonly string[]): string[] {
  if (!terms.some((term) => isIdeograph(term.charCodeAt(0)))) return [];
  return [...new Set(terms.join(""))].filter((character) => isIdeograph(character.charCodeAt(0)));
}

function isAsciiLetter(code: number): boolean {
  const kind = code < 0x80 ? ASCII_KINDS[code] : SEPARATOR;
  return kind === UPPER || kind === LOWER;
}

/** Kana, Han and Hangul (after NFKD, syllables are spelled in Jamo). */
function isIdeograph(code: number): boolean {
  return (code >= 0x2e80 && code <= 0xd7ff) || (code >= 0x1100 && code <= 0x11ff);
}

function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
}
