// `Intl`, by the host platform: options and texts go out, texts and parts come back. Nothing here keeps
// anything of the platform; a formatter is the text of its locales and options, and the platform keeps a few by it.

import {
  NativeNumber,
  NativeTypeError,
  append,
  create,
  defineGlobal,
  defineMethod,
  defineProperty,
  isFinite,
  slice,
  split,
  stringify,
  weakGet,
  weakSet,
} from "codemode:guest/intrinsics";
import { ask, provide } from "codemode:guest/parts";
import {
  OPTIONS,
  states,
  localeList,
  tag,
  readOptions,
  short,
  setupOf,
  numberText,
  timeText,
  listOfText,
} from "codemode:guest/parts/intl-data";
import { collatorSetup, compareFast } from "codemode:guest/parts/collation";

/** Conversion of each method's arguments to data, by class. */
const METHODS = {
  __proto__: null,
  NumberFormat: {
    format: [numberText],
    formatToParts: [numberText],
    formatRange: [numberText, numberText],
    formatRangeToParts: [numberText, numberText],
  },
  DateTimeFormat: {
    format: [timeText],
    formatToParts: [timeText],
    formatRange: [timeText, timeText],
    formatRangeToParts: [timeText, timeText],
  },
  Collator: { compare: [] },
  PluralRules: { select: [(value) => `n${+value}`], selectRange: [(value) => `n${+value}`, (value) => `n${+value}`] },
  RelativeTimeFormat: {
    format: [(value) => `n${+value}`, (unit) => `t${unit}`],
    formatToParts: [(value) => `n${+value}`, (unit) => `t${unit}`],
  },
  ListFormat: { format: [listOfText], formatToParts: [listOfText] },
  DisplayNames: { of: [(code) => `t${code}`] },
};
/** Methods that are getters of a function bound to their formatter, so that they can be handed on. */
const BOUND = { __proto__: null, NumberFormat: "format", DateTimeFormat: "format", Collator: "compare" };

function stateOf(self, kind, method) {
  const state = typeof self === "object" && self !== null ? weakGet(states, self) : undefined;
  if (state?.kind !== kind)
    throw new NativeTypeError(`Method Intl.${kind}.prototype.${method} called on incompatible receiver`);
  return state;
}

function run(state, method, args) {
  const makers = METHODS[state.kind][method];
  const values = [];
  for (let index = 0; index < makers.length; index += 1) append(values, makers[index](args[index]));
  return ask(state.kind, method, [state.setup, stringify(values)]) ?? undefined;
}

function compareTexts(setup, one, other) {
  return compareFast(setup, one, other) ?? ask("Collator", "compare", [setup, stringify([`t${one}`, `t${other}`])]);
}

function makeClass(kind) {
  const callable = BOUND[kind] !== undefined;
  function Class(locales, options) {
    if (new.target === undefined && !callable) throw new NativeTypeError(`Constructor Intl.${kind} requires 'new'`);
    if (kind === "DisplayNames" && options === undefined)
      throw new NativeTypeError("Intl.DisplayNames needs options with a type");
    const self = new.target === undefined ? create(Class.prototype) : this;
    const setup = setupOf(kind, locales, options);
    ask(kind, "check", [setup, "[]"]);
    weakSet(states, self, { __proto__: null, kind, setup });
    return self;
  }
  nameIt(Class, kind, 0);
  tagPrototype(Class, kind);
  defineMethod(Class, "supportedLocalesOf", function supportedLocalesOf(locales, options) {
    return ask(kind, "supportedLocalesOf", [stringify([localeList(locales), readOptions(kind, options)]), "[]"]);
  });
  defineMethod(Class.prototype, "resolvedOptions", function resolvedOptions() {
    return ask(kind, "resolvedOptions", [stateOf(this, kind, "resolvedOptions").setup, "[]"]);
  });
  const methods = Object.keys(METHODS[kind] ?? {});
  for (let index = 0; index < methods.length; index += 1) addMethod(Class, kind, methods[index]);
  return Class;
}

function addMethod(Class, kind, method) {
  if (BOUND[kind] !== method) {
    const named = { [method]: (self, args) => run(stateOf(self, kind, method), method, args) };
    defineMethod(
      Class.prototype,
      method,
      nameIt(
        function (...args) {
          return named[method](this, args);
        },
        method,
        1,
      ),
    );
    return;
  }
  defineProperty(Class.prototype, method, {
    __proto__: null,
    configurable: true,
    get() {
      const state = stateOf(this, kind, method);
      return (state.bound ??=
        kind === "Collator"
          ? (one, other) => compareTexts(state.setup, `${one}`, `${other}`)
          : (...args) => run(state, method, args));
    },
  });
}

function nameIt(fn, name, length) {
  defineProperty(fn, "name", { __proto__: null, value: name, configurable: true });
  defineProperty(fn, "length", { __proto__: null, value: length, configurable: true });
  return fn;
}

