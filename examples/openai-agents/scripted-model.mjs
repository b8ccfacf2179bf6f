// Stands in for a provider, so that the example runs without a key: it searches, writes one program, and answers.
const PROGRAM = `
import { list_cities, temperature } from "generated/servers/weather";
const cities = await list_cities({});
const measured = await Promise.all(cities.map(async (city) => ({ city, degrees: await temperature({ city }) })));
return measured.sort((a, b) => b.degrees - a.degrees)[0];
`;
const CALLS = [
  { name: "search_tools", arguments: JSON.stringify({ query: "temperature in a city" }) },
  { name: "execute_code", arguments: JSON.stringify({ code: PROGRAM }) },
];

export function scriptedModel() {
  let turn = 0;
  return {
    getResponse: async ({ input }) => {
      const call = CALLS[turn];
      turn += 1;
      const item = call === undefined ? answer(input) : request({ ...call, callId: `call-${turn}` });
      return { output: [item], usage: { requests: 1, inputTokens: 1, outputTokens: 1, totalTokens: 2 } };
    },
    getStreamedResponse: () => {
      throw new Error("This model does not stream.");
    },
  };
}

function request(call) {
  return { type: "function_call", id: call.callId, status: "completed", ...call };
}

function answer(input) {
  const content = [{ type: "output_text", text: `The program found ${input.at(-1).output.text}` }];
  return { type: "message", id: "answer", role: "assistant", status: "completed", content };
}
