import { Command, Option } from "commander";
import type { DetailLevel, ToolDetails } from "../../languages/discovery.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { languageOption } from "../guest-language.ts";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { highlightCode } from "../highlight-code.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { parseSeconds } from "../option-parsers.ts";
import { plainText } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import { hideMilliseconds } from "./search.ts";

interface DescribeCommandOptions extends CommonOptions {
  readonly language: GuestLanguage;
  readonly detail: DetailLevel;
  readonly wait: number;
}

/** `codemode describe TOOL`: how one tool is called from guest code. */
export function describeCommand(context: CommandContext): Command {
  const command = new Command("describe")
    .description("show how a tool is called: its import and its typed declaration")
    .argument("<tool>", "name of the tool, such as filesystem__read_file")
    .addOption(languageOption("language of the declaration").default("typescript"))
    .addOption(
      new Option("--detail <level>", "level of detail").choices(["brief", "signature", "full"]).default("full"),
    )
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((tool: string, options: DescribeCommandOptions) => describe(tool, options, context));
  hideMilliseconds(command);
  return completeCommand(command, {
    json: true,
    examples: [
      "codemode describe filesystem__read_file",
      "codemode describe memory__read_graph --language python --detail signature",
    ],
  });
}

async function describe(name: string, options: DescribeCommandOptions, context: CommandContext): Promise<void> {
  const details = await withCodemode(options, context, async (codemode) => {
    const { describeTool } = await import("../../languages/discovery.ts");
    const { splitToolName } = await import("../../catalog/unknown-name.ts");
    const { registry, executor } = codemode;
    const server = splitToolName(registry.catalog(), name)?.server.name;
    await listServersInTime(codemode, context, { waitMs: options.wait, server });
    return describeTool(executor.observed.apply(registry.catalog()), name, {
      language: options.language,
      detail: options.detail,
    });
  });
  if (options.json === true) writeJson(context.terminal, details);
  else showDetails(details, options.language, context.terminal);
  context.finish(0);
}

function showDetails(details: ToolDetails, language: GuestLanguage, { out }: Terminal): void {
  const code = `${plainText(details.import)}\n\n${plainText(details.declaration).trimEnd()}\n`;
  out.write(highlightCode(code, language, out.colors));
}
