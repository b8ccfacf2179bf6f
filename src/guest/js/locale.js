// The methods of built-in values that depend on a locale. The engine has none of its own; the part `intl` does their work.

import {
  NativeNumber,
  append,
  bigintValueOf,
  defineMethod,
  getTime,
  join,
  numberValueOf,
  toLowerCase,
  toUpperCase,
} from "codemode:guest/intrinsics";
import { usePart } from "codemode:guest/parts";

let loaded;
const locale = () => (loaded ??= usePart("intl").locale);

defineMethod(Number.prototype, "toLocaleString", function toLocaleString(locales, options) {
  return locale().number(numberValueOf(this), locales, options);
});
defineMethod(BigInt.prototype, "toLocaleString", function toLocaleString(locales, options) {
  return locale().number(bigintValueOf(this), locales, options);
});
defineMethod(Date.prototype, "toLocaleString", function toLocaleString(locales, options) {
  return locale().date(getTime(this), "any all", [locales, options]);
});
defineMethod(Date.prototype, "toLocaleDateString", function toLocaleDateString(locales, options) {
  return locale().date(getTime(this), "date date", [locales, options]);
});
defineMethod(Date.prototype, "toLocaleTimeString", function toLocaleTimeString(locales, options) {
  return locale().date(getTime(this), "time time", [locales, options]);
});
defineMethod(String.prototype, "localeCompare", function localeCompare(that, locales, options) {
  if (this === undefined || this === null) throw new TypeError("String.prototype.localeCompare called on nothing");
  const { collatorSetup, compareTexts } = locale();
  return compareTexts(collatorSetup(locales, options), `${this}`, `${that}`);
});
defineMethod(String.prototype, "toLocaleUpperCase", function toLocaleUpperCase(locales) {
  return locales === undefined ? toUpperCase(this) : locale().change("toLocaleUpperCase", `${this}`, locales);
});
defineMethod(String.prototype, "toLocaleLowerCase", function toLocaleLowerCase(locales) {
  return locales === undefined ? toLowerCase(this) : locale().change("toLocaleLowerCase", `${this}`, locales);
});

function listToLocaleString(locales, options) {
  const parts = [];
  const length = NativeNumber(this.length);
  for (let index = 0; index < length; index += 1) {
    const item = this[index];
    append(parts, item === undefined || item === null ? "" : `${item.toLocaleString(locales, options)}`);
  }
  return join(parts, ",");
}
for (const prototype of [Array.prototype, Object.getPrototypeOf(Uint8Array.prototype)]) {
  defineMethod(prototype, "toLocaleString", function toLocaleString(locales, options) {
    return listToLocaleString.call(this, locales, options);
  });
}
