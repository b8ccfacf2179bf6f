// A server that has everything the conformance suite asks for, over standard input and output. It speaks to our own client
// alone: what the suite sees of it has gone through the product.
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  MissingRequiredClientCapabilityError,
  Server,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const WAV = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAAAAA==";
const states = createRequestStateCodec({ key: randomBytes(32) });

const text = (value) => ({ content: [{ type: "text", text: value }] });
const user = (content) => ({ role: "user", content });
const form = (message, properties, required = Object.keys(properties)) =>
  inputRequired.elicit({ message, requestedSchema: { type: "object", properties, required } });
const question = (words, maxTokens = 100) =>
  inputRequired.createMessage({ messages: [user({ type: "text", text: words })], maxTokens });
const answered = ({ mcpReq }, key) => mcpReq.inputResponses?.[key];
const NAME = { name: { type: "string" } };

/** What the client that made a request says it can be asked for. */
function capabilitiesOf(server, { mcpReq }) {
  return mcpReq.envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities() ?? {};
}

/** Asks for a form once, and shows what came of it. */
function askForm({ key = "answer", message, properties, required = [] }) {
  return (_args, context) => {
    const response = answered(context, key);
    if (response === undefined) return inputRequired({ inputRequests: { [key]: form(message, properties, required) } });
    const content = response.content === undefined ? "" : `, content=${JSON.stringify(response.content)}`;
    return text(`Elicitation completed: action=${response.action}${content}`);
  };
}

const asksName = (_args, context) => {
  const name = acceptedContent(context.mcpReq.inputResponses, "user_name")?.name;
  return typeof name === "string"
    ? text(`Hello, ${name}!`)
    : inputRequired({ inputRequests: { user_name: form("What is your name?", NAME) } });
};

const withState = async (_args, context) => {
  const state = context.mcpReq.requestState();
  if (state?.at === "confirm" && answered(context, "confirm") !== undefined) return text("state-ok");
  return inputRequired({
    inputRequests: { confirm: form("Please confirm", { ok: { type: "boolean" } }) },
    requestState: await states.mint({ at: "confirm" }, context),
  });
};

const OPTIONS = ["option1", "option2", "option3"];
const titled = (...titles) => titles.map((title, index) => ({ const: `value${index + 1}`, title }));

