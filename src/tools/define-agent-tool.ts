import { boundText } from "../base/bound-text.ts";
import { defined } from "../base/defined.ts";
import type { JsonObject } from "../base/json.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { showError } from "../runs/reading-text.ts";
import type { JsonSchemaObject } from "../schema/json-schema.ts";
import { acceptArguments } from "../schema/check/accept-arguments.ts";
import { createValidator } from "../schema/validator.ts";
import type { AgentTool, AgentToolContext, AgentToolResult, ReaderRoom } from "./agent-tool.ts";
import { isRecord } from "../base/is-record.ts";
import { withKnownLanguage } from "./guest-language.ts";
import { meantArguments, ToolArguments } from "./tool-arguments.ts";
import { withError } from "./runs/result-schema.ts";
import { typedSchema } from "./typed-schema.ts";
import { toJsonObject } from "./to-json-object.ts";

/** Properties that differ from tool to tool. */
interface AgentToolSpec {
  readonly name: string;
  readonly title: string;
  /** A function is asked each time, for a description that follows the catalog. */
  readonly description: string | ((room?: ReaderRoom) => string);
  /** A parameter, and what is added to its description for a reader of which that is where lists are read. */
  readonly listing?: { readonly parameter: string; readonly text: (characters: number) => string };
  readonly inputSchema: JsonSchemaObject;
  /** Schema of a successful result; failure is added to it. */
  readonly resultSchema: JsonSchemaObject;
  readonly annotations: AgentTool["annotations"];
  /** Does the work. Throws `CodemodeError` for what the caller can put right. */
  readonly run: (args: ToolArguments, context: AgentToolContext) => AgentToolOutcome | Promise<AgentToolOutcome>;
}

/** Result of a tool's work. */
export interface AgentToolOutcome {
  readonly text: string;
  /** Turned to JSON; absent fields are left out. */
  readonly structured: object;
  readonly content?: AgentToolResult["content"];
  readonly isError?: boolean;
  readonly waiting?: AgentToolResult["waiting"];
}

/** Characters of the message, and of the hint, that a model is given of any error. */
const ERROR_CHARACTERS = 10_000;

/** Checks the arguments of every tool, so that a schema is compiled once however many clients there are. */
const validator = createValidator();

/** Schemas of a tool: as it checks them, and as clients are given them. */
interface ToolSchemas {
  readonly checked: JsonSchemaObject;
  readonly input: JsonSchemaObject;
  readonly output: JsonSchemaObject;
}

/** By their text: each client has tools of its own, and their schemas are equal but for what is configured. */
const knownSchemas = new Map<string, ToolSchemas>();
const MOST_SCHEMAS = 200;

function schemasOf({ inputSchema, resultSchema }: AgentToolSpec): ToolSchemas {
  const key = JSON.stringify([inputSchema, resultSchema]);
  const known = knownSchemas.get(key);
  if (known !== undefined) return known;
  const made = {
    checked: inputSchema,
    input: typedSchema(withoutBounds(inputSchema)),
    output: typedSchema(withError(resultSchema)),
  };
  if (knownSchemas.size >= MOST_SCHEMAS) knownSchemas.clear();
  knownSchemas.set(key, made);
  return made;
}

/** Bounds that hardly any call oversteps, and one that does is told: a list of tools that has them costs a twentieth more. */
const UNSHOWN: ReadonlySet<string> = new Set([
  "minLength",
  "maxLength",
  "minimum",
  "exclusiveMinimum",
  "minItems",
  "maxItems",
]);

function withoutBounds(schema: JsonSchemaObject): JsonSchemaObject {
  const shown = (key: string, value: unknown): unknown =>
    UNSHOWN.has(key) && typeof value === "number" ? undefined : value;
  const light: JsonSchemaObject = JSON.parse(JSON.stringify(schema, shown));
  return light;
}

/** Makes a tool: checks its arguments, performs it, and turns what it throws into a result with `isError`. */
export function defineAgentTool(spec: AgentToolSpec): AgentTool {
  const { name, title, annotations, description, listing } = spec;
  const { checked, input, output } = schemasOf(spec);
  return {
    name,
    title,
    get description() {
      return typeof description === "string" ? description : description();
    },
    ...(typeof description === "string"
      ? {}
      : {
          present: (room) => ({
            description: description(room),
            inputSchema: listing === undefined ? input : withListing(input, listing, room),
          }),
        }),
    inputSchema: input,
    outputSchema: output,
    annotations,
    async execute(args, context = {}) {
      try {
        if (isRecord(args) && Object.values(args).some(isStructured)) await validator.prepare(args);
        const accepted = new ToolArguments(checkedArguments(name, checked, args ?? {}));
        const { text, structured, content = [], isError = false, waiting } = await spec.run(accepted, context);
        return { text, structured: toJsonObject(structured), content, isError, ...defined({ waiting }) };
      } catch (thrown) {
        return toErrorResult(toCodemodeError(thrown));
      }
    },
  };
}

/** The schema with a text at one of its parameters, as JSON not longer than the reader keeps. */
function withListing(
  schema: JsonSchemaObject,
  { parameter, text }: { readonly parameter: string; readonly text: (characters: number) => string },
  { parameters: most }: ReaderRoom,
): JsonSchemaObject {
  const { properties } = schema;
  const member = isRecord(properties) ? properties[parameter] : undefined;
  if (most === undefined || !isRecord(properties) || !isRecord(member)) return schema;
  const said = typeof member["description"] === "string" ? member["description"] : "";
  const made = (characters: number): JsonSchemaObject => {
    const description = [said, text(characters)].filter((part) => part !== "").join("\n\n");
    return { ...schema, properties: { ...properties, [parameter]: { ...member, description } } };
  };
  const bytes = (value: JsonSchemaObject): number => Buffer.byteLength(JSON.stringify(value));
  // Line feeds, quotes and other alphabets take more bytes as JSON than they are characters.
  for (let characters = most - bytes(schema); characters > 0;) {
    const listed = made(characters);
    const over = bytes(listed) - most;
    if (over <= 0) return listed;
    characters -= over;
  }
  return schema;
}

function isStructured(part: unknown): boolean {
  return typeof part === "object" && part !== null;
}

function checkedArguments(
  name: string,
  inputSchema: JsonSchemaObject,
  args: unknown,
): Readonly<Record<string, unknown>> {
  const verdict = isRecord(args)
    ? acceptArguments(validator, inputSchema, meantArguments(withKnownLanguage(args), inputSchema))
    : validator.validate(inputSchema, args);
  if (verdict.ok && "value" in verdict) return verdict.value;
  const issues = verdict.ok ? [] : verdict.issues;
  const problems = issues.map(({ message }) => message.replace(/\.$/, "")).join("; ");
  const known = isRecord(inputSchema["properties"]) ? Object.keys(inputSchema["properties"]) : [];
  const parameters = known.length === 0 ? "It takes no arguments." : `${name} takes: ${known.join(", ")}.`;
  throw new CodemodeError(
    "invalid_arguments",
    `${name} cannot take these arguments: ${problems.replace(/[^?]$/, "$&.")}`,
    {
      hint: [...new Set(issues.map(({ fix }) => fix)), parameters].join(" "),
    },
  );
}

function toErrorResult(error: CodemodeError): AgentToolResult {
  const { message, hint, ...rest } = error.toReport();
  const said = {
    ...rest,
    message: boundText(message, ERROR_CHARACTERS),
    ...(hint === undefined ? {} : { hint: boundText(hint, ERROR_CHARACTERS) }),
  };
  const report: JsonObject = { ...said };
  return { text: showError(said), structured: { error: report }, content: [], isError: true };
}
