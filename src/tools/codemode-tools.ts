import { CodemodeError } from "../base/codemode-error.ts";
import { defined } from "../base/defined.ts";
import type { ToolSet } from "../host/configuration/configuration.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { createAddMcpServer } from "./discovery/add-mcp-server.ts";
import type { AgentTool, ReaderRoom } from "./agent-tool.ts";
import { briefTool } from "./brief-tool.ts";
import { createCallTool } from "./call-tool.ts";
import { createCancelExecution } from "./runs/cancel-execution.ts";
import { type ClientScope, createSoleScope } from "./client-scope.ts";
import { createDeleteSkill } from "./skills/delete-skill.ts";
import { createExecuteCode, createExecuteReadonlyCode, createPreviewCode } from "./runs/execute-code.ts";
import { createGetExecution } from "./runs/get-execution.ts";
import { createGetExecutionHistory } from "./runs/get-execution-history.ts";
import { createGetToolDetails } from "./discovery/get-tool-details.ts";
import { createListServers } from "./discovery/list-servers.ts";
import { createListSkills } from "./skills/list-skills.ts";
import { createListToolNames } from "./discovery/list-tool-names.ts";
import { createLoadSkill } from "./skills/load-skill.ts";
import { createResumeExecution } from "./runs/resume-execution.ts";
import { createReadArtifact } from "./runs/read-artifact.ts";
import { createSearchArtifacts } from "./runs/search-artifacts.ts";
import { createReadSkillResource } from "./skills/read-skill-resource.ts";
import { createRunSkill } from "./skills/run-skill.ts";
import { createSaveSkill } from "./skills/save-skill.ts";
import { createSearchTools } from "./discovery/search-tools.ts";

/** Choice of an agent's tools. */
export interface CodemodeToolsOptions {
  /** @default "standard" */
  readonly set?: ToolSet;
  /** Add `call_tool`, which skips the composition in code. @default false */
  readonly allowCallTool?: boolean;
  /** Add `add_mcp_server`, which starts programs on this machine. @default false */
  readonly allowAddServer?: boolean;
  /** Names to add to the set; the two tools above still need their switch. */
  readonly include?: readonly string[];
  /** Names to leave out. */
  readonly exclude?: readonly string[];
  /**
   * Maximum number of tokens of the list of tools in the description of `execute_code`; 0 leaves it out, for an agent that
   * puts those that fit beside each request, and has the tools of the minimal set say and show only what is needed then.
   * @default 2,000 where every tool fits, else 300, and the others are found by search
   */
  readonly catalogTokens?: number;
  /** Sessions, runs and artifacts of this agent, when an executor has several. @default everything */
  readonly scope?: ClientScope;
}

/** A tool of ours and the smallest set it is in; the switched ones are in none. */
interface Offer {
  readonly name: string;
  readonly from: ToolSet | "switch";
  /** Only where skills are kept, or where they may be changed. */
  readonly needs?: "skills" | "writable skills";
  readonly create: (
    executor: CodeModeExecutor,
    scope: ClientScope,
    room: Pick<CodemodeToolsOptions, "catalogTokens">,
  ) => AgentTool;
}

const OFFERS: readonly Offer[] = [
  { name: "search_tools", from: "minimal", create: createSearchTools },
  { name: "list_tool_names", from: "standard", create: createListToolNames },
  { name: "get_tool_details", from: "minimal", create: createGetToolDetails },
  { name: "list_servers", from: "standard", create: createListServers },
  { name: "execute_code", from: "minimal", create: createExecuteCode },
  { name: "execute_readonly_code", from: "standard", create: createExecuteReadonlyCode },
  { name: "preview_code", from: "full", create: createPreviewCode },
  { name: "list_skills", from: "standard", needs: "skills", create: createListSkills },
  { name: "load_skill", from: "standard", needs: "skills", create: createLoadSkill },
  { name: "read_skill_resource", from: "standard", needs: "skills", create: createReadSkillResource },
  { name: "save_skill", from: "standard", needs: "writable skills", create: createSaveSkill },
  { name: "run_skill", from: "standard", needs: "skills", create: createRunSkill },
  { name: "delete_skill", from: "standard", needs: "writable skills", create: createDeleteSkill },
  { name: "call_tool", from: "switch", create: createCallTool },
  { name: "add_mcp_server", from: "switch", create: createAddMcpServer },
  { name: "get_execution_history", from: "full", create: createGetExecutionHistory },
  { name: "get_execution", from: "standard", create: createGetExecution },
  { name: "resume_execution", from: "standard", create: createResumeExecution },
  { name: "cancel_execution", from: "standard", create: createCancelExecution },
  { name: "read_artifact", from: "standard", create: (_executor, scope) => createReadArtifact(scope) },
  { name: "search_artifacts", from: "standard", create: (_executor, scope) => createSearchArtifacts(scope) },
];

