import { statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { boundText } from "../../base/bound-text.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { fileFault } from "../../base/files/file-fault.ts";
import { FileError, readBytes } from "../../base/files/read-file.ts";
import { isRecord } from "../../base/is-record.ts";
import { isOwnEntry } from "../../sources/mcp/entry/own-command.ts";
import { assertRulesMatch } from "../../runs/decisions/check-policy.ts";
import { adoptRoots } from "./adopt-roots.ts";
import { findConfiguration, STATE_DIRECTORY } from "./configuration-files.ts";
import { parseConfigurationText } from "./configuration-text.ts";
import { withoutForeignSettings } from "./foreign-settings.ts";
import { KNOWN_KEYS, parseConfiguration } from "./parse-configuration.ts";
import type { Configuration, LoadedConfiguration } from "./configuration.ts";

/** The one that clients read too, and the entry in it that stands there for them by right. */
const [SHARED_FILE, OWN_ENTRY] = [".mcp.json", "codemode"];

/** Files in which a key that is not known is a mistake; any other may be one of another client. */
const OWN_FILES: ReadonlySet<string> = new Set(["codemode.json", ".codemode.json"]);

const SKILLS_DIRECTORY = "skills";
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * Reads a configuration file: JSON with comments, or the own file of another client in JSON, TOML or YAML, of which the
 * servers count.
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
    const { configuration, unused } = read(file, directory);
    const { policy = {}, mcpServers = {}, server } = configuration;
    if (server?.allowAddServer !== true) assertRulesMatch(policy, Object.keys(mcpServers));
    return { ...place(configuration, dirname(file)), file, ...(unused.length === 0 ? {} : { unused }) };
  } catch (thrown) {
    if (!CodemodeError.is(thrown)) throw thrown;
    throw new CodemodeError("config_error", `${file}: ${thrown.message}`, { ...thrown.details, cause: thrown });
  }
}

function read(
  file: string,
  directory: string,
): { readonly configuration: Configuration; readonly unused: readonly string[] } {
  const text = parseConfigurationText(readText(file), file);
  const { value, isForeign } = adoptRoots(text.value, directory);
  if (text.repeated !== undefined && !isForeign && basename(file) !== SHARED_FILE) throw text.repeated;
  const isOwn = OWN_FILES.has(basename(file));
  const used = isOwn ? value : withoutForeignSettings(value, { known: KNOWN_KEYS, isForeign });
  const parsed = parseConfiguration(used);
  return {
    configuration: basename(file) === SHARED_FILE ? withoutOwn(parsed) : parsed,
    unused: isRecord(value) && isRecord(used) ? Object.keys(value).filter((key) => !Object.hasOwn(used, key)) : [],
  };
}

/** Names of settings in one note. */
const MOST_NAMES = 8;

/** A sentence about the settings in a file that are those of another client; undefined where there are none. */
export function unusedNote({ file, unused = [] }: Pick<LoadedConfiguration, "file" | "unused">): string | undefined {
  if (unused.length === 0) return undefined;
  const more = unused.length > MOST_NAMES ? [`${unused.length - MOST_NAMES} more`] : [];
  const names = [...unused.slice(0, MOST_NAMES).map((name) => JSON.stringify(boundText(name, 60))), ...more].join(", ");
  return `Of ${file ?? "the configuration"} the servers are used; not used, as settings of another client: ${names}.`;
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
  const bytes = contentsOf(file);
  try {
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CodemodeError("config_error", "The file is not text in UTF-8.", {
      hint: "Save it in the encoding UTF-8.",
      cause,
    });
  }
}

function contentsOf(file: string): Buffer {
  try {
    const found = statSync(file);
    if (found.isFIFO()) throw new CodemodeError("config_error", A_PIPE, { hint: INSTEAD_OF_A_PIPE });
    if (found.size > MOST_BYTES)
      throw new CodemodeError("config_error", "The file is larger than 4 MB.", {
        hint: "This is not a configuration file.",
      });
    return readBytes(file);
  } catch (cause) {
    if (CodemodeError.is(cause) && !(cause instanceof FileError)) throw cause;
    throw new CodemodeError("config_error", `The file cannot be read: ${fileFault(cause)}.`, {
      hint: "Check the path given with --config.",
      cause,
    });
  }
}

const A_PIPE = "A pipe cannot be a configuration: it can be read only once.";
const INSTEAD_OF_A_PIPE = "Write the configuration to a file, beside which the state is kept.";

/** Windows writes UTF-16, which says so in its first two bytes. */
function encodingOf([first, second]: Buffer): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
