/** A regular expression of any dialect as this runtime understands it. */
interface EcmaPattern {
  readonly source: string;
  readonly flags: string;
}

/** Escapes of other dialects that stand for themselves, outside and inside a class. */
const ESCAPES: Readonly<Record<string, readonly [outside: string, inside: string | undefined]>> = {
  A: ["(?<![^])", undefined],
  z: ["(?![^])", undefined],
  Z: ["(?=\\n?(?![^]))", undefined],
  G: ["", undefined],
  K: ["", undefined],
  h: ["[\\t\\p{Zs}]", "\\t\\p{Zs}"],
  H: ["[^\\t\\p{Zs}]", undefined],
  R: ["(?:\\r\\n|[\\n-\\r\\x85\\u2028\\u2029])", undefined],
  N: ["[^\\n]", undefined],
  e: ["\\x1b", "\\x1b"],
  a: ["\\x07", "\\x07"],
};

/** POSIX and Java classes: the widest reading, and the ASCII one for places where wide means strict. */
const CLASSES: Readonly<Record<string, readonly [wide: string, ascii: string]>> = {
  alpha: ["\\p{L}\\p{M}", "a-zA-Z"],
  alnum: ["\\p{L}\\p{M}\\p{N}", "a-zA-Z0-9"],
  digit: ["\\p{Nd}", "0-9"],
  lower: ["\\p{Lowercase}", "a-z"],
  upper: ["\\p{Uppercase}", "A-Z"],
  space: ["\\s", " \\t-\\r"],
  blank: ["\\t\\p{Zs}", " \\t"],
  punct: ["\\p{P}\\p{S}", "!-\\/:-@\\[-`\\{-~"],
  cntrl: ["\\p{Cc}", "\\x00-\\x1f\\x7f"],
  graph: ["\\P{C}", "!-~"],
  print: ["\\P{C}", " -~"],
  xdigit: ["0-9a-fA-F", "0-9a-fA-F"],
  word: ["\\w\\p{L}\\p{M}\\p{N}", "\\w"],
  ascii: ["\\x00-\\x7f", "\\x00-\\x7f"],
};

