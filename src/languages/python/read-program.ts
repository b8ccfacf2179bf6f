import type { GuestFault } from "../../engines/engine.ts";
import { TextLines } from "../../base/text-position.ts";
import { defined } from "../../base/defined.ts";
import { parser } from "@lezer/python";
import {
  type FreeName,
  mayBeName,
  type Mentions,
  NO_MENTIONS,
  normalizeModule,
  type ProgramImport,
  type ServerCall,
} from "../mentions.ts";
import type { Position, RunKnowledge } from "../program.ts";
import { stringValue } from "./read/literal-value.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { type Remarked, remarkResults, resultHint } from "./remark-results.ts";
import { checkResults } from "./check-results.ts";
import { BoundNames, memberOf } from "./bound-names.ts";
import { findToolCalls, type ToolCall } from "./tool-calls.ts";
import { TriedCode } from "./tried-code.ts";
import { isInImport, isKeyword } from "./name-roles.ts";
import { childrenOf, type PythonPart, readOn, textOf } from "./read/parse-module.ts";

/** Text that is far from Python takes the parser time that grows with its square; real programs take some milliseconds. */
const MAX_MS = 500;

/** Reading holds nothing else up for longer than this. */
const SLICE_MS = 8;

/** More than programs have; Python itself reads 200 brackets in each other. */
const MOST_LEVELS = 500;

const MAX_CALLS = 2_000;
const MAX_CONSTANTS = 2_000;

/** Lines and columns taken off a text before it was read. */
interface Offsets {
  readonly lineOffset: number;
  readonly columnOffset: number;
}

const NO_OFFSETS: Offsets = { lineOffset: 0, columnOffset: 0 };

/** What is read of a Python program. */
interface PythonProgram {
  readonly mentions: Mentions;
  /** Names that mean something else from then on than they would without the program. */
  readonly own: readonly string[];
  /** The calls of tools whose failure the program does not handle itself. Found when asked. */
  readonly toolCalls: () => readonly ToolCall[];
  /** Place of an offset of the program in the user's text. */
  readonly placeOf: (offset: number) => Required<Position>;
  /** What the program asks of results that earlier results did not have, as sentences. */
  readonly resultNotes: (observed: Catalog) => readonly string[];
  /** What the program, which completed, asked of results that they do not have, as sentences. */
  readonly remarks: (known: RunKnowledge) => readonly string[];
  /** What the tool gave that is called in the line that failed, where nothing else is known about it. */
  readonly resultHint: (fault: GuestFault, known: RunKnowledge) => string | undefined;
}

/**
 * Reads the names outside itself that a Python program mentions, and the tools it calls. A text that takes too long to read,
 * which no program does, mentions every word in it.
 */
export async function readPythonProgram(code: string, offsets: Offsets = NO_OFFSETS): Promise<PythonProgram> {
  const tree = await parseInSlices(code);
  if (tree !== undefined) return new PythonReader({ node: tree.topNode, text: code }, offsets).read();
  const mentions = { ...NO_MENTIONS, freeNames: wordsIn(code).map((name) => toFreeName(name)) };
  return {
    mentions,
    own: [],
    toolCalls: () => [],
    placeOf: () => ({ line: 1, column: 1 }),
    resultNotes: () => [],
    remarks: () => [],
    resultHint: () => undefined,
  };
}

async function parseInSlices(code: string): Promise<ReturnType<typeof parser.parse> | undefined> {
  const parse = parser.startParse(code);
  const end = performance.now() + MAX_MS;
  for (let slice = performance.now() + SLICE_MS; ;) {
    const tree = readOn(parse, MOST_LEVELS);
    if (tree !== null) return tree;
    if (performance.now() < slice) continue;
    if (performance.now() > end) return undefined;
    await new Promise((resolve) => setImmediate(resolve));
    slice = performance.now() + SLICE_MS;
  }
}

function wordsIn(code: string): readonly string[] {
  return [...new Set(code.match(/\w+/g))].slice(0, 20_000);
}

/** One program while it is read. */
class PythonReader {
  readonly #root: PythonPart;
  readonly #lines: TextLines;
  readonly #offsets: Offsets;
  readonly #names: BoundNames;
  readonly #tried: TriedCode;
  readonly #asked = new Set<string>();
  readonly #probed = new Set<string>();
  readonly #calls: ServerCall[] = [];
  readonly #constants = new Set<string>();
  #found: readonly ToolCall[] | undefined;
  readonly #uses = new Map<string, { readonly members: Set<string>; otherUses: boolean }>();

  constructor(root: PythonPart, offsets: Offsets) {
    this.#root = root;
    this.#names = new BoundNames(root);
    this.#tried = new TriedCode(root);
    this.#offsets = offsets;
    this.#lines = new TextLines(root.text);
  }

