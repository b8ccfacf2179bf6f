import { defined } from "../../base/defined.ts";
import { isAlias, isMap, isNode, isScalar, parseDocument, visit } from "yaml";
import { CodemodeError } from "../../base/codemode-error.ts";
import { cleanTags, parseTags } from "../../languages/doc-text.ts";
import { repairColons } from "./repair-colons.ts";

/** The fields of a `SKILL.md`, with what is wrong with them by the Agent Skills specification. */
export interface FrontMatter {
  readonly name?: string;
  readonly description?: string;
  readonly version?: string;
  readonly license?: string;
  readonly compatibility?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: readonly string[];
  /** Tools the skill may use; absent when it does not say. Patterns as written, such as `files__*` or `Bash(git:*)`. */
  readonly allowedTools?: readonly string[];
  /** Tools it may not use. */
  readonly deniedTools?: readonly string[];
  /** Fields the specification does not know, as they came. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** Parts that the specification would refuse or does not know, as sentences. */
  readonly problems: readonly string[];
}

/** A `SKILL.md` in its two parts. */
export interface SkillDocument {
  readonly frontMatter: FrontMatter;
  /** The Markdown after the front matter. */
  readonly instructions: string;
}

const MAX_FRONT_MATTER_BYTES = 64 * 1024;
const MAX_DEPTH = 32;
const KNOWN = /^(?:name|description|version|license|compatibility|metadata|tags|allowed-tools|denied-tools)$/;

/**
 * Parses a `SKILL.md`. Throws `syntax_error` when there is no front matter, when it is larger than 64 KiB, not YAML
 * or not a map, or when it uses anchors, which a few bytes can make as large as memory.
 */
export function parseSkillDocument(text: string): SkillDocument {
  const document = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const opening = /^---[ \t]*\r?\n/.exec(document);
  if (opening === null) throw broken("It has no front matter: the first line must be ---.", 1);
  const rest = document.slice(opening[0].length);
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/m.exec(rest);
  if (closing === null) throw broken("Its front matter has no end: a line of --- is missing.", 1);
  const yaml = rest.slice(0, closing.index);
  if (Buffer.byteLength(yaml) > MAX_FRONT_MATTER_BYTES) throw broken("Its front matter is larger than 64 KiB.", 1);
  if (isNestedDeeply(yaml)) throw broken("Its front matter is nested too deeply to be read.", 1);
  const { fields, note } = parseFields(yaml);
  const frontMatter = readFields(fields, note);
  return { frontMatter, instructions: rest.slice(closing.index + closing[0].length).replace(/^\s*\n/, "") };
}

