import { defined } from "../../base/defined.ts";
import { Command } from "commander";
import type { FoundTools } from "../../languages/discovery.ts";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { parseCount, parseSeconds } from "../option-parsers.ts";
import { cutText, plainLine } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import { writeJson } from "../write-json.ts";

interface SearchCommandOptions extends CommonOptions {
  readonly server?: string;
  readonly limit: number;
  readonly wait: number;
}

/** `codemode search QUERY`: tools that fit a few words, best first. */
export function searchCommand(context: CommandContext): Command {
  const command = new Command("search")
    .description("find tools by what they do, best first")
    .argument("<query...>", "a few words")
    .option("--server <name>", "only tools of this server")
    .option("--limit <n>", "maximum number of tools to show", parseCount, 10)
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((words: readonly string[], options: SearchCommandOptions) => search(words.join(" "), options, context));
  hideMilliseconds(command);
  return completeCommand(command, {
    json: true,
    examples: ['codemode search "read a file"', "codemode search issue --server github --limit 3 --json"],
  });
}

/** Shows the default of `--wait` in the unit people write it in. */
export function hideMilliseconds(command: Command): void {
  const wait = command.options.find(({ long }) => long === "--wait");
  if (wait !== undefined) wait.defaultValueDescription = String(DEFAULT_WAIT_MS / 1000);
}

async function search(query: string, options: SearchCommandOptions, context: CommandContext): Promise<void> {
  const found = await withCodemode(options, context, async (codemode) => {
    const { findTools } = await import("../../languages/discovery.ts");
    const { server } = await listServersInTime(codemode, context, { waitMs: options.wait, server: options.server });
    const narrowed = { limit: options.limit, ...defined({ server }) };
    return findTools(codemode.executor.observed.apply(codemode.registry.catalog()), query, narrowed);
  });
  if (options.json === true) writeJson(context.terminal, { ...found, tools: found.tools.map(withoutExample) });
  else showFound(found, context.terminal);
  context.finish(0);
}

/** A match without its example call, which is for models. */
function withoutExample({ name, server, description, signature, score }: FoundTools["tools"][number]): object {
  return { name, server, description, signature, score };
}

function showFound({ tools, total }: FoundTools, { out, err }: Terminal): void {
  const { colors, columns } = out;
  for (const { name, description, signature } of tools) {
    out.write(`${colors.bold(cutText(plainLine(name), columns))}\n`);
    out.write(`  ${cutText(plainLine(description), columns === undefined ? undefined : columns - 2)}\n`);
    out.write(`  ${colors.cyan(cutText(plainLine(signature), columns === undefined ? undefined : columns - 2))}\n`);
  }
  if (tools.length === 0) err.write("No tools match. Try other words, or see all names with codemode tools.\n");
  else if (total > tools.length) err.write(err.colors.dim(`${tools.length} of ${total}; more with --limit ${total}\n`));
}