const SETS: readonly ToolSet[] = ["minimal", "standard", "full"];

/**
 * The tools that let an agent find tools and compose them in code, free of any SDK, in a stable order.
 *
 * The tools about skills are among them where a directory of skills is configured or a server that has connected
 * publishes some.
 *
 * Throws `config_error` for a name in `include` or `exclude` that no tool has, or that needs a switch which is off.
 */
export function codemodeTools(executor: CodeModeExecutor, options: CodemodeToolsOptions = {}): readonly AgentTool[] {
  const { set = "standard", include = [], exclude = [], scope = createSoleScope(executor) } = options;
  for (const name of [...include, ...exclude]) assertKnown(name);
  const switched = new Set([
    ...(options.allowCallTool === true ? ["call_tool"] : []),
    ...(options.allowAddServer === true ? ["add_mcp_server"] : []),
  ]);
  for (const name of include) assertAllowed(name, switched);
  const isOffered = ({ name, from }: Offer): boolean =>
    from === "switch" ? switched.has(name) : include.includes(name) || SETS.indexOf(from) <= SETS.indexOf(set);
  const { isConfigured, hasDirectories, readOnly } = executor.skills;
  const isPossible = ({ needs }: Offer): boolean =>
    needs === undefined || (needs === "skills" ? isConfigured : hasDirectories && !readOnly);
  const form = set === "minimal" && options.catalogTokens === 0 ? briefTool : (tool: AgentTool): AgentTool => tool;
  return OFFERS.filter((offer) => isOffered(offer) && isPossible(offer) && !exclude.includes(offer.name)).map(
    ({ create }) =>
      withoutSecrets(form(create(executor, scope, defined({ catalogTokens: options.catalogTokens }))), executor),
  );
}

/**
 * A tool that reports no secret to its agent, and asks its person only where that person may decide: everything an agent
 * receives passes here.
 */
function withoutSecrets(tool: AgentTool, { registry: { secrets }, approvers }: CodeModeExecutor): AgentTool {
  const { name, title, present, inputSchema, outputSchema, annotations } = tool;
  return {
    name,
    title,
    get description() {
      return secrets.text(tool.description);
    },
    ...(present === undefined
      ? {}
      : {
          present: (room: ReaderRoom) => {
            const { description, inputSchema: schema } = present(room);
            return { description: secrets.text(description), inputSchema: secrets.data(schema) };
          },
        }),
    inputSchema,
    outputSchema,
    annotations,
    execute: async (args, context) => {
      const { waiting, ...result } = secrets.data(await tool.execute(args, context));
      return waiting !== undefined && approvers.has("elicitation") ? { ...result, waiting } : result;
    },
  };
}

function assertKnown(name: string): void {
  if (OFFERS.some((offer) => offer.name === name)) return;
  throw new CodemodeError("config_error", `There is no tool "${name}" to include or exclude.`, {
    hint: `The tools are: ${OFFERS.map((offer) => offer.name).join(", ")}.`,
  });
}

function assertAllowed(name: string, switched: ReadonlySet<string>): void {
  if (OFFERS.find((offer) => offer.name === name)?.from !== "switch" || switched.has(name)) return;
  throw new CodemodeError("config_error", `${name} is not offered unless it is switched on.`, {
    hint: `Set ${name === "call_tool" ? "allowCallTool" : "allowAddServer"} to true.`,
  });
}