/** Asked before the text is parsed, since a parser that runs out of stack can take the process with it. */
function isNestedDeeply(yaml: string): boolean {
  if (new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${MAX_DEPTH}}`, "m").test(yaml)) return true;
  let depth = 0;
  for (const character of yaml) {
    if (character === "[" || character === "{") depth++;
    else if ((character === "]" || character === "}") && depth > 0) depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

type Fields = ReadonlyMap<string, unknown>;

/** Many files out there have an unquoted text with a colon in it, which only a second look makes sense of. */
function parseFields(yaml: string): { readonly fields: Fields; readonly note?: string } {
  try {
    return { fields: parseYaml(yaml) };
  } catch (error) {
    const repaired = repairColons(yaml);
    if (repaired === undefined) throw error;
    return { fields: parseYaml(repaired), note: "Its front matter is valid YAML only with some texts quoted." };
  }
}

function parseYaml(yaml: string): Fields {
  try {
    return fieldsOf(parseDocument(yaml, { version: "1.2", schema: "core", merge: false, logLevel: "silent" }));
  } catch (error) {
    if (CodemodeError.is(error)) throw error;
    throw broken("Its front matter is nested too deeply to be read.", 2);
  }
}

function fieldsOf(document: ReturnType<typeof parseDocument>): Fields {
  const [error] = document.errors;
  if (error !== undefined) {
    const [reason = ""] = error.message.split(/ at line| :?\n/);
    throw broken(`Its front matter is not YAML: ${reason}.`, 1 + (error.linePos?.[0].line ?? 1));
  }
  let hasAnchor = false;
  visit(document, {
    Node: (_key, node) => {
      hasAnchor ||= isAlias(node) || ("anchor" in node && node.anchor !== undefined);
      return hasAnchor ? visit.BREAK : undefined;
    },
  });
  if (hasAnchor) throw broken("Its front matter uses YAML anchors, which are not accepted.", 2);
  const root = document.contents;
  if (!isMap(root)) throw broken("Its front matter is not a list of fields.", 2);
  return new Map(root.items.flatMap(({ key, value }) => (isScalar(key) ? [[String(key.value), toPlain(value)]] : [])));
}

/** A version of 1.10 is a text, whatever YAML thinks of it, so a number stays as written. */
function toPlain(node: unknown): unknown {
  if (isScalar(node)) return typeof node.value === "number" ? (node.source ?? "") : node.value;
  return isNode(node) ? node.toJSON() : null;
}

/** The fields of a front matter that was parsed already, for instance of a skill that came over the wire. */
export function readFields(fields: ReadonlyMap<string, unknown>, note?: string): FrontMatter {
  const problems: string[] = note === undefined ? [] : [note];
  const metadata = readMetadata(fields.get("metadata"), problems);
  const text = (field: string, longest: number): string | undefined => readText(fields, { field, longest, problems });
  const [name, description] = [text("name", 64), text("description", 1024)];
  if (name === undefined) problems.push("The field name is missing.");
  if (description === undefined) problems.push("The field description is missing.");
  const present = {
    name,
    description,
    version: text("version", 100) ?? metadata.version,
    license: text("license", 500),
    compatibility: text("compatibility", 500),
    allowedTools: readTools(fields.get("allowed-tools")),
    deniedTools: readTools(fields.get("denied-tools") ?? fields.get("disallowed-tools")),
  };
  return {
    ...defined(present),
    metadata,
    tags: readTags(fields.get("tags") ?? metadata.tags),
    extra: Object.fromEntries([...fields].filter(([field]) => !KNOWN.test(field))),
    problems,
  };
}

interface TextField {
  readonly field: string;
  readonly longest: number;
  readonly problems: string[];
}

function readText(fields: Fields, { field, longest, problems }: TextField): string | undefined {
  const value = fields.get(field);
  if (value === undefined || value === null) return undefined;
  const text = (typeof value === "string" ? value : JSON.stringify(value)).trim();
  if (typeof value !== "string") problems.push(`The field ${field} is not text.`);
  else if (text.length > longest)
    problems.push(`The field ${field} has ${text.length} characters, ${longest} are allowed.`);
  return text === "" ? undefined : text;
}

function readMetadata(value: unknown, problems: string[]): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    problems.push("The field metadata is not a map.");
    return {};
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      typeof item === "string" ? item : JSON.stringify(item),
    ]),
  );
}

function readTags(value: unknown): string[] {
  if (typeof value === "string") return parseTags(value.replace(/[[\]"']/g, " "));
  return Array.isArray(value) ? cleanTags(value.filter((tag) => typeof tag === "string")) : [];
}

/** A list, or a text of names with blanks or commas between them; blanks inside brackets belong to the name. */
function readTools(value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const items = Array.isArray(value)
    ? value.filter((item) => typeof item === "string")
    : [value].filter((item) => typeof item === "string");
  return items.flatMap((item) => item.match(/[^\s,()]+(?:\([^()]*\))?/g) ?? []).slice(0, 500);
}

function broken(message: string, line: number): CodemodeError {
  return new CodemodeError("syntax_error", message, { line, hint: "See https://agentskills.io/specification." });
}
