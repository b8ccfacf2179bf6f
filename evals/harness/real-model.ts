import { type AgentTool, type Codemode, codemodePrompt, codemodeTools, createCodemode } from "codemode";
import { answerRequest } from "../../src/agent/answer-request.ts";
import { ImageFiles } from "../../src/agent/image-files.ts";
import type { ModelAnswer } from "../../src/agent/model-answer.ts";
import type { LoadedModel } from "../../src/agent/model/load-model.ts";
import { addUsage, NO_USAGE, type TokenUsage } from "../../src/agent/model/token-usage.ts";
import type { ModelTool, ToolAnswer } from "../../src/agent/toolset.ts";
import { isRecord } from "../../src/base/is-record.ts";
import { asFunctions, fullName } from "./catalogue.ts";
import type { Way } from "./perform.ts";
import { asConfiguration, PlainClient, type ToolListing } from "./plain-client.ts";
import { languageOf, ROLE, SEARCHING } from "./surroundings.ts";
import type { Suite, Task, Verdict, World } from "./suite.ts";

const ONE_CALL = "Make one call at a time.";
/** Requests to the model after which a task has failed. */
const MAX_TURNS = 60;
/** Characters of a name that every provider takes. */
const LONGEST_NAME = 64;
const ABSENT = "This tool cannot be reached now.";

/** What a model did with a task, as its provider counted it. */
export interface RealPerformance {
  /** Undefined, or the reason why the task is not done. */
  readonly verdict?: string;
  readonly turns: number;
  readonly calls: number;
  readonly usage: TokenUsage;
  readonly seconds: number;
}

/** The servers of a suite among the tools of a catalogue, for a model that decides by itself. The caller closes it. */
export class RealStage implements AsyncDisposable {
  readonly world: World;
  /** Tools of the servers of the suite. */
  readonly tools: readonly ToolListing[];
  /** What every arm is told first. */
  readonly #role: string;
  readonly #plain: PlainClient;
  readonly #model: LoadedModel;
  /** The product over each catalogue, by the names of its tools. */
  readonly #products = new Map<string, Promise<Codemode>>();

  private constructor(
    model: LoadedModel,
    { role, world, plain }: { readonly role: string; readonly world: World; readonly plain: PlainClient },
  ) {
    this.#model = model;
    this.#role = role;
    this.world = world;
    this.#plain = plain;
    this.tools = plain.tools;
  }

  /** Starts the servers. */
  static async open(suite: Suite, model: LoadedModel): Promise<RealStage> {
    const world = await suite.open();
    const role = suite.situation === undefined ? ROLE : `${ROLE} ${suite.situation}`;
    return new RealStage(model, { role, world, plain: await PlainClient.open(world.servers) });
  }

  /** Has the model do a task from its start state. Throws where the model cannot be asked. */
  async perform(task: Task, way: Way, catalogue: readonly ToolListing[]): Promise<RealPerformance> {
    await this.world.reset(task);
    const count = { calls: 0 };
    const began = performance.now();
    const { system, tools } = await this.#surface(way, catalogue, () => (count.calls += 1));
    let messages: ModelAnswer["messages"] = [];
    let usage = NO_USAGE;
    let turns = 0;
    let verdict: Verdict;
    for (const [at, { request }] of task.steps.entries()) {
      const asked = [...messages, { role: "user" as const, content: request }];
      const answer = await this.#ask(system, tools, asked);
      messages = [...asked, ...answer.messages];
      usage = addUsage(usage, answer.usage);
      turns += answer.turns;
      verdict ??= await this.world.check(task, at);
    }
    const seconds = (performance.now() - began) / 1_000;
    return { ...(verdict === undefined ? {} : { verdict }), turns, calls: count.calls, usage, seconds };
  }

