// Arguments that programs pass to `Intl`, as the data that goes to the platform.

import {
  NativeDate,
  NativeNumber,
  NativeRangeError,
  NativeTypeError,
  NativeWeakMap,
  append,
  bigintToString,
  defineProperty,
  getTime,
  isDate,
  isFinite,
  now,
  slice,
  split,
  stringify,
  weakGet,
} from "codemode:guest/intrinsics";

const MOST_LOCALES = 100;
const MOST_TAG = 200;
const MOST_DIGITS = 2000;
const MOST_ITEMS = 10_000;

const DIGITS =
  "minimumIntegerDigits minimumFractionDigits maximumFractionDigits minimumSignificantDigits maximumSignificantDigits " +
  "roundingPriority roundingIncrement roundingMode trailingZeroDisplay";
export const OPTIONS = {
  __proto__: null,
  NumberFormat:
    "localeMatcher numberingSystem style currency currencyDisplay currencySign unit unitDisplay notation compactDisplay " +
    `useGrouping signDisplay ${DIGITS}`,
  DateTimeFormat:
    "localeMatcher calendar numberingSystem hour12 hourCycle timeZone weekday era year month day dayPeriod hour minute " +
    "second fractionalSecondDigits timeZoneName formatMatcher dateStyle timeStyle",
  Collator: "usage localeMatcher collation numeric caseFirst sensitivity ignorePunctuation",
  PluralRules: `localeMatcher type ${DIGITS}`,
  RelativeTimeFormat: "localeMatcher numberingSystem style numeric",
  ListFormat: "localeMatcher type style",
  DisplayNames: "localeMatcher style type fallback languageDisplay",
  Segmenter: "localeMatcher granularity",
  Locale: "language script region calendar collation hourCycle caseFirst numeric numberingSystem",
};

/** Arguments that each object of `Intl` was made of. */
export const states = new NativeWeakMap();

/** The locales a caller asked for, as a list of tags. */
export function localeList(locales) {
  if (locales === undefined) return [];
  if (typeof locales === "string") return [tag(locales)];
  if (locales === null) throw new NativeTypeError("Cannot convert null to a list of locales");
  if (weakGet(states, Object(locales))?.kind === "Locale") return [tag(locales)];
  const list = [];
  const count = NativeNumber(Object(locales).length) || 0;
  if (count > MOST_LOCALES) throw new NativeRangeError(`At most ${MOST_LOCALES} locales can be asked for at a time`);
  for (let index = 0; index < count; index += 1) if (index in locales) append(list, tag(locales[index]));
  return list;
}

export function tag(locale) {
  const text = typeof locale === "string" ? locale : weakGet(states, Object(locale))?.text;
  if (text === undefined) throw new NativeTypeError("Incorrect locale information provided");
  if (text.length > MOST_TAG) throw new NativeRangeError(`Incorrect locale information provided`);
  return text;
}

export function readOptions(kind, options) {
  const known = {};
  if (options === undefined) return known;
  if (options === null) throw new NativeTypeError("Cannot convert undefined or null to object");
  const names = split(OPTIONS[kind], " ");
  for (let index = 0; index < names.length; index += 1) {
    const value = options[names[index]];
    if (value === undefined) continue;
    const plain = typeof value === "boolean" || (typeof value === "number" && isFinite(value)) ? value : short(value);
    defineProperty(known, names[index], { __proto__: null, value: plain, enumerable: true });
  }
  return known;
}

/** An option as a short text. */
export function short(value) {
  const text = `${value}`;
  if (text.length > MOST_TAG)
    throw new NativeRangeError(`Value ${slice(text, 0, 40)}… out of range for an Intl option`);
  return text;
}

/** Locales and options as JSON. */
export const setupOf = (kind, locales, options) => stringify([localeList(locales), readOptions(kind, options)]);

// Values as the platform reads them: a letter for the kind, then text.

export function numberText(value) {
  if (typeof value === "bigint") return `b${bounded(bigintToString(value))}`;
  if (typeof value === "string") return `s${bounded(value)}`;
  const number = +value;
  return Object.is(number, -0) ? "n-0" : `n${number}`;
}

function bounded(digits) {
  if (digits.length > MOST_DIGITS)
    throw new NativeRangeError(`Numbers of more than ${MOST_DIGITS} digits cannot be formatted`);
  return digits;
}

export function timeText(value) {
  const time = value === undefined ? now() : isDate(value) ? getTime(value) : NativeNumber(value);
  if (getTime(new NativeDate(time)) !== getTime(new NativeDate(time))) throw new NativeRangeError("Invalid time value");
  return `n${getTime(new NativeDate(time))}`;
}

export function listOfText(list) {
  const items = [];
  for (const item of list ?? []) {
    if (typeof item !== "string") throw new NativeTypeError(`Iterable yielded ${String(item)} which is not a string`);
    if (items.length >= MOST_ITEMS)
      throw new NativeRangeError(`At most ${MOST_ITEMS} items can be formatted at a time`);
    append(items, item);
  }
  return items;
}
