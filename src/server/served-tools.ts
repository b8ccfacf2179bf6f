import { defined } from "../base/defined.ts";
import type { SecretFilter } from "../base/secret-filter.ts";
import type { Configuration, ServerMode } from "../host/configuration/configuration.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import type { AgentTool } from "../tools/agent-tool.ts";
import type { ClientScope } from "../tools/client-scope.ts";
import type { CodemodeToolsOptions } from "../tools/codemode-tools.ts";
import { DescriptionWatch } from "./description-watch.ts";
import type { ClientProfile } from "./clients/client-profile.ts";
import { PublishedSkills } from "./published-skills.ts";
import { isSame, type StateOfTexts } from "./surface/state-of-texts.ts";
import type { ChosenMode, Surface } from "./surface/surface.ts";

/** An executor to serve and the configuration of its server. */
export interface ServedCodemode {
  readonly executor: CodeModeExecutor;
  readonly configuration: Configuration;
  /** Ends everything. Called when serving ends, if the server opened it itself. */
  readonly close?: () => Promise<void>;
}

/**
 * The executor to serve, or a function that opens it: called once, after the first request, and what it opened is
 * closed.
 */
export type CodemodeSource = ServedCodemode | (() => ServedCodemode | Promise<ServedCodemode>);

/** Choice of tools to serve; each setting overrides the configuration. */
export interface ServedToolsOptions extends Omit<CodemodeToolsOptions, "scope"> {
  /** How the tools of the servers are offered. @default what the configuration says, else "code" */
  readonly mode?: ServerMode;
  /** Name of the client to shape answers for. @default what the configuration says, else what each client calls itself */
  readonly client?: string;
  /**
   * Publish the saved skills over the skills extension of MCP. Clients are informed in the first answer, which over
   * standard input and output is given before anything is opened: where a function opens what is served, say it here.
   * @default what the configuration says; false where that is not known yet
   */
  readonly publishSkills?: boolean;
  /**
   * Names of the servers, which the instructions name. Clients are given those in the first answer, before anything is
   * opened. @default those that are known by then
   */
  readonly serverNames?: readonly string[];
  /**
   * Time after which a client that asked for no word of progress is answered that its program goes on, with the id of the
   * run. @default 45,000
   */
  readonly answerMs?: number;
}

/** @internal Tools of one client. */
export interface ServedTools {
  /** Opens everything the tools stand on, ahead of their first use. */
  warm(): void;
  /** What a client is offered. The first lists wait a moment for servers that are still connecting, unless `signal` ends the wait. */
  list(profile: ClientProfile, signal?: AbortSignal): Promise<Surface>;
  /** What a client can call now. */
  offered(profile: ClientProfile): Promise<Surface>;
  /** What the tools stand on; with `signal` after the wait of the first lists, which it ends. */
  executor(signal?: AbortSignal): Promise<CodeModeExecutor>;
  /** Forgets what belongs to the client. */
  close(): Promise<void>;
}

interface ClientTools {
  /** Skills come and go with the servers that publish them, and the tools about skills with them. */
  readonly surface: (profile: ClientProfile) => Surface;
  readonly scope: ClientScope | undefined;
  readonly watch: DescriptionWatch;
}

/** Makes the scope of a client; loaded late, with everything else. */
type ScopeMaker = (executor: CodeModeExecutor) => Promise<ClientScope | undefined>;

/** Maximum time that all lists together wait, counted from the opening. */
const FIRST_LIST_WAIT_MS = 700;

/** @internal An executor that is opened on first use and serves several clients. */
export class ServedExecutor {
  readonly #source: CodemodeSource;
  readonly #options: ServedToolsOptions;
  readonly #log: (line: string) => void;
  #opening: Promise<ServedCodemode> | undefined;
  #secrets: SecretFilter | undefined;
  #openedAt = 0;
  #opened: ServedCodemode | undefined;
  #skills: PublishedSkills | undefined;
  /** Tools of ours that are listed, by what decides which they are: making them takes longer than most requests. */
  readonly #listed = new Map<string, readonly AgentTool[]>();
  /** What lists were last described as: that of a crowd of clients is the same. */
  readonly #described = new WeakMap<readonly AgentTool[], { readonly state: StateOfTexts; readonly text: string }>();
  /** Changes of servers and skills so far. */
  #changes = 0;
  #closed = false;

