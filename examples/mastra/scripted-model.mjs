// Stands in for a provider, so that the example runs without a key: it searches, writes one program, and answers.
import { simulateReadableStream } from "ai";
import { MockLanguageModelV3 } from "ai/test";

const PROGRAM = `
import { list_cities, temperature } from "generated/servers/weather";
const cities = await list_cities({});
const measured = await Promise.all(cities.map(async (city) => ({ city, degrees: await temperature({ city }) })));
return measured.sort((a, b) => b.degrees - a.degrees)[0];
`;
const CALLS = [
  { toolName: "search_tools", input: JSON.stringify({ query: "temperature in a city" }) },
  { toolName: "execute_code", input: JSON.stringify({ code: PROGRAM }) },
];
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };

/** @param calls what it asks for, one call a turn */
export function scriptedModel(calls = CALLS) {
  let turn = 0;
  return new MockLanguageModelV3({
    doStream: async ({ prompt }) => {
      const call = calls[turn];
      turn += 1;
      const chunks = call === undefined ? answer(prompt) : request({ ...call, toolCallId: `call-${turn}` });
      return { stream: simulateReadableStream({ chunks }) };
    },
  });
}

function request(call) {
  return [
    { type: "tool-call", ...call },
    { type: "finish", finishReason: { unified: "tool-calls" }, usage },
  ];
}

function answer(prompt) {
  const { output } = prompt.flatMap(({ role, content }) => (role === "tool" ? content : [])).at(-1);
  return [
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: `The program found ${output.value.split("\n\n")[0]}` },
    { type: "text-end", id: "1" },
    { type: "finish", finishReason: { unified: "stop" }, usage },
  ];
}
