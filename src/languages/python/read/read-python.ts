import { chooseEntry, MAX_FUNCTIONS, MAX_TYPES } from "../../skills/choose-entry.ts";
import type { CodeFacts } from "../../function.ts";
import { docstringOf } from "./docstring-of.ts";
import { literalValue } from "./literal-value.ts";
import { childOf, childrenOf, findPythonError, parsePython, type PythonPart, textOf } from "./parse-module.ts";
import { readFunction } from "./read-function.ts";
import { readAnnotation } from "./type-schema.ts";
import { findPythonUses } from "./uses.ts";

/** Treatment by {@link readPythonSkill} of code that seems not to be Python. */
export interface PythonReading {
  /** Read it anyway, because Python itself has already accepted it. @default false */
  readonly isKnownGood?: boolean;
}

/**
 * Reads what a Python skill says about itself, without running it. Throws `syntax_error` with line and column when it
 * does not parse; annotations that cannot be expressed accept anything.
 *
 * @param identifier the skill's name as an identifier; decides which function is the entry.
 */
export function readPythonSkill(code: string, identifier: string, reading: PythonReading = {}): CodeFacts {
  const error = reading.isKnownGood === true ? undefined : findPythonError(code);
  if (error !== undefined) throw error;
  const module = parsePython(code);
  const definitions = childrenOf(module).flatMap(undecorated);
  const declarations = new Map(definitions.flatMap(declarationIn));
  const context = {
    declarations,
    open: new Set<string>(),
    budget: { left: MAX_TYPES },
    depth: 0,
    read: readAnnotation,
  };
  const listed = listedNames(module);
  const functions = latestByName(definitions.filter(({ node }) => node.name === "FunctionDefinition"))
    .filter(([name]) => (listed === undefined ? !name.startsWith("_") : listed.includes(name)))
    .slice(0, MAX_FUNCTIONS)
    .map(([, definition]) => readFunction(definition, context));
  const entry = chooseEntry(functions, identifier);
  const doc = docstringOf(module);
  return {
    language: "python",
    description: doc?.description || (entry?.description ?? ""),
    tags: doc?.tags ?? [],
    functions,
    ...(entry === undefined ? {} : { entry: entry.exportedAs }),
    uses: findPythonUses(module),
    notes: functions.length === 0 ? ["It defines no public function, so that there is nothing to run or import."] : [],
  };
}

function undecorated(part: PythonPart): readonly PythonPart[] {
  if (part.node.name !== "DecoratedStatement") return [part];
  return childrenOf(part).filter(({ node }) => node.name !== "Decorator");
}

/** A later definition of a name replaces an earlier one, as it does when the module runs. */
function latestByName(definitions: readonly PythonPart[]): [string, PythonPart][] {
  return [...new Map(definitions.map((definition) => [textOf(childOf(definition, "VariableName")), definition]))];
}

/** Classes by their definition, aliases (`X = …`, `type X = …`) by their value. */
function declarationIn(part: PythonPart): [string, PythonPart][] {
  const name = textOf(childOf(part, "VariableName"));
  if (part.node.name === "ClassDefinition") return [[name, part]];
  const isAlias = part.node.name === "AssignStatement" || part.node.name === "TypeDefinition";
  const value = isAlias ? childrenOf(part).at(-1) : undefined;
  const isType = value !== undefined && /^(?:MemberExpression|BinaryExpression|VariableName)$/.test(value.node.name);
  return isType && name !== textOf(value) ? [[name, value]] : [];
}

function listedNames(module: PythonPart): readonly unknown[] | undefined {
  const statement = childrenOf(module).find((part) => {
    return part.node.name === "AssignStatement" && textOf(childOf(part, "VariableName")) === "__all__";
  });
  const value = statement === undefined ? undefined : literalValue(childrenOf(statement).at(-1))?.value;
  return Array.isArray(value) ? value : undefined;
}
