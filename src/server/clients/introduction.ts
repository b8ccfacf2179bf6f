import { RULES } from "../../tools/runs/program-guide.ts";
import type { ServerMode } from "../../host/configuration/configuration.ts";
import { showServerSizes } from "../../tools/server-sizes.ts";

/**
 * The instructions of our server: what we are and which servers stand behind, in the first 160 characters where their names
 * allow it; then the rules with one example, and how to search.
 *
 * @param servers names of the servers, with the number of tools where that is known
 * @param mode how their tools are offered
 */
export function introduction(
  servers: readonly { readonly name: string; readonly tools?: number }[],
  mode: ServerMode = "code",
): string {
  if (mode === "direct")
    return `${showServerSizes("Tools of", servers, 160)} Each is called by its own name, server__tool.`;
  if (mode === "search") {
    return `${showServerSizes("Tools of", servers, 160)} Find them with search_tools, see their parameters with get_tool_details, call them with call_tool.`;
  }
  const [first] = servers;
  const server = first !== undefined && /^[A-Za-z_]\w*$/.test(first.name) ? first.name : "server";
  const lines = [
    `${showServerSizes("Tools of", servers, 160)} Compose them in code with execute_code.`,
    `${RULES.wholeJob} ${RULES.returnLittle} A program calls a tool as a function:`,
    `\`\`\`ts\nconst result = await ${server}.tool_name({ parameter: "…" });\nresult\n\`\`\``,
    `${RULES.discoverOnce("the list of tools in execute_code's description")} search_tools finds tools by a few words, get_tool_details shows their types.`,
  ];
  return lines.join("\n");
}
