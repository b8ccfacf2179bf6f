import { Command, Option } from "commander";
import type { Codemode } from "../../host/create-codemode.ts";
import type { CodemodePromptOptions } from "../../tools/codemode-prompt.ts";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { languageOption } from "../guest-language.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { parseSeconds } from "../option-parsers.ts";
import { plainText } from "../plain-text.ts";
import { writeJson } from "../write-json.ts";
import { hideMilliseconds } from "./search.ts";

interface PromptCommandOptions extends CommonOptions {
  readonly language: NonNullable<CodemodePromptOptions["language"]>;
  readonly long?: boolean;
  readonly catalog?: boolean;
  readonly wait: number;
}

/** `codemode prompt`: what to put into an agent's system prompt. */
export function promptCommand(context: CommandContext): Command {
  const command = new Command("prompt")
    .description("print a system prompt for an agent that works with these tools")
    .addOption(languageOption("language of the programs", ["both"]).default("both"))
    .option("--short", "the rules alone (default)")
    .addOption(
      new Option("--long", "also the form of programs with an example, and what the sandbox offers").conflicts("short"),
    )
    .option("--catalog", "also the configured tools")
    .option(
      "--wait <seconds>",
      "with --catalog: time for slower servers once one is ready",
      parseSeconds,
      DEFAULT_WAIT_MS,
    )
    .action((options: PromptCommandOptions) => print(options, context));
  hideMilliseconds(command);
  return completeCommand(command, {
    json: true,
    examples: ["codemode prompt", "codemode prompt --language python --long --catalog"],
  });
}

async function print(options: PromptCommandOptions, context: CommandContext): Promise<void> {
  const { language, catalog = false } = options;
  const length = options.long === true ? "long" : "short";
  const prompt = await withCodemode(options, context, async (codemode: Codemode) => {
    const { codemodePrompt } = await import("../../tools/codemode-prompt.ts");
    if (catalog) await listServersInTime(codemode, context, { waitMs: options.wait });
    return codemodePrompt(codemode.executor, { language, length, catalog });
  });
  const { terminal } = context;
  if (options.json === true) writeJson(terminal, { prompt, language, length });
  else terminal.out.write(`${terminal.out.isTerminal ? plainText(prompt) : prompt}\n`);
  context.finish(0);
}
