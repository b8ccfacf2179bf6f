import { refHidesSiblings } from "../dialect.ts";
import { intersectionOf, unionOf } from "./combine.ts";
import { docsOf } from "./facts.ts";
import { gatherDocs } from "./gather-docs.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../json-schema.ts";
import { settleDefinitions, type DraftDefinition } from "../definitions.ts";
import { enumShape, literalShape } from "./literal-shape.ts";
import { createReferenceResolver, type ReferenceResolver } from "../resolve.ts";
import { NEVER, NO_DOCS, UNKNOWN, type Shape, type ShapeDocs, type ShapeDocument } from "./shape.ts";
import { structureShape, type ShapeContext } from "./structure-shape.ts";
import { own } from "../subschemas.ts";

/** Amount of a schema that is read before the rest becomes `unknown`. */
interface NormaliseLimits {
  /** Maximum number of schema nodes. @default 4000 */
  readonly maxNodes?: number;
  /** Deepest nesting. @default 48 */
  readonly maxDepth?: number;
}

const MAX_DEFINITIONS = 300;
const MAX_ALTERNATIVES = 100;

/** Alternatives that only name required properties are spelled out up to this many. */
const MAX_REQUIRED_PICKS = 6;

/**
 * Reads a schema of any dialect into the shape it allows.
 *
 * Never throws and never fetches: what is malformed, unresolvable or beyond the limits becomes `unknown` and is listed
 * in `problems`. The shape never refuses an instance the schema allows, apart from one reading every generator shares:
 * a schema with `properties` or `items` but no `type` is taken to mean an object or a list.
 */
export function normaliseSchema(schema: JsonSchema, limits: NormaliseLimits = {}): ShapeDocument {
  try {
    return new SchemaReader(schema, limits).read();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { root: UNKNOWN, docs: NO_DOCS, definitions: [], problems: [`The schema cannot be read: ${reason}`] };
  }
}

class SchemaReader implements ShapeContext {
  readonly #document: JsonSchema;
  readonly #resolver: ReferenceResolver;
  readonly #refsAlone: boolean;
  readonly #maxDepth: number;
  readonly #problems = new Set<string>();
  readonly #ids = new Map<JsonSchemaObject, number>();
  readonly #drafts: DraftDefinition[] = [];
  readonly #pending: { schema: JsonSchemaObject; draft: DraftDefinition }[] = [];
  #nodesLeft: number;

  constructor(schema: JsonSchema, limits: NormaliseLimits) {
    this.#document = schema;
    this.#resolver = createReferenceResolver(schema);
    this.#refsAlone = refHidesSiblings(schema);
    this.#nodesLeft = limits.maxNodes ?? 4000;
    this.#maxDepth = limits.maxDepth ?? 48;
  }

