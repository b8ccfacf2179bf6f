// Stands in for a provider, so that the example runs without a key: it searches, writes one program, and answers.
const PROGRAM = `
import { list_cities, temperature } from "generated/servers/weather";
const cities = await list_cities({});
const measured = await Promise.all(cities.map(async (city) => ({ city, degrees: await temperature({ city }) })));
return measured.sort((a, b) => b.degrees - a.degrees)[0];
`;
const CALLS = [
  { toolCallName: "search_tools", input: { query: "temperature in a city" } },
  { toolCallName: "execute_code", input: { code: PROGRAM } },
];

export function scriptedAdapter() {
  let turn = 0;
  return {
    kind: "text",
    name: "scripted",
    model: "scripted",
    "~types": {},
    async *chatStream({ messages }) {
      const call = CALLS[turn];
      turn += 1;
      const run = { threadId: "thread", runId: `run-${turn}`, model: "scripted" };
      yield { type: "RUN_STARTED", ...run };
      yield* call === undefined ? answer(messages) : request({ ...call, toolCallId: `call-${turn}` });
      yield { type: "RUN_FINISHED", ...run, finishReason: call === undefined ? "stop" : "tool_calls" };
    },
  };
}

function* request(call) {
  yield { type: "TOOL_CALL_START", toolName: call.toolCallName, ...call };
  yield { type: "TOOL_CALL_ARGS", toolCallId: call.toolCallId, delta: JSON.stringify(call.input) };
  yield { type: "TOOL_CALL_END", toolName: call.toolCallName, ...call };
}

function* answer(messages) {
  yield { type: "TEXT_MESSAGE_START", messageId: "answer", role: "assistant" };
  const delta = `The program found ${messages.at(-1).content}`;
  yield { type: "TEXT_MESSAGE_CONTENT", messageId: "answer", delta };
  yield { type: "TEXT_MESSAGE_END", messageId: "answer" };
}
