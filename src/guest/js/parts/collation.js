// Comparison of texts without a question to the platform for each pair: texts of ASCII characters are turned into keys whose
// order is that of their code units, by the weights that the platform gives each character.

import {
  NativeMap,
  NativeRegExp,
  charCodeAt,
  create,
  fromCharCode,
  getPrototypeOf,
  isFinite,
  keys,
  mapClear,
  mapGet,
  mapSet,
  mapSize,
  objectPrototype,
  parse,
  regexpExec,
  repeat,
  slice,
} from "codemode:guest/intrinsics";
import { ask } from "codemode:guest/parts";
import { setupOf } from "codemode:guest/parts/intl-data";

/** Languages in which no two ASCII characters are compared as one. */
const BY_CHARACTER = new NativeRegExp("^(?:de|en|es|fr|it|nl|pt)(?:-[A-Z]{2})?$");
const DEFAULTS = "[[],{}]";
const MOST_TEXT = 256;
const MOST_DIGITS = 200;
const MOST_KEYS = 20_000;
const MOST_SETUPS = 100;
const WEIGHT_FROM = 32;
const END = fromCharCode(1);

let last;
let lastSetup;
let lastOrder;
const orders = new NativeMap();
const setups = new NativeMap();

/** The order of two texts as -1, 0 or 1; undefined where the platform has to be asked. */
export function compareFast(setup, one, other) {
  if (setup !== lastSetup) {
    lastOrder = orderFor(setup);
    lastSetup = setup;
  }
  if (lastOrder === null) return undefined;
  const known = lastOrder.keys;
  const key = mapGet(known, one) ?? keyOf(lastOrder, one);
  const otherKey = mapGet(known, other) ?? keyOf(lastOrder, other);
  if (key === "" || otherKey === "") return undefined;
  return key === otherKey ? 0 : key < otherKey ? -1 : 1;
}

/** Locales and options of a comparison as JSON; what was asked for before is not read again. */
export function collatorSetup(locales, options) {
  if (options === undefined && locales === undefined) return DEFAULTS;
  if (last !== undefined && isLast(locales, options)) return last.setup;
  const name = setupName(locales, options);
  const setup = (name === undefined ? undefined : mapGet(setups, name)) ?? setupOf("Collator", locales, options);
  if (name === undefined) return setup;
  keep(setups, [name, setup], MOST_SETUPS);
  if (options !== undefined) remember(setup, locales, options);
  return setup;
}

/** Keeps the settings that a comparison was made with, if they are the usual ones alone. */
function remember(setup, locales, { numeric, sensitivity, ...others }) {
  const count = (numeric === undefined ? 0 : 1) + (sensitivity === undefined ? 0 : 1);
  if (keys(others).length === 0) last = { __proto__: null, setup, locales, numeric, sensitivity, count };
}

/** Sorting asks with equal settings again and again. */
function isLast(locales, options) {
  return (
    locales === last.locales &&
    typeof options === "object" &&
    options !== null &&
    options.numeric === last.numeric &&
    options.sensitivity === last.sensitivity &&
    getPrototypeOf(options) === objectPrototype &&
    keys(options).length === last.count
  );
}

/** A name for plain settings; undefined for others. */
function setupName(locales, options) {
  if (locales !== undefined && typeof locales !== "string") return undefined;
  let name = `${locales}`;
  if (options === undefined) return name;
  if (typeof options !== "object" || options === null || getPrototypeOf(options) !== objectPrototype) return undefined;
  const names = keys(options);
  for (let index = 0; index < names.length; index += 1) {
    const value = options[names[index]];
    if (typeof value !== "string" && typeof value !== "boolean") return undefined;
    name += `\n${names[index]}\n${typeof value}\n${value}`;
  }
  return name.length <= MOST_TEXT ? name : undefined;
}

function keep(map, [key, value], most) {
  if (mapSize(map) >= most) mapClear(map);
  mapSet(map, key, value);
}

/** How texts are made keys; null where they cannot be. */
function orderFor(setup) {
  const known = mapGet(orders, setup);
  if (known !== undefined) return known;
  const order = makeOrder(setup);
  keep(orders, [setup, order], MOST_SETUPS);
  return order;
}

function makeOrder(setup) {
  const [locales, options] = parse(setup);
  if (locales.length > 0 && regexpExec(BY_CHARACTER, locales[0]) === null) return null;
  const names = keys(options);
  for (let index = 0; index < names.length; index += 1)
    if (names[index] !== "sensitivity" && names[index] !== "numeric") return null;
  const { sensitivity = "variant", numeric = false } = options;
  if (typeof numeric !== "boolean") return null;
  const cased = sensitivity === "variant" || sensitivity === "case";
  return { __proto__: null, numeric, cased, weights: weightsFor(setup), keys: new NativeMap() };
}

/** A character for each ASCII character, in the order of the locale; capitals have that of their small letter. */
function weightsFor(setup) {
  const ranks = ask("Intl", "ranks", [setup, "[]"]);
  const weights = create(null);
  for (let code = 0; code < ranks.length; code += 1)
    if (isFinite(ranks[code]) && ranks[code] > 0) weights[code] = fromCharCode(WEIGHT_FROM + ranks[code]);
  return weights;
}

function keyOf(order, text) {
  const key = text.length <= MOST_TEXT ? makeKey(order, text) : "";
  keep(order.keys, [text, key], MOST_KEYS);
  return key;
}

const ZERO = 48;
const isDigit = (code) => code >= ZERO && code < ZERO + 10;

/** What differs most comes first in a key: characters, then where the capitals are. Empty for a text that has no key. */
function makeKey({ numeric, cased, weights }, text) {
  let letters = "";
  let capitals = "";
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = charCodeAt(text, at);
    const weight = weights[code];
    if (weight === undefined) return "";
    if (numeric && isDigit(code)) {
      const end = endOfDigits(text, at);
      if (end - at > MOST_DIGITS) return "";
      letters += weights[ZERO] + digitsKey(text, at, end);
      at = end - 1;
    } else letters += weight;
    if (cased && code >= 65 && code <= 90) capitals += `${repeat("a", count - capitals.length)}b`;
    count += 1;
  }
  return letters + END + capitals;
}

function endOfDigits(text, from) {
  let end = from;
  while (end < text.length && isDigit(charCodeAt(text, end))) end += 1;
  return end;
}

/** The longer of two numbers without leading zeros is the larger one. */
function digitsKey(text, from, end) {
  let start = from;
  while (start < end && charCodeAt(text, start) === ZERO) start += 1;
  return fromCharCode(2 + end - start) + slice(text, start, end);
}
