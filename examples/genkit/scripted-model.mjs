// Stands in for a provider, so that the example runs without a key: it searches, writes one program, and answers.
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

export function defineScriptedModel(ai) {
  let turn = 0;
  return ai.defineModel({ name: "scripted", supports: { tools: true, multiturn: true } }, async ({ messages }) => {
    const call = CALLS[turn];
    turn += 1;
    const part = call === undefined ? answer(messages) : { toolRequest: { ...call, ref: `call-${turn}` } };
    return { message: { role: "model", content: [part] } };
  });
}

function answer(messages) {
  const [{ toolResponse }] = messages.at(-1).content;
  return { text: `The program found ${toolResponse.output}` };
}
