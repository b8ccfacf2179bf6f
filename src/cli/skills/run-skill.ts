import type { CommandContext, CommonOptions } from "../command-context.ts";
import { createRunDisplay } from "../exec/run-display.ts";
import { withCodemode } from "../open-configured.ts";
import { parseArguments } from "../json-arguments.ts";
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
    const directory = executor.skills;
    const skill = await directory.get(name);
    const watched = { signal: context.signal, ...display.listening };
    if (skill.kind === "folder") {
      const script = options.script ?? onlyScript(skill);
      return executor.runSkill(skill.name, { scriptName: script, args }, watched);
    }
    const [text = "{}", ...more] = args;
    if (more.length > 0) throw new UsageError("A skill of code takes one JSON object.", "Quote the object as a whole.");
    return executor.runSkill(skill.name, { arguments: parseArguments(text) }, watched);
  });
  display.finish(run);
}

function onlyScript(skill: {
  readonly name: string;
  readonly files: readonly { readonly path: string; readonly kind: string }[];
}): string {
  const scripts = skill.files.filter(({ kind }) => kind === "script").map(({ path }) => path);
  const [script] = scripts;
  if (script !== undefined && scripts.length === 1) return script;
  throw new UsageError(
    `The skill ${skill.name} has ${scripts.length} scripts.`,
    scripts.length === 0 ? "Read it with codemode skills show." : `Choose with --script: ${scripts.join(", ")}.`,
  );
}
