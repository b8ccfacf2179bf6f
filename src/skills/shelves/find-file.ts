import { CodemodeError } from "../../base/codemode-error.ts";
import type { SkillFileEntry } from "../format/folder-facts.ts";
import type { FolderSkill, Skill } from "../skill.ts";
import { quoteName } from "../skill-name.ts";
import { missingSkill } from "./skill-errors.ts";

/** Largest file that is handed out. */
export const MAX_RESOURCE_BYTES: number = 1024 * 1024;

const MIME_TYPES: Readonly<Record<string, string>> = {
  md: "text/markdown",
  txt: "text/plain",
  json: "application/json",
  csv: "text/csv",
  html: "text/html",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  py: "text/x-python",
  ts: "text/x-typescript",
  js: "text/javascript",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  svg: "image/svg+xml",
  pdf: "application/pdf",
};

/**
 * The file of a folder skill that is meant: by its path or, where that is unambiguous, by the end of it. Throws
 * `unknown_tool` with the names there are, `result_too_large` beyond 1 MiB.
 */
export function findResource(skill: Skill, name: string): SkillFileEntry {
  if (skill.kind !== "folder") throw missingSkill(skill.name, [], "It is a skill of one file, which has no resources.");
  const file = findFile(skill, name);
  if (file.bytes > MAX_RESOURCE_BYTES) {
    throw new CodemodeError(
      "result_too_large",
      `${quoteName(file.path)} has ${file.bytes} bytes, ${MAX_RESOURCE_BYTES} are allowed.`,
      {
        hint: "Let a script of the skill read it.",
      },
    );
  }
  return file;
}

/** The media type a file has by its name, or else by whether it is text. */
export function mimeTypeOf(path: string, isText: boolean): string {
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const known = Object.hasOwn(MIME_TYPES, extension) ? MIME_TYPES[extension] : undefined;
  return known ?? (isText ? "text/plain" : "application/octet-stream");
}

/** The script of that name: `extract.py`, `scripts/extract.py` or `extract`. Throws `unknown_tool` with the names there are. */
export function findScript(skill: Skill, name: string): SkillFileEntry {
  if (skill.kind !== "folder") throw missingSkill(skill.name, [], "It is a skill of one file, which has no scripts.");
  const scripts = skill.files.filter(({ kind }) => kind === "script");
  const wanted = name.replace(/^(?:\.\/)?(?:scripts\/)?/, "scripts/");
  const found = scripts.filter(({ path }) => path === wanted || path.replace(/\.\w+$/, "") === wanted);
  const [script] = found;
  if (script !== undefined && found.length === 1) return script;
  throw notFound(`script ${quoteName(name)}`, skill, scripts);
}

function findFile(skill: FolderSkill, name: string): SkillFileEntry {
  const wanted = name.replace(/^\.\//, "");
  const exact = skill.files.find(({ path }) => path === wanted);
  const endings = skill.files.filter(({ path }) => path.endsWith(`/${wanted}`));
  const found = exact ?? (endings.length === 1 ? endings[0] : undefined);
  if (found === undefined) throw notFound(`resource ${quoteName(name)}`, skill, skill.files);
  return found;
}

function notFound(what: string, skill: FolderSkill, files: readonly SkillFileEntry[]): CodemodeError {
  const names = files.slice(0, 20).map(({ path }) => path);
  const more = files.length > names.length ? `, … (${files.length - names.length} more)` : "";
  return new CodemodeError("unknown_tool", `The skill ${quoteName(skill.name)} has no ${what}.`, {
    hint: names.length === 0 ? "It has none." : `It has: ${names.join(", ")}${more}.`,
  });
}
