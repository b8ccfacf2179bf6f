import { pointerStep } from "../../schema/check/value-checks.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { parametersOf } from "../tool-shapes.ts";
import type { WrittenArguments } from "../calls/written-arguments.ts";
import type { ArgumentRefusal } from "../calls/refused-arguments.ts";
import type { ToolCall } from "./tool-calls.ts";
import { splitAt } from "./bound-names.ts";
import { namesByKeyword } from "./emit/tool-signature.ts";
import { stringValue } from "./read/literal-value.ts";
import { childOf, childrenOf, type PythonPart, textOf } from "./read/parse-module.ts";

/** The arguments of a call by how they are given; undefined where the text does not say how. */
interface SortedArguments {
  readonly positional: readonly PythonPart[];
  readonly keywords: readonly (readonly [name: string, value: PythonPart, at: number])[];
  /** True with `**` before what is not written out. */
  readonly isOpen: boolean;
}

const MAX_DEPTH = 12;
/** Properties and items that are read of one call. */
const MAX_PLACES = 500;
/** Escapes whose text is not read here. */
const RARE_ESCAPE = /\\(?![nt\\'"]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/;

/** The arguments between the commas of a call, each as its parts. */
export function splitArguments(call: PythonPart): readonly (readonly PythonPart[])[] {
  const list = childOf(call, "ArgList");
  const parts = list === undefined ? [] : childrenOf(list).filter(({ node }) => !/^(?:[()]|Comment)$/.test(node.name));
  return splitAt(parts, ",").filter((item) => item.length > 0);
}

/** The words for arguments in a form that no tool takes. */
interface WrongForm extends ArgumentRefusal {
  readonly at: number;
}

/** The one object of arguments that a call gives, or why no call is written so; undefined where the text does not say. */
export function readCall(call: ToolCall, tool: ToolEntry): WrittenArguments | WrongForm | undefined {
  const given = call.form === "call_tool" ? sortByName(call) : sortArguments(splitArguments(call.call), call.literalOf);
  if (given === undefined) return undefined;
  const own = namesByKeyword(parametersOf(tool));
  const keywords = given.keywords.map(([name, ...rest]) => [own.get(name) ?? name, ...rest] as const);
  const named = { ...given, keywords };
  return wrongForm(named, call, tool) ?? writtenArguments(named, call, tool);
}

/** Sorts the arguments of a call, or some of them; undefined where values of an unknown number are among them. */
function sortArguments(
  items: readonly (readonly PythonPart[])[],
  literalOf: ToolCall["literalOf"],
): SortedArguments | undefined {
  const positional: PythonPart[] = [];
  const keywords: (readonly [string, PythonPart, number])[] = [];
  let isOpen = false;
  for (const [first, second, third, ...more] of items) {
    if (first === undefined || more.length > 0) return undefined;
    if (second === undefined) positional.push(first);
    else if (first.node.name === "VariableName" && second.node.name === "AssignOp" && third !== undefined)
      keywords.push([textOf(first), third, first.node.from]);
    else if (first.node.name === "**" && third === undefined) {
      const named = spreadKeywords(second, literalOf);
      if (named === undefined) isOpen = true;
      else keywords.push(...named);
    } else return undefined;
  }
  return { positional, keywords, isOpen };
}

/** The keywords that `**name` gives, at the place of the name; undefined where the text does not say which. */
function spreadKeywords(
  name: PythonPart,
  literalOf: ToolCall["literalOf"],
): readonly (readonly [string, PythonPart, number])[] | undefined {
  const dict = name.node.name === "VariableName" ? literalOf(name) : name;
  if (dict?.node.name !== "DictionaryExpression") return undefined;
  const entries = itemsOf(dict).map(([key, , value]) => {
    const written = key?.node.name === "String" ? textConstant(key) : undefined;
    return written === undefined || value === undefined ? undefined : ([written, value, name.node.from] as const);
  });
  return entries.some((entry) => entry === undefined) ? undefined : entries.flatMap((entry) => (entry ? [entry] : []));
}

/** Arguments of `call_tool` after the name of the tool, without its own options. */
function sortByName({ call, literalOf }: ToolCall): SortedArguments | undefined {
  const given = sortArguments(splitArguments(call).slice(1), literalOf);
  if (given === undefined) return undefined;
  const keywords = given.keywords.filter(([name]) => name !== "raw" && name !== "timeout");
  const [[name, value] = []] = keywords;
  if (name !== "arguments" || value === undefined) return { ...given, keywords };
  const isAlone = keywords.length === 1 && given.positional.length === 0 && !given.isOpen;
  return isAlone ? { ...given, positional: [value], keywords: [] } : undefined;
}

function wrongForm({ positional, keywords }: SortedArguments, call: ToolCall, tool: ToolEntry): WrongForm | undefined {
  const [[, , at] = []] = keywords;
  if (positional.length === 1 && positional[0]?.node.name === "DictionaryExpression" && at !== undefined) {
    const message = `${tool.name} takes one dict or keywords, not both.`;
    return { message, hint: "Put everything in the dict, or use keywords only.", at };
  }
  const most = parametersOf(tool).length;
  if (call.form !== "member" || positional.length <= Math.max(1, most)) return undefined;
  const message = `${tool.name} takes at most ${most} values without names, not ${positional.length}.`;
  return { message, hint: "Name each argument.", at: call.from };
}

function writtenArguments(given: SortedArguments, call: ToolCall, tool: ToolEntry): WrittenArguments | undefined {
  const { positional, keywords, isOpen } = given;
  const [first, ...more] = positional;
  const spelled = new SpelledArguments(call.literalOf);
  if (first === undefined || (more.length === 0 && first.node.name === "None"))
    return spelled.named(keywords, { isOpen, at: call.from });
  const dict = more.length === 0 ? dictOf(first, call) : undefined;
  if (dict !== undefined) return isOpen ? undefined : spelled.dict(dict, dict === first ? undefined : first.node.from);
  const ordered = valuesInOrder(given, call, tool);
  return ordered && spelled.named(ordered, { isOpen, at: call.from });
}

/** The dict that is given as all arguments, written there or behind a name. */
function dictOf(given: PythonPart, { literalOf }: ToolCall): PythonPart | undefined {
  const value = given.node.name === "VariableName" ? literalOf(given) : given;
  return value?.node.name === "DictionaryExpression" ? value : undefined;
}

/** Values without names under the names they go by; undefined where the text does not say how they are taken. */
function valuesInOrder(
  { positional, keywords }: SortedArguments,
  { form }: ToolCall,
  tool: ToolEntry,
): SortedArguments["keywords"] | undefined {
  const [first, ...more] = positional;
  const isOrdered = more.length === 0 ? CONSTANTS.test(first?.node.name ?? "") : form === "member";
  const parameters = parametersOf(tool);
  if (!isOrdered || form === "call_tool" || positional.length > parameters.length) return undefined;
  const names = parameters.slice(0, positional.length);
  if (keywords.some(([name]) => names.includes(name))) return undefined;
  return [...positional.map((value, index) => [names[index] ?? "", value, value.node.from] as const), ...keywords];
}

/** Values that are no dict. */
const CONSTANTS = /^(?:String|ContinuedString|Number|Boolean|ArrayExpression|UnaryExpression)$/;

/** Reads what stands for the object of arguments: a dict, or names with their values. */
class SpelledArguments {
  readonly #holes: string[] = [];
  readonly #open: string[] = [];
  readonly #places: [string, number][] = [];
  readonly #literalOf: ToolCall["literalOf"];
  /** Offset of the name that stands for what is read. */
  #namedAt: number | undefined;

  constructor(literalOf: ToolCall["literalOf"]) {
    this.#literalOf = literalOf;
  }

  /** @param at offset that stands for the whole */
  dict(part: PythonPart, at?: number): WrittenArguments {
    this.#namedAt = at;
    this.#places.push(["", at ?? part.node.from]);
    return this.#written(this.#read(part, "", 0));
  }

  /** @param given.at offset that stands for the whole */
  named(
    values: SortedArguments["keywords"],
    { isOpen, at }: { readonly isOpen: boolean; readonly at: number },
  ): WrittenArguments {
    this.#places.push(["", at]);
    if (isOpen) this.#open.push("");
    return this.#written(
      Object.fromEntries(values.map(([name, part, from]) => [name, this.#part(part, [pointerStep(name), from], 1)])),
    );
  }

  #written(value: unknown): WrittenArguments {
    return { value, holes: this.#holes, open: this.#open, places: this.#places };
  }

  #part(part: PythonPart, place: readonly [path: string, from: number], depth: number): unknown {
    this.#places.push([place[0], this.#namedAt ?? place[1]]);
    return this.#read(part, place[0], depth);
  }

  #read(part: PythonPart, path: string, depth: number): unknown {
    const { name } = part.node;
    if (depth <= MAX_DEPTH && this.#places.length < MAX_PLACES) {
      if (name === "DictionaryExpression") return this.#dict(part, path, depth);
      if (name === "ArrayExpression" || name === "TupleExpression") return this.#list(part, path, depth);
      const inner = name === "ParenthesizedExpression" ? childrenOf(part)[1] : undefined;
      if (inner !== undefined) return this.#read(inner, path, depth + 1);
      const constant = constantOf(part);
      if (constant !== undefined) return constant;
      const named = name === "VariableName" ? this.#literalOf(part) : undefined;
      if (named !== undefined) return this.#named(named, part, [path, depth]);
    }
    if (name === "None") return null;
    return this.#hole(path);
  }

  /** Reads what a name stands for; what is wrong in it is shown at the name. */
  #named(value: PythonPart, { node }: PythonPart, [path, depth]: readonly [path: string, depth: number]): unknown {
    const before = this.#namedAt;
    this.#namedAt ??= node.from;
    const read = this.#read(value, path, depth + 1);
    this.#namedAt = before;
    return read;
  }

  #hole(path: string): null {
    this.#holes.push(path);
    return null;
  }

  #dict(part: PythonPart, path: string, depth: number): unknown {
    const entries = new Map<string, unknown>();
    for (const [key, colon, value, ...more] of itemsOf(part)) {
      const name = key?.node.name === "String" ? textConstant(key) : undefined;
      if (
        name === undefined ||
        key === undefined ||
        value === undefined ||
        colon?.node.name !== ":" ||
        more.length > 0
      ) {
        // A later `**` or computed key may also replace what is written before it.
        return this.#hole(path);
      }
      entries.set(name, this.#part(value, [path + pointerStep(name), key.node.from], depth + 1));
    }
    return Object.fromEntries(entries);
  }

  #list(part: PythonPart, path: string, depth: number): unknown {
    const items = itemsOf(part);
    if (items.some((item) => item.length !== 1)) return this.#hole(path);
    return items.flatMap(([item], index) =>
      item === undefined ? [] : [this.#part(item, [path + pointerStep(index), item.node.from], depth + 1)],
    );
  }
}

