import { createHash } from "node:crypto";
import { type AgentTool, type Codemode, codemodeTools, createCodemode, type ExecutionEvent } from "codemode";
import { asConfiguration, type CallResult, PlainClient } from "./plain-client.ts";
import type { ProgramLanguage, Suite, Task, TaskStep, Verdict, World } from "./suite.ts";
import { type FirstAttempt, firstAttempt, type Variant } from "./perturb.ts";
import { callsOf, type RecordedCall } from "./recorded-call.ts";

/** One use of a tool by the model. */
export interface ToolUse {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly result: CallResult;
}

/** A request, the turns of tool uses that follow, and the answer. */
export interface Exchange {
  readonly request: string;
  /** Uses of one turn are made at once. */
  readonly turns: readonly (readonly ToolUse[])[];
  readonly answer: string;
  /** Full names of the tools the exchange needs. */
  readonly needs: readonly string[];
}

/** A task as one way of calling tools went through it. */
export interface Performance {
  readonly exchanges: readonly Exchange[];
  readonly verdict: Verdict;
  /** Digest of the state at the end. */
  readonly state: string;
  readonly seconds: number;
}

/** Ways that differ in what is done; what remains of an arm is how its tools are found. */
export const WAYS = ["direct", "direct-parallel", "search", "code-typescript", "code-python"] as const;

/** Way of calling tools. */
export type Way = (typeof WAYS)[number];

/** A task in every way, and the calls that its programs made. */
export interface TaskRecord {
  readonly ways: Readonly<Record<Way, Performance>>;
  readonly calls: Readonly<Record<ProgramLanguage, readonly (readonly RecordedCall[])[]>>;
  /** Reason why the task cannot be compared. */
  readonly rejected?: string;
}

/** Ids that are made up anew: of artifacts and of runs. */
const OWN_ID = /\b(art|run)_[0-9a-f]{12,}\b/g;

/** The servers of a suite twice: behind the product, and behind a plain client. The caller closes it. */
export class Stage implements AsyncDisposable {
  readonly world: World;
  readonly plain: PlainClient;
  readonly #writes: Suite["writes"];
  readonly #codemode: Codemode;
  readonly #tools: ReadonlyMap<string, AgentTool>;

