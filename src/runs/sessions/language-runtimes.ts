import { defined } from "../../base/defined.ts";
import type { Limits } from "../../engines/limits.ts";
import type { GuestLanguage, SandboxEngine } from "../../engines/engine.ts";
import type { PyodideEngineOptions } from "../../engines/pyodide/pyodide-engine.ts";
import type { LanguageFrontEnd } from "../../languages/program.ts";
import { SKILL_PLACES } from "../skills/skill-places.ts";
import { SessionPool, type SessionPoolOptions } from "./session-pool.ts";

/** Engines that run programs. */
export interface EngineOptions {
  /** Engines to use instead of the built-in ones. The executor closes them. */
  readonly engines?: { readonly [Language in GuestLanguage]?: SandboxEngine };
  /**
   * Sandboxes kept ready beside those in use. 0 suits a process that runs one program. Of Python, whose sandboxes are
   * large, at most one is kept, and none before the first Python program.
   * @default 2 for TypeScript, or the number of processors if that is lower; 1 for Python
   */
  readonly spareSandboxes?: number;
  /**
   * Folder for the start-up image of Python, about 31 MB, which is the same for all projects.
   * @default `$XDG_CACHE_HOME/codemode`, or what the system uses instead
   */
  readonly cacheDirectory?: string;
}

/** All it takes to run programs of one language. */
export interface LanguageRuntime {
  readonly engine: SandboxEngine;
  readonly frontEnd: LanguageFrontEnd;
  readonly sessions: SessionPool;
}

/** Names of the languages in texts. */
export const LANGUAGE_NAMES: Readonly<Record<GuestLanguage, string>> = { typescript: "TypeScript", python: "Python" };

type RuntimeLoader = () => Promise<{ readonly engine: SandboxEngine; readonly frontEnd: LanguageFrontEnd }>;

const GB = 1024 ** 3;

/** Sessions of TypeScript cost little between their programs; of Python, whose sandboxes are large, as many as memory allows. */
const POOLS: Readonly<Record<GuestLanguage, Omit<SessionPoolOptions, "memoryBytes">>> = {
  typescript: { concurrentRuns: 20, holderRuns: 16, namedSessions: 256, clientSessions: 16, idleBytes: GB },
  python: { concurrentRuns: 6, holderRuns: 4, namedSessions: 8, clientSessions: 4, idleBytes: 3 * GB },
};

/** Sandboxes that may be in use at a time: nothing that has its place in a line waits a second time in the engine's. */
function mostSandboxes(language: GuestLanguage, { skillDepth }: Limits): number {
  const { concurrentRuns, namedSessions } = POOLS[language];
  return concurrentRuns + namedSessions + skillDepth * SKILL_PLACES[language];
}

/** Loads the engine and the front end of a language when it is first used, and ends them all. */
export class LanguageRuntimes {
  readonly #options: EngineOptions;
  readonly #limits: (language: GuestLanguage) => Limits;
  readonly #loaded = new Map<GuestLanguage, LanguageRuntime | Promise<LanguageRuntime>>();
  readonly #begun = new Set<GuestLanguage>();

  constructor(options: EngineOptions, limits: (language: GuestLanguage) => Limits) {
    this.#options = options;
    this.#limits = limits;
  }

  /** The runtime of a language, loaded on first use; no promise once it is there. */
  get(language: GuestLanguage): LanguageRuntime | Promise<LanguageRuntime> {
    const known = this.#loaded.get(language);
    if (known !== undefined) return known;
    const loading = this.#load(language).then((runtime) => {
      if (this.#loaded.get(language) === loading) this.#loaded.set(language, runtime);
      return runtime;
    });
    this.#loaded.set(language, loading);
    return loading;
  }

  /** Makes the next program of a language start without delay. */
  async warm(language: GuestLanguage, typeCheck: boolean): Promise<void> {
    this.#begun.add(language);
    const { engine, frontEnd } = await this.get(language);
    await Promise.all([engine.warm(), ...(typeCheck ? [frontEnd.warm()] : [])]);
  }

  /** Starts what the first program of a language needs, if that waits for something else. Later ones find it there. */
  begin(language: GuestLanguage, typeCheck: boolean, isWaiting: () => boolean): void {
    if (this.#begun.has(language) || !isWaiting()) return;
    this.#begun.add(language);
    void Promise.resolve(this.get(language))
      .then(({ engine, frontEnd }) => Promise.all([engine.warm(1), ...(typeCheck ? [frontEnd.warmCheck?.()] : [])]))
      // The program that needs it hears of it.
      .catch(() => {});
  }

  /** Forgets one named session in every language, or all of them. */
  async clearSessions(sessionId?: string): Promise<void> {
    for (const runtime of await this.#settled()) await runtime.sessions.clear(sessionId);
  }

  /** Ends engines and front ends. */
  async close(): Promise<void> {
    const runtimes = await this.#settled();
    this.#loaded.clear();
    await Promise.all(runtimes.flatMap(({ engine, frontEnd }) => [engine.close(), frontEnd.close()]));
  }

  async #load(language: GuestLanguage): Promise<LanguageRuntime> {
    const { engine, frontEnd } = await this.#loader(language)();
    const pool = { ...POOLS[language], memoryBytes: this.#limits(language).memoryBytes };
    return { engine, frontEnd, sessions: new SessionPool(engine, pool) };
  }

  #loader(language: GuestLanguage): RuntimeLoader {
    const own = this.#options.engines?.[language];
    if (language === "typescript") {
      return async () => {
        const { createTypeScriptFrontEnd } = await import("../../languages/typescript/typescript-front-end.ts");
        const { createQuickJsEngine } = await import("../../engines/quickjs/quickjs-engine.ts");
        const { spareSandboxes } = this.#options;
        const spare = spareSandboxes === undefined ? {} : { warmSessions: spareSandboxes };
        return {
          engine:
            own ?? createQuickJsEngine({ maxSessions: mostSandboxes(language, this.#limits(language)), ...spare }),
          frontEnd: createTypeScriptFrontEnd(),
        };
      };
    }
    return async () => {
      const { createPythonFrontEnd } = await import("../../languages/python/python-front-end.ts");
      const { emitPythonModule } = await import("../../languages/python/emit/module.ts");
      const { createPyodideEngine } = await import("../../engines/pyodide/pyodide-engine.ts");
      const { tellIsolationOnce } = await import("./python-isolation.ts");
      return {
        engine:
          own ??
          createPyodideEngine(pythonEngineOptions(this.#options, mostSandboxes(language, this.#limits(language)))),
        frontEnd: createPythonFrontEnd(emitPythonModule, own === undefined ? tellIsolationOnce : noStatement),
      };
    };
  }

  async #settled(): Promise<LanguageRuntime[]> {
    const settled = await Promise.allSettled([...this.#loaded.values()].map(async (runtime) => runtime));
    return settled.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  }
}

function pythonEngineOptions(
  { spareSandboxes, cacheDirectory }: EngineOptions,
  maxSessions: number,
): PyodideEngineOptions {
  return {
    maxSessions,
    ...(spareSandboxes === undefined ? {} : { warmSessions: Math.min(1, spareSandboxes) }),
    ...defined({ cacheDirectory }),
  };
}

const noStatement = async (): Promise<undefined> => undefined;