/** The tools by name: the schema of their arguments, and what they do. */
const TOOLS = {
  test_simple_text: [{}, () => text("This is a simple text response for testing.")],
  test_image_content: [{}, () => ({ content: [{ type: "image", data: PNG, mimeType: "image/png" }] })],
  test_audio_content: [{}, () => ({ content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] })],
  test_embedded_resource: [
    {},
    () => ({ content: [{ type: "resource", resource: RESOURCES["test://embedded-resource"] }] }),
  ],
  test_multiple_content_types: [
    {},
    () => ({
      content: [
        { type: "text", text: "Multiple content types test:" },
        { type: "image", data: PNG, mimeType: "image/png" },
        {
          type: "resource",
          resource: {
            uri: "test://mixed-content-resource",
            mimeType: "application/json",
            text: '{"test":"data","value":123}',
          },
        },
      ],
    }),
  ],
  test_tool_with_logging: [
    {},
    async (_args, { mcpReq }) => {
      await mcpReq.log("info", "Tool execution started");
      await sleep(50);
      await mcpReq.log("info", "Tool processing data");
      await sleep(50);
      await mcpReq.log("info", "Tool execution completed");
      return text("Logged three times.");
    },
  ],
  test_logging_tool: [
    {},
    async (_args, { mcpReq }) => {
      await mcpReq.log("info", "Nobody who did not ask for it reads this.");
      return text("Logged once.");
    },
  ],
  test_header_parameter: [
    { region: { type: "string", "x-mcp-header": "Region" } },
    ({ region }) => text(`The region is ${region}.`),
  ],
  test_error_handling: [{}, () => ({ ...text("This tool intentionally returns an error for testing"), isError: true })],
  test_tool_with_progress: [
    {},
    async (_args, { mcpReq }) => {
      const { _meta: meta } = mcpReq;
      for (const progress of [0, 50, 100]) {
        if (meta?.progressToken !== undefined) {
          const params = { progressToken: meta.progressToken, progress, total: 100 };
          await mcpReq.notify({ method: "notifications/progress", params });
        }
        await sleep(50);
      }
      return text("Progressed.");
    },
  ],
  test_sampling: [
    { prompt: { type: "string" } },
    ({ prompt }, context) => {
      const response = answered(context, "answer");
      if (response === undefined) return inputRequired({ inputRequests: { answer: question(prompt) } });
      return text(`LLM response: ${response.content?.text}`);
    },
  ],
  test_elicitation: [
    { message: { type: "string" } },
    ({ message }, context) => {
      const response = answered(context, "answer");
      const properties = {
        username: { type: "string", description: "User's response" },
        email: { type: "string", description: "User's email address" },
      };
      if (response === undefined) return inputRequired({ inputRequests: { answer: form(message, properties) } });
      return text(`User response: action: ${response.action}, content: ${JSON.stringify(response.content)}`);
    },
  ],
  test_elicitation_sep1034_defaults: [
    {},
    askForm({
      message: "Please review",
      properties: {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      },
    }),
  ],
  test_elicitation_sep1330_enums: [
    {},
    askForm({
      message: "Please choose",
      properties: {
        untitledSingle: { type: "string", enum: OPTIONS },
        titledSingle: { type: "string", oneOf: titled("First Option", "Second Option", "Third Option") },
        legacyEnum: {
          type: "string",
          enum: ["opt1", "opt2", "opt3"],
          enumNames: ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti: { type: "array", items: { type: "string", enum: OPTIONS } },
        titledMulti: { type: "array", items: { anyOf: titled("First Choice", "Second Choice", "Third Choice") } },
      },
    }),
  ],
  test_missing_capability: [
    {},
    (_args, context, server) => {
      if (capabilitiesOf(server, context).sampling !== undefined) return text("The client can sample.");
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } });
    },
  ],
  test_streaming_elicitation: [{}, askForm({ message: "Anything", properties: { words: { type: "string" } } })],
  test_trigger_tool_change: [
    {},
    (_args, _context, server) => {
      changes += 1;
      return announce(server, "sendToolListChanged");
    },
  ],
  test_trigger_prompt_change: [{}, (_args, _context, server) => announce(server, "sendPromptListChanged")],
  test_input_required_result_elicitation: [{}, asksName],
  test_input_required_result_sampling: [
    {},
    (_args, context) => {
      const response = answered(context, "capital_question");
      if (response !== undefined) return text(`The model said: ${JSON.stringify(response.content)}`);
      return inputRequired({ inputRequests: { capital_question: question("What is the capital of France?") } });
    },
  ],
  test_input_required_result_list_roots: [
    {},
    (_args, context) => {
      const response = answered(context, "client_roots");
      if (response === undefined) return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
      return text(`Roots: ${response.roots.map(({ uri }) => uri).join(", ")}`);
    },
  ],
  test_input_required_result_request_state: [{}, withState],
  test_input_required_result_tampered_state: [{}, withState],
  test_input_required_result_multiple_inputs: [
    {},
    async (_args, context) => {
      const keys = ["user_name", "greeting", "client_roots"];
      if (keys.every((key) => answered(context, key) !== undefined)) return text("All three were answered.");
      return inputRequired({
        inputRequests: {
          user_name: form("What is your name?", NAME),
          greeting: question("Generate a greeting", 50),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await states.mint({ at: "all" }, context),
      });
    },
  ],
  test_input_required_result_multi_round: [
    {},
    async (_args, context) => {
      const state = context.mcpReq.requestState();
      if (state?.at === "step2" && answered(context, "step2") !== undefined) return text("Both steps are done.");
      const at = state?.at === "step1" && answered(context, "step1") !== undefined ? "step2" : "step1";
      const asked =
        at === "step1"
          ? form("Step 1: What is your name?", NAME)
          : form("Step 2: What is your favorite color?", { color: { type: "string" } });
      return inputRequired({ inputRequests: { [at]: asked }, requestState: await states.mint({ at }, context) });
    },
  ],
  test_input_required_result_capabilities: [
    {},
    (_args, context, server) => {
      const { sampling, elicitation } = capabilitiesOf(server, context);
      const inputRequests = {
        ...(sampling === undefined ? {} : { sampled: question("Say hello", 20) }),
        ...(elicitation === undefined ? {} : { asked: form("What is your name?", NAME) }),
      };
      const isDone = Object.keys(inputRequests).every((key) => answered(context, key) !== undefined);
      return isDone ? text("Nothing is open.") : inputRequired({ inputRequests });
    },
  ],
};

