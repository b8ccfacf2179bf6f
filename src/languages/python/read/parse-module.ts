import { parser } from "@lezer/python";
import { CodemodeError } from "../../../base/codemode-error.ts";

type PythonTree = ReturnType<(typeof parser)["parse"]>;
type PartialParse = ReturnType<(typeof parser)["startParse"]>;

/** A node of the syntax tree of a Python text. */
export type PythonNode = PythonTree["topNode"];

/** A node with the text it belongs to, since annotations in quotes are texts of their own. */
export interface PythonPart {
  readonly node: PythonNode;
  readonly text: string;
}

/** Parses a module. The tree covers all of the text even where it is not valid Python. */
export function parsePython(code: string): PythonPart {
  return { node: parseInTime(code).topNode, text: code };
}

/** Goes on reading a text: its tree once all is read, null before that, undefined for one that is nested too deeply. */
export function readOn(parse: PartialParse, mostLevels: number): PythonTree | null | undefined {
  try {
    const tree = parse.advance();
    return tree !== null && isTooDeep(tree, mostLevels) ? undefined : tree;
  } catch (thrown) {
    // The parser calls itself for each level.
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/** Text that is far from Python takes the parser time that grows with its square: of a real module it reads several times as much. */
const LEAST_READ = { characters: 25_000, everyMs: 100 } as const;
/** How often less may be read: the process itself may stand still for a moment. */
const MOST_SLOW = 3;

/** Python itself reads 200 brackets in each other. */
const MOST_LEVELS = 5_000;

function parseInTime(code: string): PythonTree {
  const parse = parser.startParse(code);
  let [from, end] = [0, performance.now() + LEAST_READ.everyMs];
  let slow = 0;
  for (;;) {
    const tree = readOn(parse, MOST_LEVELS);
    if (tree === undefined) throw notPython("it is nested too deeply");
    if (tree !== null) return tree;
    if (performance.now() < end) continue;
    slow = parse.parsedPos - from < LEAST_READ.characters ? slow + 1 : 0;
    if (slow === MOST_SLOW) throw notPython("reading it takes too long");
    [from, end] = [parse.parsedPos, performance.now() + LEAST_READ.everyMs];
  }
}

function notPython(reason: string): CodemodeError {
  return new CodemodeError("syntax_error", `This is not valid Python: ${reason}.`, {
    hint: "Check the text for what is not code.",
  });
}

/** True for a tree in which each look at a part would take as long as its depth. */
function isTooDeep(tree: PythonTree, mostLevels: number): boolean {
  let [depth, deepest] = [0, 0];
  tree.cursor().iterate(
    () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
    },
    () => {
      depth -= 1;
    },
  );
  return deepest > mostLevels;
}

/** Parses an expression written on its own. */
export function parsePythonExpression(text: string): PythonPart | undefined {
  if (text.length > 500) return undefined;
  const part = parsePython(text.trim());
  const statement = part.node.firstChild;
  const expression = statement?.name === "ExpressionStatement" ? statement.firstChild : null;
  return expression === null || expression.nextSibling !== null ? undefined : { ...part, node: expression };
}

/** The nodes directly below a node. */
export function childrenOf({ node, text }: PythonPart): readonly PythonPart[] {
  const children: PythonPart[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push({ node: child, text });
  return children;
}

/** The first direct child of a kind. */
export function childOf(part: PythonPart | undefined, name: string): PythonPart | undefined {
  const node = part?.node.getChild(name) ?? null;
  return part === undefined || node === null ? undefined : { node, text: part.text };
}

/** The text of a node. */
export function textOf(part: PythonPart | undefined): string {
  return part === undefined ? "" : part.text.slice(part.node.from, part.node.to);
}

/** Line of an offset, counted from 1. */
export function lineAt(code: string, offset: number): number {
  return code.slice(0, offset).split("\n").length;
}

/**
 * The first place that is not Python, as a `syntax_error` with line and column; undefined where there is none.
 *
 * The grammar is a little stricter than Python in a few rare places, so those are masked before anything is called an
 * error. Errors that only Python itself detects (a `return` outside a function) are not found.
 */
export function findPythonError(code: string): CodemodeError | undefined {
  if (firstError(code) === undefined) return undefined;
  const found = firstError(maskRareSyntax(code));
  if (found === undefined) return undefined;
  // What is missing at the end of a line is found at the beginning of the next.
  const offset = endOfCode(code, found);
  const before = code.slice(0, offset).split("\n");
  const line = code.split("\n")[before.length - 1] ?? "";
  return new CodemodeError("syntax_error", `This is not valid Python: ${JSON.stringify(line.trim().slice(0, 80))}`, {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
  });
}

function endOfCode(code: string, offset: number): number {
  return code.slice(offset).trim() === "" ? code.slice(0, offset).trimEnd().length : offset;
}

function firstError(code: string): number | undefined {
  let offset: number | undefined;
  parseInTime(code).iterate({
    enter: (node) => {
      if (node.type.isError) offset ??= node.from;
      return offset === undefined;
    },
  });
  return offset;
}

/** Valid forms the grammar does not know, each replaced by a known one of the same length. */
const RARE_SYNTAX: readonly (readonly [RegExp, (found: string) => string])[] = [
  [/\byield(?=[ \t]*(?:[)\]}:=\n\r#;]|$))/gm, () => "False"],
  [/(?<![\w.])\d[\d_]*\.(?![\w.])/g, (found) => `${found.slice(0, -1)}0`],
  [/\bas[ \t]+\([^()\n]{0,500}\)(?=[ \t]{0,20}[:,])/g, (found) => `as x${" ".repeat(found.length - 4)}`],
  [/\bas[ \t]{1,20}\w{1,100}(?:\.\w{1,100}){1,10}(?=[ \t]{0,20}[:,])/g, (found) => found.replaceAll(".", "_")],
  [/^[ \t]*case\b.*$/gm, (found) => found.replaceAll("()", "_1").replaceAll("{}", "_1")],
  [/\bfor[ \t][^\n:*]{0,200}\*\w[^\n:*]{0,200}\bin\b/g, (found) => found.replaceAll("*", " ")],
];

function maskRareSyntax(code: string): string {
  return RARE_SYNTAX.reduce((text, [pattern, replace]) => text.replace(pattern, replace), code);
}
