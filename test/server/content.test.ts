import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";

const script = fileURLToPath(new URL("../conformance/upstream.mjs", import.meta.url));
const upstream = { command: process.execPath, args: [script] };

let codemode: Codemode;
let client: Client;

beforeAll(async () => {
  codemode = createCodemode({
    mcpServers: { up: upstream },
    policy: { rules: [{ tools: "up__resources/read", arguments: { "/uri": "*watched*" }, decision: "deny" }] },
  });
  await codemode.registry.ready();
  const [near, far] = InMemoryTransport.createLinkedPair();
  client = new Client({ name: "test", version: "1" });
  await Promise.all([createMcpServer(codemode).connect(far), client.connect(near)]);
});
afterAll(async () => {
  await client.close();
  await codemode.close();
});

const OWN = `codemode://up/${encodeURIComponent("test://static-text")}`;

test("resources of a server are listed and read under URIs of our own", async () => {
  const { resources } = await client.listResources();
  expect(resources).toContainEqual({
    uri: OWN,
    name: "static-text",
    mimeType: "text/plain",
    description: "The resource test://static-text.",
  });
  const { contents } = await client.readResource({ uri: OWN });
  expect(contents).toEqual([
    { uri: OWN, mimeType: "text/plain", text: "This is the content of the static text resource." },
  ]);
});

test("a template of a server becomes one of ours, and what it makes is read", async () => {
  const { resourceTemplates } = await client.listResourceTemplates();
  const template = resourceTemplates.find(({ name }) => name === "template");
  expect(template?.uriTemplate).toBe("codemode://up/test%3A%2F%2Ftemplate%2F{id}%2Fdata");
  const { contents } = await client.readResource({ uri: template?.uriTemplate.replace("{id}", "7") ?? "" });
  expect(JSON.stringify(contents)).toContain("Data for ID: 7");
});

test("a URI of the server itself is read too, since results of tools name resources by it", async () => {
  const { contents } = await client.readResource({ uri: "test://static-text" });
  expect(contents).toMatchObject([{ uri: "test://static-text" }]);
});

test.each([
  [OWN.replace("static-text", "none"), "Resource not found"],
  ["codemode://nobody/x", "Resource not found"],
  ["test://watched-resource", "forbids"],
])("reading %s is refused with %s", async (uri, words) => {
  await expect(client.readResource({ uri })).rejects.toThrow(words);
});

test("prompts and completions are those of the servers", async () => {
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toContain("up__test_prompt_with_arguments");
  const args = { arg1: "one", arg2: "two" };
  for (const name of ["up__test_prompt_with_arguments", "test_prompt_with_arguments"]) {
    const { messages } = await client.getPrompt({ name, arguments: args });
    expect(JSON.stringify(messages)).toContain("arg1='one', arg2='two'");
  }
  const ref = { type: "ref/prompt" as const, name: "up__test_prompt_with_arguments" };
  const { completion } = await client.complete({ ref, argument: { name: "arg1", value: "par" } });
  expect(completion.values).toEqual(["paris", "park", "party"]);
  await expect(client.getPrompt({ name: "nothing" })).rejects.toThrow('no prompt "nothing"');
});

test("a search finds resources and prompts that fit, and says nothing of them otherwise", async () => {
  const search = async (query: string): Promise<unknown> =>
    (await client.callTool({ name: "search_tools", arguments: { query } })).structuredContent;
  expect(await search("static text resource")).toMatchObject({
    resources: expect.arrayContaining([
      expect.objectContaining({ server: "up", uri: "test://static-text", name: "static-text" }),
    ]),
  });
  expect(await search("prompt with image")).toMatchObject({
    prompts: expect.arrayContaining([expect.objectContaining({ name: "test_prompt_with_image" })]),
  });
  expect(await search("zebra")).not.toHaveProperty("resources");
});

test.each(['readResource("nobody", "x://y")', 'getPrompt("nobody", "x", {})', 'listResources("nobody")'])(
  "a server that there is not is named by %s",
  async (call) => {
    const program = `import { readResource, getPrompt, listResources } from "codemode"; await ${call}`;
    const { error } = await codemode.executor.execute(program);
    expect(error).toMatchObject({
      code: "unknown_tool",
      message: 'There is no server "nobody".',
      hint: "Servers: up.",
    });
  },
);

test.each([
  ["completion/complete", {}],
  ["completion/complete", { ref: { type: "ref/other" }, argument: { name: "a", value: "b" } }],
  ["resources/read", {}],
  ["resources/read", { uri: 7 }],
  ["resources/subscribe", {}],
  ["resources/unsubscribe", { uri: null }],
  ["prompts/get", {}],
  ["prompts/get", { name: "a", arguments: { n: 1 } }],
  ["tools/call", {}],
])("wrong parameters of %s are -32602: %j", async (method, params) => {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(codemode);
  const answered = new Promise((resolve) => {
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- a transport of the SDK is not an event target
    near.onmessage = resolve;
  });
  await server.connect(far);
  await near.send({ jsonrpc: "2.0", id: 1, method, params });
  expect(await answered).toMatchObject({ error: { code: -32_602, message: expect.stringMatching(/^Invalid/) } });
});
