import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isOwnEntry } from "../../sources/mcp/entry/own-command.ts";
import { assertRulesMatch } from "../../runs/decisions/check-policy.ts";
import { findConfiguration, STATE_DIRECTORY } from "./configuration-files.ts";
import { parseConfiguration } from "./parse-configuration.ts";
import type { Configuration, LoadedConfiguration } from "./configuration.ts";

/** The one that clients read too, and the entry in it that stands there for them by right. */
const [SHARED_FILE, OWN_ENTRY] = [".mcp.json", "codemode"];

const SKILLS_DIRECTORY = "skills";
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a configuration file (JSON with comments).
 *
 * Without `file` the first of `CONFIGURATION_FILES` in `directory` is used; when there is none the configuration
 * is empty. Problems are `config_error` and name the file, the place in it and the fix.
 */
export function loadConfiguration(
  options: { readonly file?: string | undefined; readonly directory?: string } = {},
): LoadedConfiguration {
  const directory = resolve(options.directory ?? ".");
  const file = options.file === undefined ? findConfiguration(directory) : resolve(directory, options.file);
  if (file === undefined) return place({}, directory);
  try {
    const parsed = parseConfiguration(parseText(readText(file)));
    const configuration = basename(file) === SHARED_FILE ? withoutOwn(parsed) : parsed;
    const { policy = {}, mcpServers = {}, server } = configuration;
    if (server?.allowAddServer !== true) assertRulesMatch(policy, Object.keys(mcpServers));
    return { ...place(configuration, dirname(file)), file };
  } catch (thrown) {
    if (!CodemodeError.is(thrown)) throw thrown;
    throw new CodemodeError("config_error", `${file}: ${thrown.message}`, { ...thrown.details, cause: thrown });
  }
}

function withoutOwn({ mcpServers = {}, ...configuration }: Configuration): Configuration {
  const others = Object.entries(mcpServers).filter(([name, entry]) => name !== OWN_ENTRY || !isOwnEntry(entry));
  return { ...configuration, mcpServers: Object.fromEntries(others) };
}

/** Settles what a configuration leaves to the folder it is in. */
function place(configuration: Configuration, directory: string): LoadedConfiguration {
  const stateDirectory = resolve(directory, configuration.stateDir ?? STATE_DIRECTORY);
  const { directories, ...rest } = configuration.skills ?? {};
  const skills = directories?.map((path) => resolve(directory, path)) ?? defaultSkills(directory, stateDirectory);
  return { configuration: { ...configuration, skills: { ...rest, directories: skills } }, stateDirectory };
}

/** The folder a person keeps beside the configuration, if there is one, and the one that is made for what agents save. */
function defaultSkills(directory: string, stateDirectory: string): readonly string[] {
  const beside = join(directory, SKILLS_DIRECTORY);
  return [...(isDirectory(beside) ? [beside] : []), join(stateDirectory, SKILLS_DIRECTORY)];
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readText(file: string): string {
  try {
    const text = readFileSync(file, "utf8");
    if (text.length <= MOST_BYTES) return text;
  } catch (cause) {
    throw new CodemodeError(
      "config_error",
      `The file cannot be read (${cause instanceof Error ? cause.message : "unknown"}).`,
      {
        hint: "Check the path given with --config.",
        cause,
      },
    );
  }
  throw new CodemodeError("config_error", "The file is larger than 4 MB.", {
    hint: "This is not a configuration file.",
  });
}

function parseText(text: string): unknown {
  const problems: ParseError[] = [];
  const tree = parseTree(text.replace(/^\uFEFF/, ""), problems, { allowTrailingComma: true });
  const [problem] = problems;
  if (problem === undefined) return tree === undefined ? undefined : valueOf(tree);
  const before = text.slice(0, problem.offset).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  throw new CodemodeError("config_error", `line ${line}, column ${column}: ${printParseErrorCode(problem.error)}.`, {
    hint: "Write JSON; comments and trailing commas are fine.",
    line,
    column,
  });
}

/** The value of a node; a key named `__proto__` is one like others. */
function valueOf({ type, value, children = [] }: Node): unknown {
  if (type === "array") return children.map(valueOf);
  if (type !== "object") return value;
  const entries = children.flatMap(({ children: [key, member] = [] }): [string, unknown][] =>
    key === undefined || member === undefined ? [] : [[String(key.value), valueOf(member)]],
  );
  return Object.fromEntries(entries);
}
