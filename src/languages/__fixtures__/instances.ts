import { createReferenceResolver, type ReferenceResolver } from "../../schema/resolve.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";

/** A small seeded generator, so that a failure can be repeated. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Node = Record<string, unknown>;

/** Makes values a schema probably allows; the caller checks them. Written apart from the emitter, straight from the schema. */
export function createInstances(document: JsonSchema, random: () => number): () => unknown {
  const resolver = createReferenceResolver(document);
  return () => make(document, { resolver, random }, 0);
}

interface Source {
  readonly resolver: ReferenceResolver;
  readonly random: () => number;
}

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

function make(schema: unknown, source: Source, depth: number): unknown {
  if (typeof schema !== "object" || schema === null) return pick(["text", 7, true, null, [1], { k: 1 }], source.random);
  const node = schema as Node;
  if ("const" in node) return node["const"];
  if (Array.isArray(node["enum"])) return pick(node["enum"], source.random);
  if (typeof node["$ref"] === "string") {
    const target = source.resolver.resolve(node["$ref"], node);
    return depth > 12 ? null : make(target === undefined ? true : target.schema, source, depth + 1);
  }
  const choice = node["anyOf"] ?? node["oneOf"];
  const chosen = Array.isArray(choice) ? make(pick(choice, source.random), source, depth + 1) : undefined;
  const parts = [chosen, ...(Array.isArray(node["allOf"]) ? node["allOf"].map((part) => make(part, source, depth + 1)) : [])];
  const own = ownValue(node, source, depth);
  const objects = [own, ...parts].filter((part) => typeof part === "object" && part !== null && !Array.isArray(part));
  if (objects.length > 0 && own !== undefined) return Object.assign({}, ...objects) as unknown;
  return own ?? parts.find((part) => part !== undefined) ?? make(true, source, depth);
}

function ownValue(node: Node, source: Source, depth: number): unknown {
  const type = Array.isArray(node["type"]) ? pick(node["type"], source.random) : node["type"];
  switch (type ?? (node["properties"] === undefined ? undefined : "object")) {
    case "object":
      return makeObject(node, source, depth);
    case "array":
      return makeList(node, source, depth);
    case "string":
      return makeString(node, source.random);
    case "integer":
      return Math.round(makeNumber(node, source.random));
    case "number":
      return makeNumber(node, source.random);
    case "boolean":
      return source.random() < 0.5;
    case "null":
      return null;
    default:
      return undefined;
  }
}

function makeObject(node: Node, source: Source, depth: number): Node {
  const required = new Set(Array.isArray(node["required"]) ? node["required"] : []);
  const value: Node = {};
  const optional = depth > 8 ? 0 : depth > 3 ? 0.2 : 0.6;
  for (const [name, part] of Object.entries((node["properties"] ?? {}) as Node)) {
    if (required.has(name) || source.random() < optional) value[name] = make(part, source, depth + 1);
  }
  for (const name of required) if (!(String(name) in value)) value[String(name)] = make(true, source, depth);
  const rest = node["additionalProperties"];
  if (typeof rest === "object" && rest !== null && source.random() < 0.7) value["extra"] = make(rest, source, depth + 1);
  if (rest === true && source.random() < 0.5) value["extra"] = make(true, source, depth + 1);
  return value;
}

function makeList(node: Node, source: Source, depth: number): unknown[] {
  const items = node["items"];
  const prefix = node["prefixItems"] ?? (Array.isArray(items) ? items : undefined);
  if (Array.isArray(prefix)) return prefix.map((part) => make(part, source, depth + 1));
  const least = Number(node["minItems"] ?? 0);
  const most = Math.min(Number(node["maxItems"] ?? least + 3), least + 3);
  const length = depth > 6 ? least : least + Math.floor(source.random() * (most - least + 1));
  return Array.from({ length }, () => make(items ?? true, source, depth + 1));
}

const FORMATS: Readonly<Record<string, string>> = {
  "date-time": "2024-05-06T07:08:09Z",
  date: "2024-05-06",
  time: "07:08:09Z",
  email: "a@example.org",
  uri: "https://example.org/a",
  url: "https://example.org/a",
  uuid: "123e4567-e89b-42d3-a456-426614174000",
};

function makeString(node: Node, random: () => number): string {
  const format = FORMATS[String(node["format"])];
  if (format !== undefined) return format;
  const length = Math.max(Number(node["minLength"] ?? 0), Math.floor(random() * 6));
  const guesses = ["2024-05-06", "AAPL", "12345678-1234-4234-8234-123456789012", "#ffffff", "example.com", "12:30"];
  const guess = node["pattern"] === undefined ? undefined : pick(guesses, random);
  return guess ?? "x".repeat(Math.min(length, Number(node["maxLength"] ?? length)));
}

function makeNumber(node: Node, random: () => number): number {
  const low = Number(node["minimum"] ?? (typeof node["exclusiveMinimum"] === "number" ? node["exclusiveMinimum"] + 1 : 0));
  const high = Number(node["maximum"] ?? (typeof node["exclusiveMaximum"] === "number" ? node["exclusiveMaximum"] - 1 : low + 10));
  const value = low + random() * (Math.min(high, low + 10) - low);
  return Number(node["multipleOf"]) > 0 ? Math.ceil(value / Number(node["multipleOf"])) * Number(node["multipleOf"]) : value;
}
