import type { JsonSchema } from "../../../schema/json-schema.ts";
import {
  describeSchema,
  emptySchema,
  objectSchema,
  propertiesOf,
  type SchemaProperty,
  withDefault,
} from "../../schema-parts.ts";
import { docstringOf } from "./docstring-of.ts";
import { literalValue } from "./literal-value.ts";
import { childOf, childrenOf, type PythonPart, textOf } from "./parse-module.ts";
import { type AnnotationContext, lastName } from "./annotation-context.ts";

const RECORD_BASES: ReadonlySet<string> = new Set(["TypedDict", "NamedTuple", "BaseModel"]);

/** The schema of a `TypedDict`, a dataclass or a similar record; any other class accepts anything. */
export function classSchema(definition: PythonPart, context: AnnotationContext): JsonSchema {
  const bases = childrenOf(childOf(definition, "ArgList") ?? definition).filter(isName);
  const inherited = bases
    .filter((base) => context.declarations.get(lastName(base))?.node.name === "ClassDefinition")
    .map((base) => context.read(base, context));
  const isRecord =
    bases.some((base) => RECORD_BASES.has(lastName(base))) || isDataclass(definition) || inherited.some(isObject);
  if (!isRecord) return emptySchema();
  const isTotal = !/\btotal\s*=\s*False\b/.test(textOf(childOf(definition, "ArgList")));
  const doc = docstringOf(definition);
  const own = childrenOf(childOf(definition, "Body") ?? definition).flatMap((statement): SchemaProperty[] => {
    const [target, annotation] = childrenOf(statement);
    if (statement.node.name !== "AssignStatement" || target === undefined || annotation?.node.name !== "TypeDef")
      return [];
    const name = textOf(target);
    const type = typeIn(annotation);
    const value = defaultIn(statement);
    const required = isRequired(type, isTotal) && value === undefined;
    const schema = describeSchema(context.read(type, context), doc?.parameters.get(name)?.text);
    return [{ name, required, schema: withDefault(schema, literalValue(value)) }];
  });
  return describeSchema(objectSchema([...inherited.flatMap(propertiesOf), ...own]), doc?.description);
}

/** The expression after the colon or arrow of an annotation. */
export function typeIn(annotation: PythonPart | undefined): PythonPart | undefined {
  return annotation === undefined
    ? undefined
    : childrenOf(annotation).find(({ node }) => node.name !== ":" && node.name !== "->");
}

function defaultIn(statement: PythonPart): PythonPart | undefined {
  const children = childrenOf(statement);
  const index = children.findIndex(({ node }) => node.name === "AssignOp");
  return index === -1 ? undefined : children[index + 1];
}

function isRequired(type: PythonPart | undefined, isTotal: boolean): boolean {
  const wrapper = /^(?:\w+\.)*(NotRequired|Required)\s*\[/.exec(textOf(type))?.[1];
  return wrapper === undefined ? isTotal : wrapper === "Required";
}

function isDataclass(definition: PythonPart): boolean {
  const parent = definition.node.parent;
  if (parent?.name !== "DecoratedStatement") return false;
  return childrenOf({ node: parent, text: definition.text })
    .filter(({ node }) => node.name === "Decorator")
    .some((decorator) => /^@\s*(?:\w+\.)*dataclass\b/.test(textOf(decorator)));
}

function isName({ node }: PythonPart): boolean {
  return node.name === "VariableName" ? node.nextSibling?.name !== "AssignOp" : node.name === "MemberExpression";
}

function isObject(schema: JsonSchema): boolean {
  return typeof schema === "object" && schema.type === "object";
}
