import { defined } from "../base/defined.ts";
import { resultShape } from "../catalog/result-shape.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import { intersectionOf, unionOf } from "../schema/shape/combine.ts";
import { normaliseSchema } from "../schema/shape/normalise.ts";
import { NO_DOCS, type Shape, type ShapeDocument } from "../schema/shape/shape.ts";

/** Input and output of a tool as shapes, the same for every language. */
interface ToolShapes {
  /** Always an object, or something that is one underneath. */
  readonly input: ShapeDocument;
  /** Shape of a call's value; absent when the tool does not declare one. */
  readonly output?: ShapeDocument;
  /** True when the tool can be called without arguments. */
  readonly inputOptional: boolean;
  /** True when the tool takes no arguments at all. */
  readonly inputEmpty: boolean;
  /** Constraints that could not be expressed, as sentences that name the tool. */
  readonly problems: readonly string[];
}

const OPEN_OBJECT: Shape = { kind: "object", properties: [], closed: false };
const known = new WeakMap<ToolEntry, ToolShapes>();

/** Reads the schemas of a tool. Never throws; the answer is kept as long as the entry is. */
export function toolShapes(entry: ToolEntry): ToolShapes {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const input = objectDocument(normaliseSchema(entry.inputSchema));
  // What was observed is what a call returned, unwrapped already.
  const isObserved = entry.observedCalls !== undefined && entry.outputSchema !== undefined;
  const result = isObserved
    ? { kind: "value" as const, schema: entry.outputSchema ?? true }
    : resultShape(entry.outputSchema);
  const output = result.kind === "untyped" ? undefined : normaliseSchema(result.schema);
  const problems = [
    ...(entry.problem === undefined ? [] : [entry.problem]),
    ...input.problems.map((problem) => `Input: ${problem}`),
    ...(output?.problems ?? []).map((problem) => `Output: ${problem}`),
  ];
  const shapes: ToolShapes = {
    input,
    ...defined({ output }),
    inputOptional: isOptional(input.root, input, 0),
    inputEmpty: input.root.kind === "object" && input.root.properties.length === 0 && input.root.index === undefined,
    problems: problems.map((problem) => `${entry.name}: ${problem}`),
  };
  known.set(entry, shapes);
  return shapes;
}

/** Arguments are always an object, whatever the schema leaves open or gets wrong, or allows beside one. */
function objectDocument(document: ShapeDocument): ShapeDocument {
  if (document.root.kind === "unknown") return { ...document, root: OPEN_OBJECT };
  if (allowsObject(document.root, document, 0)) return { ...document, root: onlyObjects(document.root, document, 0) };
  const problem = "The schema does not describe an object, so any arguments are accepted.";
  return { root: OPEN_OBJECT, docs: NO_DOCS, definitions: [], problems: [...document.problems, problem] };
}

/** A shape without the alternatives that are not objects, such as null. */
function onlyObjects(shape: Shape, document: ShapeDocument, depth: number): Shape {
  const within = (part: Shape): Shape => onlyObjects(part, document, depth + 1);
  if (shape.kind === "union")
    return unionOf(shape.members.filter((member) => allowsObject(member, document, depth)).map(within));
  if (shape.kind === "intersection") return intersectionOf(shape.members.map(within));
  if (shape.kind === "unknown") return OPEN_OBJECT;
  if (shape.kind !== "reference" || depth > 20) return shape;
  const target = definitionOf(shape.id, document);
  const plain = within(target);
  return isSame(plain, target) ? shape : plain;
}

/** Equal shapes are printed alike, so it is enough to know when nothing was taken out. */
function isSame(left: Shape, right: Shape): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function allowsObject(shape: Shape, document: ShapeDocument, depth: number): boolean {
  if (shape.kind === "union") return shape.members.some((member) => allowsObject(member, document, depth));
  if (shape.kind === "intersection") return shape.members.every((member) => allowsObject(member, document, depth));
  if (shape.kind === "reference")
    return depth > 20 || allowsObject(definitionOf(shape.id, document), document, depth + 1);
  return shape.kind === "object" || shape.kind === "unknown";
}

/** Tells whether no arguments at all satisfy a shape. */
function isOptional(shape: Shape, document: ShapeDocument, depth: number): boolean {
  if (shape.kind === "union") return shape.members.some((member) => isOptional(member, document, depth));
  if (shape.kind === "intersection") return shape.members.every((member) => isOptional(member, document, depth));
  if (shape.kind === "reference")
    return depth <= 20 && isOptional(definitionOf(shape.id, document), document, depth + 1);
  return shape.kind === "unknown" || (shape.kind === "object" && shape.properties.every((each) => !each.required));
}

function definitionOf(id: number, document: ShapeDocument): Shape {
  return document.definitions.find((definition) => definition.id === id)?.shape ?? { kind: "unknown" };
}

/** Names of a tool's parameters in the order in which Python takes values without names: those that must be given first. */
export function parametersOf({ inputSchema }: ToolEntry): readonly string[] {
  if (!isSchemaObject(inputSchema)) return [];
  const { properties, required } = inputSchema;
  const needed = Array.isArray(required) ? required.map(String) : [];
  const names = isSchemaObject(properties) ? Object.keys(properties) : [];
  return [...needed, ...names.filter((name) => !needed.includes(name))];
}
