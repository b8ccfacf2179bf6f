/** Longest pattern that is looked at. */
const MAX_LENGTH = 500;
/** Maximum number of atoms after fixed repetitions are written out. */
const MAX_SIZE = 20_000;
const MAX_VARIABLE = 2;
const MAX_OPTIONAL = 4;

/**
 * Trust in the running time of a regular expression.
 *
 * `plain`: time at most quadratic in the text. `unproven`: may be fine, may be a trap; run it under a watchdog.
 * `refused`: too large to be run at all.
 */
type PatternTrust = "plain" | "unproven" | "refused";

/** Judges a pattern by its text, erring on the side of distrust. */
export function judgePattern(source: string): PatternTrust {
  if (source.length > MAX_LENGTH) return "refused";
  const scan = new PatternScan();
  for (const token of source.match(TOKEN) ?? []) scan.take(token);
  if (scan.size > MAX_SIZE) return "refused";
  if (/\\[1-9k]|\(\?(?!:)/.test(source)) return "unproven";
  return scan.isPlain(source.startsWith("^")) ? "plain" : "unproven";
}

const TOKEN = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?:)?|\)|\||\*|\+|\?|\{\d+(?:,\d*)?\}|[^]/gsu;

/** Operand of a quantifier: one atom or a closed group. */
interface Piece {
  size: number;
  /** Its length can vary. */
  variable: boolean;
  alternatives: boolean;
}

class PatternScan {
  #groups: Piece[] = [{ size: 0, variable: false, alternatives: false }];
  #last: Piece | undefined;
  #variable = 0;
  #optional = 0;
  #nested = false;

  get size(): number {
    return this.#groups.reduce((sum, group) => sum + group.size, 0);
  }

  isPlain(anchored: boolean): boolean {
    // A pattern that may start anywhere multiplies everything by the length of the text once more.
    const starts = anchored && this.#groups[0]?.alternatives !== true ? 0 : 1;
    return !this.#nested && this.#variable + starts <= MAX_VARIABLE && this.#optional <= MAX_OPTIONAL;
  }

  take(token: string): void {
    const open = this.#groups.at(-1);
    if (token.startsWith("(")) this.#groups.push({ size: 0, variable: false, alternatives: false });
    else if (token === ")") this.#close();
    else if (open === undefined) this.#nested = true;
    else if (token === "|") open.alternatives = true;
    else if (isQuantifier(token)) this.#repeat(token, open);
    else this.#add({ size: 1, variable: false, alternatives: false }, open);
  }

  #add(piece: Piece, open: Piece): void {
    open.size += piece.size;
    open.variable ||= piece.variable;
    this.#last = piece;
  }

  #close(): void {
    const closed = this.#groups.length > 1 ? this.#groups.pop() : undefined;
    const open = this.#groups.at(-1);
    if (closed !== undefined && open !== undefined) this.#add(closed, open);
  }

  #repeat(token: string, open: Piece): void {
    const repeated = this.#last;
    this.#last = undefined;
    if (token === "?") {
      this.#optional += 1;
      open.variable = true;
      return;
    }
    if (repeated?.variable === true || repeated?.alternatives === true) this.#nested = true;
    const count = Number(/\d+(?=\}|,\})|(?<=,)\d+/.exec(token)?.[0] ?? 1);
    open.size += (repeated?.size ?? 1) * Math.max(0, count - 1);
    if (token.startsWith("{") && !token.includes(",")) return;
    this.#variable += 1;
    open.variable = true;
  }
}

function isQuantifier(token: string): boolean {
  return token === "?" || token === "*" || token === "+" || (token.length > 2 && token.startsWith("{"));
}
