import { type DocText, EMPTY_DOC } from "../../doc-text.ts";
import { namedArguments } from "../../skills/named-arguments.ts";
import { describeSchema, emptySchema, isEmptySchema, schemaOfValue, withDefault } from "../../schema-parts.ts";
import type { ParameterPassing, SkillFunction, SkillParameter } from "../../function.ts";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import { typeIn } from "./class-schema.ts";
import { docstringOf } from "./docstring-of.ts";
import { literalValue } from "./literal-value.ts";
import { childOf, childrenOf, lineAt, parsePythonExpression, type PythonPart, textOf } from "./parse-module.ts";
import type { AnnotationContext } from "./annotation-context.ts";
import { readAnnotation } from "./type-schema.ts";

/** The signature of a function as a skill offers it. */
export function readFunction(definition: PythonPart, context: AnnotationContext): SkillFunction {
  const name = textOf(childOf(definition, "VariableName"));
  const doc = docstringOf(definition) ?? EMPTY_DOC;
  const parameters = readParameters(childOf(definition, "ParamList"), { doc, context });
  const returns = typeIn(childOf(definition, "TypeDef"));
  const output = returns === undefined ? emptySchema() : readAnnotation(returns, context);
  return {
    name,
    exportedAs: name,
    description: doc.description,
    calling: "parameters",
    parameters,
    inputSchema: namedArguments(parameters),
    ...(isEmptySchema(output) ? {} : { outputSchema: describeSchema(output, doc.returns) }),
    isAsync: childOf(definition, "async") !== undefined,
    line: lineAt(definition.text, definition.node.from),
  };
}

interface SignatureContext {
  readonly doc: DocText;
  readonly context: AnnotationContext;
}

function readParameters(list: PythonPart | undefined, surroundings: SignatureContext): SkillParameter[] {
  if (list === undefined) return [];
  const parameters: SkillParameter[] = [];
  let passing: ParameterPassing = "either";
  for (const segment of segmentsOf(list)) {
    const [first, second] = segment;
    if (first === undefined) {
      // The grammar has no node for the slash, which says that everything before it has no name to be called by.
      for (const [index, parameter] of parameters.entries())
        parameters[index] = { ...parameter, passing: "positional" };
    } else if (first.node.name === "*" || first.node.name === "**") {
      const isNamed = first.node.name === "**";
      if (second !== undefined) {
        parameters.push(readParameter(segment.slice(1), isNamed ? "named-rest" : "rest", surroundings));
      }
      passing = "named";
    } else {
      parameters.push(readParameter(segment, passing, surroundings));
    }
  }
  return parameters;
}

/** The parts between the commas; a slash leaves an empty one. */
function segmentsOf(list: PythonPart): PythonPart[][] {
  const segments: PythonPart[][] = [[]];
  for (const part of childrenOf(list).slice(1)) {
    if (part.node.name === ")") break;
    if (part.node.name === ",") segments.push([]);
    else if (part.node.name !== "Comment") segments.at(-1)?.push(part);
  }
  const last = segments.at(-1);
  const end = list.node.lastChild?.from ?? list.node.to;
  const hasSlash = /\/\s*$/.test(list.text.slice(list.node.from, end));
  if (last?.length === 0 && !hasSlash) segments.pop();
  return segments;
}

function readParameter(
  segment: readonly PythonPart[],
  passing: ParameterPassing,
  { doc, context }: SignatureContext,
): SkillParameter {
  const name = textOf(segment[0]);
  const said = doc.parameters.get(name);
  const annotation = segment.find(({ node }) => node.name === "TypeDef");
  const assignment = segment.findIndex(({ node }) => node.name === "AssignOp");
  const initial = assignment === -1 ? undefined : literalValue(segment[assignment + 1]);
  const type = typeIn(annotation) ?? (said?.type === undefined ? undefined : parsePythonExpression(said.type));
  const typed = type === undefined ? schemaOfValue(initial?.value) : readAnnotation(type, context);
  const schema = describeSchema(withDefault(typed, initial), said?.text);
  const isRest = passing === "rest" || passing === "named-rest";
  return {
    name,
    passing,
    required: !isRest && assignment === -1,
    schema: isRest ? restSchema(passing, schema) : schema,
  };
}

function restSchema(passing: ParameterPassing, item: JsonSchema): JsonSchema {
  return passing === "rest" ? { type: "array", items: item } : { type: "object", additionalProperties: item };
}
