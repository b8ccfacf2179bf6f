import {
  NativeError,
  NativeProxy,
  defineProperty,
  getOwnPropertyDescriptor,
  indexOf,
  readText,
  slice,
  split,
} from "codemode:guest/intrinsics";

/** Error that a failed call rejects with. */
export class ToolError extends NativeError {
  constructor(message, details) {
    super(message);
    defineProperty(this, "code", hidden(details?.code ?? "tool_error"));
    if (details?.tool !== undefined) defineProperty(this, "tool", hidden(details.tool));
    if (details?.hint !== undefined) defineProperty(this, "hint", hidden(details.hint));
    defineProperty(this, "content", hidden(details?.content ?? []));
    if (details?.structuredContent !== undefined)
      defineProperty(this, "structuredContent", { ...hidden(details.structuredContent), enumerable: true });
  }
}
defineProperty(ToolError.prototype, "name", hidden("ToolError"));

function hidden(value) {
  return { __proto__: null, value, writable: true, enumerable: false, configurable: true };
}

/** An error with the stack of `site`, an error made where the call was. */
export function toolErrorAt(site, message, details) {
  const error = new ToolError(message, details);
  defineProperty(error, "stack", hidden(programFrames(site.stack)));
  return error;
}

/** The lines of a stack that are places in the program. */
export function programFrames(stack) {
  if (typeof stack !== "string") return "";
  const lines = split(stack, "\n");
  let text = "";
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index];
    if (isPlace(line) && indexOf(line, "codemode:guest/") < 0 && indexOf(line, "(native)") < 0) text += `${line}\n`;
  }
  return text;
}

const isPlace = (line) => slice(line, 0, 7) === "    at ";

/** A value whose `stack`, if it is an error, begins with its name and message, which the engine leaves out. */
export function withWholeStack(value) {
  if (!(value instanceof NativeError)) return value;
  const own = getOwnPropertyDescriptor(value, "stack");
  if (typeof own?.value !== "string" || !own.writable || (own.value !== "" && !isPlace(own.value))) return value;
  const message = readText(value, "message") ?? "";
  const name = readText(value, "name") ?? "Error";
  const head = message === "" ? name : `${name}: ${message}`;
  const frames = programFrames(own.value);
  defineProperty(value, "stack", hidden(frames === "" ? head : `${head}\n${slice(frames, 0, -1)}`));
  return value;
}

/** What a program is given where the host does not know the result of a call: any use of it raises the error. */
export function opaqueResult(message, details) {
  const use = () => {
    throw toolErrorAt(new NativeError(), message, details);
  };
  // Waiting for a value asks it whether it is a promise.
  const get = (_target, name) => (name === "then" ? undefined : use());
  const traps = { __proto__: null, get };
  for (let index = 0; index < USES.length; index += 1) traps[USES[index]] = use;
  return new NativeProxy({ __proto__: null }, traps);
}

const USES = [
  "set",
  "has",
  "deleteProperty",
  "ownKeys",
  "getPrototypeOf",
  "setPrototypeOf",
  "isExtensible",
  "preventExtensions",
  "getOwnPropertyDescriptor",
  "defineProperty",
];
