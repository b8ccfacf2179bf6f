import { type AgentTool, codemodePrompt, codemodeTools, type Codemode, createCodemode, defineTool } from "codemode";
import { fullName } from "./catalogue.ts";
import type { Exchange, ToolUse, Way } from "./perform.ts";
import type { ToolListing } from "./plain-client.ts";
import type { Surface, ToolDefinitionText } from "./price.ts";
import type { ProgramLanguage } from "./suite.ts";

const ROLE = "You are an agent. Do what the person asks with the tools you are given, then answer briefly.";
const SEARCHING = "Find tools with search_tools, and call them with call_tool.";

/** Requests to find tools before their exact names are asked for. */
const SEARCHES = 2;

/**
 * A catalogue as each arm presents it to a model, and the turns that finding tools in it takes. Nothing here calls a
 * tool of a server: definitions are all it has. The caller closes it.
 */
export class Surroundings implements AsyncDisposable {
  readonly #tools: readonly ToolListing[];
  readonly #codemode: Codemode;
  readonly #own: readonly AgentTool[];

  private constructor(tools: readonly ToolListing[], codemode: Codemode) {
    this.#tools = tools;
    this.#codemode = codemode;
    this.#own = codemodeTools(codemode.executor, { allowCallTool: true });
  }

  static async open(tools: readonly ToolListing[]): Promise<Surroundings> {
    const servers = [...new Set(tools.map(({ server }) => server))];
    const codemode = createCodemode({
      tools: Object.fromEntries(
        servers.map((server) => [
          server,
          tools
            .filter((tool) => tool.server === server)
            .map(({ name, description, inputSchema, outputSchema }) =>
              defineTool({
                name,
                description,
                inputSchema,
                ...(outputSchema === undefined ? {} : { outputSchema }),
                execute: () => "",
              }),
            ),
        ]),
      ),
    });
    await codemode.registry.discoverAll();
    return new Surroundings(tools, codemode);
  }

  /** Definitions and words that an arm sends with every request. */
  surface(way: Way): Surface {
    if (way === "search") {
      const named = this.#ownTools(["search_tools", "get_tool_details", "call_tool"]);
      return { system: `${ROLE} ${SEARCHING}`, tools: named };
    }
    const language = languageOf(way);
    if (language === undefined) {
      return { system: ROLE, tools: this.#tools.map((tool) => ({ ...tool, name: fullName(tool) })) };
    }
    const system = `${ROLE}\n\n${codemodePrompt(this.#codemode.executor, { language })}`;
    return { system, tools: this.#own.filter(({ name }) => name !== "call_tool") };
  }

  /** The exchanges with the turns put before them in which the model finds what it does not see. */
  async withDiscovery(way: Way, exchanges: readonly Exchange[]): Promise<readonly Exchange[]> {
    if (way === "direct" || way === "direct-parallel") return exchanges;
    const seen = new Set<string>();
    const found: Exchange[] = [];
    for (const exchange of exchanges) {
      const unseen = exchange.needs.filter((name) => !seen.has(name) && !(way !== "search" && this.#shows(name)));
      for (const name of unseen) seen.add(name);
      const turns = await this.#find(unseen, languageOf(way) ?? "typescript");
      found.push({ ...exchange, turns: [...turns, ...exchange.turns] });
    }
    return found;
  }

  /** Whether the description of execute_code has the signature of a tool. */
  #shows(tool: string): boolean {
    const entry = this.#codemode.registry.getTool(tool);
    const { description = "" } = this.#own.find(({ name }) => name === "execute_code") ?? {};
    if (entry === undefined) return false;
    const [, ...sections] = description.split("\n## ");
    const section = sections.find((text) => text.split(/[\s:]/, 1)[0] === entry.serverIdentifier) ?? "";
    return section.includes(`\n${entry.identifier}(`) && !section.includes(`\n${entry.identifier}(…)`);
  }

  /** Searches with the words of the names, as one who knows what to look for; then asks for what is still missing. */
  async #find(needs: readonly string[], language: ProgramLanguage): Promise<readonly (readonly ToolUse[])[]> {
    let missing = needs;
    const turns: ToolUse[][] = [];
    for (let search = 0; search < SEARCHES && missing.length > 0; search += 1) {
      const query = [...new Set(missing.flatMap(wordsOf))].join(" ");
      const use = await this.#use("search_tools", { query, ...(language === "python" ? { language } : {}) });
      turns.push([use]);
      missing = missing.filter((name) => !use.result.text.includes(`${name}:`));
    }
    if (missing.length > 0) {
      turns.push([await this.#use("get_tool_details", { tool_names: missing, language, detail: "signature" })]);
    }
    return turns;
  }

  async #use(name: string, args: Readonly<Record<string, unknown>>): Promise<ToolUse> {
    const tool = this.#own.find((each) => each.name === name);
    const answer = await tool?.execute(args);
    return { tool: name, args, result: { text: answer?.text ?? "", images: 0, isError: answer?.isError ?? true } };
  }

  #ownTools(names: readonly string[]): readonly ToolDefinitionText[] {
    return this.#own.filter(({ name }) => names.includes(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#codemode.close();
  }
}

function wordsOf(tool: string): readonly string[] {
  return tool
    .slice(tool.indexOf("__") + 2)
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

function languageOf(way: Way): ProgramLanguage | undefined {
  return way === "code-typescript" ? "typescript" : way === "code-python" ? "python" : undefined;
}
