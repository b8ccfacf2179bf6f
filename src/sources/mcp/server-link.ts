import { setTimeout as delay } from "node:timers/promises";
import type { ContentChange } from "../source.ts";
import { CodemodeError, toCodemodeError, withoutSecrets } from "../../base/codemode-error.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import { settleWithin } from "../../base/deadline.ts";
import { BackOff } from "../http/back-off.ts";
import type { Credentials } from "./auth/credentials.ts";
import type { LoginDialogue } from "../source.ts";
import type { McpConnection } from "./connection.ts";
import type { EraVerdict } from "./listing/tool-cache.ts";
import { expandServerConfig, readEnvPipe, type ConfigSurroundings } from "./expand.ts";
import { CLOSE_MS, openConnection } from "./open-connection.ts";
import { isTimeout } from "./open-error.ts";
import type { HttpServerConfig, McpServerConfig } from "./server-config.ts";
import { endReason } from "./transport/watched-transport.ts";

/** Settings and listeners of a {@link ServerLink}. */
interface LinkOptions extends ConfigSurroundings {
  /** Receives the secrets of the configuration; removes them from reports about the server. */
  readonly secrets: SecretFilter;
  readonly messageBytes: number;
  /** The protocol that was negotiated before. */
  readonly era: () => EraVerdict | undefined;
  /** Called before any caller gets the connection. */
  readonly onConnected: (connection: McpConnection) => void;
  /** `nextAttemptAt` is the time of the next automatic attempt, as ISO text; undefined when only a demand makes one. */
  readonly onFailed: (error: CodemodeError, nextAttemptAt: string | undefined) => void;
  readonly onToolsChanged: () => void;
  readonly onContentChange: (change: ContentChange) => void;
}

/** Terms of a request for a connection. */
interface ConnectOptions {
  /** Leave out the short pause after a failure. */
  readonly atOnce?: boolean;
}

/** Keeps at most one connection to a server alive: opens it on demand, and again after it was lost. */
export class ServerLink {
  readonly #name: string;
  readonly #config: McpServerConfig;
  readonly #options: LinkOptions;
  readonly #abort = new AbortController();
  readonly #backOff = new BackOff();
  readonly #closing = new Set<Promise<void>>();
  #live: McpConnection | undefined;
  #opening: Promise<McpConnection> | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** Kept between connections: a token that was just had is as good for the next one. */
  #credentials: Credentials | undefined;

  constructor(name: string, config: McpServerConfig, options: LinkOptions) {
    this.#name = name;
    this.#config = config;
    this.#options = options;
  }

  /** The connection, when there is one. */
  get live(): McpConnection | undefined {
    return this.#live;
  }

