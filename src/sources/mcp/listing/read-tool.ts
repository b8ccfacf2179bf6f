import { defined } from "../../../base/defined.ts";
import { isSchemaObject, type JsonSchema } from "../../../schema/json-schema.ts";
import type { ToolAnnotations, ToolDefinition } from "../../../catalog/tool.ts";
import { quoteName } from "../../../catalog/brief.ts";
import { boundText } from "../../../base/bound-text.ts";
import { wildcard } from "../../../base/wildcard.ts";
import { measureJson } from "../call/measure-json.ts";

/** Result of reading a list of tools received over the wire. */
export interface ReadTools {
  readonly tools: readonly ToolDefinition[];
  /** Parts that were left out, as sentences. */
  readonly warnings: readonly string[];
}

/** Context shared by all tools of a server. */
interface ToolOrigin {
  readonly serverName: string;
  readonly serverDescription?: string;
  readonly deferLoading: boolean;
  readonly accepts: (toolName: string) => boolean;
  /** Hints that replace those of the server, by patterns of tool names. */
  readonly annotations?: Readonly<Record<string, ToolAnnotations>>;
}

const OPEN_INPUT: JsonSchema = { type: "object" };
const MAX_DEPTH = 128;
const MAX_SCHEMA_CHARACTERS = 1_000_000;
/** Longest schema that is read where it is sent as the text of its JSON. */
const MAX_SCHEMA_TEXT = 64 * 1024;
const MAX_DESCRIPTION_CHARACTERS = 32_000;
const MAX_TITLE_CHARACTERS = 500;
/** Characters of pictures, and of what is only handed on, that go into every list with their tool. */
const MAX_EXTRA_CHARACTERS = 64 * 1024;
const INPUT_SCHEMA = ["inputSchema", "input_schema", "parameters"];
const OUTPUT_SCHEMA = ["outputSchema", "output_schema"];
/** The protocol advises 128; a longer name would fill every list it is in. */
const MAX_NAME_CHARACTERS = 512;

/** Tools that are read in one step. */
export const TOOLS_PER_STEP: number = 16;

/**
 * Takes every usable tool of a list, in small steps; one bad tool costs only itself.
 *
 * A tool without a usable name is left out with a warning, one with an unusable schema is taken with `problem` set.
 */
export function* readTools(list: readonly unknown[], origin: ToolOrigin): Generator<void, ReadTools> {
  const tools = new Map<string, ToolDefinition>();
  const warnings: string[] = [];
  for (const [index, listed] of list.entries()) {
    if (index % TOOLS_PER_STEP === 0) yield;
    const item = toolIn(listed);
    const name = nameOf(item);
    if (!isSchemaObject(item) || name === undefined) {
      warnings.push(`Tool ${index + 1} of "${origin.serverName}" was left out: it has no usable name.`);
    } else if (name.length > MAX_NAME_CHARACTERS) {
      warnings.push(
        `Tool ${index + 1} of "${origin.serverName}" was left out: its name has ${name.length} characters, more than ${MAX_NAME_CHARACTERS}.`,
      );
    } else if (tools.has(name)) {
      warnings.push(`Tool ${quoteName(name)} of "${origin.serverName}" is listed more than once; the first was taken.`);
    } else if (origin.accepts(name) && isOnlyForTasks(item)) {
      warnings.push(`Tool ${quoteName(name)} of "${origin.serverName}" was left out: it runs only as a task.`);
    } else if (origin.accepts(name) && isForModels(item)) {
      tools.set(name, readTool(name, item, origin));
    }
  }
  return { tools: [...tools.values()], warnings };
}

/** What a list holds of a tool: of some servers in the form that a model's own interface takes. */
function toolIn(listed: unknown): unknown {
  const inner = isSchemaObject(listed) && listed["name"] === undefined ? listed["function"] : undefined;
  return isSchemaObject(inner) ? inner : listed;
}

