import { readFileSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import { expandHome } from "./expand-home.ts";
import { parseShellWords } from "./shell-words.ts";

/** Variable that marks every process we start: the configuration files of all codemodes above it, one for each. */
export const STARTED_BY = "CODEMODE_STARTED_BY";

/** Deepest codemode that still starts servers: one below another may be meant, a third below that never is. */
const DEEPEST = 2;

const OWN_NAMES = new Set(["codemode", "agent-codemode"]);
/** Programs that start the program named in their arguments. */
const LAUNCHERS = new Set(
  "npx bunx pnpx npm pnpm yarn bun node nodejs deno tsx env sh bash zsh dash cmd powershell pwsh sudo nohup volta".split(
    " ",
  ),
);

/** The mark for processes that a codemode with this configuration file starts. */
export function startedByMark(file: string | undefined, above: string | undefined = process.env[STARTED_BY]): string {
  return [...chain(above), file ?? ""].join(delimiter);
}

/**
 * Reason why a codemode with this configuration file must not start servers: it was started by itself. Undefined when
 * it was not. This finds what {@link startsCodemode} cannot see, such as a script that starts us.
 */
export function startedByItself(
  file: string | undefined,
  above: string | undefined = process.env[STARTED_BY],
): string | undefined {
  const files = chain(above);
  const isSame = file !== undefined && files.includes(file);
  if (!isSame && files.length <= DEEPEST) return undefined;
  const where = file === undefined ? "" : ` with the configuration ${file}`;
  return `codemode was started by codemode itself${where}, ${files.length} deep; it would go on without end`;
}

function chain(mark: string | undefined): readonly string[] {
  return mark === undefined ? [] : mark.split(delimiter);
}

/** Tells whether a command starts codemode: by its name, through a package runner or a shell, or as a file of our package. */
export function startsCodemode(command: string, args: readonly string[]): boolean {
  const words = [command, ...args].map(expandHome);
  const at = words.findIndex((word) => !isPreliminary(word));
  const meant = at === -1 ? undefined : words[at];
  const named = words.slice(0, at + 1).some((word) => isCodemode(word.replace(/^--?[a-z]+=/, "")));
  return named || (meant !== undefined && isInnerLine(meant));
}

/** True for an entry, in any client's form, that starts codemode. */
export function isOwnEntry(entry: unknown): boolean {
  if (!isSchemaObject(entry)) return false;
  const command = isSchemaObject(entry["command"]) ? entry["command"]["path"] : (entry["command"] ?? entry["cmd"]);
  const args = isSchemaObject(entry["command"]) ? entry["command"]["args"] : entry["args"];
  const words = [command, args].flat().filter((word): word is string => typeof word === "string");
  const [first, ...rest] = words.length === 1 ? (words[0] ?? "").trim().split(/\s+/) : words;
  return first !== undefined && startsCodemode(first, rest);
}

/** Words that may precede the actual program: launchers, their options, subcommands and variables. */
function isPreliminary(word: string): boolean {
  return (
    LAUNCHERS.has(programName(word)) ||
    word.startsWith("-") ||
    /^\/[a-z]$/i.test(word) ||
    /^(?:exec|dlx|x|run)$/.test(word) ||
    /^[A-Za-z_][A-Za-z0-9_]*=/.test(word)
  );
}

function isCodemode(word: string): boolean {
  const isScoped = /^@[^/\\]+\//.test(word);
  if (!isScoped && OWN_NAMES.has(programName(word.replace(/(?<=.)@[^@/\\]*$/, "")))) return true;
  return /[/\\]cli\.[jt]s$/.test(word) && belongsToCodemode(word);
}

/** A shell is handed a whole line as one word. */
function isInnerLine(word: string): boolean {
  if (!/\s/.test(word)) return false;
  return word.split(/&&|\|\||;|\n/).some((part) => {
    const parsed = parseShellWords(part.trim());
    if (parsed.kind !== "words") return false;
    const [command, ...args] = parsed.words;
    return command !== undefined && startsCodemode(command, args);
  });
}

function programName(word: string): string {
  return basename(word.replaceAll("\\", "/"))
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|ps1)$/, "");
}

/** Tells whether a script belongs to this package, whichever copy of it. */
function belongsToCodemode(script: string): boolean {
  try {
    const folder = dirname(dirname(realpathSync(resolve(script))));
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return isSchemaObject(manifest) && typeof manifest["name"] === "string" && OWN_NAMES.has(manifest["name"]);
  } catch {
    return false;
  }
}
