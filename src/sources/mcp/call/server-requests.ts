import { AsyncLocalStorage } from "node:async_hooks";
import type { Client, ClientCapabilities } from "@modelcontextprotocol/client";
import { isRecord } from "../../../base/is-record.ts";
import { hangingText, quoteName } from "../../../catalog/brief.ts";
import type { CallingClient, ServerRequest } from "../../source.ts";
import type { RelaySettings } from "./relay-settings.ts";

type Sdk = typeof import("@modelcontextprotocol/client");

const INVALID_REQUEST = -32_600;

/**
 * The requests and log messages of one server on their way to the clients that call it.
 *
 * A request goes to the client whose call the server works on. It is refused where that is none, or where it could be one
 * of several, since no client may be asked about what another one does.
 */
export class ServerRequests {
  readonly #serverName: string;
  readonly #relay: Readonly<RelaySettings>;
  /** Clients with calls under way, and how many. */
  readonly #calls = new Map<CallingClient | undefined, number>();
  /** The client of the call that the present work belongs to, where that is known. */
  readonly #current = new AsyncLocalStorage<CallingClient | undefined>();

  constructor(serverName: string, relay: Readonly<RelaySettings>) {
    this.#serverName = serverName;
    this.#relay = relay;
  }

  /** Abilities of a client that the server is told of. */
  capabilities(): ClientCapabilities {
    const { elicitation, sampling, roots } = this.#relay;
    return {
      ...(elicitation === true ? { elicitation: { form: { applyDefaults: true }, url: {} } } : {}),
      ...(sampling === true ? { sampling: {} } : {}),
      ...(roots === true ? { roots: {} } : {}),
    };
  }

  /** Answers the requests that arrive at a client of the SDK. */
  listen(client: Client, { isSpecType }: Pick<Sdk, "isSpecType">): void {
    const { elicitation, sampling, roots } = this.#relay;
    if (elicitation === true)
      client.setRequestHandler("elicitation/create", async ({ method, params }) => {
        const answer = await this.#answer({ method, params }, isSpecType.ElicitResult);
        const { content, ...rest } = answer;
        return content === undefined ? rest : { ...rest, content };
      });
    if (sampling === true)
      client.setRequestHandler("sampling/createMessage", ({ method, params }) =>
        this.#answer({ method, params }, isSpecType.CreateMessageResult),
      );
    if (roots === true)
      client.setRequestHandler("roots/list", ({ method, params }) =>
        this.#answer({ method, params }, isSpecType.ListRootsResult),
      );
  }

  /** Hands on a log message to every client whose call the server works on. */
  log({ level, logger, data }: Readonly<Record<string, unknown>>): void {
    if (typeof level !== "string") return;
    const own = typeof logger === "string" && logger !== "" ? `/${logger}` : "";
    const clients = new Map([...this.#calls.keys()].map((client) => [client?.of, client]));
    for (const client of clients.values()) client?.log({ level, logger: `${this.#serverName}${own}`, data });
  }

  /**
   * Performs a call of a client.
   *
   * @param options.isTraced whether work that belongs to the call can be told from other work; knowing it slows down all
   * that a process does from then on
   */
  async during<Result>(
    client: CallingClient | undefined,
    work: () => Promise<Result>,
    { isTraced }: { readonly isTraced: boolean },
  ): Promise<Result> {
    this.#calls.set(client, (this.#calls.get(client) ?? 0) + 1);
    try {
      return await (client === undefined || !isTraced ? work() : this.#current.run(client, work));
    } finally {
      const left = (this.#calls.get(client) ?? 0) - 1;
      if (left > 0) this.#calls.set(client, left);
      else this.#calls.delete(client);
    }
  }

  /** A question as a person may be shown it: under our name, any of many servers could pass for another, or for us. */
  #named(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const { message } = params;
    if (typeof message !== "string") return params;
    return { ...params, message: `The server ${quoteName(this.#serverName)} asks: ${hangingText(message)}` };
  }

  async #answer<Result>(
    { method, params }: { readonly method: ServerRequest["method"]; readonly params: unknown },
    isResult: (value: unknown) => value is Result,
  ): Promise<Result> {
    const client = this.#current.getStore() ?? this.#soleClient();
    if (client === undefined) {
      throw refusal(`There is no one client to hand ${method} on to: it belongs to no call, or to one of several.`);
    }
    const asked = isRecord(params) ? params : {};
    const named = method === "elicitation/create" ? this.#named(asked) : asked;
    const request = { server: this.#serverName, method, params: named };
    const answer = await client.ask(request).catch((error: unknown) => {
      throw refusal(error instanceof Error ? error.message : String(error));
    });
    if (isResult(answer)) return answer;
    throw refusal(`The client answered ${method} with something else.`);
  }

  #soleClient(): CallingClient | undefined {
    const clients = [...this.#calls.keys()];
    const [first] = clients;
    return clients.every((client) => client?.of === first?.of) ? first : undefined;
  }
}

/** An error as the SDK sends it on to the server. */
function refusal(message: string): Error {
  return Object.assign(new Error(message), { code: INVALID_REQUEST });
}
