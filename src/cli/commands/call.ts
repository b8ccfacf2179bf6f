import { Command } from "commander";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import type { Codemode } from "../../host/create-codemode.ts";
import { defined } from "../../base/defined.ts";
import { type CommandContext, type ExitStatus, type CommonOptions, completeCommand } from "../command-context.ts";
import { processApprover } from "../approvals/terminal-approver.ts";
import { argumentsFrom, type WordArguments } from "../json-arguments.ts";
import { withCodemode } from "../open-configured.ts";
import { showProblem } from "../report-error.ts";
import { showServerProgress } from "../server-progress.ts";
import { showValue } from "../show-value.ts";
import { writeJson } from "../write-json.ts";

type Outcome = { readonly tool: string } & ({ readonly value: unknown } | { readonly error: CodemodeError });

/** `codemode call TOOL [ARGUMENTS…]`: one call, through the same gate as programs. */
export function callCommand(context: CommandContext): Command {
  const command = new Command("call")
    .description("call one tool and print its value")
    .argument("<tool>", "name of the tool, such as filesystem__read_file")
    .argument("[arguments...]", "arguments as a JSON object, or each as name=value; - reads an object from stdin")
    .action((tool: string, words: readonly string[], options: CommonOptions) =>
      call({ tool, words }, options, context),
    );
  return completeCommand(command, {
    json: true,
    examples: [
      `codemode call filesystem__list_directory '{ "path": "." }'`,
      "codemode call filesystem__read_text_file path=notes.md head=10",
      `echo '{ "query": "release" }' | codemode call memory__search_nodes - --json`,
    ],
  });
}

async function call(
  { tool, words }: { readonly tool: string; readonly words: readonly string[] },
  options: CommonOptions,
  context: CommandContext,
): Promise<void> {
  const args = argumentsFrom(words.join() === "-" ? [await context.input.text()] : words);
  const outcome = await withCodemode(options, context, (codemode) =>
    callOnce(codemode, { tool, args, isForPeople: options.json !== true }, context),
  );
  const { terminal } = context;
  if (options.json === true)
    writeJson(terminal, "error" in outcome ? { ...outcome, error: outcome.error.toReport() } : outcome);
  else if ("error" in outcome) showProblem(terminal, outcome.error);
  else showValue(outcome.value, terminal.out);
  context.finish(statusOf(outcome));
}

/** A call that waits for somebody is a run of its own. */
function statusOf(outcome: Outcome): ExitStatus {
  if (!("error" in outcome)) return 0;
  return outcome.error.details.runId === undefined ? 1 : 3;
}

async function callOnce(
  { registry, executor }: Codemode,
  { tool, args, isForPeople }: { readonly tool: string; readonly args: WordArguments; readonly isForPeople: boolean },
  context: CommandContext,
): Promise<Outcome> {
  const { splitToolName } = await import("../../catalog/unknown-name.ts");
  const { terminal, signal } = context;
  const owner = splitToolName(registry.catalog(), tool)?.server.name;
  const stop = showServerProgress(registry, terminal, owner === undefined ? [] : [owner]);
  const fullName = (): string => registry.getTool(tool)?.name ?? tool;
  const onApproval = isForPeople ? processApprover(context, executor) : undefined;
  try {
    if (args.areNamed && owner !== undefined) await registry.ready([owner], { signal });
    const given = args.under(registry.getTool(tool)?.inputSchema);
    const value = (await executor.callTool(tool, given, { signal, ...defined({ onApproval }) })) ?? null;
    return { tool: fullName(), value };
  } catch (thrown) {
    return { tool: fullName(), error: toCodemodeError(thrown) };
  } finally {
    stop();
  }
}
