import { type AgentTool, type Codemode, codemodePrompt, codemodeTools, createCodemode } from "../../src/index.ts";
import { codeTools, withFittingTools } from "../../src/agent/code-tools.ts";
import { asFunctions, fullName } from "./catalogue.ts";
import type { Exchange, ToolUse, Way } from "./perform.ts";
import type { ToolListing } from "./plain-client.ts";
import { definitionTokens, type Surface, type ToolDefinitionText } from "./price.ts";
import type { ProgramLanguage } from "./suite.ts";

/** What every arm is told first. */
export const ROLE = "You are an agent. Do what the person asks with the tools you are given, then answer briefly.";
/** What an arm is told that finds tools and calls them one by one. */
export const SEARCHING = "Find tools with search_tools, and call them with call_tool.";

/** Requests to find tools before their exact names are asked for. */
const SEARCHES = 2;

/** Characters that a client keeps of a description, where it cuts. */
const KEPT = 2_048;
/** The search of a client that defers every tool; what it finds is loaded. */
const CLIENT_SEARCH: ToolDefinitionText = {
  name: "tool_search",
  description: "Finds deferred tools by a few words and loads their definitions.",
  inputSchema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
};

/**
 * A catalogue as each arm presents it to a model, and the turns that finding tools in it takes. Nothing here calls a
 * tool of a server: definitions are all it has. The caller closes it.
 */
export class Surroundings implements AsyncDisposable {
  readonly #tools: readonly ToolListing[];
  readonly #codemode: Codemode;
  readonly #own: readonly AgentTool[];
  readonly #isCut: boolean;
  readonly #surfaces = new Map<Way, Surface>();
  readonly #agent: Surface;
  readonly #brief: readonly AgentTool[];
  #definitionTokens: number | undefined;

  private constructor(
    tools: readonly ToolListing[],
    { codemode, isCut }: { readonly codemode: Codemode; readonly isCut: boolean },
  ) {
    this.#isCut = isCut;
    this.#tools = tools;
    this.#codemode = codemode;
    this.#own = codemodeTools(codemode.executor, { allowCallTool: true });
    this.#brief = codemodeTools(codemode.executor, { set: "minimal", catalogTokens: 0 });
    this.#agent = { system: ROLE, tools: codeTools(codemode.executor) };
  }

  /** With `isCut` the client cuts descriptions and defers every tool behind a search of its own. */
  static async open(tools: readonly ToolListing[], { isCut }: { readonly isCut: boolean }): Promise<Surroundings> {
    const codemode = createCodemode({ tools: asFunctions(tools, () => "") });
    await codemode.registry.discoverAll();
    return new Surroundings(tools, { codemode, isCut });
  }

  /** Definitions and words that an arm sends with every request. */
  surface(way: Way): Surface {
    const surface = this.#surfaces.get(way) ?? this.#createSurface(way);
    this.#surfaces.set(way, surface);
    return surface;
  }

  #createSurface(way: Way): Surface {
    const language = languageOf(way);
    const prompt = language === undefined ? "" : `\n\n${codemodePrompt(this.#codemode.executor, { language })}`;
    const system = way === "search" ? `${ROLE} ${SEARCHING}` : `${ROLE}${prompt}`;
    return { system, tools: this.#isCut ? [CLIENT_SEARCH] : this.#definitions(way) };
  }

  /** Tokens of the definitions of all tools. */
  definitionTokens(): number {
    this.#definitionTokens ??= this.#definitions("direct").reduce((sum, tool) => sum + definitionTokens(tool), 0);
    return this.#definitionTokens;
  }