  /** @param log hears what the operator should know. */
  constructor(source: CodemodeSource, options: ServedToolsOptions = {}, log: (line: string) => void = logLine) {
    this.#source = source;
    this.#options = options;
    this.#log = log;
    if (typeof source !== "function") this.#opened = source;
  }

  /** The servers there are, as far as that is known without opening anything. */
  serversNow(): readonly { readonly name: string; readonly tools?: number }[] {
    if (this.#opened === undefined) return (this.#options.serverNames ?? []).map((name) => ({ name }));
    return this.#opened.executor.registry
      .listServers()
      .filter(({ status }) => status !== "disabled")
      .map(({ name, toolCount }) => (toolCount > 0 ? { name, tools: toolCount } : { name }));
  }

  /** Settings of the server, as far as they are known without opening anything. */
  settingsNow(): { readonly mode?: ServerMode; readonly client?: string; readonly answerMs?: number } {
    const { mode, client } = { ...this.#opened?.configuration.server, ...this.#options };
    return defined({ mode, client, answerMs: this.#options.answerMs });
  }

  /** Tells the operator, without the secrets of what is served. */
  readonly log = (line: string): void => this.#log(this.#secrets?.text(line) ?? line);

  /** The skills to publish, if it is already known that there are any; the same object each time. */
  skillsNow(): PublishedSkills | undefined {
    const { publishSkills } = this.#options;
    const wanted = publishSkills ?? (typeof this.#source === "function" ? false : publishes(this.#source));
    if (wanted) this.#skills ??= new PublishedSkills(async () => (await this.open()).executor.skills, this.log);
    return this.#skills;
  }

  /** The skills to publish, after opening the executor if that is the only way to know whether there are any. */
  async skills(): Promise<PublishedSkills | undefined> {
    if (this.#options.publishSkills !== undefined || typeof this.#source !== "function") return this.skillsNow();
    // The tools report what cannot be opened.
    const opened = await this.open().catch(() => undefined);
    if (opened === undefined || !publishes(opened)) return undefined;
    this.#skills ??= new PublishedSkills(async () => opened.executor.skills, this.log);
    return this.#skills;
  }

  /** Opens what is served and starts connecting its servers. Rejects with `config_error` for settings that cannot be. */
  open(): Promise<ServedCodemode> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /**
   * The tools as one client sees them.
   *
   * @param onChange called when their descriptions differ from the last list
   * @param without names of tools that are not for this client
   */
  toolsFor(makeScope: ScopeMaker, onChange: () => void, without: readonly string[] = []): ServedTools {
    let building: Promise<ClientTools> | undefined;
    const built = (): Promise<ClientTools> => {
      building ??= this.#build(makeScope, onChange, without);
      return building;
    };
    return {
      warm: () => void built().catch(() => {}),
      list: async (profile, signal) => {
        const { surface, watch } = await built();
        await watch.whileTelling(() => this.#awaitServers(signal));
        return surface(profile);
      },
      offered: async (profile) => (await built()).surface(profile),
      executor: async (signal) => {
        if (signal !== undefined) await this.#awaitServers(signal);
        return (await this.open()).executor;
      },
      close: async () => {
        const client = await building?.catch(() => undefined);
        client?.watch.stop();
        await client?.scope?.close();
      },
    };
  }

  /** Ends what was opened here. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#skills?.close();
    if (typeof this.#source !== "function" || this.#opening === undefined) return;
    const opened = await this.#opening.catch(() => undefined);
    await opened?.close?.();
  }

  async #open(): Promise<ServedCodemode> {
    const served = typeof this.#source === "function" ? await this.#source() : this.#source;
    this.#openedAt = performance.now();
    this.#opened = served;
    this.#secrets = served.executor.registry.secrets;
    const changed = (): void => void (this.#changes += 1);
    served.executor.registry.onChange(changed);
    served.executor.skills.onChange(changed);
    // A sandbox that cannot be warmed says why when a program runs.
    if (!this.#closed) void served.executor.setup().catch(() => {});
    return served;
  }

  #toolOptions({ server = {} }: Configuration): Omit<CodemodeToolsOptions, "scope"> {
    const { tools, catalogTokens, allowCallTool, allowAddServer } = server;
    const { publishSkills: _, serverNames: __, mode: ___, client: ____, answerMs: _____, ...options } = this.#options;
    return {
      ...defined({ set: tools, catalogTokens, allowCallTool, allowAddServer }),
      ...options,
    };
  }

  async #awaitServers(signal: AbortSignal | undefined): Promise<void> {
    const { executor } = await this.open();
    const { awaitServers } = await import("../tools/discovery/server-readiness.ts");
    await executor.skills.look();
    const waitMs = FIRST_LIST_WAIT_MS - (performance.now() - this.#openedAt);
    if (signal?.aborted !== true) await awaitServers(executor.registry, { waitMs, signal }).catch(() => []);
  }

  #stateOf({ registry }: CodeModeExecutor): StateOfTexts {
    const connecting = registry.listServers().filter(({ status }) => status === "connecting");
    return [this.#changes, registry.catalog(), registry.secrets.state, connecting.map(({ name }) => name).join("\n")];
  }

  #describe(executor: CodeModeExecutor, tools: readonly AgentTool[]): string {
    const state = this.#stateOf(executor);
    const known = this.#described.get(tools);
    if (known !== undefined && isSame(known.state, state)) return known.text;
    const text = tools.map(({ name, description }) => `${name} ${description}`).join("\n");
    this.#described.set(tools, { state, text });
    return text;
  }

  async #build(makeScope: ScopeMaker, onChange: () => void, without: readonly string[]): Promise<ClientTools> {
    const { executor, configuration } = await this.open();
    const { chooseMode, directEntries, ownTools } = await import("./surface/surface.ts");
    const scope = await makeScope(executor);
    const options = this.#toolOptions(configuration);
    const mode = this.#options.mode ?? configuration.server?.mode;
    const exclude = [...(options.exclude ?? []), ...without];
    const tools = (chosen: ChosenMode["mode"]): readonly AgentTool[] => {
      const key = JSON.stringify([chosen, executor.skills.isConfigured, without]);
      const listed = this.#listed.get(key) ?? ownTools(executor, chosen, { ...options, exclude });
      this.#listed.set(key, listed);
      return listed;
    };
    const called = new Map<string, AgentTool | undefined>();
    const tool = (chosen: ChosenMode["mode"], name: string): AgentTool | undefined => {
      const others = tools(chosen).flatMap((each) => (each.name === name ? [] : [each.name]));
      if (others.length === tools(chosen).length) return undefined;
      const key = `${chosen} ${name}`;
      if (!called.has(key)) {
        const alone = { ...options, exclude: [...exclude, ...others], ...defined({ scope }) };
        called.set(key, ownTools(executor, chosen, alone)[0]);
      }
      return called.get(key);
    };
    const surface = (profile: ClientProfile): Surface => {
      const chosen = chooseMode(executor, { profile, ...defined({ mode }) });
      const { mode: as } = chosen;
      const direct = directEntries(executor, as);
      return {
        ...chosen,
        tools: tools(as),
        tool: (name) => tool(as, name),
        direct,
        ...defined({ owner: scope?.owner }),
        state: this.#stateOf(executor),
      };
    };
    // Tools that are offered by themselves are read whole; in our own descriptions little of a change shows.
    const listsDirectly = (): boolean =>
      mode === "direct" || mode === "auto" || directEntries(executor, "code").length > 0;
    const watch = new DescriptionWatch(
      () => {
        const described = this.#describe(executor, tools(mode === "search" ? mode : "code"));
        return listsDirectly() ? `${described}\n${executor.registry.wholeCatalog().version}` : described;
      },
      (listener) => {
        const stops = [executor.registry.onChange(listener), executor.skills.onChange(listener)];
        return () => {
          for (const stop of stops) stop();
        };
      },
      onChange,
    );
    return { surface, scope, watch };
  }
}

function publishes({ executor, configuration }: ServedCodemode): boolean {
  return executor.skills.hasDirectories && configuration.server?.publishSkills !== false;
}

function logLine(line: string): void {
  process.stderr.write(`codemode: ${line}\n`);
}
