import type { Catalog } from "../../catalog/catalog.ts";
import type { CatalogServer, ToolEntry } from "../../catalog/tool.ts";
import { unknownName, writtenServer, writtenTool } from "../../catalog/unknown-name.ts";
import type { GuestFault } from "../../engines/engine.ts";
import { insteadOfAgentTool, isToolRoot } from "../calls/agent-tools.ts";
import { CODEMODE_NAMES } from "./codemode-names.ts";
import { textHint } from "./text-hint.ts";

/** Packages that programs try to import and what to use in their place. */
const PACKAGES: readonly (readonly [names: string, hint: string])[] = [
  [
    "requests httpx aiohttp urllib3 websockets paramiko boto3 openai anthropic playwright selenium",
    "Programs here have no network: everything outside is reached through tools, as `await server.tool(...)`.",
  ],
  [
    "numpy pandas polars scipy sklearn matplotlib",
    "Only the standard library is here: use lists and dicts, `statistics`, `csv` and `collections`.",
  ],
  ["mcp fastmcp", "No client is needed, since the servers are connected already: write `await server.tool(...)`."],
  ["nltk spacy transformers torch tensorflow", "Only the standard library is here: use `re` and `collections`."],
  [
    "dotenv click typer rich tqdm loguru",
    "Only the standard library is here: use plain values, `print` and `logging`.",
  ],
  [
    "multiprocessing _multiprocessing",
    "No process can be started here: run calls side by side with `await asyncio.gather(*calls)`, and calculate in one process.",
  ],
  ["IPython ipywidgets", "This is not a notebook: write `print(value)`, or end the program with the value."],
  ["tenacity backoff", "Only the standard library is here: use `from codemode import retry`."],
  ["pydantic attr attrs", "Only the standard library is here: use `dataclasses`."],
  ["pytz dateutil arrow pendulum tzlocal", "Only the standard library is here: use `datetime` and `zoneinfo`."],
  ["yaml toml bs4 lxml", "Only the standard library is here: use `json`, `tomllib`, `html.parser` or `xml.etree`."],
];

/** Correction for the error a Python program failed with, from its text and the existing tools. */
export function repairHint(fault: GuestFault, code: string, catalog: Catalog): string | undefined {
  if (fault.code === "syntax_error") return textHint(code, fault);
  const [, name] = /^name '(\w+)' is not defined/.exec(fault.message) ?? [];
  if (fault.name === "NameError" && name !== undefined)
    return (
      spelledHint(fault, code, catalog) ??
      nameHint(name, catalog) ??
      rootHint(name, code, catalog) ??
      fault.hint ??
      textHint(code, fault) ??
      `Define \`${name}\` before it is used, or import it from its module.`
    );
  return fault.hint === undefined ? (helperHint(fault, catalog) ?? importHintFor(fault, code, catalog)) : undefined;
}

function helperHint({ message }: GuestFault, catalog: Catalog): string | undefined {
  const [, member] = /^module 'codemode' has no attribute '(\w+)'/.exec(message) ?? [];
  return member === undefined ? undefined : (nameHint(member, catalog) ?? serverHint(member, catalog));
}

function serverHint(name: string, catalog: Catalog): string | undefined {
  const server = catalog.server(name);
  return server === undefined ? undefined : importHint(server);
}

function importHintFor(fault: GuestFault, code: string, catalog: Catalog): string | undefined {
  const [, wanted] = /^No module named '([\w.]+)'/.exec(fault.message) ?? [];
  if (wanted !== undefined) return importedHint(wanted, code, catalog) ?? moduleHint(wholeName(wanted, code), catalog);
  const [, member] = /^cannot import name '(\w+)' from /.exec(fault.message) ?? [];
  return member === undefined ? undefined : memberHint(member, catalog);
}

function spelledHint({ frames }: GuestFault, code: string, catalog: Catalog): string | undefined {
  const line = code.split("\n")[(frames[0]?.line ?? 1) - 1] ?? "";
  const spelled = writtenServer(catalog, line.slice((frames[0]?.column ?? 1) - 1)) ?? writtenTool(catalog, line);
  if (spelled === undefined) return undefined;
  return `\`${spelled.written}\` is read as a calculation: in code it is called \`${spelled.inCode}\`.`;
}

function rootHint(name: string, code: string, catalog: Catalog): string | undefined {
  const [, member = "", inner = ""] = new RegExp(`\\b${name}\\.(\\w+)(?:\\.(\\w+))?`).exec(code) ?? [];
  if (name !== "codemode" && !isToolRoot(name))
    return packageHint(ALIASES.get(name) ?? name) ?? ownerHint(name, member, catalog);
  const server = catalog.server(member);
  if (server !== undefined) return innerHint(`${name}.${member}`, inner, server);
  return name === "codemode" ? nameHint(member, catalog) : memberOfRoot(name, member, catalog);
}

function memberOfRoot(name: string, member: string, catalog: Catalog): string {
  const owner = catalog.get(member) ?? catalog.tools.find(({ identifier }) => identifier === member);
  if (owner !== undefined) return `Tools belong to their server: write \`await ${callOf(owner)}\`.`;
  return (
    insteadOfAgentTool(member, "python") ??
    `There is no \`${name}\`, and no client is needed: each server is a global of its own, so write \`await server.tool(...)\`.`
  );
}

function innerHint(written: string, inner: string, { identifier, tools }: CatalogServer): string {
  const tool = tools.find((each) => each.identifier === inner);
  const instead = tool === undefined ? `\`${identifier}\` instead of \`${written}\`` : `\`await ${callOf(tool)}\``;
  return `Servers are globals of their own: write ${instead}.`;
}