  read(): ShapeDocument {
    const root = isSchemaObject(this.#document) ? this.#define(this.#document, "") : this.shapeOf(this.#document, 0);
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      next.draft.shape = this.shapeOf(next.schema, 0);
    }
    const docs = isSchemaObject(this.#document) ? docsOf(this.#document) : NO_DOCS;
    return { ...settleDefinitions(root, this.#drafts), docs, problems: [...this.#problems] };
  }

  shapeOf(schema: unknown, depth: number): Shape {
    if (schema === true) return UNKNOWN;
    if (schema === false) return NEVER;
    if (!isSchemaObject(schema)) return this.giveUp("Part of the schema is not a schema.");
    if (depth > this.#maxDepth) return this.giveUp(`The schema is nested more than ${this.#maxDepth} levels deep.`);
    if (this.#nodesLeft-- <= 0) return this.giveUp("The schema is too large to be typed in full.");
    const reference = this.#referenceShape(schema);
    if (reference !== undefined && this.#refsAlone) return reference;
    const shape = this.#withStructure(reference, schema, depth);
    return own(schema, "nullable") === true ? unionOf([shape, { kind: "null" }]) : shape;
  }

  /** Listed values of which none is of the type rule over it, as they do where arguments are checked. */
  #withStructure(reference: Shape | undefined, schema: JsonSchemaObject, depth: number): Shape {
    const combinations = this.#combinations(schema, depth);
    const parts = [structureShape(schema, depth, this), ...combinations];
    const whole = intersectionOf(reference === undefined ? parts : [reference, ...parts]);
    const listsValues = Object.hasOwn(schema, "enum") || Object.hasOwn(schema, "const");
    return whole.kind === "never" && listsValues ? intersectionOf(combinations) : whole;
  }

  docsOf(schema: unknown, name?: string): ShapeDocs {
    if (!isSchemaObject(schema)) return NO_DOCS;
    return gatherDocs(schema, (reference, from) => this.#resolver.resolve(reference, from)?.schema, name);
  }

  giveUp(problem: string): Shape {
    this.#problems.add(problem);
    return UNKNOWN;
  }

  #referenceShape(schema: JsonSchemaObject): Shape | undefined {
    const reference = own(schema, "$ref") ?? own(schema, "$recursiveRef");
    if (reference === undefined) return undefined;
    const found = typeof reference === "string" ? this.#resolver.resolve(reference, schema) : undefined;
    if (found === undefined) {
      return this.giveUp(`The reference ${JSON.stringify(reference)?.slice(0, 200)} cannot be resolved.`);
    }
    if (!isSchemaObject(found.schema)) return this.shapeOf(found.schema, 0);
    return this.#define(found.schema, found.name);
  }

  #define(schema: JsonSchemaObject, name: string): Shape {
    const known = this.#ids.get(schema);
    if (known !== undefined) return { kind: "reference", id: known };
    const id = this.#drafts.length;
    if (id >= MAX_DEFINITIONS) return this.giveUp("The schema has too many definitions to be typed in full.");
    const title = own(schema, "title");
    const fallback = typeof title === "string" ? title : "";
    const draft: DraftDefinition = { id, name: name === "" ? fallback : name, shape: UNKNOWN, docs: docsOf(schema) };
    this.#ids.set(schema, id);
    this.#drafts.push(draft);
    this.#pending.push({ schema, draft });
    return { kind: "reference", id };
  }

  /** Shapes of `allOf`, `anyOf`, `oneOf` and of those forms of `not` that leave nothing. */
  #combinations(schema: JsonSchemaObject, depth: number): Shape[] {
    const parts: Shape[] = [];
    const all = own(schema, "allOf");
    if (Array.isArray(all)) parts.push(...all.slice(0, MAX_ALTERNATIVES).map((each) => this.shapeOf(each, depth + 1)));
    for (const keyword of ["anyOf", "oneOf"]) {
      const alternatives = own(schema, keyword);
      if (Array.isArray(alternatives) && alternatives.length > 0) parts.push(this.#alternatives(alternatives, depth));
    }
    const exclusive = own(schema, "oneOf");
    if (Array.isArray(exclusive) && exclusive.filter(allowsAll).length > 1) parts.push(NEVER);
    const denied = own(schema, "not");
    if (allowsAll(denied)) parts.push(NEVER);
    if (Array.isArray(schema["enum"]) && Object.hasOwn(schema, "enum")) {
      parts.push(enumShape(schema["enum"]));
    }
    if (Object.hasOwn(schema, "const")) parts.push(literalShape(schema["const"]));
    return parts;
  }

  #alternatives(alternatives: readonly unknown[], depth: number): Shape {
    if (alternatives.length > MAX_ALTERNATIVES) return this.giveUp("The schema has too many alternatives to be typed.");
    const picksOnly = alternatives.every((each) => isSchemaObject(each) && Object.keys(each).join() === "required");
    if (picksOnly && alternatives.length > MAX_REQUIRED_PICKS) return UNKNOWN;
    return unionOf(alternatives.map((each) => this.shapeOf(each, depth + 1)));
  }
}

function allowsAll(schema: unknown): boolean {
  return schema === true || (isSchemaObject(schema) && Object.keys(schema).length === 0);
}
