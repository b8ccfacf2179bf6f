import { Command } from "commander";
import type { ObservedTypes } from "../../runs/observed/observed-types.ts";
import { shapeSchema } from "../../schema/observed-shape.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { withCodemode } from "../open-configured.ts";
import { plainLine } from "../plain-text.ts";
import { textTable } from "../text-table.ts";
import { writeJson } from "../write-json.ts";

/** `codemode observed …`: result types learned from calls of tools that declare none. */
export function observedCommand(context: CommandContext): Command {
  const command = new Command("observed").description(
    "list, clear and export result types that were learned from calls",
  );
  for (const part of [list, clear, exportTypes]) command.addCommand(part(context));
  return command;
}

function list(context: CommandContext): Command {
  const command = new Command("list")
    .description("list the tools whose results were observed")
    .action(async (options: CommonOptions) => {
      const tools = await withObserved(options, context, (observed) =>
        observed.list().map(({ name, calls }) => ({ name, calls })),
      );
      const { out, err } = context.terminal;
      if (options.json === true) return writeJson(context.terminal, { tools });
      if (tools.length === 0) return err.write("No results were observed yet.\n");
      const columns = [{ title: "TOOL" }, { title: "CALLS", align: "right" as const }];
      const rows = tools.map(({ name, calls }) => [plainLine(name), String(calls)]);
      out.write(textTable(rows, { columns, width: out.columns, titleStyle: out.colors.dim }));
    });
  return completeCommand(command, { json: true, examples: ["codemode observed list"] });
}

function clear(context: CommandContext): Command {
  const command = new Command("clear")
    .description("forget what was observed of a tool, or of all")
    .argument("[tool]", "full name of the tool")
    .action(async (name: string | undefined, options: CommonOptions) => {
      const cleared = await withObserved(options, context, (observed) => observed.clear(name));
      if (options.json === true) return writeJson(context.terminal, { cleared });
      context.terminal.out.write(`${cleared} ${cleared === 1 ? "tool" : "tools"} forgotten\n`);
    });
  return completeCommand(command, { json: true, examples: ["codemode observed clear github__search_code"] });
}

function exportTypes(context: CommandContext): Command {
  const command = new Command("export")
    .description("print the learned types as JSON Schemas, by tool")
    .action(async (options: CommonOptions) => {
      const tools = await withObserved(options, context, (observed) =>
        observed.list().map(({ name, calls, shape }) => [name, { calls, outputSchema: shapeSchema(shape) }] as const),
      );
      writeJson(context.terminal, { tools: Object.fromEntries(tools) });
    });
  return completeCommand(command, { json: true, examples: ["codemode observed export > types.json"] });
}

async function withObserved<Result>(
  options: CommonOptions,
  context: CommandContext,
  work: (observed: ObservedTypes) => Result,
): Promise<Result> {
  const result = await withCodemode(options, context, ({ executor: { observed } }) => {
    const { problem } = observed;
    if (problem !== undefined) context.terminal.err.write(`${plainLine(problem)}\n`);
    return Promise.resolve(work(observed));
  });
  context.finish(0);
  return result;
}
