import { DeadlineError, withinDeadline } from "../../../base/deadline.ts";
import { withoutSecrets } from "../../../base/codemode-error.ts";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import type { CallOptions } from "../../source.ts";
import type { McpConnection } from "../connection.ts";
import type { McpServerConfig } from "../server-config.ts";
import type { ServerLink } from "../server-link.ts";
import { cancelledCall, timedOutCall, toCallError } from "./call-error.ts";
import { CallTurns } from "./call-turns.ts";
import { hasLostSession } from "./lost-session.ts";

/** Work on a connection, with the time that is left for it. */
export type ConnectionWork<Result> = (connection: McpConnection, timeoutMs: number) => Promise<Result>;

interface PendingWork<Result> {
  /** Name of the tool, or the method of another request. */
  readonly name: string;
  readonly options: CallOptions;
  readonly timeoutMs: number;
  readonly work: ConnectionWork<Result>;
}

/** The calls of one server: on its live connection, so many at a time, and once more where it has forgotten the session. */
export class LinkCalls {
  readonly #name: string;
  readonly #config: McpServerConfig;
  readonly #link: ServerLink;
  readonly #secrets: SecretFilter;
  readonly #turns: CallTurns;

  /** @param parts.onIdle hears when no call is in progress any more */
  constructor(
    name: string,
    config: McpServerConfig,
    parts: { readonly link: ServerLink; readonly secrets: SecretFilter; readonly onIdle: () => void },
  ) {
    this.#name = name;
    this.#config = config;
    this.#link = parts.link;
    this.#secrets = parts.secrets;
    this.#turns = new CallTurns(config.maxConcurrentCalls, parts.onIdle);
  }

  /** True while no call is in progress. */
  get isIdle(): boolean {
    return this.#turns.isIdle;
  }

  /** Does work on the connection, opened where needed, in its turn and within the time that is left then. */
  async perform<Result>(name: string, options: CallOptions, work: ConnectionWork<Result>): Promise<Result> {
    const timeoutMs = Math.min(options.timeoutMs ?? this.#config.timeoutMs, this.#config.timeoutMs);
    const fullName = `${this.#name}__${name}`;
    const { signal } = options;
    const begun = performance.now();
    // Before the turn, so that all demands for a server that is down share one attempt.
    const connection = this.#link.live ?? (await this.#connection(fullName, timeoutMs, signal));
    const leftMs = Math.max(1, timeoutMs - (performance.now() - begun));
    return this.#turns.take({ name: fullName, timeoutMs: leftMs, signal }, (inTimeMs) =>
      this.#workOn(this.#link.live ?? connection, { name, options, timeoutMs: inTimeMs, work }),
    );
  }

  async #connection(fullName: string, timeoutMs: number, signal: AbortSignal | undefined): Promise<McpConnection> {
    try {
      const connection = await withinDeadline(this.#link.connect(), timeoutMs, signal);
      if (signal?.aborted !== true) return connection;
    } catch (error) {
      if (error instanceof DeadlineError) throw timedOutCall(fullName, timeoutMs, { cause: error });
      if (signal?.aborted !== true) throw error;
    }
    throw cancelledCall(fullName);
  }

  async #workOn<Result>(connection: McpConnection, pending: PendingWork<Result>, again = true): Promise<Result> {
    const { name: toolName, options, timeoutMs, work } = pending;
    try {
      return await work(connection, timeoutMs);
    } catch (error) {
      const { signal } = options;
      if (again && (await hasLostSession(error, connection, signal))) {
        return this.#workOn(await this.#link.reconnect(connection), pending, false);
      }
      this.#link.suspect(connection, error);
      const diagnosis = (): string => this.#link.diagnosis(connection);
      const oddities = (): readonly string[] => connection.health.warnings();
      const failure = toCallError(error, { serverName: this.#name, toolName, timeoutMs, signal, diagnosis, oddities });
      throw withoutSecrets(failure, this.#secrets);
    }
  }

  /** Does work on the connection that is no call of anybody, out of turn. */
  async use<T>(work: (connection: McpConnection) => Promise<T>): Promise<T> {
    const connection = await this.#link.connect();
    try {
      return await work(connection);
    } catch (error) {
      if (await hasLostSession(error, connection)) return work(await this.#link.reconnect(connection));
      this.#link.suspect(connection, error);
      throw error;
    }
  }
}