/** For a tool that is asked of a name which is no server. */
function ownerHint(name: string, tool: string, catalog: Catalog): string | undefined {
  const meant = catalog.tools.find(({ identifier, toolName }) => identifier === tool || toolName === tool);
  return meant === undefined ? undefined : `There is no \`${name}\`: write \`await ${callOf(meant)}\`.`;
}

function nameHint(name: string, catalog: Catalog): string | undefined {
  const helper = CODEMODE_NAMES.get(name);
  if (helper !== undefined) return `Add the line \`from codemode import ${helper}\`.`;
  const entry = catalog.get(name);
  if (entry !== undefined) return `Tools are functions of their server: write \`await ${callOf(entry)}\`.`;
  const owners = catalog.tools.filter(({ identifier, toolName }) => identifier === name || toolName === name);
  if (owners.length > 0) {
    const calls = owners.slice(0, 3).map((each) => `\`await ${callOf(each)}\``);
    return `It is a tool: write ${calls.join(" or ")}.`;
  }
  const bare = joined(name, catalog);
  if (bare !== undefined) return `Tools are functions of their server: write \`await ${callOf(bare)}\`.`;
  return WORDS.get(name) ?? insteadOfAgentTool(name, "python");
}

/** Names that packages usually go by. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["pd", "pandas"],
  ["np", "numpy"],
  ["plt", "matplotlib"],
  ["fetch", "requests"],
  ["require", "requests"],
]);

function packageHint(root: string): string | undefined {
  return ROOTS.get(root) ?? PACKAGES.find(([names]) => names.split(" ").includes(root))?.[1];
}

const END_WITH_VALUE = "End the program with the value itself instead, as its last line.";

/** What to write instead of the objects of JavaScript. */
const ROOTS: ReadonlyMap<string, string> = new Map([
  ["console", "Python writes `print(value)`."],
  ["JSON", "Python writes `json.loads(text)` and `json.dumps(value)`, with `import json`."],
  ["Math", "Python writes `max`, `min`, `round` and `abs`, and `import math` for the rest."],
  ["Object", "Python writes `value.keys()`, `value.values()` and `value.items()`."],
  ["Promise", "Python writes `await asyncio.gather(*calls)`, with `import asyncio`."],
]);

/** What to write instead of words of other places and languages. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["true", "Python writes `True`."],
  ["false", "Python writes `False`."],
  ["null", "Python writes `None`."],
  ["undefined", "Python writes `None`."],
  ["display", "This is not a notebook: write `print(value)`, or end the program with the value."],
  ["final_answer", END_WITH_VALUE],
  ["finish", END_WITH_VALUE],
  ["submit", END_WITH_VALUE],
  [
    "skills",
    "Add the line `from generated.skills import list_skills, load_skill, run_skill`, and write `await list_skills()`.",
  ],
]);

/** The tool that one name for server and tool together stands for, as clients spell it. */
function joined(name: string, catalog: Catalog): ToolEntry | undefined {
  const spelled = name.replace(/^mcp__?/, "");
  return (
    catalog.get(spelled) ?? catalog.tools.find((each) => `${each.serverIdentifier}_${each.identifier}` === spelled)
  );
}

/** Python names only the first part that it does not find. */
function wholeName(wanted: string, code: string): string {
  const name = wanted.replaceAll(".", "\\.");
  return new RegExp(`(?:from|import)\\s+(${name}(?:\\.\\w+)*)`).exec(code)?.[1] ?? wanted;
}

/** A tool that is imported from a module that does not exist. */
function importedHint(wanted: string, code: string, catalog: Catalog): string | undefined {
  const root = wanted.replaceAll(".", "\\.");
  const [, imported = ""] = new RegExp(`from\\s+${root}[\\w.]*\\s+import\\s+\\(?\\s*(\\w+)`).exec(code) ?? [];
  return imported === "" ? undefined : memberHint(imported, catalog);
}

function moduleHint(wanted: string, catalog: Catalog): string | undefined {
  const parts = wanted.split(".");
  const [root = ""] = parts;
  const server = parts.map((part) => catalog.server(part)).find((each) => each !== undefined);
  if (server !== undefined) return importHint(server);
  const known = packageHint(root);
  if (known !== undefined) return known;
  if (CODEMODE_NAMES.has(root)) return `Write \`from codemode import ${CODEMODE_NAMES.get(root) ?? root}\`.`;
  const wrong = unknownName(catalog, { kind: "server", name: root });
  const meant = /Did you mean [^?]{1,200}\?/.exec(wrong.message)?.[0];
  const tools = [...(meant === undefined ? [] : [meant]), wrong.details.hint ?? ""].join(" ");
  return `Only the standard library and modules of tools, such as \`generated.servers.NAME\`, can be imported. ${tools}`.trim();
}

/** Correction for a server or tool that a program looks for in a module that does not have it. */
export function memberHint(member: string, catalog: Catalog): string | undefined {
  const server = serverHint(member, catalog);
  if (server !== undefined) return server;
  const owner = catalog.tools.find(({ identifier }) => identifier === member);
  return owner === undefined
    ? undefined
    : `Write \`from generated.servers.${owner.serverIdentifier} import ${member}\`, or \`await ${callOf(owner)}\`.`;
}

function importHint({ identifier, tools }: CatalogServer): string {
  const [first] = tools;
  const name = first === undefined ? "NAME" : first.identifier;
  return (
    `\`${identifier}\` is there without an import: write \`await ${identifier}.${name}(...)\`, ` +
    `or \`from generated.servers.${identifier} import ${name}\`.`
  );
}

function callOf({ serverIdentifier, identifier }: ToolEntry): string {
  return `${serverIdentifier}.${identifier}(...)`;
}