  async #ask(system: string, tools: readonly ModelTool[], messages: ModelAnswer["messages"]): Promise<ModelAnswer> {
    const answer = await answerRequest({
      model: this.#model,
      system,
      messages,
      tools,
      maxTurns: MAX_TURNS,
      images: new ImageFiles(this.world.folder),
      signal: new AbortController().signal,
      listener: () => {},
    });
    if (answer.status !== "failed") return answer;
    const { message = "no reason given", hint = "" } = answer.error ?? {};
    throw new Error(`${this.#model.label} cannot be asked: ${message} ${hint}`.trim());
  }

  async #surface(
    way: Way,
    catalogue: readonly ToolListing[],
    onCall: () => void,
  ): Promise<{ readonly system: string; readonly tools: readonly ModelTool[] }> {
    if (way === "direct" || way === "direct-parallel") {
      const system = way === "direct" ? `${this.#role} ${ONE_CALL}` : this.#role;
      return { system, tools: catalogue.map((tool) => this.#directTool(tool, onCall)) };
    }
    const { executor } = await this.#product(catalogue);
    const offered = codemodeTools(executor, { allowCallTool: way === "search" });
    const language = languageOf(way);
    if (language !== undefined) {
      const system = `${this.#role}\n\n${codemodePrompt(executor, { language })}`;
      return { system, tools: offered.map((tool) => ownTool(tool, onCall)) };
    }
    const searching = offered.filter(({ name }) => ["search_tools", "get_tool_details", "call_tool"].includes(name));
    return { system: `${this.#role} ${SEARCHING}`, tools: searching.map((tool) => ownTool(tool, onCall)) };
  }

  #directTool(tool: ToolListing, onCall: () => void): ModelTool {
    return {
      name: fullName(tool)
        .replaceAll(/[^A-Za-z0-9_-]/g, "_")
        .slice(0, LONGEST_NAME),
      description: tool.description,
      inputSchema: { properties: {}, ...tool.inputSchema, type: "object" },
      run: async (args) => {
        onCall();
        if (!this.tools.includes(tool)) return toAnswer({ text: ABSENT, isError: true });
        return toAnswer(await this.#plain.call(fullName(tool), isRecord(args) ? args : {}));
      },
    };
  }

  /** The product with the real servers, and the tools that only fill the catalogue. */
  #product(catalogue: readonly ToolListing[]): Promise<Codemode> {
    const key = catalogue.map(fullName).join();
    const known = this.#products.get(key) ?? this.#openProduct(catalogue);
    this.#products.set(key, known);
    return known;
  }

  async #openProduct(catalogue: readonly ToolListing[]): Promise<Codemode> {
    const real = new Set(this.tools.map(({ server }) => server));
    const mcpServers = asConfiguration(this.world.servers);
    const fillers = catalogue.filter(({ server }) => !real.has(server));
    const absent = (): never => {
      throw new Error(ABSENT);
    };
    const codemode = createCodemode({ mcpServers, tools: asFunctions(fillers, absent) });
    await codemode.registry.discoverAll();
    return codemode;
  }

  /** Ends the servers and removes the world. */
  async [Symbol.asyncDispose](): Promise<void> {
    const products = await Promise.all(this.#products.values());
    await Promise.all([this.#plain[Symbol.asyncDispose](), ...products.map((product) => product.close())]);
    await this.world[Symbol.asyncDispose]();
  }
}

/** A tool of the product as the model is given it; calls of its programs are counted. */
function ownTool(tool: AgentTool, onCall: () => void): ModelTool {
  const { name, description, inputSchema } = tool;
  return {
    name,
    description,
    inputSchema,
    run: async (args, { signal }) =>
      toAnswer(
        await tool.execute(args, {
          signal,
          onEvent: ({ type }) => {
            if (type === "tool_call_start") onCall();
          },
        }),
      ),
  };
}

function toAnswer({
  text,
  content = [],
  isError,
}: Partial<ToolAnswer> & Pick<ToolAnswer, "text" | "isError">): ToolAnswer {
  return { text, content, isError };
}
