/* oxlint-disable typescript/no-unsafe-type-assertion -- what is asked for is checked against the tables below first */

/** The locale and the time zone of a program that asks for none, wherever it runs. */
const LOCALE = "en-US";
const TIME_ZONE = "UTC";

type Options = Record<string, unknown>;
type Formatter = Readonly<Record<string, unknown>>;
type Constructor = (new (locales: readonly string[], options: Options) => object) & {
  supportedLocalesOf(locales: readonly string[], options: Options): string[];
};

/** Methods of each class that a guest may call, beside `check` and `resolvedOptions`. */
const METHODS: Readonly<Record<string, readonly string[]>> = {
  NumberFormat: ["format", "formatToParts", "formatRange", "formatRangeToParts"],
  DateTimeFormat: ["format", "formatToParts", "formatRange", "formatRangeToParts"],
  Collator: ["compare"],
  PluralRules: ["select", "selectRange"],
  RelativeTimeFormat: ["format", "formatToParts"],
  ListFormat: ["format", "formatToParts"],
  DisplayNames: ["of"],
  Segmenter: ["segment"],
};

/** Formatters kept for one thread; one takes some ten kilobytes outside the heap. */
const KEPT = 48;

/** The parts of a date that `toLocaleDateString` and `toLocaleTimeString` show, and those that make defaults needless. */
const DATE_PARTS = ["weekday", "year", "month", "day"];
const TIME_PARTS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];

const LOCALE_FIELDS = [
  "baseName",
  "language",
  "script",
  "region",
  "calendar",
  "collation",
  "hourCycle",
  "caseFirst",
  "numeric",
  "numberingSystem",
] as const;

/** One question about locales. */
interface IntlQuestion {
  /** Class of `Intl`, followed by what a date needs and gets by default; or `Intl`, `Locale`, `Text`. */
  readonly kind: string;
  readonly method: string;
  /** JSON of the locales and the options. */
  readonly setup: string;
  readonly args: readonly unknown[];
}

/**
 * Answers questions about locales for guest code whose engine has no `Intl`: plain data in and out, a few formatters kept
 * by the text of their settings. Throws what `Intl` throws.
 */
export class IntlService {
  /** Those used last come last. */
  readonly #formatters: Map<string, Formatter> = new Map();

  /** The answer as plain data. */
  answer({ kind, method, setup, args }: IntlQuestion): unknown {
    if (kind === "Intl") return askIntl(method, setup, args);
    if (kind === "Locale") return readLocale(setup);
    if (kind === "Text") return changeCase(method, setup, args);
    const name = kind.split(" ", 1)[0] ?? "";
    const allowed = METHODS[name];
    if (allowed === undefined || !Object.hasOwn(METHODS, name)) throw new TypeError(`Intl.${name} is not supported.`);
    if (method === "supportedLocalesOf") return classOf(name).supportedLocalesOf(...parseSetup(setup));
    const formatter = this.#formatter(kind, name, setup);
    if (method === "check") return null;
    if (method === "resolvedOptions") return call(formatter, method, []);
    if (!allowed.includes(method)) throw new TypeError(`Intl.${name} has no ${method}.`);
    return name === "Segmenter" ? segment(formatter, textOf(args[0])) : call(formatter, method, args.map(readArgument));
  }

  #formatter(kind: string, name: string, setup: string): Formatter {
    const key = `${kind} ${setup}`;
    const known = this.#formatters.get(key);
    const formatter = known ?? makeFormatter(kind, name, setup);
    this.#formatters.delete(key);
    this.#formatters.set(key, formatter);
    const [oldest] = this.#formatters.keys();
    if (this.#formatters.size > KEPT && oldest !== undefined) this.#formatters.delete(oldest);
    return formatter;
  }
}

function makeFormatter(kind: string, name: string, setup: string): Formatter {
  const [locales, options] = parseSetup(setup);
  const settings = name === "DateTimeFormat" ? dateSettings(kind, options) : options;
  // The last locale is the one to fall back to; the machine's own would reveal where the program runs.
  return new (classOf(name))([...locales, LOCALE], settings) as unknown as Formatter;
}

function classOf(name: string): Constructor {
  return Reflect.get(Intl, name);
}

function parseSetup(setup: string): [readonly string[], Options] {
  return JSON.parse(setup) as [readonly string[], Options];
}