const NEGATIONS = /\[\^|\(\?<?!|\\[PWDSBH]/;
const TOKEN =
  /\\Q[^]*?(?:\\E|$)|\\x\{[\da-fA-F]+\}|\\U[\da-fA-F]{8}|\\[pP](?:\{[^}]*\}|\w)|\\[kgo](?:\{[^}]*\}|<[^>]*>)|\\[^]|\[:\^?\w+:\]|\(\?#[^)]*\)|\(\?P=\w+\)|\(\?P[<>]|\(\?'\w+'|\(\?\^?[a-zA-Z]*(?:-[a-zA-Z]+)?[:)]|\(\?<(?![=!])|\(\?(?:<?[=!]|[^])|\(\*|\{,\d+\}|(?:[*+?]|\{\d+(?:,\d*)?\})\+|[^]/gu;

/**
 * Translates a pattern of Python, Go, Java, PCRE, Ruby or POSIX into an equal one, or one that takes no less.
 *
 * Undefined when it holds something whose meaning is unknown here: nothing may be refused because of it.
 */
export function toEcmaPattern(source: string): EcmaPattern | undefined {
  const { text, flags } = withoutSlashes(source);
  if (compiles(text, `u${flags}`)) return { source: text, flags: `u${flags}` };
  const translated = new PatternTranslator(text).translate();
  if (translated === undefined) return undefined;
  const all = [...new Set(flags + translated.flags)].join("");
  if (compiles(translated.text, `u${all}`)) return { source: translated.text, flags: `u${all}` };
  // Without `u` a property or a large code point would mean its letters.
  const plain = !/\\[pP]\{|\\u\{/.test(translated.text) && compiles(translated.text, all);
  return plain ? { source: translated.text, flags: all } : undefined;
}

/** `/^a$/i` as it stands in a program. With an anchor next to a slash nothing could match it otherwise. */
function withoutSlashes(source: string): { readonly text: string; readonly flags: string } {
  const parts = /^\/(\^[^]*|[^]*\$)\/([dgimsuvy]*)$/.exec(source);
  return parts === null
    ? { text: source, flags: "" }
    : { text: parts[1] ?? "", flags: (parts[2] ?? "").replace(/[^ims]/g, "") };
}

function compiles(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}

/** Thrown at a part whose meaning is unknown. */
class Untranslatable extends Error {}

class PatternTranslator {
  readonly #source: string;
  #flags = "";
  #class: { readonly negated: boolean } | undefined;
  #output = "";

  constructor(source: string) {
    this.#source = source;
  }

  translate(): { readonly text: string; readonly flags: string } | undefined {
    try {
      for (const token of this.#source.match(TOKEN) ?? []) {
        this.#output += this.#class === undefined ? this.#outside(token) : this.#inside(token);
      }
      return { text: this.#output, flags: this.#flags };
    } catch (thrown) {
      if (thrown instanceof Untranslatable) return undefined;
      throw thrown;
    }
  }

  #outside(token: string): string {
    if (token.startsWith("[:")) return this.#open(token);
    if (token === "[") return this.#open("");
    if (token.startsWith("\\")) return this.#escape(token);
    if (token.startsWith("(?") || token === "(*") return this.#group(token);
    if (token.startsWith("{,")) return `{0${token.slice(1)}`;
    if (token.length > 1 && token.endsWith("+")) return this.#wider(token.slice(0, -1));
    return token;
  }

  /** A token that looks like a POSIX class outside a class is the beginning of an ordinary one. */
  #open(rest: string): string {
    this.#class = { negated: false };
    if (rest === "") return "[";
    this.#class = undefined;
    return rest;
  }

  #inside(token: string): string {
    const first = /\[\^?$/.test(this.#output);
    if (token === "]") return this.#close(first);
    if (token === "^" && this.#output.endsWith("[")) {
      this.#class = { negated: true };
      return "^";
    }
    if (token.startsWith("[:")) return this.#posix(token);
    // Other dialects nest, intersect and subtract classes like this.
    if (token === "[" && !first) throw new Untranslatable();
    if (token.startsWith("\\")) return this.#escape(token);
    return token.replaceAll("[", "\\[");
  }

  /** Right after the opening, POSIX and Python mean the character. */
  #close(first: boolean): string {
    if (first && this.#source.includes("]", this.#output.length + 1)) return "\\]";
    this.#class = undefined;
    return "]";
  }

  #posix(token: string): string {
    const known = CLASSES[token.slice(2, -2)];
    if (known === undefined) throw new Untranslatable();
    return known[this.#class?.negated === true ? 1 : 0];
  }

  /** A part that accepts more than was meant accepts less where it is negated. */
  #wider(text: string): string {
    if (/\(\?<?!/.test(this.#source)) throw new Untranslatable();
    return text;
  }

  #group(token: string): string {
    if (token.startsWith("(?#")) return "";
    if (token === "(?P<" || token === "(?<") return "(?<";
    if (token.startsWith("(?P=")) return `\\k<${token.slice(4, -1)}>`;
    if (token.startsWith("(?'")) return `(?<${token.slice(3, -1)}>`;
    if (token === "(?:" || /^\(\?<?[=!]$/.test(token)) return token;
    if (token === "(?>") return this.#wider("(?:");
    const modifiers = /^\(\?\^?([a-zA-Z]*)(?:-[a-zA-Z]+)?([:)])$/.exec(token);
    if (modifiers === null) throw new Untranslatable();
    return this.#modify(modifiers[1] ?? "", { scoped: modifiers[2] === ":" });
  }

  /** Flags of a part become flags of all, where taking more cannot mean refusing more. */
  #modify(letters: string, { scoped }: { readonly scoped: boolean }): string {
    const leads = !scoped && this.#output === "";
    const known = leads ? /^[imsuaULdJ]*$/ : /^[isuaULdJ]*$/;
    if (!known.test(letters)) throw new Untranslatable();
    if (letters !== "" && !leads && NEGATIONS.test(this.#source)) throw new Untranslatable();
    this.#flags += letters.replace(/[^ims]/g, "");
    return scoped ? "(?:" : "";
  }

  #escape(token: string): string {
    if (token.startsWith("\\Q")) return quoted(token);
    if (token.startsWith("\\x{")) return `\\u${token.slice(2)}`;
    if (/^\\U\w/.test(token)) return `\\u{${token.slice(2)}}`;
    if (/^\\[pP]/.test(token)) return this.#property(token);
    if (/^\\[kgo]./.test(token)) return namedReference(token);
    const letter = token.charAt(1);
    return Object.hasOwn(ESCAPES, letter) ? this.#foreign(letter) : this.#ordinary(token, letter);
  }

  #foreign(letter: string): string {
    const text = ESCAPES[letter]?.[this.#class === undefined ? 0 : 1];
    if (text === undefined) throw new Untranslatable();
    return text;
  }

  /** With `u` only what has a meaning may be escaped. */
  #ordinary(token: string, letter: string): string {
    if (/[a-zA-Z]/.test(letter) && !"bBdDsSwWnrtfv0cux".includes(letter)) throw new Untranslatable();
    if (/[\w^$\\.*+?()[\]{}|/]/.test(letter) && letter !== "_") return token;
    return letter === "-" && this.#class !== undefined ? "\\-" : letter;
  }

  #property(token: string): string {
    const name = token.slice(2).replace(/[{}^]/g, "");
    const negated = token.startsWith("\\P") !== token.includes("^");
    const sign = negated ? "P" : "p";
    const bare = name.replace(/^(?:Is|is|script=|sc=|Script=)/, "");
    const title = bare.replace(/^[a-z]|_[a-z]/g, (first) => first.toUpperCase());
    const candidates = [name, bare, title, `Script=${bare}`, `Script=${title}`].map((each) => `\\${sign}{${each}}`);
    const known = candidates.find((each) => compiles(each, "u"));
    if (known !== undefined) return known;
    const posix = CLASSES[bare.toLowerCase()];
    if (posix === undefined) throw new Untranslatable();
    const inside = this.#class !== undefined;
    if (inside && negated) throw new Untranslatable();
    const text = posix[negated || this.#class?.negated === true ? 1 : 0];
    return inside ? text : `[${negated ? "^" : ""}${text}]`;
  }
}

function quoted(token: string): string {
  const text = token.slice(2).replace(/\\E$/, "");
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function namedReference(token: string): string {
  const name = /^\\[kg][{<]([A-Za-z_]\w*)[}>]$/.exec(token)?.[1];
  if (name === undefined) throw new Untranslatable();
  return `\\k<${name}>`;
}
