import type { Catalog } from "../../../catalog/catalog.ts";
import { insteadOfAgentTool, isToolRoot } from "../../calls/agent-tools.ts";

const CONNECTED = "No client is needed, since the servers are connected already: write `await server.tool({ … })`.";
const NETWORK = "There is no network here: use a tool of a server for requests.";
const FILES = "There is no file system here: use the tools of a server for files.";
const BROWSER = "There is no browser here: use the tools of a server.";
const COMMONJS = "The program is not a CommonJS module: use `return` or `export default` for its value.";
/** What to write instead of asking whether the program is imported. */
const NEVER_IMPORTED =
  "The program is not a file and is never imported: leave the condition out, and reach files through tools.";
const STREAMS =
  "There are no streams here: write an async generator, `async function* parts() { … }`, and `for await`.";
const THREADS = "There are no threads here; run calls side by side with `Promise.all`.";
const DISPOSAL = "There is no `using` here: release what you hold in a `finally` block.";
const PACKAGES = "No packages can be used: write it with plain JavaScript, for instance";
const END_WITH_VALUE = "Write `return` before the value instead.";
const INPUT = "Nobody can be asked while the program runs: write the value into the program, or return and ask then.";

/** What to do without a name that programs expect from elsewhere. */
const INSTEAD: Readonly<Record<string, string>> = {
  fetch: NETWORK,
  XMLHttpRequest: NETWORK,
  WebSocket: NETWORK,
  axios: NETWORK,
  requests: NETWORK,
  http: NETWORK,
  https: NETWORK,
  Request: NETWORK,
  Response: NETWORK,
  Headers: NETWORK,
  process:
    "There is no process here: pass values in the program, use `return` to end it and `console.log` for output; environment variables and secrets stay with the servers.",
  "process.nextTick": "Write `queueMicrotask(fn)`.",
  "require.main": NEVER_IMPORTED,
  Deno: "There is no Deno here: use the tools of a server for files, network and processes.",
  Bun: "There is no Bun here: use the tools of a server for files, network and processes.",
  require: "Nothing can be required: import tools from `generated/servers/<server>` and helpers from `codemode`.",
  module: COMMONJS,
  exports: COMMONJS,
  fs: FILES,
  path: "There is no `path` module: build paths with template strings.",
  os: "The machine is not visible here: use the tools of a server.",
  child_process: "No process can be started here: use the tools of a server.",
  exec: "No process can be started here: use the tools of a server.",
  execSync: "No process can be started here: use the tools of a server.",
  spawn: "No process can be started here: use the tools of a server.",
  __dirname: FILES,
  __filename: FILES,
  global: "Use `globalThis`; top-level names stay available in the session.",
  self: "Use `globalThis`; top-level names stay available in the session.",
  window: BROWSER,
  document: BROWSER,
  navigator: BROWSER,
  location: BROWSER,
  history: BROWSER,
  $: `${BROWSER} jQuery is not there either; take pages apart with string methods or regular expressions.`,
  jQuery: BROWSER,
  cheerio: `${PACKAGES} string methods and regular expressions.`,
  localStorage: "There is no browser here: top-level names stay available in the session.",
  sessionStorage: "There is no browser here: top-level names stay available in the session.",
  alert: "There is no browser here: use `console.log`, or `return` the value.",
  prompt: INPUT,
  confirm: INPUT,
  input: INPUT,
  readline: INPUT,
  print: "Use `console.log(…)`, or `return` the value.",
  printf: "Use `console.log(…)`, or `return` the value.",
  echo: "Use `console.log(…)`, or `return` the value.",
  final_answer: END_WITH_VALUE,
  finalAnswer: END_WITH_VALUE,
  finish: END_WITH_VALUE,
  submit: END_WITH_VALUE,
  display: "Use `console.log(…)`, or `return` the value.",
  len: "This is JavaScript: use `.length`; for Python set the language to `python`.",
  str: "This is JavaScript: use `String(…)`; for Python set the language to `python`.",
  int: "This is JavaScript: use `Number(…)` or `parseInt(…)`; for Python set the language to `python`.",
  range:
    "This is JavaScript: use a `for` loop or `Array.from({ length: n }, (_, i) => i)`; for Python set the language to `python`.",
  None: "This is JavaScript: write `null`; for Python set the language to `python`.",
  True: "This is JavaScript: write `true`; for Python set the language to `python`.",
  False: "This is JavaScript: write `false`; for Python set the language to `python`.",
  asyncio: "This is JavaScript: use `await` and `Promise.all`; for Python set the language to `python`.",
  json: "Use `JSON.parse` and `JSON.stringify`.",
  _: `${PACKAGES} \`map\`, \`filter\`, \`reduce\`, \`Object.groupBy\`, \`toSorted\`.`,
  lodash: `${PACKAGES} \`map\`, \`filter\`, \`reduce\`, \`Object.groupBy\`, \`toSorted\`.`,
  moment: `${PACKAGES} \`Date\` and \`Intl.DateTimeFormat\`.`,
  dayjs: `${PACKAGES} \`Date\` and \`Intl.DateTimeFormat\`.`,
  Temporal: "There is no `Temporal` here: use `Date` and `Intl.DateTimeFormat`.",
  pLimit: 'Write `parallel(tasks, { limit })`, from `import { parallel } from "codemode"`.',
  z: `${PACKAGES} plain checks; the arguments of tools are checked anyway.`,
  React: "There is nothing to draw on here: return data or text.",
  MCPClient: CONNECTED,
  McpClient: CONNECTED,
  Client: CONNECTED,
  ClientSession: CONNECTED,
  StdioClientTransport: CONNECTED,
  WebAssembly: "WebAssembly is not available here.",
  Worker: THREADS,
  ReadableStream: STREAMS,
  WritableStream: STREAMS,
  TransformStream: STREAMS,
  Blob: "There is no `Blob` here: use text, `Uint8Array` or `Buffer`.",
  File: "There is no `File` here: use text, `Uint8Array` or `Buffer`.",
  FormData: NETWORK,
  EventSource: NETWORK,
  DOMParser: `${BROWSER} Take pages apart with string methods or regular expressions.`,
  requestAnimationFrame: "Nothing is drawn here: use `setTimeout`.",
  indexedDB: "There is no browser here: top-level names stay available in the session.",
  FileReader: FILES,
  MessageChannel: THREADS,
  BroadcastChannel: THREADS,
  chalk: "Text has no colours here: write it plain.",
  DisposableStack: DISPOSAL,
  AsyncDisposableStack: DISPOSAL,
  Atomics: "There is one thread here: plain variables do.",
  SharedArrayBuffer: "Memory cannot be shared here: use `ArrayBuffer`.",
};

