// Stands in for a provider, so that the example runs without a key: it searches, writes one program, and answers.
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";

const PROGRAM = `
import { list_cities, temperature } from "generated/servers/weather";
const cities = await list_cities({});
const measured = await Promise.all(cities.map(async (city) => ({ city, degrees: await temperature({ city }) })));
return measured.sort((a, b) => b.degrees - a.degrees)[0];
`;
const CALLS = [
  { name: "search_tools", args: { query: "temperature in a city" } },
  { name: "execute_code", args: { code: PROGRAM } },
];

export class ScriptedModel extends BaseChatModel {
  #turn = 0;
  #calls;

  /** @param calls what it asks for, one call a turn */
  constructor(fields, calls = CALLS) {
    super(fields);
    this.#calls = calls;
  }

  _llmType() {
    return "scripted";
  }

  bindTools() {
    return this;
  }

  async _generate(messages) {
    const call = this.#calls[this.#turn];
    this.#turn += 1;
    const message = call === undefined ? answer(messages) : request({ ...call, id: `call-${this.#turn}` });
    return { generations: [{ text: message.text, message }] };
  }
}

function request(call) {
  return new AIMessage({ content: "", tool_calls: [{ type: "tool_call", ...call }] });
}

function answer(messages) {
  return new AIMessage(`The program found ${messages.at(-1).content}`);
}
