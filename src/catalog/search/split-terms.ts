const UPPER = 1;
const LOWER = 2;
const DIGIT = 3;
/** Written without spaces between words, so it is cut into overlapping pairs of characters. */
const IDEOGRAPH = 4;
const SEPARATOR = 0;

const ASCII_KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character >= "a" && character <= "z") return LOWER;
  if (character >= "A" && character <= "Z") return UPPER;
  return character >= "0" && character <= "9" ? DIGIT : SEPARATOR;
});

/**
 * Splits text into lower-case words: at everything that is not a letter or digit, at `camelCase` and `HTTPServer`
 * borders, and between letters and digits. Accents are dropped; Chinese, Japanese and Korean come out as pairs of
 * characters. One pass over the text, whatever it contains.
 */
export function splitTerms(text: string): string[] {
  const terms: string[] = [];
  eachTerm(text, (plain, start, end) => terms.push(plain.slice(start, end).toLowerCase()));
  return terms;
}

/**
 * Does with each term of a text what is to be done, by where it stands in the text without accents; it is to be read in lower
 * case. Returns whether the text is of ASCII alone.
 */
export function eachTerm(text: string, take: (plain: string, start: number, end: number) => void): boolean {
  const isPlain = isAscii(text);
  const plain = isPlain ? text : text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  let start = 0;
  while (start < plain.length) {
    const kind = kindOf(plain.charCodeAt(start));
    if (kind === SEPARATOR) {
      start++;
      continue;
    }
    const end = endOfTerm(plain, start, kind);
    if (kind === IDEOGRAPH && end - start > 1) for (let at = start; at + 1 < end; at++) take(plain, at, at + 2);
    else take(plain, start, end);
    start = end;
  }
  return isPlain;
}

function endOfTerm(text: string, start: number, kind: number): number {
  let end = endOfRun(text, start, kind);
  if (kind !== UPPER) return end;
  const next = end < text.length ? kindOf(text.charCodeAt(end)) : SEPARATOR;
  if (next !== LOWER) return end;
  const lowerEnd = endOfRun(text, end, LOWER);
  // `URLs` is one word, `HTTPServer` is two, `Server` is one.
  if (end - start > 1 && lowerEnd - end === 1 && text[end] === "s") return lowerEnd;
  if (end - start > 1) return end - 1;
  end = lowerEnd;
  return end;
}

function endOfRun(text: string, start: number, kind: number): number {
  let end = start + 1;
  while (end < text.length && kindOf(text.charCodeAt(end)) === kind) end++;
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
  const terms: string[] = [];
  let start = 0;
  while (start < text.length) {
    let end = start;
    while (end < text.length && isAsciiLetter(text.charCodeAt(end))) end++;
    if (end > start && endOfTerm(text, start, kindOf(text.charCodeAt(start))) < end) {
      terms.push(text.slice(start, end).toLowerCase());
    }
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
