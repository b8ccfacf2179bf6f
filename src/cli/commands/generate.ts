import { Command, Option } from "commander";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { GUEST_LANGUAGES, type GuestLanguage } from "../guest-language.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { parseSeconds } from "../option-parsers.ts";
import { plainText } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import { hideMilliseconds } from "./search.ts";
import type { WrittenTree } from "../generate/write-tree.ts";

interface GenerateCommandOptions extends CommonOptions {
  readonly out: string;
  readonly language: GuestLanguage | "all";
  readonly wait: number;
}

/** `codemode generate`: typed bindings of the configured servers, as files. */
export function generateCommand(context: CommandContext): Command {
  const command = new Command("generate")
    .description("write typed bindings of the configured servers to a folder")
    .option("--out <dir>", "folder to write to", "generated")
    .addOption(new Option("--language <language>", "language of the bindings").choices([...GUEST_LANGUAGES, "all"]).default("typescript"))
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((options: GenerateCommandOptions) => generate(options, context));
  hideMilliseconds(command);
  return completeCommand(command, { json: true, examples: ["codemode generate", "codemode generate --language all --out src/generated"] });
}

async function generate(options: GenerateCommandOptions, context: CommandContext): Promise<void> {
  const { out: directory, language } = options;
  const { generateBindings } = await import("../../execution/generate-bindings.ts");
  const { writeTree } = await import("../generate/write-tree.ts");
  const tree = await withCodemode(options, async (codemode) => {
    await listServersInTime(codemode, context, { waitMs: options.wait });
    const languages = language === "all" ? GUEST_LANGUAGES : [language];
    return writeTree(directory, generateBindings(codemode.registry.catalog(), { languages }));
  });
  if (options.json === true) writeJson(context.terminal, { out: directory, ...tree });
  else showTree(tree, directory, context.terminal);
  context.finish(0);
}

function showTree({ written, unchanged, removed }: WrittenTree, directory: string, { out, err }: Terminal): void {
  const { colors } = out;
  for (const path of written) out.write(`${colors.green("wrote")}   ${plainText(`${directory}/${path}`)}\n`);
  for (const path of removed) out.write(`${colors.red("removed")} ${plainText(`${directory}/${path}`)}\n`);
  err.write(err.colors.dim(`${written.length} written, ${unchanged.length} unchanged, ${removed.length} removed\n`));
}