  /**
   * Programs of an agent that knows the request: few tools without a list, and beside each request those that fit it.
   */
  async fitted(exchanges: readonly Exchange[]): Promise<{ surface: Surface; exchanges: readonly Exchange[] }> {
    const { executor } = this.#codemode;
    const seen = new Set<string>();
    const found: Exchange[] = [];
    let earlier = "";
    for (const { request, turns, needs, ...exchange } of exchanges) {
      const asked = await withFittingTools(executor, request, { language: "both", earlier });
      earlier += `\n${asked}`;
      const program = turns.flatMap((uses) => uses.map(({ args }) => String(args["code"]))).join("\n");
      const isShown = (name: string): boolean => showsTool(earlier, this.#codemode.registry.getTool(name), program);
      const unseen = needs.filter((name) => !seen.has(name) && !isShown(name));
      for (const name of needs) seen.add(name);
      earlier += `\n${program}`;
      found.push({
        ...exchange,
        needs,
        request: asked,
        turns: [...(await this.#find(unseen, "typescript", this.#brief)), ...turns],
      });
    }
    return { surface: this.#agent, exchanges: found };
  }

  #definitions(way: Way): readonly ToolDefinitionText[] {
    if (way === "search") return this.#ownTools(["search_tools", "get_tool_details", "call_tool"]);
    if (way === "direct" || way === "direct-parallel")
      return this.#tools.map((tool) => ({ ...tool, name: fullName(tool) }));
    return this.#own.filter(({ name }) => name !== "call_tool");
  }

  /** The exchanges with the turns put before them in which the model finds what it does not see. */
  async withDiscovery(way: Way, exchanges: readonly Exchange[]): Promise<readonly Exchange[]> {
    const seen = new Set<string>();
    const found: Exchange[] = [];
    for (const [at, exchange] of exchanges.entries()) {
      const isDirect = way === "direct" || way === "direct-parallel";
      const unseen = exchange.needs.filter((name) => !seen.has(name) && !this.#sees(way, name));
      for (const name of unseen) seen.add(name);
      const loaded = this.#isCut && (isDirect ? unseen.length > 0 : at === 0) ? [[this.#load(way, unseen)]] : [];
      const turns = isDirect ? [] : await this.#find(unseen, languageOf(way) ?? "typescript");
      found.push({ ...exchange, turns: [...loaded, ...turns, ...exchange.turns] });
    }
    return found;
  }

  /** Whether a model has all it needs of a tool from the start. */
  #sees(way: Way, tool: string): boolean {
    if (way === "search") return false;
    return languageOf(way) === undefined ? !this.#isCut : this.#shows(tool);
  }

  /** The client's own search, which loads just the definitions that are needed. */
  #load(way: Way, needs: readonly string[]): ToolUse {
    const wanted = languageOf(way) === undefined ? needs : ["execute_code", "search_tools", "get_tool_details"];
    const loaded = this.#definitions(way)
      .filter(({ name }) => way === "search" || wanted.includes(name))
      .map(({ name, description, inputSchema }) => ({ name, description: description.slice(0, KEPT), inputSchema }));
    const query = [...new Set(loaded.flatMap(({ name }) => wordsOf(name)))].join(" ");
    return {
      tool: CLIENT_SEARCH.name,
      args: { query },
      result: { text: JSON.stringify(loaded), images: 0, isError: false },
    };
  }

  /** Whether the description of execute_code has the signature of a tool. */
  #shows(tool: string): boolean {
    const entry = this.#codemode.registry.getTool(tool);
    const { description: whole = "" } = this.#own.find(({ name }) => name === "execute_code") ?? {};
    const description = this.#isCut ? whole.slice(0, KEPT) : whole;
    return showsTool(description, entry);
  }

  /** Searches with the words of the names, as one who knows what to look for; then asks for what is still missing. */
  async #find(
    needs: readonly string[],
    language: ProgramLanguage,
    tools = this.#own,
  ): Promise<readonly (readonly ToolUse[])[]> {
    let missing = needs;
    const turns: ToolUse[][] = [];
    for (let search = 0; search < SEARCHES && missing.length > 0; search += 1) {
      const query = [...new Set(missing.flatMap(wordsOf))].join(" ");
      const use = await this.#use(tools, "search_tools", { query, ...(language === "python" ? { language } : {}) });
      turns.push([use]);
      missing = missing.filter((name) => !use.result.text.includes(`${name}:`));
    }
    if (missing.length > 0) {
      turns.push([await this.#use(tools, "get_tool_details", { tool_names: missing, language, detail: "signature" })]);
    }
    return turns;
  }

  async #use(tools: readonly AgentTool[], name: string, args: Readonly<Record<string, unknown>>): Promise<ToolUse> {
    const tool = tools.find((each) => each.name === name);
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

/** Whether a list of tools has the signature of a tool, with all parameters of it that a program gives. */
function showsTool(list: string, tool: ReturnType<Codemode["registry"]["getTool"]>, program = ""): boolean {
  if (tool === undefined) return false;
  const [, ...sections] = list.split("\n## ");
  const own = sections.filter((text) => text.split(/[\s:]/, 1)[0] === tool.serverIdentifier);
  const lines = own.flatMap((section) => section.split("\n")).filter((line) => line.startsWith(`${tool.identifier}(`));
  const given = parametersOf(tool).filter((name) => hasWord(program, name));
  return lines.some((line) => {
    if (line.startsWith(`${tool.identifier}(…)`)) return false;
    return !/, …(?: \})?\)/.test(line) || given.every((name) => hasWord(line, name));
  });
}

function parametersOf({ inputSchema }: { readonly inputSchema: unknown }): readonly string[] {
  const { properties = {} } = inputSchema as { readonly properties?: Readonly<Record<string, unknown>> };
  return Object.keys(properties);
}

function hasWord(text: string, word: string): boolean {
  return text.split(/[^\w$]+/).includes(word);
}

function wordsOf(tool: string): readonly string[] {
  return tool
    .slice(tool.includes("__") ? tool.indexOf("__") + 2 : 0)
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/);
}

/** Language of the programs of an arm; undefined for one without programs. */
export function languageOf(way: Way): ProgramLanguage | undefined {
  return way === "code-typescript" ? "typescript" : way === "code-python" ? "python" : undefined;
}
