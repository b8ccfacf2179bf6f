import { Command } from "commander";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { parseCount, parseList } from "../option-parsers.ts";
import { deleteSkill, listSkills, saveSkill, showSkill } from "../skills/keep-skills.ts";
import { runSkill } from "../skills/run-skill.ts";

/** `codemode skills …`: the saved skills. */
export function skillsCommand(context: CommandContext): Command {
  const command = new Command("skills").description("list, show, save, run and delete saved skills");
  const parts = [list, search, show, save, run, remove];
  for (const part of parts) command.addCommand(part(context));
  return command;
}

function list(context: CommandContext): Command {
  const command = new Command("list")
    .description("list skills")
    .option("--limit <n>", "maximum number of skills to list", parseCount)
    .action((options: CommonOptions & { readonly limit?: number }) => listSkills(options, context));
  return completeCommand(command, { json: true, examples: ["codemode skills list"] });
}

function search(context: CommandContext): Command {
  const command = new Command("search")
    .description("find skills by what they do, best first")
    .argument("<query...>", "a few words")
    .option("--limit <n>", "maximum number of skills to list", parseCount, 10)
    .action((words: readonly string[], options: CommonOptions & { readonly limit: number }) =>
      listSkills({ ...options, query: words.join(" ") }, context),
    );
  return completeCommand(command, { json: true, examples: ["codemode skills search invoices"] });
}

function show(context: CommandContext): Command {
  const command = new Command("show")
    .description("show a skill's code or instructions")
    .argument("<name>", "name of the skill")
    .action((name: string, options: CommonOptions) => showSkill(name, options, context));
  return completeCommand(command, { json: true, examples: ["codemode skills show batch_process"] });
}

function save(context: CommandContext): Command {
  const command = new Command("save")
    .description("save the code of a file, or a folder with SKILL.md, as a skill")
    .argument("<name>", "name of the skill")
    .requiredOption("--file <file>", "file of the code, .ts or .py, or a folder")
    .option("--description <text>", "what it does, if the code does not say it")
    .option("--tags <tags>", "tags, separated by commas", parseList)
    .action(
      (
        name: string,
        options: CommonOptions & {
          readonly file: string;
          readonly description?: string;
          readonly tags?: readonly string[];
        },
      ) => saveSkill(name, options, context),
    );
  return completeCommand(command, {
    json: true,
    examples: ["codemode skills save sum_all --file sum_all.ts --tags math"],
  });
}

function run(context: CommandContext): Command {
  const command = new Command("run")
    .description("run a skill")
    .argument("<name>", "name of the skill")
    .argument("[arguments...]", "a JSON object or name=value for each, or after -- the arguments of a script")
    .option("--script <name>", "script of a folder skill")
    .action((name: string, args: readonly string[], options: CommonOptions & { readonly script?: string }) =>
      runSkill(name, { args, options }, context),
    );
  return completeCommand(command, {
    json: true,
    examples: [
      `codemode skills run sum_all '{ "values": [1, 2] }'`,
      "codemode skills run report --script report.py -- --all",
    ],
  });
}

function remove(context: CommandContext): Command {
  const command = new Command("delete")
    .description("delete a skill; its versions are kept")
    .argument("<name>", "name of the skill")
    .action((name: string, options: CommonOptions) => deleteSkill(name, options, context));
  return completeCommand(command, { json: true, examples: ["codemode skills delete sum_all"] });
}
