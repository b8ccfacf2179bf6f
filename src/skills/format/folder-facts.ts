import { compareCodePoints } from "../../base/code-point-order.ts";
import { cleanDescription } from "../../languages/doc-text.ts";
import type { SkillLanguage } from "../../languages/function.ts";
import { quoteName } from "../skill-name.ts";
import { type FrontMatter, parseSkillDocument, type SkillDocument } from "./front-matter.ts";

/** A file of a folder skill. */
export interface SkillFileEntry {
  /** Path in the folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly kind: "instructions" | "script" | "resource" | "reference" | "asset" | "other";
  /** For a script that can be run. */
  readonly language?: SkillLanguage;
  /** Description of a script in its first docstring or comment; absent when it has none. */
  readonly description?: string;
}

/** Facts from the `SKILL.md` and the names of the files of a folder skill. */
export interface FolderFacts extends Omit<FrontMatter, "name" | "problems" | "description"> {
  /** The name in the front matter where it is another one than the folder's. */
  readonly title?: string;
  readonly description: string;
  /** Sorted by path, `SKILL.md` included. */
  readonly files: readonly SkillFileEntry[];
  /** Parts that the specification would refuse or does not know, as sentences. */
  readonly notes: readonly string[];
}

const SCRIPT = /^scripts\/.+\.(py|ts|mts|js|mjs)$/;

/**
 * Reads a folder skill from its `SKILL.md` and its list of files, however it came. Lenient: what the specification
 * would refuse but can be understood is taken and noted. Throws `syntax_error` as {@link parseSkillDocument} does.
 *
 * @param name the name of the folder.
 */
export function readFolderFacts(
  name: string,
  text: string,
  files: readonly { readonly path: string; readonly bytes: number }[],
): FolderFacts {
  return toFolderFacts(name, parseSkillDocument(text), files);
}

/** The same for a `SKILL.md` that was taken apart already; its instructions may be empty where they are not known yet. */
export function toFolderFacts(
  name: string,
  { frontMatter, instructions }: SkillDocument,
  files: readonly { readonly path: string; readonly bytes: number }[],
): FolderFacts {
  const { name: title, description, problems, ...fields } = frontMatter;
  const isOther = title !== undefined && title !== name;
  const note = `Its front matter calls it ${quoteName(title)}, its folder ${quoteName(name)}; the folder counts.`;
  return {
    ...fields,
    ...(isOther ? { title } : {}),
    description: cleanDescription(description ?? firstParagraph(instructions)),
    files: files.map(describeFile).sort((a, b) => compareCodePoints(a.path, b.path)),
    notes: isOther ? [...problems, note] : problems,
  };
}

/** Kinds of the files of a folder, by their place. */
function describeFile({ path, bytes }: { readonly path: string; readonly bytes: number }): SkillFileEntry {
  const script = SCRIPT.exec(path)?.[1];
  if (script !== undefined) return { path, bytes, kind: "script", language: script === "py" ? "python" : "typescript" };
  if (path === "SKILL.md") return { path, bytes, kind: "instructions" };
  const [folder = ""] = path.split("/");
  const kind = { resources: "resource", references: "reference", assets: "asset" } as const;
  const known = folder === "resources" || folder === "references" || folder === "assets" ? kind[folder] : "other";
  return { path, bytes, kind: known };
}

function firstParagraph(markdown: string): string {
  const paragraph = markdown
    .split(/\n\s*\n/)
    .find((block) => block.trim() !== "" && !block.trimStart().startsWith("#"));
  return (paragraph ?? "").replace(/\s+/g, " ").slice(0, 1024);
}
