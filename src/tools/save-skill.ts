import { CodemodeError } from "../errors/codemode-error.ts";
import type { CodeModeExecutor } from "../execution/executor.ts";
import type { HistoryEntry } from "../execution/history.ts";
import type { AgentTool } from "./agent-tool.ts";
import type { ClientScope } from "./client-scope.ts";
import { defineAgentTool } from "./define-agent-tool.ts";
import { object, TEXT } from "./result-schema.ts";
import { SKILL_NAME, skillName } from "./skill-name-argument.ts";
import type { ToolArguments } from "./tool-arguments.ts";

/** `save_skill`: keeps code, given or that of a finished run, under a name. */
export function createSaveSkill(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "save_skill",
    title: "Save a skill",
    description:
      "Saves code as a skill to import and run later. Export a function named like the skill (or main), with typed " +
      "parameters and a doc comment. With run_id instead of code the program of that run is saved. Saving again replaces.",
    inputSchema: object({
      ...SKILL_NAME,
      code: { type: "string", minLength: 1 },
      run_id: { type: "string", description: "Take the code of this finished run." },
      language: { enum: ["typescript", "python"] },
      description: { type: "string", maxLength: 1_024 },
      tags: { type: "array", items: { type: "string" }, maxItems: 20 },
    }),
    resultSchema: object({ name: TEXT, kind: TEXT, language: TEXT, description: TEXT, hash: TEXT, notes: TEXTS }, [
      "name",
      "kind",
      "hash",
      "notes",
    ]),
    annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    run: async (args) => {
      const directory = await executor.skills.open();
      const source = sourceOf(args, executor, scope);
      const skill = await directory.save({
        ...source,
        name: skillName(args),
        description: args.text("description"),
        tags: args.texts("tags"),
      });
      await executor.skills.look();
      const { name, kind, description, hash, notes } = skill;
      const language = skill.kind === "code" ? skill.language : source.language;
      const found = notes.length === 0 ? "" : ` ${notes.join(" ")}`;
      return {
        text: `Saved the skill ${name} (${language}).${found}`,
        structured: { name, kind, language, description, hash, notes },
      };
    },
  });
}

const TEXTS = { type: "array", items: TEXT } as const;

interface SkillSource {
  readonly code: string;
  readonly language: "typescript" | "python" | undefined;
  readonly provenance?: { readonly kind: "run"; readonly runId: string };
}

function sourceOf(args: ToolArguments, executor: CodeModeExecutor, scope: ClientScope): SkillSource {
  const given = args.text("language");
  const language = given === "typescript" || given === "python" ? given : undefined;
  const [code, runId] = [args.text("code"), args.text("run_id")];
  if (code !== undefined && runId === undefined) return { code, language };
  if (code !== undefined || runId === undefined) {
    throw new CodemodeError("invalid_arguments", "save_skill takes either code or run_id.", {
      hint: "Give the code, or the id of a run that completed.",
    });
  }
  const run = findRun(runId, executor, scope);
  return { code: run.code, language: run.language, provenance: { kind: "run", runId } };
}

function findRun(runId: string, executor: CodeModeExecutor, scope: ClientScope): HistoryEntry {
  const run = scope.ownsRun(runId) ? executor.history().find((entry) => entry.runId === runId) : undefined;
  if (run?.skill !== undefined) {
    throw new CodemodeError(
      "invalid_arguments",
      `The run "${runId}" ran the skill "${run.skill.name}", which is saved.`,
      {
        hint: "load_skill shows its code; give that as code to save a changed copy under another name.",
      },
    );
  }
  if (run?.status === "completed") return run;
  const reason = run === undefined ? "There is no run" : "No completed run is";
  throw new CodemodeError("invalid_arguments", `${reason} "${runId}".`, {
    hint: "Only the code of the last 100 runs is kept, and only a run that completed is saved.",
  });
}
