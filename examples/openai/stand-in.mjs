// Stands in for the Responses API, so that the example runs without a key: it searches, writes a program, and answers.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

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

export async function startStandIn() {
  const server = createServer(async (request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(reply(await json(request))));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function reply({ input }) {
  const outputs = input.filter(({ type }) => type === "function_call_output");
  const call = CALLS[outputs.length];
  if (call !== undefined) return { output: [{ type: "function_call", call_id: `call_${outputs.length}`, ...call }] };
  const text = `The program found ${outputs.at(-1).output}`;
  return { output: [{ type: "message", role: "assistant", content: [{ type: "output_text", text }] }] };
}
