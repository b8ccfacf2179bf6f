// Stands in for Claude Code, so that the example runs without a key: it searches, writes one program, and answers. It
// speaks with the Claude Agent SDK as Claude Code does, and with the servers of the SDK's process through it.
import { createInterface } from "node:readline";

const PROGRAM = `
import { list_cities, temperature } from "generated/servers/weather";
const cities = await list_cities({});
const measured = await Promise.all(cities.map(async (city) => ({ city, degrees: await temperature({ city }) })));
return measured.sort((a, b) => b.degrees - a.degrees)[0];
`;
const CALLS = [
  { name: "search_tools", arguments: { query: "temperature in a city" } },
  { name: "execute_code", arguments: { code: PROGRAM } },
];
const SERVER = "codemode";
const HELLO = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "claude-code", version: "0" } };
const ids = { session_id: "session", uuid: "00000000-0000-4000-8000-000000000000" };

const owed = new Map();

function write(message) {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Sends a message of MCP to a server in the process of the SDK, and resolves with the answer. */
async function send(message) {
  const id = `request-${owed.size + 1}`;
  const request = { subtype: "mcp_message", server_name: SERVER, message: { jsonrpc: "2.0", ...message } };
  const answered = new Promise((resolve) => owed.set(id, resolve));
  write({ type: "control_request", request_id: id, request });
  return (await answered).mcp_response.result;
}

async function answer() {
  await send({ id: 1, method: "initialize", params: HELLO });
  await send({ method: "notifications/initialized" });
  write({ type: "system", subtype: "init", ...ids });
  let result;
  for (const [index, call] of CALLS.entries()) {
    const use = { type: "tool_use", id: `call-${index}`, name: `mcp__${SERVER}__${call.name}`, input: call.arguments };
    write({ type: "assistant", message: { role: "assistant", content: [use] }, parent_tool_use_id: null, ...ids });
    result = await send({ id: index + 2, method: "tools/call", params: call });
    const content = [{ type: "tool_result", tool_use_id: use.id, content: result.content }];
    const message = { role: "user", content };
    write({ type: "user", message, parent_tool_use_id: null, ...ids });
  }
  const text = `The program found ${result.content[0].text}`;
  write({ type: "result", subtype: "success", is_error: false, result: text, num_turns: 3, ...ids });
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const message = JSON.parse(line);
    if (message.type === "control_response") owed.get(message.response.request_id)?.(message.response.response);
    if (message.type === "user") void answer();
    if (message.type !== "control_request") return;
    const response = { commands: [], models: [], account: {} };
    write({ type: "control_response", response: { subtype: "success", request_id: message.request_id, response } });
  })
  .on("close", () => process.exit());
