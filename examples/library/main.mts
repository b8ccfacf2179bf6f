import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodeModeExecutor, ToolRegistry } from "codemode";

const folder = await mkdtemp(join(tmpdir(), "codemode-library-"));
await writeFile(join(folder, "a.txt"), "one two three");
await writeFile(join(folder, "b.txt"), "four five");

const registry = new ToolRegistry();
registry.addServer({ name: "files", command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", folder] });
const executor = new CodeModeExecutor(registry, {
  limits: { timeMs: 10_000, toolCalls: 20 },
  policy: { rules: [{ tools: "files__write_*", decision: "deny" }] },
});

try {
  // A server that does not come up has no tools here, and says why in listServers().
  const found = await registry.discoverAll();
  const [best] = registry.searchTools("read a text file", { limit: 1 }).tools;
  console.log(`files has ${found["files"]?.length} tools; the best for reading is ${best?.name}`);
  assert.equal(best?.name, "files__read_text_file");

  // Programs in TypeScript: the value is the last expression.
  const words = await executor.execute(`
    import { read_text_file } from "generated/servers/files";
    const texts = await Promise.all(["a.txt", "b.txt"].map((path) => read_text_file({ path: "${folder}/" + path })));
    texts.map((text) => text.split(" ").length);
  `);
  console.log("words in each file:", words.value, "calls:", words.toolCalls.length);
  assert.deepEqual(words.value, [3, 2]);

  // Programs in Python, one session: what one program names, the next one has.
  const python = { language: "python", sessionId: "report" } as const;
  await executor.execute(`text = await files.read_text_file(path="${folder}/a.txt")`, python);
  const upper = await executor.execute("print(text.upper())", python);
  console.log("printed:", upper.stdout.trim());
  assert.equal(upper.stdout, "ONE TWO THREE\n");

  // What goes wrong inside a program is part of the result: a model reads it and tries again.
  const wrong = await executor.execute(`await files.read_text_fil({ path: "a.txt" })`);
  console.log(`${wrong.error?.code} at line ${wrong.error?.line}: ${wrong.error?.message} ${wrong.error?.hint ?? ""}`);
  assert.equal(wrong.error?.code, "unknown_tool");

  const denied = await executor.execute(`await files.write_file({ path: "${folder}/c.txt", content: "" })`);
  assert.equal(denied.error?.code, "policy_denied");
} finally {
  await executor.close();
  await registry.close();
  await rm(folder, { recursive: true });
}
console.log("ok");
