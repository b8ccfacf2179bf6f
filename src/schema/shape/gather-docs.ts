import { beginningOf } from "../../base/bound-text.ts";
import { defined } from "../../base/defined.ts";
import { docsOf, spell } from "./facts.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import { NO_DOCS, type ShapeDocs } from "./shape.ts";
import { own } from "../subschemas.ts";

/** Finds what a `$ref` stands for. */
type Resolve = (reference: string, from: JsonSchemaObject) => unknown;

const MAX_DEPTH = 4;
const MAX_ALTERNATIVES = 12;
const MAX_LABELS = 40;
const MAX_WORDS = 160;

/** Keywords in which servers and generators put names and meanings of listed values, beside `enum`. */
const LABEL_KEYWORDS = ["enumNames", "x-enumNames", "x-enum-varnames", "enumTitles"];
const MEANING_KEYWORDS = ["enumDescriptions", "x-enumDescriptions", "x-enum-descriptions", "markdownEnumDescriptions"];

/**
 * Collects what a schema says that its type cannot, wherever below the schema's own level it is said: behind a
 * reference, in an alternative, as the label of a value, about the items of a list, as a title.
 *
 * @param name the property's own name, which as a title says nothing
 */
export function gatherDocs(schema: JsonSchemaObject, resolve: Resolve, name = ""): ShapeDocs {
  return new DocsReader(resolve).read(schema, name, 0);
}

class DocsReader {
  readonly #resolve: Resolve;

  constructor(resolve: Resolve) {
    this.#resolve = resolve;
  }

  read(schema: JsonSchemaObject, name: string, depth: number): ShapeDocs {
    if (depth > MAX_DEPTH) return NO_DOCS;
    const below = this.#below(schema, depth).filter((docs) => docs !== NO_DOCS);
    const mine = docsOf(schema);
    const descriptions = [mine, ...below].flatMap(({ description }) => description ?? []);
    const [description = titleOf(schema, name), ...others] = descriptions;
    const further = others.filter((text) => description !== undefined && !description.includes(text)).map(cut);
    const facts = [
      ...mine.facts,
      ...below.flatMap((docs) => docs.facts),
      ...further,
      ...encodingFacts(schema),
      ...labelFacts(schema),
      ...this.#alternativeFacts(schema, depth),
      ...this.#itemFacts(schema, depth),
    ];
    return { ...defined({ description }), facts: [...new Set(facts)] };
  }

  /** The parts whose words are the schema's own: the target of its reference, its only alternative beside null. */
  #below(schema: JsonSchemaObject, depth: number): ShapeDocs[] {
    const all = own(schema, "allOf");
    const alternatives = this.#alternatives(schema);
    const parts = [
      this.#targetOf(schema),
      ...(Array.isArray(all) && all.length <= 3 ? all : []),
      ...(alternatives.length === 1 ? alternatives : []),
    ];
    return parts.filter(isSchemaObject).map((part) => this.read(part, "", depth + 1));
  }

  #targetOf(schema: JsonSchemaObject): unknown {
    const reference = own(schema, "$ref");
    return typeof reference === "string" ? this.#resolve(reference, schema) : undefined;
  }

  #alternatives(schema: JsonSchemaObject): JsonSchemaObject[] {
    const found = [own(schema, "anyOf"), own(schema, "oneOf")].flatMap((parts): unknown[] =>
      Array.isArray(parts) ? parts : [],
    );
    return found.filter(isSchemaObject).filter((part) => own(part, "type") !== "null");
  }

  /** Of several alternatives each says what it is; those that are one value say what it means. */
  #alternativeFacts(schema: JsonSchemaObject, depth: number): string[] {
    const alternatives = this.#alternatives(schema);
    if (alternatives.length < 2) return [];
    const constants = alternatives.filter((part) => Object.hasOwn(part, "const"));
    const labels = constants.slice(0, MAX_LABELS).flatMap((part) => {
      const words = [own(part, "title"), own(part, "description")].filter((text) => typeof text === "string");
      return label(part["const"], words);
    });
    const others = alternatives.filter((part) => !Object.hasOwn(part, "const")).slice(0, MAX_ALTERNATIVES);
    return [...labels, ...others.flatMap((part) => this.#alternative(part, depth))];
  }

  #alternative(part: JsonSchemaObject, depth: number): string[] {
    const target = this.#targetOf(part);
    const { description, facts } = this.read(part, "", depth + 1);
    const type =
      own(part, "type") ?? (isSchemaObject(target) ? (own(target, "type") ?? own(target, "title")) : undefined);
    const news = facts.filter((fact) => fact !== "integer");
    const words = [...(description === undefined ? [] : [cut(description)]), ...news].join("; ");
    if (words === "") return [];
    return [typeof type === "string" ? `${type}: ${words}` : words];
  }

  /** Items in the plain are read with the list itself; these are said elsewhere. */
  #itemFacts(schema: JsonSchemaObject, depth: number): string[] {
    const items = own(schema, "items");
    if (!isSchemaObject(items) || !["$ref", "anyOf", "oneOf", "allOf", "enum"].some((key) => Object.hasOwn(items, key)))
      return [];
    const target = this.#targetOf(items);
    if (isSchemaObject(target) && own(target, "properties") !== undefined) return [];
    const { description, facts } = this.read(items, "", depth + 1);
    const known = new Set(docsOf(schema).facts);
    return [...facts, ...(description === undefined ? [] : [cut(description)])]
      .map((fact) => `each: ${fact}`)
      .filter((fact) => !known.has(fact));
  }
}

/** A title that is more than the name in capitals. */
function titleOf(schema: JsonSchemaObject, name: string): string | undefined {
  const title = own(schema, "title");
  if (typeof title !== "string" || title.trim() === "" || name === "") return undefined;
  return fold(title) === fold(name) ? undefined : title;
}

function encodingFacts(schema: JsonSchemaObject): string[] {
  const parts = [own(schema, "contentEncoding"), own(schema, "contentMediaType")].filter(
    (part) => typeof part === "string",
  );
  return parts.length === 0 ? [] : [cut(parts.join(" of "))];
}

/** Labels of listed values: lists beside `enum`, or objects by value. */
function labelFacts(schema: JsonSchemaObject): string[] {
  const values = own(schema, "enum");
  if (!Array.isArray(values)) return [];
  const columns = [LABEL_KEYWORDS, MEANING_KEYWORDS].map((keywords) =>
    keywords.map((keyword) => own(schema, keyword)).find((found) => typeof found === "object" && found !== null),
  );
  return values.slice(0, MAX_LABELS).flatMap((value: unknown, index) => {
    const words = columns.map((column) =>
      Array.isArray(column) ? column[index] : isSchemaObject(column) ? own(column, String(value)) : undefined,
    );
    return label(
      value,
      words.filter((text) => typeof text === "string"),
    );
  });
}

function label(value: unknown, words: readonly string[]): string[] {
  const news = words.map((text) => text.trim()).filter((text) => text !== "" && fold(text) !== fold(String(value)));
  return news.length === 0 ? [] : [`${spell(value)} = ${cut(news.join(": "))}`];
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function cut(text: string): string {
  const line = text.trim();
  return line.length > MAX_WORDS ? `${beginningOf(line, MAX_WORDS)}…` : line;
}
