// Data of programs that the engine's own writer writes exactly as we promise: nearly all that crosses to the host.

import {
  arrayPrototype,
  getPrototypeOf,
  isArray,
  isFinite,
  keys,
  lookupGetter,
  objectPrototype,
  stringify,
} from "codemode:guest/intrinsics";

const CHECK_DEPTH = 100;

/** Thrown when the text would surely exceed the limit. */
export const TOO_LARGE = { __proto__: null };

/**
 * The text of plain data, as the engine's own writer has it; undefined for everything else, which is copied first.
 * Throws `TOO_LARGE`.
 */
export function plainJson(value, mostBytes) {
  nodesLeft = mostBytes;
  try {
    if (!isPlain(value, 0)) return undefined;
  } catch (error) {
    if (error === TOO_LARGE) throw error;
    return undefined;
  }
  return stringify(value);
}

const FEW_MEMBERS = 16;
const MOST_NAMES = 1000;
/** Names of members as JSON, with the colon, since programs use the same ones again and again. */
const writtenNames = { __proto__: null };
let namesWritten = 0;

/**
 * The text of what is most often passed to a tool, an object of a few texts, numbers and the like; undefined for everything
 * else. Every call of a program passes here, and the engine's own writer takes longer than this.
 */
export function flatJson(value) {
  if (typeof value !== "object" || value === null) return undefined;
  const proto = getPrototypeOf(value);
  if ((proto !== objectPrototype && proto !== null) || "toJSON" in value) return undefined;
  const names = keys(value);
  return names.length === 0 ? "{}" : names.length > FEW_MEMBERS ? undefined : flatMembers(value, names);
}

function flatMembers(value, names) {
  let text = "{";
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index];
    // Cheaper than a description of the property; what only has a setter reads as undefined, which is not plain.
    const part = lookupGetter(value, name) === undefined ? flatPart(value[name]) : undefined;
    if (part === undefined) return undefined;
    if (index > 0) text += ",";
    text += writtenNames[name] ?? writeName(name);
    text += part;
  }
  return `${text}}`;
}

/** What stands for the text of a part when it is appended to one; undefined for a part that has parts, and for none. */
function flatPart(part) {
  switch (typeof part) {
    case "number":
      return part - part === 0 ? part : undefined;
    case "string":
      return stringify(part);
    case "boolean":
      return part;
    default:
      return part === null ? "null" : undefined;
  }
}

function writeName(name) {
  const written = `${stringify(name)}:`;
  if (namesWritten < MOST_NAMES) {
    namesWritten += 1;
    writtenNames[name] = written;
  }
  return written;
}

let nodesLeft = 0;

/** True when the engine's own writer produces exactly what we promise, without running code of the program. */
function isPlain(value, depth) {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return isFinite(value);
    case "object":
      return value === null || isPlainObject(value, depth);
    default:
      return false;
  }
}

function isPlainObject(value, depth) {
  if (depth > CHECK_DEPTH) return false;
  const proto = getPrototypeOf(value);
  if (proto === arrayPrototype) return isArray(value) && isPlainList(value, depth);
  return (proto === objectPrototype || proto === null) && !("toJSON" in value) && hasPlainFields(value, depth);
}

function hasPlainFields(value, depth) {
  const names = keys(value);
  spendNodes(names.length);
  for (let index = 0; index < names.length; index += 1) {
    // Cheaper than a description of the property; what only has a setter reads as undefined, which is not plain.
    if (lookupGetter(value, names[index]) !== undefined) return false;
    const part = value[names[index]];
    const kind = typeof part;
    if (kind !== "string" && (kind === "number" ? part - part !== 0 : !isPlain(part, depth + 1))) return false;
  }
  return true;
}

function isPlainList(list, depth) {
  if ("toJSON" in list || hasGroups(list)) return false;
  spendNodes(list.length);
  for (let index = 0; index < list.length; index += 1) if (!isPlain(list[index], depth + 1)) return false;
  return true;
}

function spendNodes(count) {
  nodesLeft -= count + 1;
  if (nodesLeft < 0) throw TOO_LARGE;
}

/** True for a match of a pattern with named parts, which stand beside its items. */
export function hasGroups(list) {
  return "groups" in list && list.groups !== undefined;
}