function nameOf(item: unknown): string | undefined {
  const name = isSchemaObject(item) ? item["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** A plain call of such a tool is refused by the protocol. */
function isOnlyForTasks(tool: Readonly<Record<string, unknown>>): boolean {
  const { execution } = tool;
  return isSchemaObject(execution) && execution["taskSupport"] === "required";
}

/** The apps extension marks tools that only a server's own user interface may call. */
function isForModels(tool: Readonly<Record<string, unknown>>): boolean {
  const meta = tool["_meta"];
  const ui = isSchemaObject(meta) ? meta["ui"] : undefined;
  const visibility = isSchemaObject(ui) ? ui["visibility"] : undefined;
  return !Array.isArray(visibility) || visibility.includes("model");
}

function readTool(name: string, raw: Readonly<Record<string, unknown>>, origin: ToolOrigin): ToolDefinition {
  const problems: string[] = [];
  const inputSchema = readSchema(schemaIn(raw, INPUT_SCHEMA), "input schema", problems) ?? OPEN_INPUT;
  const declared = schemaIn(raw, OUTPUT_SCHEMA);
  const outputSchema = declared === undefined ? undefined : readSchema(declared, "output schema", problems);
  const annotations = { ...readAnnotations(raw["annotations"]), ...configuredAnnotations(name, origin) };
  const title = readTitle(raw["title"]) ?? annotations.title;
  const inputExamples = readExamples(raw);
  return {
    name: `${origin.serverName}__${name}`,
    serverName: origin.serverName,
    toolName: name,
    ...defined({ serverDescription: origin.serverDescription, title }),
    description: readDescription(raw["description"], problems),
    inputSchema,
    ...defined({ outputSchema, inputExamples }),
    ...(Array.isArray(raw["icons"]) && raw["icons"].length > 0 && isHandy(raw["icons"]) ? { icons: raw["icons"] } : {}),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(origin.deferLoading ? { deferLoading: true } : {}),
    ...(isSchemaObject(raw["_meta"]) && isHandy(raw["_meta"]) ? { meta: raw["_meta"] } : {}),
    ...(problems.length === 0 ? {} : { problem: problems.join(" ") }),
  };
}

/** Whether it can be written wherever its tool is listed; anything else is left out. */
function isHandy(extra: unknown): boolean {
  return measureJson(extra, MAX_DEPTH, MAX_EXTRA_CHARACTERS).fits;
}

/** A schema under any of its names. Some servers write it as the text of its JSON. */
function schemaIn(raw: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  const value = names.map((name) => raw[name]).find((each) => each !== undefined && each !== null);
  if (typeof value !== "string" || value.length > MAX_SCHEMA_TEXT) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function readSchema(value: unknown, label: string, problems: string[]): JsonSchema | undefined {
  const reason = schemaProblem(value, label);
  if (reason === undefined && isSchemaObject(value)) return value;
  problems.push(`Its ${label} ${reason ?? "is not an object"}, so any value is taken there.`);
  return undefined;
}

function schemaProblem(value: unknown, label: string): string | undefined {
  if (value === undefined) return "is missing";
  if (!isSchemaObject(value)) return "is not an object";
  if (!measureJson(value, MAX_DEPTH, MAX_SCHEMA_CHARACTERS).fits) {
    return `is nested deeper than ${MAX_DEPTH} levels or larger than ${MAX_SCHEMA_CHARACTERS} characters`;
  }
  const { type } = value;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type ?? "object"];
  if (!types.every((name) => typeof name === "string")) return "has a type that is not a name";
  const takesObject = label !== "input schema" || types.includes("object");
  return takesObject ? undefined : `describes ${JSON.stringify(type)} instead of an object`;
}

function readDescription(value: unknown, problems: string[]): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") {
    problems.push("Its description is not text.");
    return "";
  }
  if (value.length <= MAX_DESCRIPTION_CHARACTERS) return value;
  problems.push(`Its description was cut after ${MAX_DESCRIPTION_CHARACTERS} of ${value.length} characters.`);
  return value.slice(0, MAX_DESCRIPTION_CHARACTERS);
}

function readTitle(value: unknown): string | undefined {
  return typeof value === "string" ? boundText(value, MAX_TITLE_CHARACTERS) : undefined;
}

function readAnnotations(value: unknown): ToolAnnotations {
  if (!isSchemaObject(value)) return {};
  const flag = (key: string): Readonly<Record<string, boolean>> => {
    const hint = value[key];
    return typeof hint === "boolean" ? { [key]: hint } : {};
  };
  const title = readTitle(value["title"]);
  return {
    ...defined({ title }),
    ...flag("readOnlyHint"),
    ...flag("destructiveHint"),
    ...flag("idempotentHint"),
    ...flag("openWorldHint"),
  };
}

function configuredAnnotations(name: string, { annotations = {} }: ToolOrigin): ToolAnnotations {
  const fitting = Object.entries(annotations).filter(([pattern]) => wildcard(pattern)(name));
  return Object.assign({}, ...fitting.map(([, hints]) => hints));
}

/** There is no agreed place for examples yet; these are the ones servers use. */
function readExamples(raw: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  for (const place of [raw, raw["_meta"], raw["annotations"]]) {
    if (!isSchemaObject(place)) continue;
    for (const key of ["inputExamples", "input_examples"]) {
      const examples = place[key];
      if (Array.isArray(examples) && measureJson(examples, MAX_DEPTH, MAX_SCHEMA_CHARACTERS).fits) return examples;
    }
  }
  return undefined;
}
