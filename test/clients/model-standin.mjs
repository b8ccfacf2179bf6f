// Stands in for the API of a model on one port: Anthropic Messages, OpenAI Responses and chat completions, and Gemini, each as
// a stream. It answers by a script of tool calls, searches for a tool that is not there yet as a model would, and keeps what
// it was asked.
import { createServer } from "node:http";

const USAGE = {
  anthropic: { input_tokens: 10, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
  responses: {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 15,
  },
  chat: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
};

/** All tools of a request, those that a search of the client has found included, as `{ name, namespace, tool }`. */
export function toolsOf(body) {
  const found = [];
  const visit = (tool, namespace) => {
    if (tool === null || typeof tool !== "object") return;
    if (Array.isArray(tool.functionDeclarations)) for (const each of tool.functionDeclarations) visit(each);
    else if (tool.type === "namespace") for (const each of tool.tools ?? []) visit(each, tool.name);
    else found.push({ name: tool.name ?? tool.function?.name ?? tool.type, namespace, tool });
  };
  for (const tool of body?.tools ?? []) visit(tool);
  const items = Array.isArray(body?.input) ? body.input : [];
  for (const item of items) if (item.type === "tool_search_output") for (const tool of item.tools) visit(tool);
  return found;
}

/**
 * Starts a stand-in on a free port of this machine. `steps` are the calls of its script, `{ tool, args }`, the tool as the end of
 * its name; or a function that is asked for each answer with `{ tools, body, results, call, find }`, where `call` and `find`
 * make the answers that call a tool and search for one, and undefined ends the script. The caller closes it.
 */
export async function startStandin(steps) {
  const requests = [];
  const script = typeof steps === "function" ? new Asked(steps) : new Script(steps);
  let ids = 0;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = parse(Buffer.concat(chunks).toString());
    const path = new URL(request.url, "http://local").pathname;
    requests.push({ path, body, at: Date.now() });
    const write = writerFor(path);
    ids += 1;
    if (write !== undefined) write(response, { body, answer: await script.next(body), id: ids });
    else
      json(
        response,
        path.endsWith("count_tokens")
          ? { input_tokens: 1000 }
          : path.endsWith(":countTokens")
            ? { totalTokens: 1000 }
            : { object: "list", data: [], models: [] },
      );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}`, requests, close };
}

/** The results of tools in a request, as JSON text, in whichever form its API has them. */
export function resultsOf(body) {
  const items = [...(body.messages ?? []), ...(Array.isArray(body.input) ? body.input : []), ...(body.contents ?? [])];
  const isResult = (item) =>
    /"(?:tool_result|function_call_output|functionResponse)"|"role":"tool"|Attached media|inlineData/.test(
      JSON.stringify(item),
    );
  return items
    .filter(isResult)
    .map((item) => JSON.stringify(item))
    .join("\n");
}

/** The client's own search for tools, as an answer. */
function searchFor(tools, name) {
  const search = tools.find((tool) => /^tool_?search/i.test(tool.name));
  return (
    search && {
      ...search,
      args: { query: name, pattern: name },
      isClientSearch: search.tool.type === "tool_search",
    }
  );
}

/** Asks a function about each answer. */
class Asked {
  #answer;

  constructor(answer) {
    this.#answer = answer;
  }

  async next(body) {
    const tools = toolsOf(body);
    if (tools.length === 0) return { text: JSON.stringify(body).includes("json_schema") ? '{"title":"t"}' : "ok" };
    const call = (name, args) => {
      const hit = tools.find((tool) => tool.name.endsWith(name));
      return hit === undefined ? (searchFor(tools, name) ?? { text: `There is no tool ${name}.` }) : { ...hit, args };
    };
    const find = searchFor(tools, "") && ((name) => searchFor(tools, name));
    return (await this.#answer({ tools, body, results: resultsOf(body), call, find })) ?? { text: "done" };
  }
}

/** Decides about each answer. */
class Script {
  #steps;
  #at = 0;
  #searches = 0;

  constructor(steps) {
    this.#steps = steps;
  }

  next(body) {
    const tools = toolsOf(body);
    const step = this.#steps[this.#at];
    // A request without tools is for something beside, such as a title.
    if (tools.length === 0) return { text: JSON.stringify(body).includes("json_schema") ? '{"title":"t"}' : "ok" };
    if (step === undefined) return { text: "done" };
    const hit = tools.find(({ name }) => name.endsWith(step.tool));
    if (hit !== undefined) {
      this.#at += 1;
      this.#searches = 0;
      return { ...hit, args: step.args };
    }
    const search = searchFor(tools, step.tool);
    if (search !== undefined && this.#searches < 2) {
      this.#searches += 1;
      return search;
    }
    this.#at += 1;
    return { text: `There is no tool ${step.tool}.` };
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function writerFor(path) {
  if (path.endsWith("/messages")) return writeAnthropic;
  if (path.endsWith("/responses")) return writeResponses;
  if (path.endsWith("/chat/completions")) return writeChat;
  return /:(?:streamG|g)enerateContent$/.test(path) ? writeGemini : undefined;
}

function json(response, value) {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

function stream(response, events) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (const [name, data] of events)
    response.write(`${name === "" ? "" : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`);
}

function writeAnthropic(response, { body, answer, id }) {
  const isCall = answer.name !== undefined;
  const use = { type: "tool_use", id: `toolu_${id}`, name: answer.name };
  const stop_reason = isCall ? "tool_use" : "end_turn";
  const message = {
    id: `msg_${id}`,
    type: "message",
    role: "assistant",
    model: body.model,
    stop_sequence: null,
    usage: USAGE.anthropic,
  };
  const block = isCall ? { ...use, input: answer.args } : { type: "text", text: answer.text };
  if (body.stream !== true) return json(response, { ...message, content: [block], stop_reason });
  const delta = isCall
    ? { type: "input_json_delta", partial_json: JSON.stringify(answer.args) }
    : { type: "text_delta", text: answer.text };
  const events = [
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    {
      type: "content_block_start",
      index: 0,
      content_block: isCall ? { ...use, input: {} } : { type: "text", text: "" },
    },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 5 } },
    { type: "message_stop" },
  ];
  stream(
    response,
    events.map((event) => [event.type, event]),
  );
  response.end();
}

function writeResponses(response, { body, answer, id }) {
  const call = { call_id: `call_${id}`, status: "completed" };
  const item = answer.isClientSearch
    ? { type: "tool_search_call", id: `ts_${id}`, execution: "client", arguments: answer.args, ...call }
    : answer.name !== undefined
      ? {
          type: "function_call",
          id: `fc_${id}`,
          name: answer.name,
          ...(answer.namespace === undefined ? {} : { namespace: answer.namespace }),
          arguments: JSON.stringify(answer.args),
          ...call,
        }
      : {
          type: "message",
          id: `m_${id}`,
          role: "assistant",
          status: "completed",
          content: [{ type: "output_text", text: answer.text, annotations: [] }],
        };
  const whole = {
    id: `resp_${id}`,
    object: "response",
    created_at: 1,
    model: body.model,
    status: "completed",
    output: [item],
    usage: USAGE.responses,
  };
  if (body.stream !== true) return json(response, whole);
  const events = [
    { type: "response.created", response: { ...whole, status: "in_progress", output: [], usage: null } },
    { type: "response.output_item.added", output_index: 0, item },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: whole },
  ];
  stream(
    response,
    events.map((event, sequence_number) => [event.type, { ...event, sequence_number }]),
  );
  response.end();
}

function writeChat(response, { body, answer, id }) {
  const call = {
    id: `call_${id}`,
    type: "function",
    function: { name: answer.name, arguments: JSON.stringify(answer.args) },
  };
  const isCall = answer.name !== undefined;
  const finish_reason = isCall ? "tool_calls" : "stop";
  const base = { id: `chat_${id}`, created: 1, model: body.model };
  const content = isCall ? null : answer.text;
  if (body.stream !== true) {
    const message = { role: "assistant", content, ...(isCall ? { tool_calls: [call] } : {}) };
    return json(response, {
      ...base,
      object: "chat.completion",
      choices: [{ index: 0, message, finish_reason }],
      usage: USAGE.chat,
    });
  }
  const chunk = (delta, reason = null) => [
    "",
    { ...base, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: reason }] },
  ];
  const first = { role: "assistant", ...(isCall ? { tool_calls: [{ index: 0, ...call }] } : { content }) };
  stream(response, [
    chunk(first),
    chunk({}, finish_reason),
    ["", { ...base, object: "chat.completion.chunk", choices: [], usage: USAGE.chat }],
  ]);
  response.end("data: [DONE]\n\n");
}

function writeGemini(response, { body, answer }) {
  const isSide = JSON.stringify(body.generationConfig ?? {}).includes("Schema");
  const side =
    '{"reasoning":"r","next_speaker":"user","model_choice":"pro","complexity_reasoning":"r","complexity_score":50}';
  const part =
    answer.name === undefined
      ? { text: isSide ? side : answer.text }
      : { functionCall: { name: answer.name, args: answer.args } };
  const value = {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    modelVersion: "standin",
  };
  stream(response, [["", value]]);
  response.end();
}