  get closed(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Aborts when the link is closed. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** The live connection or a new one. Rejects with `server_unavailable` or `config_error`. */
  async connect({ atOnce = false }: ConnectOptions = {}): Promise<McpConnection> {
    if (this.closed) throw this.#unavailable("was closed", "Add the server again.");
    if (!this.#config.enabled) throw this.#unavailable("is disabled", "Set enabled to true in its configuration.");
    if (this.#live !== undefined) return this.#live;
    const { pauseMs } = this.#backOff;
    if (this.#opening !== undefined) return this.#opening;
    const opening = (pauseMs > 0 && !atOnce ? this.#openAfter(pauseMs) : this.#open()).finally(() => {
      // Whoever heard of a failure may have begun another attempt.
      if (this.#opening === opening) this.#opening = undefined;
    });
    return (this.#opening = opening);
  }

  /** How it logs in, once it has connected or tried to. */
  get credentials(): Credentials | undefined {
    return this.#credentials;
  }

  /** Makes a login with a person's help; false where a person makes none. */
  async logIn(dialogue: LoginDialogue): Promise<boolean> {
    const config = expandServerConfig(this.#name, this.#config, this.#options);
    if (config.transport === "stdio" || (config.auth ?? { type: "oauth" }).type !== "oauth") return false;
    const { oauthParts } = await import("./auth/create-credentials.ts");
    const { logIn } = await import("./auth/log-in.ts");
    const { variables, secrets, configurationFile } = this.#options;
    await logIn(oauthParts(config, { serverName: this.#name, variables, secrets, configurationFile }), dialogue);
    return true;
  }

  /** Replaces a connection whose session the server has forgotten. */
  async reconnect(stale: McpConnection): Promise<McpConnection> {
    if (this.#live === stale) this.#drop(stale);
    return this.connect({ atOnce: true });
  }

  /** Ends the connection until it is asked for again. */
  rest(): void {
    if (this.#live !== undefined) this.#drop(this.#live);
  }

  /** Gives up a connection because of what a call on it met, if that means that it is broken. */
  suspect(connection: McpConnection, error: unknown): void {
    if (this.#config.transport === "stdio" || this.#live !== connection) return;
    if (error instanceof TypeError || endReason(error) === "lost") this.fail(connection, error);
  }

  /** Gives up a connection as failed, and tries again later. */
  fail(connection: McpConnection, error: unknown): void {
    if (this.#live !== connection) return;
    this.#drop(connection);
    this.#failed(this.#toUnavailable(error), performance.now() - connection.since);
  }

  /** Facts known about the end of a connection, as sentences. */
  diagnosis({ health }: McpConnection): string {
    const ending = this.closed ? "was closed" : health.ending();
    const words = health.lastWords();
    return `${ending === undefined ? "" : `The server ${ending}.`}${words === "" ? "" : ` The end of its stderr:\n${words}`}`;
  }

  /** Ends the connection and whatever is being opened; resolves when their processes are gone. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    this.#abort.abort(new Error("closed"));
    if (this.#live !== undefined) this.#drop(this.#live);
    if (this.#opening !== undefined) await settleWithin(this.#opening, CLOSE_MS);
    await Promise.all(this.#closing);
  }

  /** Many demands within the pause share one attempt, and none is refused without one. */
  async #openAfter(pauseMs: number): Promise<McpConnection> {
    await delay(pauseMs, undefined, { signal: this.#abort.signal }).catch(() => {});
    if (this.closed) throw this.#unavailable("was closed", "Add the server again.");
    return this.#live ?? this.#open();
  }

  async #open(): Promise<McpConnection> {
    clearTimeout(this.#retry);
    try {
      const surroundings = { ...this.#options, signal: this.signal };
      const piped = await readEnvPipe(this.#name, this.#config, surroundings);
      const config = expandServerConfig(this.#name, this.#config, { ...surroundings, piped });
      if (config.transport !== "stdio") this.#credentials ??= await this.#createCredentials(config);
      const connection = await openConnection(config, {
        serverName: this.#name,
        messageBytes: this.#options.messageBytes,
        variables: this.#options.variables,
        credentials: this.#credentials,
        era: this.#options.era(),
        signal: this.#abort.signal,
        onLost: (lost) => this.#lost(lost),
        onToolsChanged: this.#options.onToolsChanged,
        onContentChange: this.#options.onContentChange,
      });
      if (this.closed) {
        await connection.close();
        throw this.#unavailable("was closed", "Add the server again.");
      }
      this.#live = connection;
      this.#options.onConnected(connection);
      return connection;
    } catch (error) {
      const failure = withoutSecrets(toCodemodeError(error, "server_unavailable"), this.#options.secrets);
      // Whoever hears of the failure may ask for a new attempt, not for the result of this one.
      this.#opening = undefined;
      if (!this.closed) this.#failed(failure, 0);
      throw failure;
    }
  }

  async #createCredentials(config: HttpServerConfig): Promise<Credentials | undefined> {
    const { createCredentials } = await import("./auth/create-credentials.ts");
    const { variables, secrets, configurationFile } = this.#options;
    return createCredentials(config, { serverName: this.#name, variables, secrets, configurationFile });
  }

  #lost(connection: McpConnection): void {
    if (this.#live !== connection) return;
    this.#live = undefined;
    const diagnosis = this.diagnosis(connection) || "The connection ended.";
    const error = new CodemodeError("server_unavailable", `Server "${this.#name}" was lost. ${diagnosis}`, {
      hint:
        this.#config.transport === "stdio"
          ? "It restarts automatically. If it keeps exiting, check the end of its stderr."
          : "It is connected again automatically.",
    });
    this.#drop(connection);
    this.#failed(error, performance.now() - connection.since);
  }

  #failed(reason: CodemodeError, livedMs: number): void {
    const error = withoutSecrets(reason, this.#options.secrets);
    this.#backOff.fail(livedMs);
    const { waitMs } = this.#backOff;
    // A wrong configuration stays so until it is changed, and a login is made by a person.
    const retries = error.code !== "config_error" && error.code !== "login_required";
    this.#options.onFailed(error, retries ? new Date(Date.now() + waitMs).toISOString() : undefined);
    if (!retries) return;
    clearTimeout(this.#retry);
    // The timer has waited; asking again whether the time is over would lose the attempt to a clock a fraction behind.
    this.#retry = setTimeout(() => void this.connect({ atOnce: true }).catch(() => {}), waitMs);
    this.#retry.unref();
  }

  #drop(connection: McpConnection): void {
    if (this.#live === connection) this.#live = undefined;
    const closing = settleWithin(connection.close(), CLOSE_MS);
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }

  #toUnavailable(error: unknown): CodemodeError {
    if (CodemodeError.is(error)) return error;
    const message = `Server "${this.#name}" cannot be used: ${reasonOf(error)}`;
    return new CodemodeError("server_unavailable", message, { cause: error });
  }

  #unavailable(state: string, hint: string): CodemodeError {
    return new CodemodeError("server_unavailable", `Server "${this.#name}" ${state}.`, { hint });
  }
}

/** The error of a `fetch` that cannot connect says little; its cause says more. */
function reasonOf(error: unknown): string {
  const reason = endReason(error);
  if (reason === "lost") return "its connection was lost.";
  if (reason === "too_large") return "its list of tools is too large for one message.";
  if (reason === "malformed") return "it answered tools/list with something that is not MCP.";
  if (!(error instanceof Error)) return String(error);
  if (isTimeout(error)) return "it did not answer tools/list in the time that connecting may take (connectTimeoutMs).";
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
