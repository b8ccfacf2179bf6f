import { defined } from "../../base/defined.ts";
import { CodeModeExecutor } from "../../host/executor.ts";
import { codemodeTools } from "../../tools/codemode-tools.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { type Comparison, compareStory } from "./compare.ts";
import { openDemoFolder } from "./demo-folder.ts";
import { demoServers } from "./demo-servers.ts";
import { type DemoStory, demoStories } from "./demo-stories.ts";
import { RecordingRegistry } from "./recording-registry.ts";
import { loadTokenCounter, type TokenCounter } from "./token-counter.ts";
import { definitionText, ToolDesk, type ToolUse } from "./tool-desk.ts";
import type { Verification } from "./verify-programs.ts";

/** The servers as they were found. */
export interface DemoServers {
  readonly servers: readonly { readonly name: string; readonly toolCount: number }[];
  readonly connectedMs: number;
}

/** Result of one task. */
export interface StoryReport {
  readonly story: DemoStory;
  /** Search, describe and execute, in this order. */
  readonly uses: readonly ToolUse[];
  readonly executedMs: number;
  readonly toolCalls: number;
  readonly verification: Verification;
  /** Absent when there is no tokenizer. */
  readonly comparison?: Comparison;
}

/** Reports of the demonstration during its run. */
export interface DemoAudience {
  connected(servers: DemoServers): void;
  finished(story: StoryReport): void;
}

/** Result of the demonstration. */
export interface DemoOutcome {
  /** True when both programs did what they were to do. */
  readonly ok: boolean;
  /** The comparison for a task of one small call; absent when there is no tokenizer. */
  readonly single?: Comparison;
}

interface Stage {
  readonly registry: RecordingRegistry;
  readonly executor: CodeModeExecutor;
  readonly desk: ToolDesk;
  readonly language: GuestLanguage;
  readonly count: TokenCounter | undefined;
}

/** Runs the demonstration on real servers in a temporary folder, and removes everything at the end. */
export async function runDemo(
  { language, signal }: { readonly language: GuestLanguage; readonly signal: AbortSignal },
  audience: DemoAudience,
): Promise<DemoOutcome> {
  await using folder = await openDemoFolder();
  await using registry = new RecordingRegistry();
  for (const server of demoServers(folder)) registry.addServer(server);
  await using executor = new CodeModeExecutor(registry);
  const began = performance.now();
  const [count] = await Promise.all([loadTokenCounter(), registry.ready(undefined, { signal })]);
  audience.connected({
    servers: registry.listServers().map(({ name, toolCount }) => ({ name, toolCount })),
    connectedMs: performance.now() - began,
  });
  const desk = new ToolDesk(codemodeTools(executor, { set: "minimal" }), signal);
  const stage: Stage = { registry, executor, desk, language, count };
  let ok = true;
  for (const story of demoStories(folder, language)) {
    const report = await play(story, stage);
    ok &&= report.verification.ok;
    audience.finished(report);
  }
  const single = await tellSingleCall(stage);
  return { ok, ...defined({ single }) };
}

async function play(story: DemoStory, stage: Stage): Promise<StoryReport> {
  const { registry, executor, desk, language, count } = stage;
  const found = await desk.use("search_tools", { query: story.query, limit: 5, language });
  const described = await desk.use("get_tool_details", { tool_names: story.tools, language });
  const began = performance.now();
  const executed = await desk.use("execute_code", { code: story.program, language });
  const executedMs = performance.now() - began;
  const calls = registry.takeCalls();
  const verification = executed.isError ? { ok: false, detail: executed.text } : await story.verify(executor);
  registry.takeCalls();
  const uses = [found, described, executed];
  const direct = registry.listTools().map(definitionText);
  const comparison =
    count === undefined ? {} : { comparison: compareStory({ uses, calls, direct, ours: desk.definitions() }, count) };
  return { story, uses, executedMs, toolCalls: calls.length, verification, ...comparison };
}

/** One small call with few tools at hand, where a program is of no use. */
async function tellSingleCall({ registry, desk, language, count }: Stage): Promise<Comparison | undefined> {
  if (count === undefined) return undefined;
  const code = "await filesystem.list_allowed_directories({})";
  const program =
    language === "python"
      ? `from generated.servers.filesystem import list_allowed_directories\nawait list_allowed_directories()`
      : code;
  registry.takeCalls();
  const executed = await desk.use("execute_code", { code: program, language });
  const calls = registry.takeCalls();
  const direct = registry
    .listTools()
    .filter(({ name }) => calls.some((call) => call.tool === name))
    .map(definitionText);
  return compareStory({ uses: [executed], calls, direct, ours: desk.definitions() }, count);
}