/** The items between the commas of a list or dict, each as its parts. */
function itemsOf(part: PythonPart): readonly (readonly PythonPart[])[] {
  const parts = childrenOf(part).filter(({ node }) => !/^(?:[()[\]{}]|Comment)$/.test(node.name));
  return splitAt(parts, ",").filter((item) => item.length > 0);
}

/** The text, number or truth value that a constant stands for; undefined for any other expression. */
function constantOf(part: PythonPart): string | number | boolean | undefined {
  switch (part.node.name) {
    case "Boolean":
      return textOf(part) === "True";
    case "Number":
      return numberConstant(part);
    case "String":
      return textConstant(part);
    case "ContinuedString": {
      const texts = childrenOf(part).map((each) => (each.node.name === "String" ? textConstant(each) : undefined));
      return texts.includes(undefined) ? undefined : texts.join("");
    }
    case "UnaryExpression": {
      const [sign, operand] = childrenOf(part);
      const number = operand?.node.name === "Number" && textOf(sign) === "-" ? numberConstant(operand) : undefined;
      return number === undefined ? undefined : -number;
    }
    default:
      return undefined;
  }
}

/** Integers beyond 2^53 have more digits than a number can hold. */
function numberConstant(part: PythonPart): number | undefined {
  const value = Number(textOf(part).replaceAll("_", ""));
  return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER ? value : undefined;
}

function textConstant(part: PythonPart): string | undefined {
  const text = textOf(part);
  return /^[rR]/.test(text) || !RARE_ESCAPE.test(text) ? stringValue(text) : undefined;
}
