import { type JSONRPCRequest, type RequestId, type ServerContext, specTypeSchemas } from "@modelcontextprotocol/server";
import type { ExactWire } from "../../base/exact-wire.ts";
import { isRecord } from "../../base/is-record.ts";
import { callOwn } from "../answer-call.ts";
import { untilEnding } from "../call-progress.ts";
import type { ServedTools } from "../served-tools.ts";
import { answerText, errorText, tailOf } from "./answer-text.ts";
import type { Greeting } from "./greetings.ts";
import { hasOnly } from "./plain-message.ts";
import type { SessionStreams } from "./session-streams.ts";

interface QuickCallParts {
  readonly id: string;
  readonly wire: ExactWire;
  /** Ends all calls, which are answered all the same. */
  readonly stopped: AbortSignal;
  readonly streams: SessionStreams;
  readonly answerMs: number | undefined;
}

type Client = NonNullable<Greeting["client"]>;

/** Parameters of a call that asks for nothing beside it. */
interface CallParams {
  readonly name: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly _meta?: ServerContext["mcpReq"]["_meta"];
}

/** The calls of our own tools by a client that can be asked nothing meanwhile, without a server of the SDK in between. */
export class QuickCalls {
  readonly #tools: ServedTools;
  readonly #parts: QuickCallParts;
  readonly #open = new Map<RequestId, AbortController>();

  constructor(tools: ServedTools, parts: QuickCallParts) {
    this.#tools = tools;
    this.#parts = parts;
  }

  /** Answers a call on the stream that is open for it; false, and nothing was done, where it is not one of a tool of ours. */
  async answer(request: JSONRPCRequest, client: Client): Promise<boolean> {
    const params = callParams(request);
    if (params === undefined) return false;
    const stop = new AbortController();
    this.#open.set(request.id, stop);
    try {
      const answer = await this.#call(params, { request, client, signal: stop.signal });
      if (answer === undefined) return false;
      // What was taken back is not answered, and its stream has ended.
      if (!stop.signal.aborted) this.#parts.streams.answer(request.id, answer, tailOf(request));
      return true;
    } finally {
      if (this.#open.get(request.id) === stop) this.#open.delete(request.id);
    }
  }

  /** Takes a call back. */
  cancel(id: RequestId, reason: unknown): void {
    this.#open.get(id)?.abort(reason);
  }

  /** Ends all calls. */
  close(reason: Error): void {
    for (const stop of this.#open.values()) stop.abort(reason);
    this.#open.clear();
  }

  /** JSON text of the answer as far as its id. */
  async #call(
    params: CallParams,
    of: { readonly request: JSONRPCRequest; readonly client: Client; readonly signal: AbortSignal },
  ): Promise<string | undefined> {
    const { profile, capabilities } = of.client;
    try {
      const { tools: own, tool: find } = await this.#tools.offered(profile);
      const tool = find(params.name);
      if (tool === undefined) return undefined;
      const { wire, answerMs, stopped } = this.#parts;
      const context = this.#contextOf(params, of);
      const server = { getClientCapabilities: () => capabilities };
      const args = wire.fromLibrary(params.arguments, { exact: true });
      const given = { tools: this.#tools, server, context, profile, disconnected: stopped, wire, answerMs, own };
      const result = await untilEnding(context, stopped, (ending) =>
        callOwn(tool, args, { ...given, ending, decided: undefined, mayWait: false }),
      );
      return answerText({ result: checked(result) });
    } catch (thrown) {
      return errorText(thrown);
    }
  }

  #contextOf(
    { _meta: meta }: CallParams,
    { request, signal }: { readonly request: JSONRPCRequest; readonly signal: AbortSignal },
  ): ServerContext {
    const { id, streams } = this.#parts;
    const cannot = (): Promise<never> => Promise.reject(new Error("This client cannot be asked."));
    const notify: ServerContext["mcpReq"]["notify"] = async (notification) =>
      streams.send({ jsonrpc: "2.0", ...notification }, request.id);
    return {
      sessionId: id,
      mcpReq: {
        id: request.id,
        method: request.method,
        ...(meta === undefined ? {} : { _meta: meta }),
        signal,
        requestState: () => undefined,
        send: cannot,
        notify,
        log: (level, data, logger) => notify({ method: "notifications/message", params: { level, data, logger } }),
        elicitInput: cannot,
        requestSampling: cannot,
      },
    };
  }
}

function callParams(request: JSONRPCRequest): CallParams | undefined {
  const { name, arguments: args } = request.params ?? {};
  const isCall = typeof name === "string" && (args === undefined || isRecord(args));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each member has just been looked at
  return isCall && hasOnly(request, ["name", "arguments"]) ? (request.params as unknown as CallParams) : undefined;
}

/** What a program emitted is sent as the protocol has it; the rest of a result is ours. */
function checked(result: Awaited<ReturnType<typeof callOwn>>): unknown {
  if (Array.isArray(result["content"]) && result["content"].length === 1) return result;
  const read = specTypeSchemas.CallToolResult["~standard"].validate(result);
  if (read.issues === undefined) return read.value;
  throw new Error(`Invalid tools/call result: ${read.issues.map(({ message }) => message).join("; ")}`);
}