  read(): PythonProgram {
    const { importsAll, own } = this.#names;
    this.#root.node.cursor().iterate(({ node }) => this.#use({ node, text: this.#root.text }));
    const freeNames = [...this.#uses].map(([name, { members, otherUses }]) =>
      toFreeName(name, { members: [...members], otherUses, underTypeof: this.#probed.has(name) || importsAll }),
    );
    const calls = this.#calls.filter(({ server, tool }) => !this.#asked.has(`${server}\n${tool}`));
    const untried = this.#names.imports.filter(({ statement }) => !this.#tried.has(statement));
    const mentions = {
      imports: untried.map((each) => this.#toImport(each)),
      freeNames,
      calls: calls.slice(0, MAX_CALLS),
      constants: [...this.#constants].slice(0, MAX_CONSTANTS),
    };
    return {
      mentions,
      own,
      toolCalls: () => this.#toolCalls().filter(({ call }) => !this.#tried.has(call)),
      placeOf: (offset) => this.#placeOf(offset),
      resultNotes: (catalog) => {
        const known = { catalog, placeOf: (offset: number) => this.#placeOf(offset) };
        return checkResults(this.#root, this.#toolCalls(), known);
      },
      remarks: (known) => remarkResults(this.#root, this.#remarked(known)),
      resultHint: (fault, known) => resultHint(fault, this.#remarked(known)),
    };
  }

  #remarked(known: RunKnowledge): Remarked {
    return { ...known, calls: () => this.#toolCalls(), placeOf: (offset) => this.#placeOf(offset) };
  }

  #toolCalls(): readonly ToolCall[] {
    this.#found ??= findToolCalls(this.#root, this.#names);
    return this.#found;
  }

  #use(part: PythonPart): void {
    switch (part.node.name) {
      case "String":
        this.#constant(stringValue(textOf(part)) ?? "");
        break;
      case "MemberExpression":
        this.#member(part);
        break;
      case "CallExpression":
      case "BinaryExpression":
        this.#probe(part);
        break;
      case "VariableName":
        this.#name(part);
    }
  }

  #constant(text: string): void {
    if (mayBeName(text)) this.#constants.add(text);
  }

  /** `hasattr(git, "x")`, `getattr(git, name, None)` and `"x" in git`: the program provides for what is not there. */
  #probe(part: PythonPart): void {
    const [first, operator, last] = childrenOf(part);
    if (operator?.node.name === "in" && last?.node.name === "VariableName") this.#probed.add(textOf(last));
    if (!["hasattr", "getattr"].includes(textOf(first))) return;
    const [, object] = operator === undefined ? [] : childrenOf(operator);
    this.#probed.add(textOf(object).split(/[.[]/, 1)[0] ?? "");
  }

  #name(part: PythonPart): void {
    const name = textOf(part);
    if (this.#names.has(name) || isKeyword(part) || isInImport(part)) return;
    const use = this.#uses.get(name) ?? { members: new Set<string>(), otherUses: false };
    this.#uses.set(name, use);
    const { parent } = part.node;
    const isObject = parent?.name === "MemberExpression" && parent.firstChild?.from === part.node.from;
    const member = isObject ? memberOf({ node: parent, text: part.text })?.name : undefined;
    if (member === undefined) use.otherUses = true;
    else use.members.add(member);
  }

  #member(part: PythonPart): void {
    const [object] = childrenOf(part);
    const member = memberOf(part);
    const owner = object === undefined ? undefined : this.#names.serverOf(object);
    if (member === undefined || owner === undefined) return;
    const { server, root, from } = owner;
    if (callBy(part.node) === undefined) this.#asked.add(`${server}\n${member.name}`);
    else if (!this.#tried.has(part)) {
      const places = { serverAt: () => this.#placeOf(from), at: () => this.#placeOf(member.from) };
      this.#calls.push({ server, tool: member.name, ...defined({ root }), ...places });
    }
  }

  #toImport({ path, names, from }: BoundNames["imports"][number]): ProgramImport {
    const asked = names.map(({ imported, local, from: start }) => ({
      imported,
      local,
      // Generated modules offer the types of their tools too.
      usedAsValue: false,
      at: () => this.#placeOf(start),
    }));
    return { specifier: path, normalized: normalizeModule(path), names: asked, at: () => this.#placeOf(from) };
  }

  #placeOf(offset: number): Required<Position> {
    const { line, column } = this.#lines.positionAt(offset);
    const { lineOffset, columnOffset } = this.#offsets;
    return { line: line + lineOffset, column: column + columnOffset };
  }
}

function toFreeName(name: string, known: Partial<FreeName> = {}): FreeName {
  return { name, underTypeof: false, onlyTypeof: false, written: false, members: [], otherUses: true, ...known };
}

/** The call that a node is the function of. */
function callBy(node: PythonPart["node"]): PythonPart["node"] | undefined {
  const { parent } = node;
  const isCallee =
    parent?.name === "CallExpression" && parent.firstChild?.from === node.from && parent.firstChild.to === node.to;
  return isCallee ? parent : undefined;
}
