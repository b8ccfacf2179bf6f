import { setImmediate as nextTurn } from "node:timers/promises";
import { defined } from "../../base/defined.ts";
import type {
  CallOptions,
  ContentChange,
  Exposure,
  LoginDialogue,
  SourceRequest,
  SourceSnapshot,
  ToolResultEnvelope,
  ToolSource,
} from "../source.ts";
import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { SecretFilter } from "../../base/secret-filter.ts";
import { untilAborted } from "../../base/deadline.ts";
import { asksForMore } from "./auth/credentials.ts";
import { cancelledCall } from "./call/call-error.ts";
import { type ConnectionWork, LinkCalls } from "./call/link-calls.ts";
import { hasLostSession } from "./call/lost-session.ts";
import type { Variables } from "../http/variables.ts";
import type { McpConnection } from "./connection.ts";
import { expandServerConfig, type ConfigSurroundings } from "./expand.ts";
import { configSecrets } from "./config-secrets.ts";
import { createNameFilter } from "./listing/name-filter.ts";
import type { McpServerConfig } from "./server-config.ts";
import { ServerLink } from "./server-link.ts";
import { ServerListing } from "./listing/server-listing.ts";
import { ServerSkills } from "./listing/server-skills.ts";

/** Settings of an MCP source beside its configuration. */
export interface McpSourceOptions {
  /** Cache of tool lists between starts; without it they are not remembered. */
  readonly cacheDirectory?: string;
  /** Environment in which `${VAR}` is looked up. @default process.env */
  readonly variables?: Variables;
  /** Told the secrets of the configuration; takes them out of lists and errors. @default a filter of its own */
  readonly secrets?: SecretFilter;
  /** Absolute path of the configuration file servers come from: its folder is their `${workspaceFolder}`. */
  readonly configurationFile?: string;
  /** Largest single message taken from the server, in bytes. @default 128 MiB */
  readonly messageBytes?: number;
}

const MESSAGE_BYTES = 128 * 1024 * 1024;

/**
 * An MCP server as a source of tools.
 *
 * Nothing starts before `settled`, `refresh`, `ping` or `call`. A server that dies is started again, at growing
 * intervals; calls it was working on fail and are not repeated. The caller closes it.
 */
export function createMcpSource(name: string, config: McpServerConfig, options: McpSourceOptions = {}): ToolSource {
  return new McpSource(name, config, options);
}

class McpSource implements ToolSource {
  readonly name: string;
  readonly transport: string;
  readonly exposure: Exposure;
  readonly skills: ServerSkills;
  readonly #config: McpServerConfig;
  readonly #secrets: SecretFilter;
  readonly #link: ServerLink;
  readonly #listing: ServerListing;
  readonly #accepts: (toolName: string) => boolean;
  readonly #listed = new WeakSet<McpConnection>();
  readonly #skillListeners = new Set<() => void>();
  readonly #contentListeners = new Set<(change: ContentChange) => void>();
  readonly #calls: LinkCalls;
  #idleStop: NodeJS.Timeout | undefined;
  /** A login that a person is making. */
  #loggingIn: Promise<boolean> | undefined;
  /** The listing that began when the latest connection opened. */
  #firstList: Promise<void> = Promise.resolve();

