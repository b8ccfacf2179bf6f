// `URL` and `URLSearchParams`. The platform parses and writes; what is kept here are texts.

import {
  NativeTypeError,
  append,
  defineProperty,
  isArray,
  keys,
  slice,
  split,
  stringify,
} from "codemode:guest/intrinsics";
import { ask, provide } from "codemode:guest/parts";

const askUrl = (method, args) => ask("URL", method, ["[]", stringify(args)]);

function parseUrl(url, base) {
  try {
    return askUrl("parse", base === undefined ? [`${url}`] : [`${url}`, `${base}`]);
  } catch (error) {
    if (error.message !== "Invalid URL") throw error;
    const invalid = new NativeTypeError(`Invalid URL: ${stringify(slice(`${url}`, 0, 200))}`);
    invalid.code = "ERR_INVALID_URL";
    throw invalid;
  }
}

const OWN_TEXT = Symbol.for("nodejs.util.inspect.custom");
const FIELDS = split("href protocol username password host hostname port pathname search hash", " ");
let getField;
let setField;
let follow;
let refill;

class URL {
  #fields;
  #params;

  constructor(url, base) {
    this.#fields = parseUrl(url, base);
  }

  static canParse(url, base) {
    return URL.parse(url, base) !== null;
  }

  static parse(url, base) {
    try {
      return new URL(url, base);
    } catch {
      return null;
    }
  }

  static {
    getField = (url, name) => url.#fields[name];
    setField = (url, name, value) => {
      url.#fields = name === "href" ? parseUrl(value) : askUrl("set", [url.#fields.href, name, value]);
      if ((name === "href" || name === "search") && url.#params !== undefined) refill(url.#params, url.#fields.search);
    };
  }

  get searchParams() {
    this.#params ??= follow(new URLSearchParams(this.#fields.search), (query) => {
      this.#fields = askUrl("set", [this.#fields.href, "search", query]);
    });
    return this.#params;
  }

  [OWN_TEXT](depth, options, inspect) {
    const { href, origin } = this.#fields;
    const fields = { href, origin };
    for (const name of FIELDS) fields[name] = this.#fields[name];
    return `URL ${inspect({ ...fields, searchParams: this.searchParams })}`;
  }

  toString() {
    return this.#fields.href;
  }

  toJSON() {
    return this.#fields.href;
  }
}

for (const name of FIELDS) {
  defineProperty(URL.prototype, name, {
    __proto__: null,
    configurable: true,
    enumerable: true,
    get() {
      return getField(this, name);
    },
    set(value) {
      setField(this, name, `${value}`);
    },
  });
}
defineProperty(URL.prototype, "origin", {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get() {
    return getField(this, "origin");
  },
});

class URLSearchParams {
  #pairs = [];
  #changed;

  static {
    follow = (params, changed) => {
      params.#changed = changed;
      return params;
    };
    refill = (params, text) => {
      params.#pairs = askUrl("pairs", [text]);
    };
  }

  constructor(init) {
    if (init === undefined || init === null) return;
    if (typeof init !== "object" && typeof init !== "function") this.#pairs = askUrl("pairs", [`${init}`]);
    else if (typeof init[Symbol.iterator] === "function") this.#takePairs(init);
    else for (const name of keys(init)) append(this.#pairs, [`${name}`, `${init[name]}`]);
  }

  #takePairs(init) {
    for (const pair of init) {
      const [name, value, ...rest] = isArray(pair) ? pair : [...pair];
      if (value === undefined || rest.length > 0)
        throw new NativeTypeError("Each query pair must be an iterable [name, value] tuple");
      append(this.#pairs, [`${name}`, `${value}`]);
    }
  }

  #set(pairs) {
    this.#pairs = pairs;
    this.#changed?.(this.toString());
  }

  get size() {
    return this.#pairs.length;
  }

  append(name, value) {
    this.#set([...this.#pairs, [`${name}`, `${value}`]]);
  }

  delete(name, value) {
    this.#set(this.#pairs.filter((pair) => pair[0] !== `${name}` || (value !== undefined && pair[1] !== `${value}`)));
  }

  get(name) {
    return this.#pairs.find((pair) => pair[0] === `${name}`)?.[1] ?? null;
  }

  getAll(name) {
    return this.#pairs.filter((pair) => pair[0] === `${name}`).map((pair) => pair[1]);
  }

  has(name, value) {
    return this.#pairs.some((pair) => pair[0] === `${name}` && (value === undefined || pair[1] === `${value}`));
  }

  set(name, value) {
    const at = this.#pairs.findIndex((pair) => pair[0] === `${name}`);
    if (at < 0) return this.append(name, value);
    const kept = this.#pairs.filter((pair, index) => index <= at || pair[0] !== `${name}`);
    kept[at] = [`${name}`, `${value}`];
    return this.#set(kept);
  }

  sort() {
    this.#set([...this.#pairs].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)));
  }

  forEach(callback, self) {
    for (const [name, value] of this) callback.call(self, value, name, this);
  }

  *[Symbol.iterator]() {
    for (const pair of this.#pairs) yield [pair[0], pair[1]];
  }

  entries() {
    return this[Symbol.iterator]();
  }

  *keys() {
    for (const pair of this.#pairs) yield pair[0];
  }

  *values() {
    for (const pair of this.#pairs) yield pair[1];
  }

  [OWN_TEXT](depth, options, inspect) {
    const shown = this.#pairs.map(([name, value]) => `${inspect(name)} => ${inspect(value)}`).join(", ");
    return shown === "" ? "URLSearchParams {}" : `URLSearchParams { ${shown} }`;
  }

  toString() {
    return askUrl("query", [this.#pairs]);
  }

  /** As a value it is its text. */
  toJSON() {
    return this.toString();
  }
}
for (const Class of [URL, URLSearchParams]) {
  defineProperty(Class.prototype, Symbol.toStringTag, { __proto__: null, value: Class.name, configurable: true });
}

provide("url", { __proto__: null, URL, URLSearchParams });
