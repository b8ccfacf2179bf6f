import { CodemodeError } from "../../base/codemode-error.ts";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { HistoryEntry } from "../../runs/history.ts";
import type { AgentTool } from "../agent-tool.ts";
import { isOwnRun } from "../runs/own-run.ts";
import type { ClientScope } from "../client-scope.ts";
import { defineAgentTool } from "../define-agent-tool.ts";
import { list, object, TEXT } from "../runs/result-schema.ts";
import { SKILL_NAME, skillName } from "./skill-name-argument.ts";
import { isRecord } from "../../base/is-record.ts";
import { type ToolArguments } from "../tool-arguments.ts";

/** `save_skill`: keeps code, given or that of a finished run, under a name. */
export function createSaveSkill(executor: CodeModeExecutor, scope: ClientScope): AgentTool {
  return defineAgentTool({
    name: "save_skill",
    title: "Save a skill",
    description:
      "Saves code as a skill to import and run later. Export a function named like the skill (or main), with typed " +
      "parameters and a doc comment. Instead of code: run_id saves the program of that run, files a folder with SKILL.md. " +
      "Saving again replaces.",
    inputSchema: object({
      ...SKILL_NAME,
      code: { type: "string", minLength: 1 },
      run_id: { type: "string", description: "Take the code of this finished run." },
      files: list(object({ path: { type: "string" }, text: { type: "string" } }, ["path", "text"])),
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
      const source = await sourceOf(args, executor, scope);
      const [name, tags] = [skillName(args), args.texts("tags")];
      const skill = await executor.skills.save(
        "files" in source
          ? { name, tags, files: source.files }
          : { ...source, name, tags, description: args.text("description") },
      );
      await executor.skills.look();
      const { kind, description, hash, notes } = skill;
      const language = skill.kind === "code" ? skill.language : undefined;
      const found = notes.length === 0 ? "" : ` ${notes.join(" ")}`;
      return {
        text: `Saved the skill ${skill.name} (${language ?? kind}).${found}`,
        structured: { name: skill.name, kind, language, description, hash, notes },
      };
    },
  });
}

const TEXTS = { type: "array", items: TEXT } as const;

type SkillSource = CodeSource | { readonly files: readonly { readonly path: string; readonly text: string }[] };

interface CodeSource {
  readonly code: string;
  readonly language: "typescript" | "python" | undefined;
  readonly provenance?: { readonly kind: "run"; readonly runId: string };
}

async function sourceOf(args: ToolArguments, executor: CodeModeExecutor, scope: ClientScope): Promise<SkillSource> {
  const given = args.text("language");
  const language = given === "typescript" || given === "python" ? given : undefined;
  const [code, runId, files] = [args.text("code"), args.text("run_id"), filesIn(args)];
  if ([code, runId, files].filter((source) => source !== undefined).length !== 1) {
    throw new CodemodeError("invalid_arguments", "save_skill takes one of code, run_id and files.", {
      hint: "Give the code, the id of a run that completed, or the files of a folder with a SKILL.md among them.",
    });
  }
  if (files !== undefined) return { files };
  if (code !== undefined) return { code, language };
  const run = await findRun(runId ?? "", executor, scope);
  return { code: run.code, language: run.language, provenance: { kind: "run", runId: run.runId } };
}

/** The files as the schema has let them through. */
function filesIn(args: ToolArguments): { readonly path: string; readonly text: string }[] | undefined {
  const { files } = args.pick(["files"]);
  if (!Array.isArray(files)) return undefined;
  return files.filter(isRecord).map(({ path, text }) => ({ path: String(path), text: String(text) }));
}

async function findRun(runId: string, executor: CodeModeExecutor, scope: ClientScope): Promise<HistoryEntry> {
  const entries = (await isOwnRun(runId, executor, scope))
    ? await executor.history(undefined, scope.owner ?? null)
    : [];
  const run = entries.find((entry) => entry.runId === runId);
  if (run?.skill !== undefined) {
    throw new CodemodeError(
      "invalid_arguments",
      `The run "${runId}" ran the skill "${run.skill.name}", which is saved.`,
      {
        hint: "load_skill shows its code; pass that as code to save a changed copy under another name.",
      },
    );
  }
  if (run?.status === "completed") return run;
  const reason = run === undefined ? "There is no run" : "No completed run is";
  throw new CodemodeError("invalid_arguments", `${reason} "${runId}".`, {
    hint: "Only the code of the last 100 runs is kept, and only a run that completed is saved.",
  });
}