  constructor(name: string, config: McpServerConfig, options: McpSourceOptions) {
    this.name = name;
    this.transport = config.transport;
    this.exposure = config.exposure;
    this.#config = config;
    this.#secrets = options.secrets ?? new SecretFilter();
    this.#learnSecrets({ ...options, variables: options.variables ?? process.env });
    this.#accepts = createNameFilter(config.tools);
    this.#listing = new ServerListing(name, config, {
      accepts: this.#accepts,
      secrets: this.#secrets,
      ...defined({ cacheDirectory: options.cacheDirectory }),
    });
    this.#link = new ServerLink(name, config, {
      variables: options.variables ?? process.env,
      secrets: this.#secrets,
      configurationFile: options.configurationFile,
      messageBytes: options.messageBytes ?? MESSAGE_BYTES,
      era: () => this.#listing.era,
      onConnected: (connection) => {
        this.#firstList = this.#list(connection);
        this.#rest();
        this.skills.load(connection);
      },
      onFailed: (error, nextAttemptAt) => {
        this.skills.failed();
        this.#listing.failed(error, nextAttemptAt);
      },
      onToolsChanged: () => this.#listing.announceChange(),
      onContentChange: (change) => {
        if (change.kind === "resources") this.skills.announceChange();
        for (const listener of this.#contentListeners) listener(change);
      },
    });
    this.#calls = new LinkCalls(name, config, {
      link: this.#link,
      secrets: this.#secrets,
      onIdle: () => this.#rest(),
    });
    this.skills = new ServerSkills(name, {
      config,
      use: (work) => this.#calls.use(work),
      settled: () => this.settled(),
      signal: this.#link.signal,
      onChange: () => {
        for (const listener of this.#skillListeners) listener();
      },
    });
    if (!config.enabled) this.skills.none();
    this.#listing.onRelist = async () => {
      if (this.#link.live !== undefined) await this.#list(this.#link.live);
    };
  }

  /** Before anything is said about the server, also of a list remembered from an earlier start. */
  #learnSecrets({ variables, configurationFile }: ConfigSurroundings): void {
    this.#secrets.add(configSecrets(this.#config));
    try {
      expandServerConfig(this.name, this.#config, { variables, configurationFile, secrets: this.#secrets });
    } catch {
      // A variable that is not set is reported when the server is needed.
    }
  }

  snapshot(): SourceSnapshot {
    return this.#listing.snapshot([...this.#config.notes, ...(this.#link.live?.health.warnings() ?? [])]);
  }

  async settled(): Promise<SourceSnapshot> {
    if (!this.#listing.isSettled) {
      this.#link.connect().catch(() => {});
      await this.#listing.settled();
    }
    return this.snapshot();
  }

  async retry(): Promise<SourceSnapshot> {
    if (!["failed", "needs_login"].includes(this.snapshot().status) || this.#link.closed) return this.settled();
    await this.#link.connect().catch(() => {});
    await this.#firstList;
    return this.snapshot();
  }

  async refresh(): Promise<SourceSnapshot> {
    if (!this.#config.enabled || this.#link.closed) return this.snapshot();
    const { live } = this.#link;
    if (live === undefined) await this.#link.connect({ atOnce: true }).catch(() => {});
    else await this.#list(live);
    await this.#firstList;
    return this.snapshot();
  }

  async ping(signal?: AbortSignal): Promise<void> {
    const connection = await this.#link.connect({ atOnce: true });
    try {
      await connection.ping(this.#config.connectTimeoutMs, signal);
    } catch (error) {
      const message = `"${this.name}" did not answer a ping: ${toCodemodeError(error).message}`;
      throw new CodemodeError("server_unavailable", message, { cause: error });
    }
  }

  onChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#skillListeners.add(own);
    const stop = this.#listing.onChange(listener);
    return () => {
      stop();
      this.#skillListeners.delete(own);
    };
  }

  onContentChange(listener: (change: ContentChange) => void): () => void {
    this.#contentListeners.add(listener);
    return () => this.#contentListeners.delete(listener);
  }

  async call(
    toolName: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): Promise<ToolResultEnvelope> {
    const fullName = `${this.name}__${toolName}`;
    if (options.signal?.aborted === true) throw cancelledCall(fullName);
    if (!this.#accepts(toolName)) {
      const hint = `The configuration of "${this.name}" leaves it out (tools.allow, tools.deny).`;
      throw new CodemodeError("unknown_tool", `${fullName} is not available.`, { tool: fullName, hint });
    }
    const call = (): Promise<ToolResultEnvelope> =>
      this.#perform(toolName, options, (connection, timeoutMs) =>
        connection.call(toolName, args, { ...options, timeoutMs }),
      );
    const result = await call();
    const { _meta: meta } = result;
    const said = meta?.["mcp/www_authenticate"];
    return said !== undefined && (await this.#wantsLogin(said)) ? call() : result;
  }

  async logIn(dialogue: LoginDialogue): Promise<boolean> {
    this.#loggingIn ??= this.#link.logIn(dialogue).finally(() => {
      this.#loggingIn = undefined;
    });
    const done = await untilAborted(this.#loggingIn, dialogue.signal);
    if (done && this.snapshot().status !== "ready") await this.refresh();
    return done;
  }

  /**
   * Some servers refuse in the result what others refuse by status. True when the call is worth making again; throws
   * `login_required` when a person has to log in first.
   */
  async #wantsLogin(said: unknown): Promise<boolean> {
    const { credentials } = this.#link;
    if (credentials === undefined) return false;
    const challenge = (Array.isArray(said) ? said : [said]).filter((each) => typeof each === "string").join(", ");
    const status = asksForMore(challenge) ? 403 : 401;
    return credentials.renew({ status, challenge, sent: await credentials.authorization(), isFinal: false });
  }

  ask(request: SourceRequest, options: CallOptions = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#perform(request.method, options, (connection, timeoutMs) =>
      connection.ask(request, { ...options, timeoutMs }),
    );
  }

  async close(): Promise<void> {
    clearTimeout(this.#idleStop);
    this.skills.close();
    this.#skillListeners.clear();
    // A list that has arrived is still read: what is remembered of a server spares its next start a question.
    if (this.#link.live !== undefined) await Promise.race([this.#firstList, nextTurn().then(() => nextTurn())]);
    await Promise.all([this.#listing.close(), this.#link.close()]);
  }

  #perform<Result>(name: string, options: CallOptions, work: ConnectionWork<Result>): Promise<Result> {
    clearTimeout(this.#idleStop);
    return this.#calls.perform(name, options, work);
  }

  /** A local server that nobody calls is stopped; its tools stay listed, and the next call starts it again. */
  #rest(): void {
    const { idleStopMs, transport } = this.#config;
    clearTimeout(this.#idleStop);
    if (idleStopMs === undefined || transport !== "stdio" || this.#link.closed) return;
    this.#idleStop = setTimeout(() => {
      if (!this.#calls.isIdle || this.snapshot().status !== "ready") return;
      this.#listing.idle();
      this.#link.rest();
    }, idleStopMs);
    this.#idleStop.unref();
  }

  async #list(connection: McpConnection): Promise<void> {
    try {
      await this.#listing.load(connection, this.#link.signal);
      this.#listed.add(connection);
    } catch (error) {
      // Only a connection that has worked can have been forgotten; the new one is listed as it opens.
      this.#listing.forgetEra();
      const forgotten = this.#listed.has(connection) && (await hasLostSession(error, connection));
      if (forgotten) await this.#link.reconnect(connection).catch(() => {});
      else this.#link.fail(connection, error);
    }
  }
}
