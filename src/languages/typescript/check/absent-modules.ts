import type { Catalog } from "../../../catalog/catalog.ts";
import { insteadOfGlobal } from "./absent-names.ts";

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
  cheerio: "jsdom node-html-parser papaparse csv-parse csv-stringify xlsx marked turndown",
  React: "react react-dom recharts chart.js d3",
  process: "dotenv yargs commander",
});

const INSTEAD: Readonly<Record<string, string>> = {
  util: "Write it with plain JavaScript: `console.log` shows values whole, `JSON.stringify(value, null, 2)` makes text of them.",
  assert: 'Throw an error instead: `if (a !== b) throw new Error("…")`.',
  timers: "`setTimeout` is a global, and `sleep` a helper: `await codemode.sleep(ms)`.",
  crypto: "`crypto.randomUUID()` and `crypto.getRandomValues()` are globals; there are no hashes, ciphers or keys.",
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
  "@modelcontextprotocol/sdk":
    "No client is needed, since the servers are connected already: write `await server.tool({ … })`.",
  "@modelcontextprotocol/client":
    "No client is needed, since the servers are connected already: write `await server.tool({ … })`.",
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
  return toolFile(parts, catalog) ?? own(INSTEAD, name) ?? insteadOfGlobal(own(SAME_AS, name) ?? name);
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
