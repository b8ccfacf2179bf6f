/** What a program writes for the tools that an agent calls by themselves; null for what has no counterpart in a program. */
const IN_PROGRAMS: Readonly<Record<string, string | null>> = {
  search_tools: 'codemode.search("words")',
  get_tool_details: 'codemode.describe("server__tool")',
  list_tool_names: 'codemode.search("")',
  list_servers: null,
  read_artifact: 'artifacts.read("art_…")',
  search_artifacts: 'artifacts.search("words")',
  list_skills: "skills.list()",
  load_skill: 'skills.load("name")',
  read_skill_resource: 'skills.resource("name", "file")',
  run_skill: 'skills.run("name", { … })',
  save_skill: null,
  delete_skill: null,
  get_execution: null,
  get_execution_history: null,
  resume_execution: null,
  cancel_execution: null,
  add_mcp_server: null,
};

/** Names that would run a program in a program. */
const RUNNERS: ReadonlySet<string> = new Set(["execute_code", "execute_readonly_code", "preview_code"]);

/** Names that other systems call the tools of servers by. */
const CALLERS: ReadonlySet<string> = new Set(
  "use_mcp_tool call_mcp_tool call_mcp mcp_call run_tool invoke_tool use_tool execute_tool invoke tool_call".split(" "),
);

/** Names that other systems list tools by. */
const LISTERS: ReadonlySet<string> = new Set(
  "list_tools get_tools list_all_tools get_available_tools available_tools list_mcp_tools find_tools".split(" "),
);

const OF_SERVER = { typescript: "Object.keys(server)", python: "dir(server)" };
const CALL = { typescript: 'callTool("server__tool", { … })', python: 'call_tool("server__tool", {...})' };

/** Tools that are functions of a module in Python. */
const SKILLS_IN_PYTHON: ReadonlySet<string> = new Set([
  "list_skills",
  "load_skill",
  "read_skill_resource",
  "run_skill",
]);

/**
 * What to write in a program instead of a tool that the agent calls by itself, such as `search_tools`, in the spelling of
 * either language. Undefined for a name that is none of them.
 */
export function insteadOfAgentTool(name: string, language: "typescript" | "python"): string | undefined {
  const tool = inSnakeCase(name);
  if (RUNNERS.has(tool)) return `Programs do not run programs: write the code that \`${name}\` was to run here.`;
  if (CALLERS.has(tool)) return `Write \`await ${CALL[language]}\`, or call the tool of its server.`;
  if (LISTERS.has(tool))
    return `Write \`${OF_SERVER[language]}\` for the tools of a server, or \`await codemode.search("words")\` to find some.`;
  if (language === "python" && SKILLS_IN_PYTHON.has(tool))
    return `Add the line \`from generated.skills import ${tool}\`.`;
  const call = Object.hasOwn(IN_PROGRAMS, tool) ? IN_PROGRAMS[tool] : undefined;
  if (call === undefined) return undefined;
  return call === null
    ? `\`${name}\` is called by itself, not by programs: do so before or after this one.`
    : `\`${name}\` is called by itself, not by programs: in one, write \`await ${call}\`.`;
}

/** Names under which programs look for the tools of all servers, as Python spells them. */
const TOOL_ROOTS: ReadonlySet<string> = new Set(
  "tools mcp mcp_tools mcp_servers servers_ tool client mcp_client session api server functions toolbox default_api".split(
    " ",
  ),
);

/** Whether programs of other systems look for the tools of all servers under this name. */
export function isToolRoot(name: string): boolean {
  return TOOL_ROOTS.has(inSnakeCase(name));
}

function inSnakeCase(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
