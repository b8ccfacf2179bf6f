/** Hash of a word with characters that are put into lower case by way of a string. */
export const NO_HASH = -1;

const FIRST_HASH = 0x01_1c_9d_c5;
const HASH_FACTOR = 0x01_00_01_93;

/** Where words stand among some characters. */
export class WordPlaces {
  codes: Uint16Array;
  /** Where each word begins in `codes`, and where it ends. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** Of each word in lower case, at least 0, or {@link NO_HASH}. */
  hashes: Int32Array;

  /** Room for some characters, and for as many words. */
  constructor(size: number) {
    [this.codes, this.hashes] = [new Uint16Array(size), new Int32Array(size)];
    [this.starts, this.ends] = [new Uint32Array(size), new Uint32Array(size)];
  }

  /** Makes room for more characters and words, and keeps those that are here. */
  makeRoom(characters: number, words: number): void {
    const { codes, starts, ends, hashes } = this;
    [this.codes, this.hashes] = [new Uint16Array(characters), new Int32Array(words)];
    [this.starts, this.ends] = [new Uint32Array(words), new Uint32Array(words)];
    this.codes.set(codes);
    this.hashes.set(hashes);
    this.starts.set(starts);
    this.ends.set(ends);
  }

  /** Notes that a word stands between two places of the characters. */
  put(word: number, start: number, end: number): void {
    this.starts[word] = start;
    this.ends[word] = end;
    this.hashes[word] = hashOf(this.codes, start, end);
  }

  /** Notes that a word begins at a place and ends before what is no small letter of ASCII, and returns that place. */
  putSmall(word: number, start: number): number {
    const { codes } = this;
    let [hash, end] = [FIRST_HASH, start];
    for (let code = codes[end] ?? 0; code >= 0x61 && code <= 0x7a; code = codes[++end] ?? 0)
      hash = Math.imul(hash ^ code, HASH_FACTOR);
    this.starts[word] = start;
    this.ends[word] = end;
    this.hashes[word] = lastHash(hash);
    return end;
  }

  /** A word in lower case. */
  textOf(word: number): string {
    const end = this.ends[word] ?? 0;
    let text = "";
    for (let at = this.starts[word] ?? 0; at < end; at++) text += String.fromCharCode(this.codes[at] ?? 0);
    return text.toLowerCase();
  }

  /** Whether a word has no capitals and nothing beyond ASCII. */
  isLowerCase(word: number): boolean {
    const end = this.ends[word] ?? 0;
    for (let at = this.starts[word] ?? 0; at < end; at++) {
      const code = this.codes[at] ?? 0;
      if (code >= 0x80 || (code >= 0x41 && code <= 0x5a)) return false;
    }
    return true;
  }
}

/** A character of ASCII in lower case, and any other as it is. */
export function toLower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** The hash (FNV-1a) of characters of ASCII, and of Chinese, Japanese and Korean, which have no case. */
function hashOf(codes: Uint16Array, start: number, end: number): number {
  let hash = FIRST_HASH;
  for (let at = start; at < end; at++) {
    const code = codes[at] ?? 0;
    if (code >= 0x80 && (code < 0x30_40 || code >= 0xa0_00)) return NO_HASH;
    hash = Math.imul(hash ^ toLower(code), HASH_FACTOR);
  }
  return lastHash(hash);
}

/** What is in the upper half of a hash, in the lower as well. */
function lastHash(hash: number): number {
  return (hash ^ (hash >>> 15)) & 0x7f_ff_ff_ff;
}
