import { createRequire } from "node:module";
import { extname } from "node:path";
import { type Node, type ParseError, parseTree } from "jsonc-parser";
import { CodemodeError } from "../../base/codemode-error.ts";
import { defined } from "../../base/defined.ts";
import { boundText } from "../../base/bound-text.ts";
import { TextLines } from "../../base/text-position.ts";
import { describeJsonFault } from "./json-fault.ts";

// Most files are JSON, and the readers of the other two take longer to load than any file to read.
const require = createRequire(import.meta.url);

/**
 * The value in the text of a configuration: JSON with comments, or TOML or YAML where the name of the file says so, as
 * some clients write theirs. Throws `config_error` with the line and the column.
 */
export function parseConfigurationText(text: string, file: string): ConfigurationText {
  const plain = text.replace(/^\uFEFF/, "");
  const kind = extname(file).toLowerCase();
  try {
    const parsed =
      kind === ".toml"
        ? { value: parseToml(plain) }
        : kind === ".yaml" || kind === ".yml"
          ? { value: parseYaml(plain) }
          : parseJson(plain);
    if (!isDeeper(parsed.value, MOST_LEVELS)) return parsed;
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  throw new CodemodeError("config_error", `The file is nested more than ${MOST_LEVELS} levels deep.`, {
    hint: "No setting needs that; take out what is in it by mistake.",
  });
}

/** Levels that no setting reaches; readers of what is much deeper run out of stack. */
const MOST_LEVELS = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/** A configuration as it is written. */
interface ConfigurationText {
  readonly value: unknown;
  /** The error for the first key that an object of it has twice; the last of them is in the value, as other readers have it. */
  readonly repeated?: CodemodeError;
}

function parseJson(text: string): ConfigurationText {
  const problems: ParseError[] = [];
  const tree = parseTree(text, problems, { allowTrailingComma: true });
  const [problem] = problems;
  if (problem === undefined) {
    const twice: Node[] = [];
    const value = tree === undefined ? undefined : valueOf(tree, twice);
    return { value, ...defined({ repeated: repeated(twice[0], text) }) };
  }
  throw at({ ...describeJsonFault(text, problem), hint: "Write JSON; comments and trailing commas are fine." });
}

function repeated(key: Node | undefined, text: string): CodemodeError | undefined {
  if (key === undefined) return undefined;
  const reason = `the key ${JSON.stringify(boundText(String(key.value), 60))} is there twice`;
  const hint = "Only one of the two would count: rename or remove one.";
  return at({ ...new TextLines(text).positionAt(key.offset), reason, hint });
}

/** The value of a node; a key named `__proto__` is one like others. Collects the keys that an object has for a second time. */
function valueOf({ type, value, children = [] }: Node, twice: Node[]): unknown {
  if (type === "array") return children.map((child) => valueOf(child, twice));
  if (type !== "object") return value;
  const members = new Map<string, unknown>();
  for (const { children: [key, member] = [] } of children) {
    if (key === undefined || member === undefined) continue;
    const name = String(key.value);
    if (members.has(name)) twice.push(key);
    members.set(name, valueOf(member, twice));
  }
  return Object.fromEntries(members);
}

function parseToml(text: string): unknown {
  const { parse, TomlError }: typeof import("smol-toml") = require("smol-toml");
  try {
    return asData(parse(text));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw unreadable("TOML", cause);
    const [reason = "not TOML"] = cause.message.split("\n");
    throw at({ line: cause.line, column: cause.column, reason, hint: "Correct the TOML there." });
  }
}

/** Aliases that a text may use; one that uses more grows when it is read. */
const MOST_ALIASES = 100;

function parseYaml(text: string): unknown {
  const { parseDocument }: typeof import("yaml") = require("yaml");
  const document = parseDocument(text, { prettyErrors: true });
  const [problem] = document.errors;
  if (problem !== undefined) {
    if (/call stack/.test(problem.message)) throw new RangeError(problem.message);
    const [{ line, col: column } = { line: 1, col: 1 }] = problem.linePos ?? [];
    const [reason = "not YAML"] = problem.message.split("\n");
    throw at({
      line,
      column,
      reason: reason.replace(/ at line \d+, column \d+:?$/, ""),
      hint: "Correct the YAML there.",
    });
  }
  try {
    return asData(document.toJS({ maxAliasCount: MOST_ALIASES }));
  } catch (cause) {
    throw unreadable("YAML", cause);
  }
}

/** What a parser read as plain data: its dates, large numbers and maps with prototypes of their own become what JSON has. */
function asData(value: unknown): unknown {
  return value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_key, part: unknown) => (typeof part === "bigint" ? String(part) : part)));
}

function unreadable(language: string, cause: unknown): CodemodeError {
  const reason = cause instanceof Error ? cause.message.slice(0, 200) : String(cause);
  return new CodemodeError("config_error", `The file cannot be read as ${language}: ${reason}.`, {
    hint: "Simplify the file, or write its servers into a codemode.json.",
    cause,
  });
}

function at(fault: {
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  readonly hint: string;
}): CodemodeError {
  const { line, column, reason, hint } = fault;
  const message = `line ${line}, column ${column}: ${reason.replace(/\.$/, "")}.`;
  return new CodemodeError("config_error", message, { hint, line, column });
}
