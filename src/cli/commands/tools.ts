import { defined } from "../../base/defined.ts";
import { Command } from "commander";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { parseCount, parseList, parseSeconds } from "../option-parsers.ts";
import { plainLine } from "../plain-text.ts";
import { writeJson } from "../write-json.ts";
import { hideMilliseconds } from "./search.ts";

interface ToolsCommandOptions extends CommonOptions {
  readonly server?: string;
  readonly keywords?: readonly string[];
  readonly limit?: number;
  readonly all?: boolean;
  readonly wait: number;
  readonly takesRecent: boolean;
}

/** `codemode tools`: names of tools and nothing else. */
export function toolsCommand(context: CommandContext): Command {
  const command = new Command("tools")
    .description("list the names of tools")
    .option("--server <name>", "only tools of this server")
    .option("--keywords <words>", "only tools that contain one of these, separated by commas", parseList)
    .option("--limit <n>", "maximum number of names to list (default: all)", parseCount)
    .option("--all", "also tools marked deferLoading")
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((options: ToolsCommandOptions) =>
      // Who names a time to wait wants what the servers have now.
      listTools({ ...options, takesRecent: command.getOptionValueSource("wait") !== "cli" }, context),
    );
  hideMilliseconds(command);
  return completeCommand(command, {
    json: true,
    examples: [
      "codemode tools",
      "codemode tools --server filesystem --keywords read,write",
      "codemode tools --all --json",
    ],
  });
}

async function listTools(options: ToolsCommandOptions, context: CommandContext): Promise<void> {
  const { out, err } = context.terminal;
  const list = await withCodemode(options, context, async (codemode) => {
    const { server } = await listServersInTime(codemode, context, {
      waitMs: options.wait,
      server: options.server,
      takesRecent: options.takesRecent,
    });
    return codemode.registry.listToolNames({
      includeDeferred: options.all === true,
      ...defined({ server, keywords: options.keywords, limit: options.limit }),
    });
  });
  if (options.json === true) {
    writeJson(context.terminal, { tools: list.tools, total: list.total });
  } else {
    for (const name of list.tools) out.write(`${plainLine(name)}\n`);
    if (list.total > list.tools.length)
      err.write(err.colors.dim(`${list.tools.length} of ${list.total}; more with --limit ${list.total}\n`));
  }
  context.finish(0);
}