/** How tools are found by name. */
export interface ToolNames {
  /** The tool as code calls it, `server.tool`, by the server and tool that a program writes. */
  readonly inCode: (server: string, tool: string) => string | undefined;
  /** The global that a server goes by, by the server as a program writes it. */
  readonly server: (name: string) => string | undefined;
  /** The server, or the tool of it, that a text begins with by a name that is not an identifier, and how code has it. */
  readonly spelled: (text: string) => { readonly written: string; readonly inCode: string } | undefined;
  /** What to write instead of a module that does not exist; undefined where nothing is known of it. */
  readonly module: (specifier: string) => string | undefined;
  /** Tools whose own name is this one, as code calls them. */
  readonly named: (tool: string) => readonly string[];
}

/**
 * What to write instead of a name that is not defined, with the names that are asked of it (of `require`, modules): for a tool without its server
 * the call with it, for what other places offer the way it is done here. Undefined for a name nothing is known about.
 */
export function insteadOfName(name: string, members: readonly string[], tools: ToolNames): string | undefined {
  const required = name === "require" ? members.map(tools.module).find((hint) => hint !== undefined) : undefined;
  if (required !== undefined) return `${INSTEAD["require"]} ${required}`;
  const bare = tools.named(name);
  if (bare.length > 0) return `\`${name}\` is a tool: write ${listed(bare)}.`;
  if (isToolRoot(name)) return insteadOfRoot(name, members, tools);
  const agents = insteadOfAgentTool(name, "typescript");
  if (agents !== undefined) return agents;
  const known = own(INSTEAD, name);
  const owned = known === undefined ? members.flatMap((member) => tools.named(member)) : [];
  if (owned.length > 0) return `There is no \`${name}\`: write ${listed([...new Set(owned)])}.`;
  return members.map((member) => own(INSTEAD, `${name}.${member}`)).find((hint) => hint !== undefined) ?? known;
}

/** The full name of a tool, as clients spell it too. */
const FULL_NAME = /^(?:mcp__)?(.+?)__(.+)$/;

function insteadOfRoot(name: string, members: readonly string[], tools: ToolNames): string {
  const [first = "", second = ""] = members;
  const [, owner = first, tool = second] = FULL_NAME.exec(first) ?? [];
  const exact = tools.inCode(owner, tool);
  if (exact !== undefined) return `Servers are globals of their own: write \`${exact}({ … })\`.`;
  const server = tools.server(first);
  if (server !== undefined)
    return `Servers are globals of their own: write \`${server}\` instead of \`${name}.${first}\`.`;
  const same = tools.named(first);
  if (same.length > 0) return `Tools belong to their server: write ${listed(same)}.`;
  const agents = insteadOfAgentTool(first, "typescript");
  if (agents !== undefined) return agents;
  return `There is no \`${name}\`: each server is a global of its own, so write \`server.tool({ … })\`.`;
}

