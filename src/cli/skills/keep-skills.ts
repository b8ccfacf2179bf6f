import { resolve } from "node:path";
import { settleWithin } from "../../base/deadline.ts";
import { awaitServers, DEFAULT_WAIT_MS } from "../await-servers.ts";
import type { CommandContext, CommonOptions } from "../command-context.ts";
import { readProgram } from "../exec/program-input.ts";
import { withCodemode } from "../open-configured.ts";
import { plainLine, plainText } from "../plain-text.ts";
import { writeJson } from "../write-json.ts";

/** Servers that publish skills have this long to answer, when no server has yet. */
const MOST_WAIT_MS = 5_000;

/** Shows skills as lines of name, description and signature. */
export async function listSkills(
  options: CommonOptions & { readonly query?: string; readonly limit?: number },
  context: CommandContext,
): Promise<void> {
  const { terminal, finish, signal } = context;
  const { query, limit } = options;
  const found = await withCodemode(options, context, async ({ executor, registry }) => {
    const waiting = awaitServers(registry, { waitMs: DEFAULT_WAIT_MS, signal });
    // One's own skills are not kept back for a server that is not there; the list names those that did not answer.
    await settleWithin(waiting, MOST_WAIT_MS, signal);
    signal.throwIfAborted();
    const { summarizeSkill } = await import("../../runs/skills/describe-skill.ts");
    const { skills, total, problems } = await executor.skills.list({ query, limit });
    return { skills: skills.map(summarizeSkill), total, problems };
  });
  const { out, err } = terminal;
  if (options.json === true) writeJson(terminal, found);
  else {
    for (const { name, description, signature } of found.skills) {
      out.write(`${out.colors.bold(name)}\n`);
      if (description !== "") out.write(`  ${plainLine(description)}\n`);
      out.write(`  ${out.colors.cyan(plainLine(signature))}\n`);
    }
    for (const { path, reason } of found.problems)
      err.write(`${err.colors.yellow("set aside")} ${plainLine(path)}: ${plainLine(reason)}\n`);
    if (found.skills.length === 0) err.write("No skills. Save one with codemode skills save NAME --file FILE.\n");
  }
  finish(0);
}

/** Shows the code of a skill, or its instructions. */
export async function showSkill(name: string, options: CommonOptions, context: CommandContext): Promise<void> {
  const { terminal, finish } = context;
  const { skill, described, notes } = await withCodemode(options, context, async ({ executor, registry }) => {
    const { describeSkill } = await import("../../runs/skills/describe-skill.ts");
    const { toolNotes } = await import("../../runs/skills/tool-notes.ts");
    const found = await executor.skills.get(name);
    const about = found.kind === "folder" ? toolNotes(found, registry) : [];
    return { skill: found, described: describeSkill(found, registry), notes: [...found.notes, ...about] };
  });
  if (options.json === true) writeJson(terminal, described);
  else {
    const text = plainText(skill.kind === "code" ? skill.code : skill.instructions);
    terminal.out.write(text.endsWith("\n") ? text : `${text}\n`);
    for (const note of notes) terminal.err.write(`${terminal.err.colors.yellow("note")} ${plainLine(note)}\n`);
  }
  finish(0);
}

/** Saves the code of a file, or a folder with a `SKILL.md`. */
export async function saveSkill(
  name: string,
  options: CommonOptions & {
    readonly file: string;
    readonly description?: string;
    readonly tags?: readonly string[];
  },
  context: CommandContext,
): Promise<void> {
  const { terminal, finish } = context;
  const { description, tags, file } = options;
  const { readSkillFolder } = await import("../../skills/shelves/disk/read-skill-folder.ts");
  const source = (await readSkillFolder(resolve(context.directory, file))) ?? (await readProgram({ file }, context));
  const saved = await withCodemode(options, context, async ({ executor }) => {
    const { skills } = executor;
    const provenance = { kind: "person" } as const;
    return "files" in source
      ? skills.save({ name, ...source, tags, provenance })
      : skills.save({ name, ...source, description, tags, provenance });
  });
  const { kind, path, hash, notes } = saved;
  const language = saved.kind === "code" ? saved.language : undefined;
  if (options.json === true) writeJson(terminal, { name: saved.name, kind, language, path, hash, notes });
  else {
    terminal.out.write(`Saved ${saved.name} in ${plainLine(path)}\n`);
    for (const note of notes) terminal.err.write(`${terminal.err.colors.yellow("note")} ${plainLine(note)}\n`);
  }
  finish(0);
}

/** Deletes a skill. */
export async function deleteSkill(name: string, options: CommonOptions, context: CommandContext): Promise<void> {
  const { terminal, finish } = context;
  await withCodemode(options, context, async ({ executor }) =>
    executor.skills.delete(name, { provenance: { kind: "person" } }),
  );
  if (options.json === true) writeJson(terminal, { name, deleted: true });
  else terminal.out.write(`Deleted ${plainLine(name)}\n`);
  finish(0);
}
