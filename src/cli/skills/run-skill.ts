import type { FolderSkill } from "../../skills/skill.ts";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { createRunDisplay } from "../exec/run-display.ts";
import { withCodemode } from "../open-configured.ts";
import { argumentsFrom } from "../json-arguments.ts";
import { UsageError } from "../usage-error.ts";

/** Runs a skill and shows what came of it as `codemode exec` does. */
export async function runSkill(
  name: string,
  {
    args,
    options,
  }: { readonly args: readonly string[]; readonly options: CommonOptions & { readonly script?: string } },
  context: CommandContext,
): Promise<void> {
  const display = createRunDisplay({ format: options.json === true ? "document" : "people", code: "" }, context);
  const run = await withCodemode(options, context, async ({ executor }) => {
    const skill = await executor.skills.get(name);
    const watched = { signal: context.signal, ...display.listening };
    if (skill.kind === "folder") {
      const script = options.script ?? onlyScript(skill);
      return executor.runSkill(skill.name, { scriptName: script, args }, watched);
    }
    return executor.runSkill(skill.name, { arguments: argumentsFrom(args).under() }, watched);
  });
  display.finish(run);
}

function onlyScript({ name, files }: FolderSkill): string {
  const scripts = files.filter(({ kind }) => kind === "script").map(({ path }) => path);
  const [script] = scripts;
  if (script !== undefined && scripts.length === 1) return script;
  if (script !== undefined)
    throw new UsageError(
      `The skill ${name} has ${scripts.length} scripts.`,
      `Choose with --script: ${scripts.join(", ")}.`,
    );
  const foreign = files.find(({ path }) => path.startsWith("scripts/"));
  const why = foreign === undefined ? "" : `${foreign.path} cannot: scripts are files that end in .py, .ts or .js. `;
  throw new UsageError(
    `The skill ${name} has no script that runs here.`,
    `${why}Read it with codemode skills show ${name}.`,
  );
}