function listed(calls: readonly string[]): string {
  return calls
    .slice(0, 3)
    .map((call) => `\`${call}({ … })\``)
    .join(" or ");
}

/** Modules by the global that the advice about them is kept under. */
const SAME_AS: Readonly<Record<string, string>> = names({
  axios:
    "node-fetch undici got ky superagent request ws net tls dns http2 dgram stream googleapis openai @octokit/rest",
  fs: "fs-extra glob csv-parser fast-glob",
  lodash: "lodash-es underscore ramda remeda",
  dayjs: "luxon date-fns date-fns-tz moment-timezone",
  z: "zod ajv joi yup valibot",
  Worker: "worker_threads cluster piscina",
  child_process: "execa shelljs zx",
  cheerio:
    "jsdom node-html-parser papaparse csv-parse csv-stringify xlsx marked turndown yaml js-yaml toml ini fast-xml-parser xml2js",
  React: "react react-dom recharts chart.js d3",
  process: "dotenv yargs commander",
});

const INSTEAD_OF_MODULE: Readonly<Record<string, string>> = {
  util: "Write it with plain JavaScript: `console.log` shows values whole, `JSON.stringify(value, null, 2)` makes text of them.",
  assert: 'Throw an error instead: `if (a !== b) throw new Error("…")`.',
  timers: "`setTimeout` is a global, and `sleep` a helper: `await codemode.sleep(ms)`.",
  crypto:
    '`crypto` is a global: write `await crypto.subtle.digest("SHA-256", bytes)` for a hash, `crypto.randomUUID()` for an id; there are no ciphers or keys.',
  uuid: "Write `crypto.randomUUID()`, which is a global.",
  nanoid: "Write `crypto.randomUUID()`, which is a global.",
  events: "`EventTarget` and `AbortController` are globals.",
  url: "`URL` and `URLSearchParams` are globals.",
  querystring: "`URLSearchParams` is a global.",
  buffer: "`Buffer` is a global.",
  perf_hooks: "`performance` is a global.",
  "p-limit": 'Write `parallel(tasks, { limit })`, from `import { parallel } from "codemode"`.',
  "p-map": 'Write `parallel(tasks, { limit })`, from `import { parallel } from "codemode"`.',
  "p-retry": 'Write `retry(fn, { maxAttempts })`, from `import { retry } from "codemode"`.',
  "@modelcontextprotocol/sdk": CONNECTED,
  "@modelcontextprotocol/client": CONNECTED,
};

function names(lists: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(lists).flatMap(([same, list]) => list.split(" ").map((name) => [name, same])),
  );
}

/**
 * What to write instead of the import of a module that does not exist: the module of the server for a file of one tool,
 * for what is known from elsewhere the way it is done here. Undefined for a module nothing is known about.
 */
export function insteadOfModule(specifier: string, catalog: Catalog): string | undefined {
  const parts = specifier.replace(/^(?:node|npm|jsr):/, "").split("/");
  const [first = "", second = ""] = parts;
  const name = first.startsWith("@") ? `${first}/${second}` : first.replace(/(?<=.)@.*$/, "");
  if (/^(?:\.\/)?(?:generated|generated\/(?:servers|mcp)|servers)(?:\/index)?(?:\.[jt]s)?$/.test(specifier))
    return allServers(catalog);
  return toolFile(parts, catalog) ?? own(INSTEAD_OF_MODULE, name) ?? own(INSTEAD, own(SAME_AS, name) ?? name);
}

/** Some layouts have one module with all servers. */
function allServers({ servers }: Catalog): string {
  const name = servers[0]?.identifier ?? "server";
  return `Servers are globals: leave the import out, or write \`import * as ${name} from "generated/servers/${name}"\`.`;
}

/** Some layouts have a file for each tool. */
function toolFile(parts: readonly string[], catalog: Catalog): string | undefined {
  const file = parts.at(-1)?.replace(/\.[cm]?[jt]s$/, "") ?? "";
  const server = catalog.server(parts.at(-2) ?? "");
  if (server === undefined) return undefined;
  const flat = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const tool = server.tools.find(({ toolName }) => flat(toolName) === flat(file));
  const imported = tool === undefined ? `* as ${server.identifier}` : `{ ${tool.identifier} }`;
  return `Each server is one module: write \`import ${imported} from "generated/servers/${server.identifier}"\`.`;
}

function own(texts: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(texts, name) ? texts[name] : undefined;
}
