import { dialectOf, refHidesSiblings, type Dialect } from "./dialect.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";
import { mendContradictions } from "./check/mend-contradictions.ts";
import { copyScalars } from "./check/scalar-keywords.ts";
import { createReferenceResolver, type ReferenceResolver } from "./resolve.ts";
import { isSchema, own } from "./subschemas.ts";

/** A schema rewritten so that a validator can compile it, and what had to be left out. */
interface CanonicalSchema {
  readonly schema: JsonSchema;
  /** Parts that are not checked, as sentences. */
  readonly problems: readonly string[];
}

const MAX_NODES = 20_000;
const MAX_DEFINITIONS = 1000;

/**
 * Rewrites a schema of any dialect into 2020-12 with nothing a validator could trip over.
 *
 * References become pointers into `$defs`, ids and anchors go. Left out are keywords of the wrong type, unknown types,
 * patterns whose meaning is not known, demands that contradict one another, references that do not resolve, and `unevaluated*`. Leaving something out must never
 * make the schema stricter, so then `not` and `if` go too and `oneOf` becomes `anyOf`.
 */
export function canonicalSchema(schema: JsonSchema, isPattern: (source: string) => boolean): CanonicalSchema {
  const exact = new SchemaRewriter(schema, { lenient: false, isPattern });
  const rewritten = exact.rewrite();
  const contradictions = mendContradictions(rewritten);
  if (exact.problems.size === 0 && contradictions.length === 0) return { schema: rewritten, problems: [] };
  const lenient = new SchemaRewriter(schema, { lenient: true, isPattern }).rewrite();
  mendContradictions(lenient);
  return { schema: lenient, problems: [...exact.problems, ...contradictions] };
}

interface RewriteOptions {
  readonly lenient: boolean;
  readonly isPattern: (source: string) => boolean;
}

class SchemaRewriter {
  readonly problems = new Set<string>();
  readonly #document: JsonSchema;
  readonly #dialect: Dialect;
  readonly #refsAlone: boolean;
  readonly #resolver: ReferenceResolver;
  readonly #options: RewriteOptions;
  readonly #ids = new Map<JsonSchemaObject, string>();
  readonly #pending: [JsonSchemaObject, string][] = [];
  #nodes = 0;

  constructor(schema: JsonSchema, options: RewriteOptions) {
    this.#document = schema;
    this.#dialect = dialectOf(schema);
    this.#refsAlone = refHidesSiblings(schema);
    this.#resolver = createReferenceResolver(schema);
    this.#options = options;
  }

