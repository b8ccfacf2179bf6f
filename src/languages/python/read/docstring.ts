import { cleanDescription, type DocText, type ParameterDoc, parseTags } from "../../doc-text.ts";

const SECTIONS =
  "Args|Arguments|Parameters|Params|Attributes|Returns|Return|Yields|Raises|Examples?|Notes?|Tags|Todo|Warning|See Also";

/** A line that opens a section in Google style; what follows the colon on the line belongs to it. */
const HEADER = new RegExp(`^(\\s*)(${SECTIONS}):[ \\t]*(.*)$`);

/** `:param int name: text`, with the type being optional. */
const REST_PARAMETER = /^\s*:(?:param|parameter|arg|argument|key|keyword)\s+(?:([^:]*?)\s+)?\*{0,2}(\w+)\s*:\s*(.*)$/;
const REST_FIELD = /^\s*:(\w+)(?:[^:\w][^:]*)?:\s*(.*)$/;

const PARAMETER_SECTIONS = /^(?:Args|Arguments|Parameters|Params|Attributes)$/;

interface DocBlock {
  readonly kind: string;
  readonly lines: string[];
}

/** Reads a docstring in Google or reST style; text in another style is description altogether. */
export function parseDocstring(docstring: string): DocText {
  const blocks: DocBlock[] = [{ kind: "", lines: [] }];
  for (const line of dedent(docstring)) addLine(blocks, line);
  const textOf = (kind: RegExp): string =>
    blocks
      .filter((block) => kind.test(block.kind))
      .map((block) =>
        block.lines
          .map((line) => line.trim())
          .join("\n")
          .trim(),
      )
      .join("\n");
  const google = blocks
    .filter(({ kind }) => PARAMETER_SECTIONS.test(kind))
    .flatMap(({ lines }) => googleParameters(lines));
  const rest = blocks.filter(({ kind }) => kind.startsWith("param ")).map(restParameter);
  const returns = textOf(/^(?:Returns?|return)$/);
  return {
    description: cleanDescription(textOf(/^$/)),
    parameters: new Map([...google, ...rest]),
    ...(returns === "" ? {} : { returns }),
    tags: parseTags(textOf(/^tags$/i)),
  };
}

function addLine(blocks: DocBlock[], line: string): void {
  const block = toBlock(line);
  const current = blocks.at(-1);
  if (block !== undefined) blocks.push(block);
  else if (isAfterBlock(current, line)) blocks.push({ kind: "", lines: [line] });
  else current?.lines.push(line);
}

/** The block that a line opens, if it opens one. */
function toBlock(line: string): DocBlock | undefined {
  const [, margin, section = "", inline = ""] = HEADER.exec(line) ?? [];
  if (margin === "") return { kind: section, lines: [inline] };
  const [parameter, type, name, text] = REST_PARAMETER.exec(line) ?? [];
  if (parameter !== undefined) return { kind: `param ${name} ${type ?? ""}`, lines: [text ?? ""] };
  const field = REST_FIELD.exec(line) ?? /^\s*@(tags)\s+(.*)$/.exec(line);
  return field === null ? undefined : toField(field);
}

function toField([, kind = "", text = ""]: RegExpExecArray): DocBlock {
  return { kind, lines: [text] };
}

/** Text at the margin ends a section, except on the lines that directly follow a field in reST style. */
function isAfterBlock(block: DocBlock | undefined, line: string): boolean {
  if (block === undefined || block.kind === "" || line.trim() === "") return false;
  return /^\S/.test(line) && (block.lines.at(-1)?.trim() === "" || /^[A-Z]/.test(block.kind));
}

function googleParameters(lines: readonly string[]): [string, ParameterDoc][] {
  const filled = lines.filter((line) => line.trim() !== "");
  const margin = Math.min(...filled.map(indentOf));
  const found: [string, ParameterDoc][] = [];
  for (const line of filled) {
    const match = indentOf(line) === margin ? /^\s*\*{0,2}(\w+)\s*(?:\(([^)]*)\))?\s*:\s*(.*)$/.exec(line) : null;
    const last = found.at(-1);
    if (match !== null) {
      const type = match[2]?.replace(/(?:,|(?<!\s))\s*optional\b/, "").trim();
      found.push([match[1] ?? "", { text: match[3] ?? "", ...(type === undefined || type === "" ? {} : { type }) }]);
    } else if (last !== undefined) {
      found[found.length - 1] = [last[0], { ...last[1], text: `${last[1].text} ${line.trim()}` }];
    }
  }
  return found;
}

function restParameter({ kind, lines }: DocBlock): [string, ParameterDoc] {
  const [, name = "", type = ""] = kind.split(/ (\w+) ?/);
  const text = lines
    .map((line) => line.trim())
    .join(" ")
    .trim();
  return [name, { text, ...(type === "" ? {} : { type }) }];
}

/** The lines without the margin that all but the first have, as Python's own help shows them. */
function dedent(docstring: string): string[] {
  const [first = "", ...rest] = docstring.replaceAll("\t", "    ").split(/\r?\n/);
  const margins = rest.filter((line) => line.trim() !== "").map(indentOf);
  const margin = margins.length === 0 ? 0 : Math.min(...margins);
  return [first.trimStart(), ...rest.map((line) => line.slice(margin))];
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
