import { isSchemaObject, type JsonSchemaObject } from "../schema/json-schema.ts";
import type { ToolEntry } from "./tool.ts";

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

/** Names and descriptions of parameters, as text to be split into words. */
interface ParameterText {
  readonly names: string[];
  readonly descriptions: string[];
  /** How many schemas were looked at: alternatives inside alternatives multiply. */
  visited: number;
}

/** The texts of a tool in the order of {@link FIELD_WEIGHTS}: name, description, parameter names and descriptions, server, its description. */
export function searchableText(entry: ToolEntry): readonly string[] {
  const parameters: ParameterText = { names: [], descriptions: [], visited: 0 };
  gatherParameters(entry.inputSchema, parameters, 1);
  return [
    entry.toolName.slice(0, MAX_TEXT),
    `${entry.title ?? ""} ${entry.description}`.slice(0, MAX_TEXT),
    parameters.names.join(" ").slice(0, MAX_TEXT),
    parameters.descriptions.join(" ").slice(0, MAX_TEXT),
    entry.serverName.slice(0, MAX_TEXT),
    (entry.serverDescription ?? "").slice(0, MAX_TEXT),
  ];
}

/** Reads properties of objects, of array items and of alternatives; a schema is followed three objects deep. */
function gatherParameters(schema: unknown, text: ParameterText, depth: number): void {
  if (depth > MAX_DEPTH || !isSchemaObject(schema) || ++text.visited > MAX_SCHEMAS) return;
  if (isSchemaObject(schema.properties)) gatherProperties(schema.properties, text, depth);
  gatherParameters(schema.items, text, depth + 1);
  for (const alternatives of [schema.anyOf, schema.oneOf, schema.allOf]) {
    if (!Array.isArray(alternatives)) continue;
    for (const alternative of alternatives.slice(0, MAX_PARAMETERS)) gatherParameters(alternative, text, depth + 1);
  }
}

function gatherProperties(properties: JsonSchemaObject, text: ParameterText, depth: number): void {
  for (const [name, property] of Object.entries(properties)) {
    if (text.names.length >= MAX_PARAMETERS) return;
    text.names.push(name.slice(0, MAX_PARAMETER_TEXT));
    if (!isSchemaObject(property)) continue;
    if (typeof property.description === "string") {
      text.descriptions.push(property.description.slice(0, MAX_PARAMETER_TEXT));
    }
    gatherParameters(property, text, depth + 1);
  }
}
