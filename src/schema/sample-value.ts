import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";
import { createReferenceResolver, type ReferenceResolver } from "./resolve.ts";
import { createValidator } from "./validator.ts";

/** Schema of arguments, and examples of them that their owner gives. */
interface DescribedArguments {
  readonly inputSchema: JsonSchema;
  readonly inputExamples?: readonly unknown[];
}

/** Objects inside objects that a sample goes into. */
const MAX_DEPTH = 4;
const MAX_PROPERTIES = 20;
const validator = createValidator();

/**
 * Arguments that show how a tool is called: the first example that fits the schema, or else a value for each property
 * that must be there. Undefined when none is known to fit.
 */
export function sampleArguments({ inputSchema, inputExamples = [] }: DescribedArguments): JsonSchemaObject | undefined {
  const fits = (value: unknown): value is JsonSchemaObject => {
    const result = isSchemaObject(value) ? validator.validate(inputSchema, value) : undefined;
    return result?.ok === true && result.skipped === undefined;
  };
  const example = inputExamples.find(fits);
  if (example !== undefined) return example;
  const sample = new Sampler(inputSchema).sample(inputSchema, "", 0);
  return fits(sample) ? sample : undefined;
}

class Sampler {
  readonly #resolver: ReferenceResolver;

  constructor(document: JsonSchema) {
    this.#resolver = createReferenceResolver(document);
  }

  /** A value for a schema; `name` is that of its property. */
  sample(schema: unknown, name: string, depth: number): unknown {
    if (!isSchemaObject(schema) || depth > MAX_DEPTH) return name;
    if (typeof schema.$ref === "string") {
      return this.sample(this.#resolver.resolve(schema.$ref, schema)?.schema, name, depth + 1);
    }
    const given = givenValue(schema);
    if (given !== undefined) return given;
    const choice = [schema.anyOf, schema.oneOf].find(Array.isArray)?.find((each: unknown) => !isNull(each));
    if (choice !== undefined && schema.type === undefined) return this.sample(choice, name, depth + 1);
    const [part] = Array.isArray(schema.allOf) ? schema.allOf : [];
    if (part !== undefined && schema.type === undefined) return this.sample(part, name, depth + 1);
    return this.#ofType(schema, name, depth);
  }

  #ofType(schema: JsonSchemaObject, name: string, depth: number): unknown {
    const types: readonly unknown[] = Array.isArray(schema.type) ? schema.type : [schema.type];
    const type = types.find((each) => each !== "null") ?? (schema.properties === undefined ? undefined : "object");
    switch (type) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return this.#list(schema, name, depth);
      case "integer":
      case "number":
        return sampleNumber(schema);
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return sampleText(schema, name);
    }
  }

  #object(schema: JsonSchemaObject, depth: number): JsonSchemaObject {
    const required: readonly unknown[] = Array.isArray(schema.required) ? schema.required.slice(0, MAX_PROPERTIES) : [];
    const properties = isSchemaObject(schema.properties) ? schema.properties : {};
    const names = required.filter((name) => typeof name === "string");
    return Object.fromEntries(
      names.map((name) => [
        name,
        this.sample(Object.hasOwn(properties, name) ? properties[name] : {}, name, depth + 1),
      ]),
    );
  }

  #list(schema: JsonSchemaObject, name: string, depth: number): readonly unknown[] {
    const count = Math.min(3, Math.max(1, typeof schema.minItems === "number" ? schema.minItems : 1));
    return Array.from({ length: count }, () => this.sample(schema.items ?? {}, name, depth + 1));
  }
}

/** What the schema itself says a value may be. */
function givenValue(schema: JsonSchemaObject): unknown {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  const [listed] = Array.isArray(schema.enum) ? schema.enum : [];
  return [schema.const, schema.default, example, listed].find(
    (value) => value !== undefined && value !== null && value !== "",
  );
}

function isNull(schema: unknown): boolean {
  return isSchemaObject(schema) && (schema.type === "null" || schema.const === null);
}

function sampleNumber({ minimum, exclusiveMinimum, maximum, multipleOf }: JsonSchemaObject): number {
  const step = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : 1;
  if (typeof exclusiveMinimum === "number") return (Math.floor(exclusiveMinimum / step) + 1) * step;
  if (typeof minimum === "number") return Math.ceil(minimum / step) * step;
  return typeof maximum === "number" && maximum < step ? Math.floor(maximum / step) * step : step;
}

const FORMATS: ReadonlyMap<unknown, string> = new Map([
  ["date-time", "2026-01-31T09:00:00Z"],
  ["date", "2026-01-31"],
  ["time", "09:00:00Z"],
  ["email", "name@example.com"],
  ["uri", "https://example.com"],
  ["url", "https://example.com"],
  ["uuid", "123e4567-e89b-42d3-a456-426614174000"],
]);

/** The name of the property in place of a value, so that the reader sees what belongs there. */
function sampleText({ format, minLength, maxLength }: JsonSchemaObject, name: string): string {
  const text = FORMATS.get(format) ?? (name === "" ? "text" : name);
  const longest = typeof maxLength === "number" ? maxLength : text.length;
  return text.slice(0, Math.max(0, longest)).padEnd(typeof minLength === "number" ? Math.min(minLength, 100) : 0, "x");
}
