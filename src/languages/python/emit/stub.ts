import type { CatalogServer, ToolEntry } from "../../../catalog/tool.ts";
import { unionOf } from "../../../schema/shape/combine.ts";
import { createNameAllocator, isIdentifier, type NameAllocator } from "../../type-names.ts";
import type { TypeWord } from "./print-type.ts";
import { pythonTool, type PythonTool } from "./tool-signature.ts";
import { TypedDictWriter } from "./typed-dicts.ts";

/** A stub and the names of the types in it, which the module has to have as well. */
export interface PythonStub {
  readonly text: string;
  readonly types: readonly string[];
}

/** Largest text of one tool, with room for the surrounding text. */
const MAX_TOOL_LENGTH = 56 * 1024;

/** From everything to almost nothing; the first that fits the limit is written. */
const DETAILS: readonly { readonly maxLiterals: number; readonly maxDepth: number }[] = [
  { maxLiterals: 4000, maxDepth: 48 },
  { maxLiterals: 24, maxDepth: 5 },
  { maxLiterals: 12, maxDepth: 2 },
  { maxLiterals: 0, maxDepth: 0 },
];

/** Names a stub uses beside those of the tools. */
export interface StubNames {
  readonly allocator: NameAllocator;
  readonly word: (word: TypeWord | "TypedDict" | "NotRequired" | "overload") => string;
  readonly imports: readonly string[];
}

/**
 * Declares the module of a server for type checkers: every tool takes one dict or keywords and declares its result.
 *
 * Types with optional fields come from `typing_extensions`, which every checker has built in, so that nothing needs to
 * be installed and Python 3.10 is understood.
 */
export function emitPythonStub(server: CatalogServer): PythonStub {
  const before = known.get(server);
  if (before !== undefined) return before;
  const stub = writeStub(server);
  known.set(server, stub);
  return stub;
}

const known = new WeakMap<CatalogServer, PythonStub>();

function writeStub(server: CatalogServer): PythonStub {
  const tools = pythonTools(server);
  const names = stubNames(tools.map((entry) => entry.identifier));
  const types: string[] = [];
  const parts = tools.map((entry) => toolStub(entry, names, types));
  return { text: [...names.imports, "", ...parts, ""].join("\n"), types };
}

/** The tools of a server that can be declared; the others stay callable by name. */
export function pythonTools(server: CatalogServer): ToolEntry[] {
  const seen = new Set<string>();
  return server.tools.filter(({ identifier }) => {
    const usable = isIdentifier(identifier) && !seen.has(identifier);
    seen.add(identifier);
    return usable;
  });
}

/** A tool may be called `str` or `list`; the types still keep their meaning. */
export function stubNames(identifiers: readonly string[]): StubNames {
  const allocator = createNameAllocator([...identifiers, "bool", "float", "int", "str", "None", "True", "False"]);
  const [typing, extensions, builtins] = ["_t", "_te", "_b"].map((name) => allocator.claim(name));
  const hidden = new Set(identifiers);
  return {
    allocator,
    imports: [
      `import builtins as ${builtins}`,
      `import typing as ${typing}`,
      `import typing_extensions as ${extensions}`,
    ],
    word: (word) => {
      if (word === "TypedDict" || word === "NotRequired") return `${extensions}.${word}`;
      if (/^[A-Z]/.test(word) || word === "overload") return `${typing}.${word}`;
      return hidden.has(word) ? `${builtins}.${word}` : word;
    },
  };
}

function toolStub(entry: ToolEntry, names: StubNames, types: string[]): string {
  let text = "";
  for (const detail of DETAILS) {
    const claimed: string[] = [];
    const claim = (wanted: string): string => {
      const name = names.allocator.claim(wanted);
      claimed.push(name);
      return name;
    };
    text = writeTool(entry, { ...names, allocator: { claim } }, detail);
    if (Buffer.byteLength(text) > MAX_TOOL_LENGTH) continue;
    types.push(...claimed);
    return text;
  }
  return text;
}

function writeTool(entry: ToolEntry, names: StubNames, detail: (typeof DETAILS)[number]): string {
  const tool = pythonTool(entry);
  const options = { names: names.allocator, nameOf: names.word, bars: false, ...detail };
  const input = new TypedDictWriter(tool.input, `${entry.identifier} Input`, options);
  const argument = input.typeOf(tool.input.root, `${entry.identifier} Input`);
  const parameters = keywordParameters(tool, input);
  const output =
    tool.output === undefined ? undefined : new TypedDictWriter(tool.output, `${entry.identifier} Output`, options);
  const result =
    output === undefined || tool.output === undefined
      ? names.word("Any")
      : output.typeOf(tool.output.root, `${entry.identifier} Output`);
  const name = `async def ${entry.identifier}`;
  const overload = `@${names.word("overload")}`;
  // Checkers take `_` for an unused name and ignore a second overload of it.
  const alone = tool.empty || parameters === undefined || entry.identifier === "_";
  const functions = alone
    ? [`${name}(arguments: ${argument}${tool.optional ? " = ..." : ""}, /) -> ${result}: ...`]
    : [
        overload,
        `${name}(arguments: ${argument}, /) -> ${result}: ...`,
        overload,
        `${name}(${parameters}) -> ${result}: ...`,
      ];
  return [...input.declarations, ...(output?.declarations ?? []), ...functions, ""].join("\n");
}

/** Keyword parameters; undefined where there is nothing to name. */
function keywordParameters(tool: PythonTool, types: TypedDictWriter): string | undefined {
  const { keywords, others, rest } = tool;
  const written = keywords.map(
    ({ name, shape, required }) => `${name}: ${types.typeOf(shape, name)}${required ? "" : " = ..."}`,
  );
  const open = [...others.map(({ shape }) => shape), ...(rest === undefined ? [] : [rest])];
  const used = new Set(keywords.map(({ name }) => name));
  const star = ["extra", "extra_", "extra__"].find((name) => !used.has(name)) ?? "extra___";
  if (open.length > 0) {
    written.push(`**${star}: ${types.typeOf(unionOf(open), "Extra")}`);
  }
  if (written.length === 0) return undefined;
  return keywords.length === 0 ? written.join(", ") : `*, ${written.join(", ")}`;
}
