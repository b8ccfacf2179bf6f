import { type JSONRPCMessage, type JSONRPCRequest, type Server } from "@modelcontextprotocol/server";
import type { ClientProfile } from "../clients/client-profile.ts";
import { profileNamed, profileOf } from "../clients/client-profiles.ts";
import { answerText } from "./answer-text.ts";
import { StreamTransport } from "./session-streams.ts";

/** What a client that begins is answered, and what it said of itself. */
export interface Greeting {
  /** JSON text of the answer as far as its id. */
  readonly answer: string;
  /** Undefined for one that was refused. */
  readonly client?: {
    readonly profile: ClientProfile;
    readonly capabilities: Readonly<Record<string, unknown>>;
  };
}

/** Greetings that are remembered, and characters of what is remembered of one. */
const MOST = 100;
const MOST_CHARACTERS = 20_000;

/**
 * Greetings of clients by what they said: the many clients of one kind say the same, and are answered as the SDK's server
 * answered the first of them.
 */
export class Greetings {
  readonly #known = new Map<string, Greeting>();

  /** The greeting that was given for these words. */
  find(words: string): Greeting | undefined {
    return this.#known.get(words);
  }

  /**
   * Has the SDK's server greet a client.
   *
   * @param openServer makes one, which is closed
   * @param client name of the client to shape answers for, where that is set
   */
  async ask(
    initialize: JSONRPCRequest,
    words: string,
    { openServer, client: named }: { readonly openServer: () => Server; readonly client: string | undefined },
  ): Promise<Greeting> {
    const server = openServer();
    try {
      const { answer } = await connect(server, { sessionId: "", said: [initialize], send: () => {} });
      if (answer === undefined || !("result" in answer)) return { answer: textOf(answer) };
      const capabilities = { ...server.getClientCapabilities() };
      const profile =
        named === undefined ? profileOf({ client: server.getClientVersion(), capabilities }) : profileNamed(named);
      const greeting = { answer: textOf(answer), client: { profile, capabilities } };
      if (words.length <= MOST_CHARACTERS) this.#keep(words, greeting);
      return greeting;
    } finally {
      await server.close();
    }
  }

  #keep(words: string, greeting: Greeting): void {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(words, greeting);
  }
}

/** Whether a client can be asked anything in the middle of a call. */
export function canBeAsked({ client }: Greeting): boolean {
  return ["elicitation", "sampling", "roots"].some((ability) => client?.capabilities[ability] !== undefined);
}

/**
 * Connects a server of the SDK that hears first what its client has said before, the greeting first, and answers none of it
 * but to us.
 *
 * @param send gets what it sends from then on
 */
export async function connect(
  server: Server,
  {
    sessionId,
    said,
    send,
  }: {
    readonly sessionId: string;
    readonly said: readonly JSONRPCMessage[];
    readonly send: StreamTransport["deliver"];
  },
): Promise<{ readonly transport: StreamTransport; readonly answer: JSONRPCMessage | undefined }> {
  const [first] = said;
  let heard = (_answer: JSONRPCMessage): void => {};
  const answered = new Promise<JSONRPCMessage>((resolve) => (heard = resolve));
  const transport = new StreamTransport(sessionId, heard);
  await server.connect(transport);
  for (const message of said) transport.onmessage?.(message);
  const answer = first === undefined ? undefined : await answered;
  transport.deliver = send;
  return { transport, answer };
}

function textOf(answer: JSONRPCMessage | undefined): string {
  if (answer !== undefined && "error" in answer) return answerText({ error: answer.error });
  return answerText({ result: answer !== undefined && "result" in answer ? answer.result : {} });
}
