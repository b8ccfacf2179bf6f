import { defined } from "../base/defined.ts";
import { emitPythonTree } from "../languages/python/emit/tree.ts";
import { emitTree } from "../languages/typescript/emit/tree.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { CatalogServer } from "../catalog/tool.ts";
import { serverFileNames } from "../languages/file-names.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { Skill } from "../skills/skill.ts";

/** What to write bindings for. */
export interface GenerateOptions {
  readonly languages: readonly GuestLanguage[];
  /** Absolute path of the configuration the bindings connect by; without it the usual files are looked for. */
  readonly configFile?: string;
  /** Skills to write bindings for. @default none, and no way to find and run them either */
  readonly skills?: readonly Skill[];
  /**
   * Whether there is a module at a path below the folder. A server that cannot be reached and whose tools are not known
   * keeps the module it has, and is left out where it has none. @default there is none
   */
  readonly hasModule?: (path: string) => boolean;
}

/** Files to write, by path below the folder. */
export interface GeneratedBindings {
  readonly files: ReadonlyMap<string, string>;
  /** Modules of servers that cannot be reached, which the files import from. */
  readonly kept: ReadonlySet<string>;
}

/** The files of a folder that a program of one's own can import. */
export function generateBindings(catalog: Catalog, options: GenerateOptions): GeneratedBindings {
  const { languages, configFile, skills, hasModule = () => false } = options;
  const place = {
    ...defined({ configFile }),
    ...(skills === undefined ? {} : { skills: skills.filter((skill) => skill.kind === "code") }),
  };
  const names = serverFileNames(catalog.servers);
  const files = new Map<string, string>();
  const kept = new Set<string>();
  for (const language of languages) {
    const modulesOf = (server: CatalogServer): string[] =>
      ENDINGS[language].map((ending) => `servers/${names.get(server) ?? "server"}${ending}`);
    const isThere = (server: CatalogServer): boolean => !isUnknown(server) || modulesOf(server).every(hasModule);
    const servers = catalog.servers.filter(isThere);
    for (const path of servers.filter(isUnknown).flatMap(modulesOf)) kept.add(path);
    for (const [path, text] of EMITTERS[language](servers, place)) if (!kept.has(path)) files.set(path, text);
  }
  return { files, kept };
}

const EMITTERS = { typescript: emitTree, python: emitPythonTree };
const ENDINGS: Readonly<Record<GuestLanguage, readonly string[]>> = { typescript: [".ts"], python: [".py", ".pyi"] };

/** What it has is not known now, which is not the same as having nothing. */
function isUnknown({ tools, unavailable }: CatalogServer): boolean {
  return unavailable !== undefined && tools.length === 0;
}
