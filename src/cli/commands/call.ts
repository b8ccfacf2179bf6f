import { Command } from "commander";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import type { Codemode } from "../../host/create-codemode.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { parseArguments } from "../json-arguments.ts";
import { withCodemode } from "../open-configured.ts";
import { showProblem } from "../report-error.ts";
import { showServerProgress } from "../server-progress.ts";
import { showValue } from "../show-value.ts";
import { writeJson } from "../write-json.ts";

type Outcome = { readonly tool: string } & ({ readonly value: unknown } | { readonly error: CodemodeError });

/** `codemode call TOOL [JSON]`: one call, through the same gate as programs. */
export function callCommand(context: CommandContext): Command {
  const command = new Command("call")
    .description("call one tool and print its value")
    .argument("<tool>", "name of the tool, such as filesystem__read_file")
    .argument("[arguments]", "arguments as a JSON object; - reads them from stdin (default: {})")
    .action((tool: string, argumentsText: string | undefined, options: CommonOptions) =>
      call({ tool, argumentsText }, options, context),
    );
  return completeCommand(command, {
    json: true,
    examples: [
      `codemode call filesystem__list_directory '{ "path": "." }'`,
      `echo '{ "query": "release" }' | codemode call memory__search_nodes - --json`,
    ],
  });
}

async function call(
  { tool, argumentsText }: { readonly tool: string; readonly argumentsText: string | undefined },
  options: CommonOptions,
  context: CommandContext,
): Promise<void> {
  const args = parseArguments(argumentsText === "-" ? await context.input.text() : (argumentsText ?? "{}"));
  const outcome = await withCodemode(options, context, (codemode) => callOnce(codemode, { tool, args }, context));
  const { terminal } = context;
  if (options.json === true)
    writeJson(terminal, "error" in outcome ? { ...outcome, error: outcome.error.toReport() } : outcome);
  else if ("error" in outcome) showProblem(terminal, outcome.error);
  else showValue(outcome.value, terminal.out);
  context.finish("error" in outcome ? 1 : 0);
}

async function callOnce(
  { registry, executor }: Codemode,
  { tool, args }: { readonly tool: string; readonly args: Readonly<Record<string, unknown>> },
  { terminal, signal }: CommandContext,
): Promise<Outcome> {
  const { splitToolName } = await import("../../catalog/unknown-name.ts");
  const owner = splitToolName(registry.catalog(), tool)?.server.name;
  const stop = showServerProgress(registry, terminal, owner === undefined ? [] : [owner]);
  const fullName = (): string => registry.getTool(tool)?.name ?? tool;
  try {
    const value = (await executor.callTool(tool, args, { signal })) ?? null;
    return { tool: fullName(), value };
  } catch (thrown) {
    return { tool: fullName(), error: toCodemodeError(thrown) };
  } finally {
    stop();
  }
}
