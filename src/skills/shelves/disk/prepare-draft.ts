import { defined } from "../../../base/defined.ts";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { cleanDescription, cleanTags } from "../../../languages/doc-text.ts";
import { readFolderFacts } from "../../format/folder-facts.ts";
import { parseSkillDocument } from "../../format/front-matter.ts";
import type { CodeFacts, SkillLanguage, SkillUses } from "../../../languages/function.ts";
import { parseSkillName, quoteName, skillIdentifier } from "../../skill-name.ts";
import { addDescription } from "./add-description.ts";
import { checkBundlePaths } from "./bundle-paths.ts";
import { MAX_CODE_BYTES, readCode } from "./read-entry.ts";
import { type BundleFile, bytesOf } from "../skill-bundle.ts";

/** Code to be saved as a skill. */
export interface CodeDraft {
  readonly name: string;
  readonly code: string;
  /** By default the one the code parses in, TypeScript first. */
  readonly language?: SkillLanguage | undefined;
  /** Written into the code where that says nothing about itself, and kept beside it otherwise. */
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** A folder to be saved as a skill; one of the files is `SKILL.md`. */
export interface FolderDraft {
  readonly name: string;
  readonly files: readonly BundleFile[];
  readonly tags?: readonly string[] | undefined;
  /** Accept what the specification refuses but all clients understand, as when reading a folder. @default false */
  readonly isLenient?: boolean | undefined;
}

/** Result of an injected check; code with a problem is not saved. */
export interface SkillCheckProblem {
  /** @default "type_error" */
  readonly code?: "syntax_error" | "type_error" | "unknown_tool";
  readonly message: string;
  /** In the original code, counted from 1. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

/** Code that is about to be saved. */
export interface CheckedCode {
  readonly name: string;
  readonly identifier: string;
  readonly language: SkillLanguage;
  readonly code: string;
}

/**
 * Looks at code before it is saved, for instance by type-checking it or by asking Python itself. Where there is one, it
 * decides what is valid Python; the parser here is a little stricter than Python in rare cases.
 */
export type SkillCheck = (code: CheckedCode) => Promise<readonly SkillCheckProblem[]>;

/** A draft that may be written. */
export interface PreparedSkill {
  readonly name: string;
  readonly identifier: string;
  readonly kind: "code" | "folder";
  /** Name of the file or folder. */
  readonly fileName: string;
  readonly files: readonly BundleFile[];
  readonly uses: SkillUses;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
}

/**
 * Checks a draft and turns it into what is written. Throws `invalid_arguments` for a name, path or field that is not
 * accepted, `code_too_large`, `syntax_error` and `type_error` with line and column.
 */
export async function prepareDraft(draft: CodeDraft | FolderDraft, check?: SkillCheck): Promise<PreparedSkill> {
  return "code" in draft ? prepareCode(draft, check) : prepareFolder(draft);
}

async function prepareCode(draft: CodeDraft, check: SkillCheck | undefined): Promise<PreparedSkill> {
  const name = parseSkillName(draft.name, "code");
  const identifier = skillIdentifier(name);
  const code = draft.code.replace(/^\uFEFF/, "");
  if (Buffer.byteLength(code) > MAX_CODE_BYTES) throw tooLarge(name, Buffer.byteLength(code));
  const options = { identifier, isKnownGood: false };
  const language = draft.language ?? detectLanguage(code);
  if (check !== undefined) await assertChecked({ name, identifier, language, code }, check);
  const fileName = `${name}.${language === "python" ? "py" : "ts"}`;
  const facts = readCode(fileName, code, { ...options, isKnownGood: check !== undefined });
  return {
    ...describeCode(draft, { facts, code, fileName }),
    name,
    identifier,
    kind: "code",
    fileName,
    uses: facts.uses,
  };
}

interface ReadDraft {
  readonly facts: CodeFacts;
  readonly code: string;
  readonly fileName: string;
}

/** A description or tags that the code does not have go into it, so that the file is complete. */
function describeCode(
  draft: CodeDraft,
  { facts, code, fileName }: ReadDraft,
): Pick<PreparedSkill, "files" | "description" | "tags"> {
  const description = draft.description === undefined ? undefined : cleanDescription(draft.description);
  const tags = draft.tags === undefined ? undefined : cleanTags(draft.tags);
  if (facts.description === "" && facts.tags.length === 0 && description !== undefined && description !== "") {
    const text = addDescription(code, { language: facts.language, description, tags: tags ?? [] });
    return { files: [{ path: fileName, text }] };
  }
  const isNews = description !== undefined && description !== "" && description !== facts.description;
  return {
    files: [{ path: fileName, text: code }],
    ...(isNews ? { description } : {}),
    ...defined({ tags }),
  };
}

function detectLanguage(code: string): SkillLanguage {
  for (const [language, fileName] of [
    ["typescript", "x.ts"],
    ["python", "x.py"],
  ] as const) {
    try {
      readCode(fileName, code, { identifier: "x", isKnownGood: false });
      return language;
    } catch {
      // The other language may be the right one.
    }
  }
  return /^(?:def|async def|from[ \t]+[\w.]+[ \t]+import|import[ \t]+[\w.]+[ \t]*$)/m.test(code)
    ? "python"
    : "typescript";
}

async function assertChecked(code: CheckedCode, check: SkillCheck): Promise<void> {
  const [problem] = await check(code);
  if (problem === undefined) return;
  throw new CodemodeError(problem.code ?? "type_error", problem.message, {
    line: problem.line,
    column: problem.column,
    hint: `Correct the code of ${quoteName(code.name)} and save it again.`,
  });
}

async function prepareFolder(draft: FolderDraft): Promise<PreparedSkill> {
  const name = parseSkillName(draft.name, "folder");
  checkBundlePaths(draft.files);
  const document = draft.files.find(({ path }) => path === "SKILL.md");
  if (document === undefined)
    throw new CodemodeError("invalid_arguments", `The skill ${quoteName(name)} has no SKILL.md.`);
  const text = bytesOf(document).toString("utf8");
  const { problems } = parseSkillDocument(text).frontMatter;
  const files = draft.files.map((file) => ({ path: file.path, bytes: bytesOf(file).length }));
  const [refusal] = [...problems, ...readFolderFacts(name, text, files).notes];
  if (refusal !== undefined && draft.isLenient !== true) {
    throw new CodemodeError("invalid_arguments", `The SKILL.md of ${quoteName(name)} is not accepted. ${refusal}`, {
      hint: "See https://agentskills.io/specification.",
    });
  }
  const uses = readScripts(draft.files);
  const tags = draft.tags === undefined ? undefined : cleanTags(draft.tags);
  return { name, identifier: skillIdentifier(name), kind: "folder", fileName: name, files: draft.files, uses, tags };
}

/** Scripts must parse like any other code. */
function readScripts(files: readonly BundleFile[]): SkillUses {
  const tools = new Set<string>();
  const skills = new Set<string>();
  for (const file of files) {
    if (!/^scripts\/.+\.(?:py|ts|mts|js|mjs)$/.test(file.path) || !("text" in file)) continue;
    try {
      const { uses } = readCode(file.path, file.text, { identifier: "main", isKnownGood: false });
      for (const tool of uses.tools) tools.add(tool);
      for (const skill of uses.skills) skills.add(skill);
    } catch (error) {
      if (!CodemodeError.is(error)) throw error;
      throw new CodemodeError(error.code, `${file.path}: ${error.message}`, error.details);
    }
  }
  return { tools: [...tools], skills: [...skills] };
}

function tooLarge(name: string, bytes: number): CodemodeError {
  return new CodemodeError(
    "code_too_large",
    `The code of ${quoteName(name)} has ${bytes} bytes, ${MAX_CODE_BYTES} are allowed.`,
    { hint: "Split it into several skills." },
  );
}