const RESOURCES = {
  "test://static-text": {
    uri: "test://static-text",
    mimeType: "text/plain",
    text: "This is the content of the static text resource.",
  },
  "test://static-binary": { uri: "test://static-binary", mimeType: "image/png", blob: PNG },
  "test://watched-resource": { uri: "test://watched-resource", mimeType: "text/plain", text: "Watched." },
  "test://embedded-resource": {
    uri: "test://embedded-resource",
    mimeType: "text/plain",
    text: "This is an embedded resource content.",
  },
};
const TEMPLATE = "test://template/{id}/data";

const image = { type: "image", data: PNG, mimeType: "image/png" };
/** The prompts by name: their arguments, and their messages. */
const PROMPTS = {
  test_simple_prompt: [[], () => [user({ type: "text", text: "This is a simple prompt for testing." })]],
  test_prompt_with_arguments: [
    ["arg1", "arg2"],
    ({ arg1, arg2 }) => [user({ type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` })],
  ],
  test_prompt_with_embedded_resource: [
    ["resourceUri"],
    ({ resourceUri: uri }) => [
      user({
        type: "resource",
        resource: { uri, mimeType: "text/plain", text: "Embedded resource content for testing." },
      }),
      user({ type: "text", text: "Please process the embedded resource above." }),
    ],
  ],
  test_prompt_with_image: [[], () => [user(image), user({ type: "text", text: "Please analyze the image above." })]],
  test_input_required_result_prompt: [
    [],
    (_args, context) => {
      const said = acceptedContent(context.mcpReq.inputResponses, "user_context")?.context;
      return typeof said !== "string" ? undefined : [user({ type: "text", text: `Context: ${said}` })];
    },
  ],
};

let changes = 0;

async function announce(server, send) {
  await server[send]();
  return text("Announced.");
}

function createServer() {
  const server = new Server(
    { name: "conformance-upstream", version: "1.0.0" },
    {
      capabilities: {
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        completions: {},
        logging: {},
      },
      requestState: { verify: (state, context) => states.verify(state, context) },
    },
  );
  server.setRequestHandler("tools/list", () => ({
    tools: Object.entries(TOOLS).map(([name, [properties]]) => ({
      name,
      // A list that is announced as changed has changed: what is passed on is the change, not the announcement.
      description: `Does what the scenario of ${name} expects${name === "test_trigger_tool_change" ? ` (${changes} times so far)` : ""}.`,
      inputSchema: { type: "object", properties, required: Object.keys(properties) },
    })),
  }));
  server.setRequestHandler("tools/call", ({ params }, context) =>
    TOOLS[params.name][1](params.arguments ?? {}, context, server),
  );
  server.setRequestHandler("resources/list", () => ({
    resources: Object.values(RESOURCES).map(({ uri, mimeType }) => ({
      uri,
      mimeType,
      name: uri.slice("test://".length),
      description: `The resource ${uri}.`,
    })),
  }));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: [
      { uriTemplate: TEMPLATE, name: "template", description: "Data by id.", mimeType: "application/json" },
    ],
  }));
  server.setRequestHandler("resources/read", ({ params: { uri } }) => {
    const id = /^test:\/\/template\/([^/]+)\/data$/.exec(uri)?.[1];
    const data = JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` });
    const found = id === undefined ? RESOURCES[uri] : { uri, mimeType: "application/json", text: data };
    if (found !== undefined) return { contents: [found] };
    throw Object.assign(new Error("Resource not found"), { code: -32_602, data: { uri } });
  });
  server.setRequestHandler("prompts/list", () => ({
    prompts: Object.entries(PROMPTS).map(([name, [names]]) => ({
      name,
      description: `The prompt of ${name}.`,
      arguments: names.map((argument) => ({ name: argument, description: "A text.", required: true })),
    })),
  }));
  server.setRequestHandler("prompts/get", ({ params }, context) => {
    const messages = PROMPTS[params.name][1](params.arguments ?? {}, context);
    if (messages !== undefined) return { messages };
    const properties = { context: { type: "string" } };
    return inputRequired({ inputRequests: { user_context: form("What context should the prompt use?", properties) } });
  });
  server.setRequestHandler("completion/complete", ({ params }) => {
    const values = ["paris", "park", "party"].filter((value) => value.startsWith(params.argument.value));
    return { completion: { values, total: values.length, hasMore: false } };
  });
  for (const method of ["resources/subscribe", "resources/unsubscribe"]) server.setRequestHandler(method, () => ({}));
  return server;
}

serveStdio(createServer);