  rewrite(): JsonSchema {
    const root = this.#copy(this.#document);
    const definitions: Record<string, unknown> = {};
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const [schema, name] = next;
      definitions[name] = this.#copy(schema);
    }
    return this.#ids.size === 0 || !isSchemaObject(root) ? root : { ...root, $defs: definitions };
  }

  #leaveOut(problem: string): void {
    this.problems.add(problem);
  }

  #copy(schema: unknown): JsonSchema {
    if (typeof schema === "boolean") return schema;
    if (!isSchemaObject(schema) || ++this.#nodes > MAX_NODES) {
      this.#leaveOut(
        isSchemaObject(schema) ? "The schema is too large to be checked in full." : "A part is not a schema.",
      );
      return true;
    }
    const copy: Record<string, unknown> = {};
    this.#copyReference(schema, copy);
    if (this.#refsAlone && "$ref" in copy) return copy;
    copyScalars(schema, copy, {
      isPattern: this.#options.isPattern,
      leaveOut: (problem) => this.#leaveOut(problem),
    });
    this.#copyObjects(schema, copy);
    this.#copyLists(schema, copy);
    this.#copyLogic(schema, copy);
    return own(schema, "nullable") === true ? { anyOf: [copy, { type: "null" }] } : copy;
  }

  #copyReference(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
    const reference = own(schema, "$ref");
    const dynamic = own(schema, "$dynamicRef") ?? own(schema, "$recursiveRef");
    if (dynamic !== undefined) this.#leaveOut("Dynamic references are not followed.");
    if (reference === undefined) return;
    const found = typeof reference === "string" ? this.#resolver.resolve(reference, schema) : undefined;
    if (found === undefined) {
      this.#leaveOut(`The reference ${JSON.stringify(reference)?.slice(0, 200)} cannot be resolved.`);
    } else if (isSchemaObject(found.schema)) {
      const name = this.#nameOf(found.schema);
      if (name !== undefined) copy["$ref"] = `#/$defs/${name}`;
    } else if (!found.schema) {
      copy["not"] = {};
    }
  }

  #nameOf(target: JsonSchemaObject): string | undefined {
    const known = this.#ids.get(target);
    if (known !== undefined) return known;
    if (this.#ids.size >= MAX_DEFINITIONS) {
      this.#leaveOut("The schema has too many definitions to be checked in full.");
      return undefined;
    }
    const name = `r${this.#ids.size}`;
    this.#ids.set(target, name);
    this.#pending.push([target, name]);
    return name;
  }

  #copyObjects(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
    for (const keyword of ["properties", "dependentSchemas"]) {
      const parts = own(schema, keyword);
      if (isSchemaObject(parts)) copy[keyword] = this.#copyMap(parts);
    }
    const dependencies = own(schema, "dependencies");
    if (isSchemaObject(dependencies) && this.#dialect === "draft-07") this.#copyDependencies(dependencies, copy);
    const patterns = own(schema, "patternProperties");
    const usable = !isSchemaObject(patterns) || Object.keys(patterns).every(this.#options.isPattern);
    if (!usable) this.#leaveOut("A pattern of property names cannot be used.");
    else if (isSchemaObject(patterns)) copy["patternProperties"] = this.#copyMap(patterns);
    if (usable) this.#copySingle(schema, copy, "additionalProperties");
    this.#copySingle(schema, copy, "propertyNames");
    for (const keyword of ["unevaluatedProperties", "unevaluatedItems"]) {
      if (own(schema, keyword) !== undefined) this.#leaveOut(`\`${keyword}\` is not checked.`);
    }
  }

  #copyDependencies(dependencies: JsonSchemaObject, copy: Record<string, unknown>): void {
    const schemas: Record<string, unknown> = {};
    const names: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(dependencies)) {
      if (Array.isArray(value)) names[name] = value.filter((each) => typeof each === "string");
      else if (isSchema(value)) schemas[name] = this.#copy(value);
    }
    copy["dependentSchemas"] = { ...Object(copy["dependentSchemas"]), ...schemas };
    copy["dependentRequired"] = { ...Object(copy["dependentRequired"]), ...names };
  }

  #copyLists(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
    const items = own(schema, "items");
    const prefix = own(schema, "prefixItems") ?? (Array.isArray(items) ? items : undefined);
    if (Array.isArray(prefix) && prefix.length > 0) copy["prefixItems"] = prefix.map((part) => this.#copy(part));
    const rest = Array.isArray(items) ? own(schema, "additionalItems") : items;
    if (rest !== undefined) copy["items"] = this.#copy(rest);
    this.#copyContains(schema, copy);
  }

  #copyContains(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
    if (own(schema, "contains") === undefined) return;
    this.#copySingle(schema, copy, "contains");
    for (const keyword of ["minContains", "maxContains"]) {
      const count = own(schema, keyword);
      // The protocol means 2020-12 where a schema does not say what it is.
      const known = typeof count === "number" && count >= 0 && !this.#refsAlone;
      if (known && (keyword === "minContains" || !this.#options.lenient)) copy[keyword] = Math.floor(count);
    }
  }

  #copyLogic(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const parts = own(schema, keyword);
      if (!Array.isArray(parts) || parts.length === 0) continue;
      const isLoose = keyword === "oneOf" && (this.#options.lenient || mayOverlap(parts));
      const target = isLoose ? "anyOf" : keyword;
      const copies = parts.map((part) => this.#copy(part));
      if (target in copy) copy["allOf"] = [...(Array.isArray(copy["allOf"]) ? copy["allOf"] : []), { anyOf: copies }];
      else copy[target] = copies;
    }
    if (!this.#options.lenient) this.#copyConditions(schema, copy);
  }

  #copyConditions(schema: JsonSchemaObject, copy: Record<string, unknown>): void {
    this.#copySingle(schema, copy, "not");
    if (own(schema, "if") === undefined) return;
    for (const keyword of ["if", "then", "else"]) this.#copySingle(schema, copy, keyword);
  }

  #copySingle(schema: JsonSchemaObject, copy: Record<string, unknown>, keyword: string): void {
    const part = own(schema, keyword);
    if (part !== undefined) copy[keyword] = this.#copy(part);
  }

  #copyMap(parts: JsonSchemaObject): Record<string, unknown> {
    const entries = Object.entries(parts).filter(([name]) => name !== "__proto__");
    return Object.fromEntries(entries.map(([name, part]) => [name, this.#copy(part)]));
  }
}

/**
 * Whether a value that fits one alternative may well fit another that its author meant to tell apart: by a format, which is
 * not checked, or as an integer beside a number.
 */
function mayOverlap(parts: readonly unknown[]): boolean {
  const schemas = parts.filter(isSchemaObject);
  const isPlain = (type: string): boolean => schemas.some((part) => own(part, "type") === type && !("enum" in part));
  return schemas.some((part) => typeof own(part, "format") === "string") || (isPlain("integer") && isPlain("number"));
}
