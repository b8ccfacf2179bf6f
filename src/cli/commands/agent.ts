import { isatty, type ReadStream } from "node:tty";
import { Command, Option } from "commander";
import { AGENT_MODES } from "../../agent/agent-event.ts";
import type { AgentOptions } from "../agent/agent-settings.ts";
import { chooseModel } from "../../agent/model/model-choice.ts";
import { assertModelPackages } from "../../agent/model/model-packages.ts";
import type { AgentTask } from "../agent/run-agent.ts";
import { readPrices } from "../../agent/model/token-prices.ts";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, completeCommand } from "../command-context.ts";
import { withCodemode } from "../open-configured.ts";
import { parseCount, parseSeconds } from "../option-parsers.ts";
import { UsageError } from "../usage-error.ts";
import { hideMilliseconds } from "./search.ts";

const MAX_TURNS = 100;
const CONTEXT_TOKENS = 100_000;

/** `codemode agent`: an agent that uses the configured servers, at the terminal or for one request. */
export function agentCommand(context: CommandContext): Command {
  const command = new Command("agent")
    .description("talk with an agent that uses the configured servers, in code or one call at a time")
    .option("-p, --prompt <request>", "answer this one request and end; - reads it from what is piped in")
    .addOption(
      new Option("--mode <mode>", "programs that compose tools, or every tool as a separate call")
        .choices(AGENT_MODES)
        .default("code"),
    )
    .addOption(
      new Option("--language <language>", "language of the programs")
        .choices(["typescript", "python", "both"])
        .default("both"),
    )
    .option("--model <provider/model>", "anthropic/…, openai/…, google/… or compatible/… (default: by the environment)")
    .option("--compare", "with -p: answer in the other mode too, and show both")
    .option("--price <prices>", "dollars per million tokens, INPUT/OUTPUT[/CACHE_READ[/CACHE_WRITE]]")
    .option("--max-turns <n>", "maximum number of model requests for one answer", parseCount, MAX_TURNS)
    .option("--context-tokens <n>", "the oldest requests are forgotten beyond this", parseCount, CONTEXT_TOKENS)
    .option("--images <folder>", "where images of tools are put (default: a temporary folder)")
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((options: AgentOptions) => agent(options, context));
  hideMilliseconds(command);
  return completeCommand(command, {
    json: true,
    examples: [
      "codemode agent",
      'codemode agent -p "How many TODOs are in src?" --mode direct',
      'codemode agent -p "Summarize notes.md" --compare --json',
    ],
  });
}

async function agent(options: AgentOptions, context: CommandContext): Promise<void> {
  const choice = chooseModel(options.model, process.env);
  assertModelPackages(choice.provider);
  const prices = readPrices(options.price, process.env);
  const task = await readTask(options, context);
  const isAnswered = await withCodemode(options, context, async (codemode) => {
    const { runAgent } = await import("../agent/run-agent.ts");
    return runAgent(task, choice, { codemode, settings: { options, prices }, context });
  });
  context.finish(isAnswered && !context.signal.aborted ? 0 : 1);
}

async function readTask(
  { prompt, json, compare }: AgentOptions,
  { input }: Pick<CommandContext, "input">,
): Promise<AgentTask> {
  if (prompt !== undefined) {
    const request = prompt === "-" ? await input.text() : prompt;
    if (request.trim() === "") throw new UsageError("The request is empty.", 'Say what to do: -p "…".');
    return { kind: "request", request };
  }
  if (json === true || compare === true) {
    const option = json === true ? "--json" : "--compare";
    throw new UsageError(`${option} is for one request.`, 'Give it with -p "…", or leave the option out.');
  }
  const { stdin } = process;
  if (isTerminalInput(stdin) && isatty(1)) return { kind: "session", input: stdin };
  throw new UsageError(
    "There is no terminal to talk at.",
    'Give one request with -p "…", or with -p - what is piped in.',
  );
}

function isTerminalInput(input: NodeJS.ReadStream): input is ReadStream & typeof input {
  return isatty(0) && typeof input.setRawMode === "function";
}
