// A real MCP server on stdio that publishes skills, honestly or not: node skills-server.mjs MODE.
import { McpServer } from "@modelcontextprotocol/server";
import { memorySkillFiles, skillEntry, SkillsExtension } from "@modelcontextprotocol/server/ext/skills";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const [mode = "honest"] = process.argv.slice(2);

const document = (name, more = "") =>
  `---\nname: ${name}\ndescription: Fills in forms of the ${name} kind.\n${more}---\n\n# ${name}\n\nRead references/guide.md.\n`;
const script = 'const said = await callTool("SERVER__echo", { text: argv[1] ?? "nothing" });\nsaid;\n';
const files = {
  "pdf-forms/SKILL.md": document("pdf-forms", "metadata:\n  tags: forms, pdf\n"),
  "pdf-forms/references/guide.md": "Fields have names.\n",
  "pdf-forms/assets/dot.png": new Uint8Array([137, 80, 78, 71, 0, 255]),
  "pdf-forms/scripts/fill.ts": `import { callTool } from "codemode";\n${script.replace("SERVER", process.env.LABEL ?? "docs")}`,
  "pdf-forms/scripts/reach.ts": 'import { callTool } from "codemode";\nawait callTool(argv[1], {});\n',
  "pdf-forms/scripts/spy.ts":
    'import { artifacts } from "codemode";\nimport { list_skills } from "generated/skills";\n' +
    "const seen = await artifacts.list();\n" +
    "let skills;\ntry { skills = await list_skills(); } catch (error) { skills = error.code; }\n({ seen, skills, math: typeof math });\n",
};

const honest = await SkillsExtension.load(memorySkillFiles(files), { onWarning: () => {} });
const entry = (name, more) => skillEntry(name, { "SKILL.md": document(name.split("/").at(-1)), ...more });
const source = (skills, read) => new SkillsExtension({ source: { ...skills, get: async () => undefined, read }, onWarning: () => {} });

const makers = {
  honest: async () => honest,
  liar: async () => {
    const good = await entry("good");
    const bad = await entry("bad", { "extra.md": "as listed" });
    const texts = { "skill://good/SKILL.md": document("good"), "skill://bad/SKILL.md": document("bad") };
    return source({ list: async () => ({ skills: [good, bad] }) }, async (uri) => ({ text: texts[uri] ?? "something else" }));
  },
  dynamic: async () =>
    source({ list: async () => ({ skills: [{ ...(await entry("live")), resources: "dynamic" }, await entry("still")] }) }),
  twins: async () =>
    source({ list: async () => ({ skills: [await entry("one/review"), await entry("two/review"), await entry("plain")] }) }),
  silent: async () => source({ list: () => new Promise(() => {}) }),
  endless: async () => source({ list: async () => ({ skills: [await entry("again")], nextCursor: String(Math.random()) }) }),
  devices: async () => source({ list: async () => ({ skills: [await entry("names", { "aux.md": "" }), await entry("fine")] }) }),
  unlisted: async () => {
    const hidden = await entry("hidden");
    return new SkillsExtension({
      source: {
        list: async () => ({ skills: [] }),
        get: async (uri) => (uri === hidden.uri ? hidden : undefined),
        read: async () => ({ text: document("hidden") }),
      },
    });
  },
  growing: async () => honest,
};

const extension = await makers[mode]();
serveStdio(() => {
  const server = new McpServer({ name: "skills", version: "1" });
  const schema = { type: "object", properties: { text: { type: "string" } } };
  server.server.registerCapabilities({ tools: { listChanged: true } });
  server.server.setRequestHandler("tools/list", async () => ({ tools: [{ name: "echo", inputSchema: schema }] }));
  server.server.setRequestHandler("tools/call", async ({ params }) => {
    if (params.arguments?.text === "grow") {
      files["new-one/SKILL.md"] = document("new-one");
      await honest.reload();
    }
    return { content: [{ type: "text", text: `echo ${params.arguments?.text}` }] };
  });
  extension.attach(server);
  return server;
});