function call(formatter: Formatter, method: string, args: readonly unknown[]): unknown {
  const fn = formatter[method] as (...values: readonly unknown[]) => unknown;
  return Reflect.apply(fn, formatter, args);
}

/** Defaults of the methods of dates: the kind names what is required, then what is shown without it. */
function dateSettings(kind: string, options: Options): Options {
  const [, required, defaults] = kind.split(" ");
  const settings: Options = { ...options, timeZone: options["timeZone"] ?? TIME_ZONE };
  if (required === undefined) return settings;
  const { dateStyle, timeStyle } = options;
  if ((required === "date" && timeStyle !== undefined) || (required === "time" && dateStyle !== undefined)) {
    throw new TypeError(`Invalid option : ${required === "date" ? "timeStyle" : "dateStyle"}`);
  }
  return hasParts(options, required) ? settings : { ...settings, ...defaultParts(defaults) };
}

function hasParts(options: Options, required: string): boolean {
  const parts = [...(required === "time" ? [] : DATE_PARTS), ...(required === "date" ? [] : TIME_PARTS)];
  return ["dateStyle", "timeStyle", ...parts].some((part) => options[part] !== undefined);
}

function defaultParts(shown: string | undefined): Options {
  const date = { year: "numeric", month: "numeric", day: "numeric" };
  const time = { hour: "numeric", minute: "numeric", second: "numeric" };
  return { ...(shown === "time" ? {} : date), ...(shown === "date" ? {} : time) };
}

/** A letter for the kind, then the text of the value; lists of text are themselves. */
function readArgument(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(String);
  const text = String(data);
  const value = text.slice(1);
  if (text.startsWith("n")) return Number(value);
  if (text.startsWith("b")) return BigInt(value);
  return text.startsWith("s") ? decimal(value) : value;
}

function textOf(data: unknown): string {
  return String(data).slice(1);
}

/** A number as text keeps its digits; text that is not a plain decimal, or has very many digits, becomes a number. */
function decimal(text: string): unknown {
  return /^\s*[+-]?\d{1,500}(?:\.\d{0,500})?\s*$/.test(text) ? text.trim() : Number(text);
}

function segment(formatter: Formatter, text: string): { readonly starts: readonly number[]; readonly words: string } {
  const starts: number[] = [];
  let words = "";
  for (const { index, isWordLike } of (formatter as unknown as Intl.Segmenter).segment(text)) {
    starts.push(index);
    words += isWordLike === true ? "1" : "0";
  }
  return { starts, words };
}

/** Where each ASCII character stands among the others, from 1, capitals with their small letters; 0 for those that are ignored. */
function asciiRanks(setup: string): readonly number[] {
  const [locales] = parseSetup(setup);
  const { compare } = new Intl.Collator([...locales, LOCALE], { sensitivity: "base" });
  const characters = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const ordered = characters.filter((each) => compare(each, "") !== 0).toSorted(compare);
  const ranks = new Map<string, number>();
  ordered.forEach((each, index) => {
    const before = ordered[index - 1];
    const isSame = before !== undefined && compare(before, each) === 0;
    ranks.set(each, isSame ? (ranks.get(before) ?? 0) : index + 1);
  });
  return characters.map((each) => ranks.get(each) ?? 0);
}

function askIntl(method: string, setup: string, args: readonly unknown[]): unknown {
  if (method === "ranks") return asciiRanks(setup);
  if (method === "getCanonicalLocales") return Intl.getCanonicalLocales([...parseSetup(setup)[0]]);
  if (method === "supportedValuesOf") return Intl.supportedValuesOf(textOf(args[0]) as "unit");
  throw new TypeError(`Intl.${method} is not supported.`);
}

function readLocale(setup: string): unknown {
  const [tag, options] = JSON.parse(setup) as [string, Intl.LocaleOptions];
  const locale = new Intl.Locale(tag, options);
  const fields = LOCALE_FIELDS.map((name) => [name, locale[name]]);
  return {
    ...Object.fromEntries(fields),
    text: locale.toString(),
    maximized: locale.maximize().toString(),
    minimized: locale.minimize().toString(),
  };
}

function changeCase(method: string, setup: string, args: readonly unknown[]): string {
  const [locales] = parseSetup(setup);
  const text = textOf(args[0]);
  const wanted = [...locales, LOCALE];
  return method === "toLocaleUpperCase" ? text.toLocaleUpperCase(wanted) : text.toLocaleLowerCase(wanted);
}