  private constructor(
    suite: Suite,
    parts: { readonly world: World; readonly plain: PlainClient; readonly codemode: Codemode },
  ) {
    this.#writes = suite.writes;
    this.world = parts.world;
    this.plain = parts.plain;
    this.#codemode = parts.codemode;
    const tools = codemodeTools(parts.codemode.executor, { allowCallTool: true });
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  /** Starts everything and waits until every tool is known. */
  static async open(suite: Suite): Promise<Stage> {
    const world = await suite.open();
    const codemode = createCodemode({ mcpServers: asConfiguration(world.servers) });
    const [plain] = await Promise.all([PlainClient.open(world.servers), codemode.registry.discoverAll()]);
    return new Stage(suite, { world, plain, codemode });
  }

  /** Goes through a task in every way, each from the start state, and each erring first as the variant says. */
  async record(task: Task, variant: Variant = "none"): Promise<TaskRecord> {
    const plain = await this.#runPrograms(task, "typescript");
    const attempts = (language: ProgramLanguage) =>
      plain.calls.map((calls, at) => this.#attempt(task.steps[at], { calls, variant, language }));
    const tried = attempts("typescript");
    const errs = tried.some((attempt) => attempt !== undefined);
    const typescript = errs ? await this.#runPrograms(task, "typescript", tried) : plain;
    const python = await this.#runPrograms(task, "python", attempts("python"));
    const steps = plain.calls.map((calls, at) => [...before(tried[at]?.call), ...calls]);
    const direct = (tool: string, args: RecordedCall["args"]) => this.plain.call(tool, args);
    const alone = steps.map((calls) => calls.map((call, at) => ({ ...call, batch: at })));
    const { answers } = plain;
    const derived = {
      direct: await this.replay(task, { steps: alone, answers, call: direct }),
      "direct-parallel": await this.replay(task, { steps, answers, call: direct }),
      search: await this.replay(task, {
        steps: steps.map((calls) => calls.map(throughCallTool)),
        answers,
        call: (tool, args) => this.use(tool, args),
      }),
    };
    const ways = { ...derived, "code-typescript": typescript.performance, "code-python": python.performance };
    const different = WAYS.filter((way) => ways[way].state !== ways.direct.state);
    const calls = { typescript: plain.calls, python: python.calls };
    return different.length === 0
      ? { ways, calls }
      : { ways, calls, rejected: `${different.join(", ")}: not in the state that direct calls leave` };
  }

  #attempt(
    step: TaskStep | undefined,
    {
      calls: [first],
      variant,
      language,
    }: { calls: readonly RecordedCall[]; variant: Variant; language: ProgramLanguage },
  ): FirstAttempt | undefined {
    if (step === undefined || first === undefined) return undefined;
    const isRead = !this.#writes(first.tool, first.args);
    return firstAttempt(variant, { programs: step.programs, language, first, isRead });
  }

  /** Makes the given calls from the start state, those of one batch at once, and checks the end. */
  async replay(
    task: Task,
    { steps, answers, call }: { steps: readonly (readonly RecordedCall[])[]; answers: readonly string[]; call: Caller },
  ): Promise<Performance> {
    return this.#perform(task, async (step, at) => {
      const calls = steps[at] ?? [];
      const turns: ToolUse[][] = [];
      for (const batch of new Set(calls.map((each) => each.batch))) {
        const uses = calls.filter((each) => each.batch === batch);
        turns.push(
          await Promise.all(uses.map(async ({ tool, args }) => ({ tool, args, result: await call(tool, args) }))),
        );
      }
      return { request: step.request, turns, answer: answers[at] ?? "", needs: needsOf(calls) };
    });
  }

  /** Uses one of the product's own tools, as a model does. */
  async use(
    name: string,
    args: Readonly<Record<string, unknown>>,
    onEvent: (event: ExecutionEvent) => void = () => {},
  ): Promise<CallResult> {
    const tool = this.#tools.get(name);
    if (tool === undefined) return { text: `Unknown tool: ${name}`, images: 0, isError: true };
    const { text, content, isError } = await tool.execute(args, { onEvent });
    return { text: this.#plainText(text), images: content.filter(({ type }) => type === "image").length, isError };
  }

  async #runPrograms(task: Task, language: ProgramLanguage, attempts: readonly (FirstAttempt | undefined)[] = []) {
    const calls: (readonly RecordedCall[])[] = [];
    const run = async (code: string, events: ExecutionEvent[]): Promise<ToolUse> => {
      const args = { code, ...(language === "python" ? { language } : {}) };
      return {
        tool: "execute_code",
        args,
        result: await this.use("execute_code", args, (event) => events.push(event)),
      };
    };
    const performance = await this.#perform(task, async ({ request, programs }, at) => {
      const attempt = attempts[at];
      const failed = attempt === undefined ? [] : [[await run(attempt.program, [])]];
      const events: ExecutionEvent[] = [];
      const use = await run(programs[language], events);
      const made = callsOf(events);
      calls.push(made);
      const answer = use.result.text.replace(/^value: /, "");
      return { request, turns: [...failed, [use]], answer, needs: needsOf(made) };
    });
    return { performance, calls, answers: performance.exchanges.map(({ answer }) => answer) };
  }

  async #perform(task: Task, doStep: (step: TaskStep, at: number) => Promise<Exchange>): Promise<Performance> {
    await this.world.reset(task);
    const exchanges: Exchange[] = [];
    let verdict: Verdict;
    let spentMs = 0;
    for (const [at, step] of task.steps.entries()) {
      const began = performance.now();
      exchanges.push(await doStep(step, at));
      spentMs += performance.now() - began;
      verdict ??= await this.world.check(task, at);
    }
    const seconds = spentMs / 1_000;
    const state = createHash("sha256")
      .update(await this.world.state(task))
      .digest("hex")
      .slice(0, 16);
    return { exchanges: exchanges.map((exchange) => this.#withoutFolder(exchange)), verdict, state, seconds };
  }

  /** The folder of the world and the ids of ours have other names in every run; what a model reads must not. */
  #withoutFolder(exchange: Exchange): Exchange {
    return JSON.parse(this.#plainText(JSON.stringify(exchange))) as Exchange;
  }

  #plainText(text: string): string {
    return text.replaceAll(this.world.folder, "/world").replaceAll(OWN_ID, "$1_0123456789ab");
  }

  /** Ends the servers on both sides and removes the world. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.plain[Symbol.asyncDispose](), this.#codemode.close()]);
    await this.world[Symbol.asyncDispose]();
  }
}

/** Performs one call. */
export type Caller = (tool: string, args: RecordedCall["args"]) => Promise<CallResult>;

/** A call tried in vain, in a turn of its own. */
function before(call: RecordedCall | undefined): readonly RecordedCall[] {
  return call === undefined ? [] : [{ ...call, order: -1, batch: -1 }];
}

function throughCallTool({ tool, args, ...rest }: RecordedCall): RecordedCall {
  return { ...rest, tool: "call_tool", args: { tool_name: tool, arguments: args } };
}

/** Names of the tools that are called, those tried in vain left out. */
function needsOf(calls: readonly RecordedCall[]): readonly string[] {
  const meant = calls.filter(({ order }) => order >= 0);
  return [...new Set(meant.map(({ tool, args }) => (tool === "call_tool" ? String(args["tool_name"]) : tool)))];
}
