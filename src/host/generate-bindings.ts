import { defined } from "../base/defined.ts";
import { emitPythonTree } from "../languages/python/emit/tree.ts";
import { emitTree } from "../languages/typescript/emit/tree.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { Skill } from "../skills/skill.ts";

/** Settings of the bindings to write. */
export interface GenerateOptions {
  readonly languages: readonly GuestLanguage[];
  /** Absolute path of the configuration the bindings connect by; without it the usual files are looked for. */
  readonly configFile?: string;
  /** Skills to write bindings for. @default none, and no way to find and run them either */
  readonly skills?: readonly Skill[];
}

/** The files of a folder that a program of one's own can import, by path below the folder. */
export function generateBindings(catalog: Catalog, options: GenerateOptions): ReadonlyMap<string, string> {
  const { languages, configFile, skills } = options;
  const place = {
    ...defined({ configFile }),
    ...(skills === undefined ? {} : { skills: skills.filter((skill) => skill.kind === "code") }),
  };
  const emitters = { typescript: emitTree, python: emitPythonTree };
  const files = new Map<string, string>();
  for (const language of languages) {
    for (const [path, text] of emitters[language](catalog.servers, place)) files.set(path, text);
  }
  return files;
}
