// Stands in for the Messages API, so that the example runs without a key: it searches, writes a program, and answers.
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const PROGRAM = `
import { list_cities, temperature } from "generated/servers/weather";
const cities = await list_cities({});
const measured = await Promise.all(cities.map(async (city) => ({ city, degrees: await temperature({ city }) })));
return measured.sort((a, b) => b.degrees - a.degrees)[0];
`;
const CALLS = [
  { name: "search_tools", input: { query: "temperature in a city" } },
  { name: "execute_code", input: { code: PROGRAM } },
];

export async function startStandIn() {
  const server = createServer(async (request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(reply(await json(request))));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function reply({ messages }) {
  const turn = messages.filter(({ role }) => role === "assistant").length;
  const call = CALLS[turn];
  if (call !== undefined) {
    return { stop_reason: "tool_use", content: [{ type: "tool_use", id: `toolu_${turn}`, ...call }] };
  }
  const [{ content }] = messages.at(-1).content;
  return { stop_reason: "end_turn", content: [{ type: "text", text: `The program found ${content[0].text}` }] };
}
