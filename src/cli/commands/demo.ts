import { Command } from "commander";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { languageOption } from "../guest-language.ts";
import { writeJson } from "../write-json.ts";

interface DemoCommandOptions extends CommonOptions {
  readonly language: GuestLanguage;
}

/** `codemode demo`: search, describe and execute on real servers, with the tokens it takes. */
export function demoCommand(context: CommandContext): Command {
  const command = new Command("demo")
    .description("show search, describe and execute on three real MCP servers, and count the tokens")
    .addOption(languageOption("language of the programs").default("typescript"))
    .action((options: DemoCommandOptions) => demo(options, context));
  return completeCommand(command, {
    json: true,
    examples: ["codemode demo", "codemode demo --language python", "codemode demo --json"],
  });
}

async function demo(
  { language, json }: DemoCommandOptions,
  { terminal, signal, finish }: CommandContext,
): Promise<void> {
  const { runDemo } = await import("../demo/run-demo.ts");
  if (json === true) {
    const { DemoDocument } = await import("../demo/demo-document.ts");
    const document = new DemoDocument(language);
    const outcome = await runDemo({ language, signal }, document);
    writeJson(terminal, document.finish(outcome));
    finish(outcome.ok ? 0 : 1);
    return;
  }
  const { demoTeller, showOutcome } = await import("../demo/show-demo.ts");
  const outcome = await runDemo({ language, signal }, demoTeller(terminal, language));
  showOutcome(outcome, terminal);
  finish(outcome.ok ? 0 : 1);
}
