import assert from "node:assert/strict";
import { createCodemode, defineTool } from "codemode";

const round = defineTool({
  name: "round",
  description: "Rounds to tens.",
  inputSchema: { type: "object", properties: { value: { type: "number" } }, required: ["value"] },
  outputSchema: { type: "object", properties: { result: { type: "number" } }, required: ["result"] },
  execute: ({ value }) => ({ result: Math.round(Number(value) / 10) * 10 }),
});

await using codemode = createCodemode({
  mcpServers: { team: { command: "npx", args: ["codemode", "serve", "--config", "team.json"] } },
  tools: { numbers: [round] },
});

const run = await codemode.executor.execute(`
  import { execute_code, search_tools } from "generated/servers/team";
  import { round } from "generated/servers/numbers";

  const inner = await execute_code({
    code: \`
      import { read_text_file } from "generated/servers/filesystem";
      const texts = await Promise.all(["monday", "tuesday"].map((day) => read_text_file({ path: day + ".txt" })));
      texts.join("").trim().split("\\\\n").reduce((sum, line) => sum + Number(line.split(" ")[1]), 0);
    \`,
  });
  const { tools } = await search_tools({ query: "read multiple files", limit: 1 });
  const { result } = await round({ value: inner.value });

  // What goes wrong inside is a failed tool here, with the reason of the inner run.
  const refused = await execute_code({ code: 'await filesystem.write_file({ path: "x.txt", content: "" })' })
    .then(() => "written", (error) => (error.message.includes("policy_denied") ? "refused" : error.message));

  return { found: tools.map((tool) => tool.name), sum: inner.value, result, refused };
`);
console.log(run.value ?? run.error);
assert.deepEqual(run.value, {
  found: ["filesystem__read_multiple_files"],
  sum: 62,
  result: 60,
  refused: "refused",
});
console.log("ok");
