import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "../../schema/json-schema.ts";
import { createReferenceResolver, type ReferenceResolver } from "../../schema/resolve.ts";
import type { ToolEntry } from "../tool.ts";

/** The fields of a tool that a search looks at, and how much a word in each counts. */
export const FIELD_WEIGHTS = [1.5, 1, 0.7, 0.5, 1, 0.6] as const;

/** Position of the tool's name among the fields. */
export const NAME_FIELD = 0;

/** Position of the server's name; from here on the fields are the same for all tools of a server. */
export const SERVER_FIELD = 4;

/** Bounds on what one tool can add to the index, so that a hostile server cannot make it slow or large. */
const MAX_TEXT = 4_000;
const MAX_PARAMETERS = 200;
const MAX_PARAMETER_TEXT = 500;
const MAX_DEPTH = 3;
const MAX_SCHEMAS = 1_000;

/** Maximum number of values of one enumeration that are searched. */
const MAX_VALUES = 100;

/** The texts of a tool in the order of {@link FIELD_WEIGHTS}: name, description, parameter names and descriptions, server, its description. */
export function searchableText(entry: ToolEntry): readonly string[] {
  const parameters = new ParameterText(entry.inputSchema);
  parameters.gather(entry.inputSchema, 1);
  return [
    entry.toolName.slice(0, MAX_TEXT),
    `${entry.title ?? ""} ${entry.description}`.slice(0, MAX_TEXT),
    parameters.names.join(" ").slice(0, MAX_TEXT),
    parameters.descriptions.join(" ").slice(0, MAX_TEXT),
    entry.serverName.slice(0, MAX_TEXT),
    (entry.serverDescription ?? "").slice(0, MAX_TEXT),
  ];
}

/** Names and descriptions of parameters, as text to be split into words; titles and listed values count as descriptions. */
class ParameterText {
  readonly names: string[] = [];
  readonly descriptions: string[] = [];
  readonly #document: JsonSchema;
  /** Few schemas have references. */
  #resolver: ReferenceResolver | undefined;
  #followed: Set<unknown> | undefined;
  /** Number of schemas read: alternatives inside alternatives multiply. */
  #visited = 0;

  constructor(document: JsonSchema) {
    this.#document = document;
  }

  /** Reads properties of objects, of maps, of array items, of alternatives and of references, three objects deep. */
  gather(schema: unknown, depth: number): void {
    if (depth > MAX_DEPTH || !isSchemaObject(schema) || ++this.#visited > MAX_SCHEMAS) return;
    this.#addValues(schema);
    if (isSchemaObject(schema.properties)) this.#addProperties(schema.properties, depth);
    this.#follow(schema, depth);
    this.gather(schema.items, depth + 1);
    this.gather(schema.additionalProperties, depth + 1);
    this.#addAlternatives(schema.anyOf, depth);
    this.#addAlternatives(schema.oneOf, depth);
    this.#addAlternatives(schema.allOf, depth);
  }

  #follow(schema: JsonSchemaObject, depth: number): void {
    const reference = schema.$ref;
    if (typeof reference !== "string") return;
    this.#resolver ??= createReferenceResolver(this.#document);
    const target = this.#resolver.resolve(reference, schema)?.schema;
    this.#followed ??= new Set();
    if (target === undefined || this.#followed.has(target)) return;
    this.#followed.add(target);
    this.#describe(target);
    this.gather(target, depth);
  }

  #addAlternatives(alternatives: unknown, depth: number): void {
    if (!Array.isArray(alternatives)) return;
    for (const alternative of alternatives.slice(0, MAX_PARAMETERS)) {
      this.#describe(alternative);
      this.gather(alternative, depth + 1);
    }
  }

  #addProperties(properties: JsonSchemaObject, depth: number): void {
    for (const name of Object.keys(properties)) {
      if (this.names.length >= MAX_PARAMETERS) return;
      const property = properties[name];
      this.names.push(name.slice(0, MAX_PARAMETER_TEXT));
      this.#describe(property);
      this.gather(property, depth + 1);
    }
  }

  #describe(schema: unknown): void {
    if (!isSchemaObject(schema)) return;
    this.#addText(schema.title);
    this.#addText(schema.description);
  }

  #addText(text: unknown): void {
    if (typeof text === "string") this.descriptions.push(text.slice(0, MAX_PARAMETER_TEXT));
  }

  #addValues(schema: JsonSchemaObject): void {
    if (Array.isArray(schema.enum)) for (const value of schema.enum.slice(0, MAX_VALUES)) this.#addText(value);
    this.#addText(schema.const);
  }
}
