import type { CheckedFiles, FileChanges } from "./native-server.ts";

/** The declarations a program is checked against. */
export interface DeclaredModules {
  /** Text by path below the root, for instance `generated/servers/filesystem.ts` or `globals.d.ts`. */
  readonly modules: ReadonlyMap<string, string>;
  /** Changes whenever the modules do. */
  readonly version: string;
  /** Names declared by earlier cells; they may be anything. */
  readonly sessionNames: readonly string[];
}

const ROOT = "/codemode";
const PROGRAM = `${ROOT}/program.ts`;
const SESSION = `${ROOT}/session.d.ts`;
const CONFIG = `${ROOT}/tsconfig.json`;

/** Lenient on purpose: what a run would forgive must pass. */
const OPTIONS = {
  target: "esnext",
  module: "esnext",
  moduleResolution: "bundler",
  moduleDetection: "force",
  lib: ["esnext"],
  types: [],
  noEmit: true,
  strict: false,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  paths: { "generated/mcp/*": ["./generated/servers/*"], "generated/*": ["./generated/*"], "skills/*": ["./skills/*"] },
};

/** The virtual files of a check: the program, what earlier cells declared, and the generated declarations. */
export class CheckedProject implements CheckedFiles {
  readonly root: string = ROOT;
  readonly configFile: string = CONFIG;
  /** Path of the program. */
  readonly program: string = PROGRAM;
  #files = new Map<string, string>();
  #folders = new Set<string>();
  #version: string | undefined;

  read(path: string): string | undefined {
    // A module can be imported with the ending of any script; the compiler knows those of TypeScript to be different files.
    return this.#files.get(path) ?? this.#files.get(path.replace(/\.mts$/, ".ts"));
  }

  isDirectory(path: string): boolean {
    return this.#folders.has(path);
  }

  /** Puts the files of the next check in place and tells which of them differ from the last. */
  update(code: string, { modules, version, sessionNames }: DeclaredModules): FileChanges {
    const changes = { changed: [] as string[], created: [] as string[], deleted: [] as string[] };
    if (version !== this.#version) this.#replaceModules(modules, changes);
    this.#version = version;
    this.#write(SESSION, sessionNames.map((name) => `declare var ${name}: any;\n`).join(""), changes);
    this.#write(PROGRAM, code, changes);
    return changes;
  }

  #replaceModules(modules: ReadonlyMap<string, string>, changes: Changes): void {
    const wanted = new Map([...modules].flatMap(([path, text]) => withAliases(path, text)));
    wanted.set(CONFIG, configText(modules));
    for (const path of this.#files.keys()) {
      if (wanted.has(path) || path === PROGRAM || path === SESSION) continue;
      this.#files.delete(path);
      changes.deleted.push(path);
    }
    for (const [path, text] of wanted) this.#write(path, text, changes);
    this.#folders = new Set([...this.#files.keys()].flatMap(foldersOf));
  }

  #write(path: string, text: string, changes: Changes): void {
    const before = this.#files.get(path);
    if (before === text) return;
    this.#files.set(path, text);
    changes[before === undefined ? "created" : "changed"].push(path);
  }
}

interface Changes {
  readonly changed: string[];
  readonly created: string[];
  readonly deleted: string[];
}

/** A server is also there under the old folder name, and `codemode` also with a leading `./`. */
function withAliases(path: string, text: string): readonly (readonly [string, string])[] {
  const file = [`${ROOT}/${path}`, text] as const;
  const server = /^generated\/servers\/([^/]+)\.ts$/.exec(path)?.[1];
  if (server !== undefined)
    return [file, [`${ROOT}/generated/mcp/${server}.ts`, `export * from "../servers/${server}.ts";\n`]];
  return /\bdeclare module "codemode"/.test(text)
    ? [file, [`${ROOT}/codemode.ts`, 'export * from "codemode";\n']]
    : [file];
}

function configText(modules: ReadonlyMap<string, string>): string {
  const declarations = [...modules.keys()].filter((path) => path.endsWith(".d.ts") && !path.includes("/"));
  return JSON.stringify({ compilerOptions: OPTIONS, files: ["program.ts", "session.d.ts", ...declarations] });
}

function foldersOf(path: string): readonly string[] {
  const parts = path.split("/").slice(1, -1);
  return ["/", ...parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)];
}
