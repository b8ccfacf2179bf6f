import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { encode } from "gpt-tokenizer";
import * as z from "zod";

/** Request that the stand-in received. */
export interface ChatRequest {
  readonly stream_options?: { readonly include_usage: boolean } | undefined;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[] | undefined;
}

interface ChatMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content?: string | readonly unknown[] | null | undefined;
}

const chatRequest: z.ZodType<ChatRequest> = z.looseObject({
  stream: z.literal(true),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
  messages: z.array(
    z.looseObject({
      role: z.enum(["system", "user", "assistant", "tool"]),
      content: z.union([z.string(), z.array(z.unknown())]).nullish(),
    }),
  ),
  tools: z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) })).optional(),
});

/** Answer of a scripted model in one turn. */
export interface ScriptedReply {
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly args: unknown }[];
  /** Answers with this HTTP status instead. */
  readonly status?: number;
  /** Stops in the middle of the text until the client has gone away. */
  readonly hangs?: boolean;
}

/** Decides like a model: from the request alone. */
export type ScriptedModel = (request: ChatRequest) => ScriptedReply;

/** A server that speaks OpenAI's chat completions, counts the tokens it really receives and sends, and reports them. */
export interface StandInServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly requests: readonly ChatRequest[];
  /** Usage reported to the client, summed up since the last call of this. */
  takeTotals(): StandInTotals;
}

interface StandInTotals {
  readonly turns: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const PIECE = 24;
const NOTHING: StandInTotals = { turns: 0, inputTokens: 0, outputTokens: 0 };

export async function startStandIn(model: ScriptedModel): Promise<StandInServer> {
  const requests: ChatRequest[] = [];
  let totals = NOTHING;
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    const request = chatRequest.parse(JSON.parse(body));
    requests.push(request);
    const reply = model(request);
    if (reply.status !== undefined) {
      response.writeHead(reply.status, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "The stand-in was told to fail.", type: "test", code: "test" } }));
      return;
    }
    const usage = {
      inputTokens: encode(JSON.stringify([request.messages, request.tools])).length,
      outputTokens: encode((reply.text ?? "") + JSON.stringify(reply.calls ?? "")).length,
    };
    totals = {
      turns: totals.turns + 1,
      inputTokens: totals.inputTokens + (reply.hangs === true ? 0 : usage.inputTokens),
      outputTokens: totals.outputTokens + (reply.hangs === true ? 0 : usage.outputTokens),
    };
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const delta of deltas(reply, requests.length)) send(response, { choices: [{ index: 0, delta, finish_reason: null }] });
    if (reply.hangs === true) return;
    send(response, { choices: [{ index: 0, delta: {}, finish_reason: reply.calls === undefined ? "stop" : "tool_calls" }] });
    if (request.stream_options?.include_usage === true) send(response, { choices: [], usage: toUsage(usage) });
    response.end("data: [DONE]\n\n");
  };
  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    takeTotals: () => {
      const taken = totals;
      totals = NOTHING;
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(response: ServerResponse, chunk: object): void {
  response.write(`data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "stand-in", ...chunk })}\n\n`);
}

/** The reply in pieces, as models send it. */
function deltas({ text: said = "", calls = [] }: ScriptedReply, request: number): readonly object[] {
  return [
    { role: "assistant", content: "" },
    ...pieces(said).map((piece) => ({ content: piece })),
    ...calls.flatMap(({ name, args }, index) => [
      { tool_calls: [{ index, id: `call_${request}_${index}`, type: "function", function: { name, arguments: "" } }] },
      ...pieces(JSON.stringify(args)).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ];
}

function pieces(whole: string): readonly string[] {
  return whole.match(new RegExp(`[\\s\\S]{1,${Math.max(PIECE, Math.ceil(whole.length / 50))}}`, "gu")) ?? [];
}

function toUsage({ inputTokens, outputTokens }: Omit<StandInTotals, "turns">): object {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}

/** The last message of a request, as text. */
export function lastText({ messages }: ChatRequest): string {
  const last = messages.at(-1)?.content;
  return typeof last === "string" ? last : JSON.stringify(last);
}

/** The request of the person that is being answered. */
export function requestText({ messages }: ChatRequest): string {
  const asked = messages.findLast(({ role }) => role === "user")?.content;
  return typeof asked === "string" ? asked : JSON.stringify(asked);
}

/** Number of tool results since the person's last request. */
export function resultsSince({ messages }: ChatRequest): number {
  return messages.slice(messages.findLastIndex(({ role }) => role === "user")).filter(({ role }) => role === "tool").length;
}

/** True when the model has this tool; the two modes offer different ones. */
export function hasTool({ tools = [] }: ChatRequest, name: string): boolean {
  return tools.some((tool) => tool.function.name === name);
}