function tagPrototype(Class, kind) {
  defineProperty(Class, "prototype", { __proto__: null, writable: false });
  defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, value: `Intl.${kind}`, configurable: true });
}

// Segments: the platform says where they begin.

class Segments {
  #text;
  #granularity;
  #marks;

  constructor(text, granularity, marks) {
    this.#text = text;
    this.#granularity = granularity;
    this.#marks = marks;
  }

  #at(index) {
    const start = this.#marks.starts[index];
    const end = this.#marks.starts[index + 1] ?? this.#text.length;
    const segment = { segment: slice(this.#text, start, end), index: start, input: this.#text };
    if (this.#granularity === "word") segment.isWordLike = this.#marks.words[index] === "1";
    return segment;
  }

  containing(at = 0) {
    const place = Math.trunc(NativeNumber(at)) || 0;
    if (place < 0 || place >= this.#text.length) return undefined;
    let low = 0;
    let high = this.#marks.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#marks.starts[middle] <= place) low = middle;
      else high = middle - 1;
    }
    return this.#at(low);
  }

  *[Symbol.iterator]() {
    for (let index = 0; index < this.#marks.starts.length; index += 1) yield this.#at(index);
  }
}

const Intl = create(Object.prototype);
defineProperty(Intl, Symbol.toStringTag, { __proto__: null, value: "Intl", configurable: true });
const kinds = Object.keys(METHODS);
for (let index = 0; index < kinds.length; index += 1) defineMethod(Intl, kinds[index], makeClass(kinds[index]));

const Segmenter = makeClass("Segmenter");
defineMethod(Intl, "Segmenter", Segmenter);
defineMethod(Segmenter.prototype, "segment", function segment(input) {
  const state = stateOf(this, "Segmenter", "segment");
  const text = `${input}`;
  state.granularity ??= this.resolvedOptions().granularity;
  return new Segments(text, state.granularity, ask("Segmenter", "segment", [state.setup, stringify([`t${text}`])]));
});

// Locales.

function Locale(locale, options) {
  if (new.target === undefined) throw new NativeTypeError("Constructor Intl.Locale requires 'new'");
  if (typeof locale !== "string" && (typeof locale !== "object" || locale === null))
    throw new NativeTypeError("First argument to Intl.Locale constructor can't be empty or missing");
  const text = tag(typeof locale === "string" ? locale : (weakGet(states, locale)?.text ?? `${locale}`));
  weakSet(states, this, {
    __proto__: null,
    kind: "Locale",
    ...ask("Locale", "read", [stringify([text, readOptions("Locale", options)]), "[]"]),
  });
}
tagPrototype(Locale, "Locale");
nameIt(Locale, "Locale", 1);
const localeState = (self, name) => stateOf(self, "Locale", name);
for (const name of split(`baseName ${OPTIONS.Locale}`, " ")) {
  defineProperty(Locale.prototype, name, {
    __proto__: null,
    configurable: true,
    get() {
      return localeState(this, name)[name];
    },
  });
}
defineMethod(Locale.prototype, "toString", function toString() {
  return localeState(this, "toString").text;
});
for (const name of ["maximize", "minimize"]) {
  defineMethod(Locale.prototype, name, function () {
    return new Locale(localeState(this, name)[name === "maximize" ? "maximized" : "minimized"]);
  });
}
defineMethod(Intl, "Locale", Locale);

defineMethod(Intl, "getCanonicalLocales", function getCanonicalLocales(locales) {
  return ask("Intl", "getCanonicalLocales", [stringify([localeList(locales), {}]), "[]"]);
});
defineMethod(Intl, "supportedValuesOf", function supportedValuesOf(key) {
  return ask("Intl", "supportedValuesOf", ["[[],{}]", stringify([`t${short(key)}`])]);
});

const DEFAULTS = "[[],{}]";
const plainSetup = (kind, [locales, options]) =>
  locales === undefined && options === undefined ? DEFAULTS : setupOf(kind, locales, options);

const locale = {
  __proto__: null,
  number: (value, locales, options) =>
    ask("NumberFormat", "format", [plainSetup("NumberFormat", [locales, options]), stringify([numberText(value)])]),
  date: (time, defaults, wanted) => {
    const setup = plainSetup("DateTimeFormat", wanted);
    if (!isFinite(time)) return "Invalid Date";
    return ask(`DateTimeFormat ${defaults}`, "format", [setup, `["n${time}"]`]);
  },
  collatorSetup,
  compareTexts,
  change: (method, text, locales) =>
    ask("Text", method, [stringify([localeList(locales), {}]), stringify([`t${text}`])]),
};

provide("intl", { __proto__: null, Intl, locale });
defineGlobal("Intl", Intl);
