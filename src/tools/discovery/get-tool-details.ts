import type { ToolRegistry } from "../../sources/tool-registry.ts";
import { boundText } from "../../base/bound-text.ts";
import { inTurn } from "../../base/in-turn.ts";
import { escapeInvisible } from "../../catalog/brief.ts";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { describeTool, type DetailLevel, type ToolDetails } from "../../languages/discovery.ts";
import { splitToolName } from "../../catalog/unknown-name.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import { describeSkillAsTool } from "../../runs/skills/skill-views.ts";
import type { AgentTool } from "../agent-tool.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { list, object, TEXT, TEXTS } from "../runs/result-schema.ts";
import { awaitServers, showNotes } from "./server-readiness.ts";
import { READS } from "../tool-annotations.ts";
import { parseLanguage } from "../guest-language.ts";
import type { ToolArguments } from "../tool-arguments.ts";

/** Maximum number of tools described in one call. */
const MOST_TOOLS = 50;
/** Characters about one tool, about all of a call, and about each that comes after those. */
const MOST_OF_ONE = 30_000;
const MOST_OF_ALL = 120_000;
const LEAST_OF_ONE = 1_000;
const MOST_DESCRIPTION = 10_000;

/** `get_tool_details`: declarations, schemas and examples of tools that are known by name. */
export function createGetToolDetails({ registry, skills, observed }: CodeModeExecutor): AgentTool {
  return defineAgentTool({
    name: "get_tool_details",
    title: "Describe tools",
    description:
      "Gives the declaration of one or several tools (types, docs, limits) and the line that imports each. " +
      "Ask for all the tools you need in one call; signatures from search_tools are often enough.",
    inputSchema: object({
      tool_name: { type: "string", description: "Full name, server__tool." },
      tool_names: { type: "array", items: { type: "string" }, minItems: 1, maxItems: MOST_TOOLS },
      language: { enum: ["typescript", "python"], default: "typescript" },
      detail: { enum: ["brief", "signature", "full"], default: "full" },
    }),
    resultSchema: object(
      {
        tools: list(TOOL_DETAILS),
        unknown: list(object({ name: TEXT, suggestions: TEXTS }, ["name", "suggestions"])),
        notes: TEXTS,
      },
      ["tools", "unknown", "notes"],
    ),
    annotations: READS,
    run: async (args, { signal }) => {
      const names = askedNames(args);
      const options = { detail: parseDetail(args.text("detail")), language: parseLanguage(args.text("language")) };
      const described = new Map<string, ToolDetails>();
      for (const name of names) {
        const skill = registry.catalog().get(name) === undefined && (await describeSkillAsTool(skills, name, options));
        if (skill) described.set(name, skill);
      }
      const isMissing = names.some((name) => !described.has(name) && registry.catalog().get(name) === undefined);
      const waited = isMissing ? await awaitOwners(registry, names, signal) : [];
      const catalog = observed.apply(registry.catalog());
      if (isMissing) await catalog.prepareSearch();
      const isKnown = (name: string): boolean => described.has(name) || catalog.get(name) !== undefined;
      const whole = await Promise.all(
        names
          .filter(isKnown)
          .map(async (name) => described.get(name) ?? inTurn(() => describeTool(catalog, name, options))),
      );
      const { tools, cut } = withinRoom(options.detail === "full" ? whole : whole.map(withoutSchemas));
      const notes = [...waited, ...cut];
      const unknown = names
        .filter((name) => !isKnown(name))
        .map((name) => ({ name, suggestions: catalog.suggest(name, 3) }));
      return {
        text:
          [...tools.map(showDetails), ...unknown.map(({ name }) => whyUnknown(catalog, name))].join("\n\n") +
          showNotes(notes),
        structured: { tools, unknown, notes },
        isError: tools.length === 0,
      };
    },
  });
}

/** Only the servers the missing tools belong to, so that a silent one delays no answer about another. */
async function awaitOwners(
  registry: ToolRegistry,
  names: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const catalog = registry.catalog();
  const missing = names.filter((name) => catalog.get(name) === undefined);
  // A bare name may belong to any server.
  const owners = new Set(missing.map((name) => splitToolName(catalog, name)?.server.name));
  const asked = owners.has(undefined) ? [undefined] : [...owners];
  return (await Promise.all(asked.map((server) => awaitServers(registry, { signal, server })))).flat();
}

const TOOL_DETAILS = object(
  {
    name: TEXT,
    server: TEXT,
    description: TEXT,
    inputSchema: {},
    outputSchema: {},
    observed: { type: "object" },
    inputExamples: list({}),
    annotations: { type: "object" },
    declaration: TEXT,
    import: TEXT,
  },
  ["name", "server", "description", "declaration", "import"],
);

function askedNames(args: ToolArguments): readonly string[] {
  const names = [args.text("tool_name") ?? [], args.texts("tool_names") ?? []].flat();
  if (names.length > 0) return [...new Set(names)];
  throw new CodemodeError("invalid_arguments", "get_tool_details needs the names of the tools to describe.", {
    hint: "Pass tool_name (one full name) or tool_names (a list of them).",
  });
}

function parseDetail(detail: string | undefined): DetailLevel {
  return detail === "brief" || detail === "signature" ? detail : "full";
}

/** What is shown of a tool. */
type ShownDetails = Pick<ToolDetails, "name" | "server" | "description" | "declaration" | "import"> &
  Partial<ToolDetails>;

function withoutSchemas({ name, server, description, declaration, import: line }: ShownDetails): ShownDetails {
  return { name, server, description, declaration, import: line };
}

/** No server fills the context of a model: of a tool with more to say the beginning is shown, and where the rest is. */
function withinRoom(tools: readonly ShownDetails[]): {
  readonly tools: readonly ShownDetails[];
  readonly cut: readonly string[];
} {
  let left = MOST_OF_ALL;
  const cut: string[] = [];
  const kept = tools.map((tool): ShownDetails => {
    const room = Math.min(MOST_OF_ONE, Math.max(LEAST_OF_ONE, left));
    const { declaration, description, ...others } = tool;
    const short = { ...tool, description: boundText(description, Math.min(MOST_DESCRIPTION, room)) };
    const isSmall = declaration.length <= room && JSON.stringify(others).length <= 2 * room;
    left -= Math.min(declaration.length, room) + short.description.length;
    if (isSmall) return short;
    cut.push(
      `Not all of ${tool.name} is shown: \`await codemode.describe(${JSON.stringify(tool.name)})\` in a program has the rest.`,
    );
    return { ...withoutSchemas(short), declaration: boundText(declaration, room) };
  });
  return { tools: kept, cut };
}

function showDetails({ name, declaration, import: line, inputExamples = [] }: ShownDetails): string {
  const examples = inputExamples.map((example) => `example arguments: ${escapeInvisible(JSON.stringify(example))}`);
  return [`# ${name}`, line, declaration, ...examples].join("\n");
}

/** In the words a program that calls the tool gets. */
function whyUnknown(catalog: Parameters<typeof describeTool>[0], name: string): string {
  try {
    describeTool(catalog, name);
    return "";
  } catch (thrown) {
    const { message, details } = toCodemodeError(thrown);
    return details.hint === undefined ? message : `${message} ${details.hint}`;
  }
}
