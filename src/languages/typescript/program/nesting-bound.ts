/** Upper bound of the nesting depth of a text, whatever a parser makes of it. */
interface NestingBound {
  /** Brackets, braces and template parts inside one another. */
  readonly brackets: number;
  /** Round brackets inside one another. */
  readonly parentheses: number;
  /** Operators, dots and opening brackets of the whole text: each may be inside the one before it. */
  readonly operators: number;
  /** Words of the whole text that a statement, an operand or a type may follow. */
  readonly words: number;
}

/**
 * Bounds the nesting of a program in one pass, without parsing it. Undefined when the text leaves open what is text and
 * what is code, as a regular expression with quotes does.
 */
export function nestingBound(code: string): NestingBound | undefined {
  // Other ends of lines end comments too, and a first line of this form is one.
  return /[\r\u2028\u2029]|^#!/.test(code) ? undefined : new NestingScan(code).run();
}

const OPERATORS = "!~+-*/%&|^?:=<>@.";
const OPENING = "([{";
const CLOSING = ")]}";
const NESTING_WORDS: ReadonlySet<string> = new Set(
  (
    "abstract as assert asserts async await case class const constructor default delete do else enum export extends for " +
    "function get if implements in infer instanceof interface is keyof let module namespace new of out readonly return " +
    "satisfies set static switch throw try type typeof unique until using var void while with yield declare catch finally"
  ).split(" "),
);

class NestingScan {
  readonly #code: string;
  /** Brackets opened and not closed; a backtick stands for a template, `$` for code in one. */
  readonly #open: string[] = [];
  #at = 0;
  #parentheses = 0;
  #most = { brackets: 0, parentheses: 0, operators: 0, words: 0 };

  constructor(code: string) {
    this.#code = code;
  }

  run(): NestingBound | undefined {
    while (this.#at < this.#code.length) {
      const known = this.#open.at(-1) === "`" ? this.#template() : this.#token();
      if (!known) return undefined;
    }
    return this.#most;
  }

  /** One step in the text of a template. */
  #template(): boolean {
    const unit = this.#code.charAt(this.#at);
    if (unit === "`") this.#open.pop();
    else if (unit === "\\") this.#at += 1;
    else if (unit === "$" && this.#code.charAt(this.#at + 1) === "{") {
      this.#push("$");
      this.#at += 1;
    }
    this.#at += 1;
    return true;
  }

  #token(): boolean {
    const unit = this.#code.charAt(this.#at);
    if (isWordUnit(unit)) return this.#word();
    if (unit === "\\") return false;
    if (unit === "'" || unit === '"') return this.#string(unit);
    if (unit === "/") return this.#slash();
    if (unit === "`" || OPENING.includes(unit)) this.#push(unit);
    else if (CLOSING.includes(unit)) this.#pop();
    else if (unit === "=" && this.#code.charAt(this.#at + 1) === ">") this.#most.operators += ARROW_COST;
    else if (OPERATORS.includes(unit)) this.#most.operators += 1;
    this.#at += 1;
    return true;
  }

  #word(): boolean {
    const start = this.#at;
    while (isWordUnit(this.#code.charAt(this.#at))) this.#at += 1;
    if (NESTING_WORDS.has(this.#code.slice(start, this.#at))) this.#most.words += 1;
    return true;
  }

  #string(quote: string): boolean {
    for (this.#at += 1; this.#at < this.#code.length; this.#at += 1) {
      const unit = this.#code.charAt(this.#at);
      if (unit === "\\") this.#at += 1;
      else if (unit === "\n") return false;
      else if (unit === quote) {
        this.#at += 1;
        return true;
      }
    }
    return false;
  }

  /** A comment, or a division if nothing on its line says that it may be a regular expression. */
  #slash(): boolean {
    const next = this.#code.charAt(this.#at + 1);
    if (next === "/" || next === "*") {
      const [end, length] = next === "/" ? ["\n", 1] : ["*/", 2];
      const found = this.#code.indexOf(end, this.#at + 2);
      this.#at = found === -1 ? this.#code.length : found + length;
      // A comment inside a regular expression would not be one.
      return true;
    }
    const lineEnd = this.#code.indexOf("\n", this.#at);
    const rest = this.#code.slice(this.#at + 1, lineEnd === -1 ? undefined : lineEnd);
    if (/["'`/\\]/.test(rest)) return false;
    this.#most.operators += 1;
    this.#at += 1;
    return true;
  }

  #push(unit: string): void {
    this.#open.push(unit);
    this.#most.operators += 1;
    if (unit === "(") this.#parentheses += 1;
    this.#most.brackets = Math.max(this.#most.brackets, this.#open.length);
    this.#most.parentheses = Math.max(this.#most.parentheses, this.#parentheses);
  }

  #pop(): void {
    if (this.#open.pop() === "(") this.#parentheses -= 1;
  }
}

/** An arrow function takes as many calls of a parser as several operators. */
const ARROW_COST = 4;

function isWordUnit(unit: string): boolean {
  return (
    (unit >= "a" && unit <= "z") ||
    (unit >= "A" && unit <= "Z") ||
    (unit >= "0" && unit <= "9") ||
    unit === "_" ||
    unit === "$" ||
    unit > "\u007f"
  );
}
