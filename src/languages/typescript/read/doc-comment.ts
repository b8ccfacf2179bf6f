import { defined } from "../../../base/defined.ts";
import { cleanDescription, type DocText, type ParameterDoc, parseTags } from "../../doc-text.ts";

/** `@param {type} name - text`, with the type and the brackets of an optional name being optional themselves. */
const PARAMETER = /^(?:\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}\s*)?\[?([\w$.]+)(?:\s*=[^\]]*)?\]?\s*(?:-\s*)?([\s\S]*)$/;

/** Reads the inside of a doc comment, the part between its slashes and stars. */
export function parseDocComment(comment: string): DocText {
  const lines = comment.split(/\r?\n/).map((line) => line.replace(/^\s*\*+ ?/, "").trimEnd());
  const blocks: { tag: string; lines: string[] }[] = [{ tag: "", lines: [] }];
  let isCode = false;
  for (const line of lines) {
    if (line.trimStart().startsWith("```")) isCode = !isCode;
    const tag = isCode ? undefined : /^\s*@(\w+)\s?(.*)$/.exec(line);
    if (tag === null || tag === undefined) blocks.at(-1)?.lines.push(line);
    else blocks.push({ tag: tag[1] ?? "", lines: [tag[2] ?? ""] });
  }
  const textOf = (names: readonly string[]): string =>
    blocks
      .filter(({ tag }) => names.includes(tag))
      .map((block) => block.lines.join("\n").trim())
      .join("\n");
  const returns = textOf(["returns", "return"]).replace(/^\{[^}]*\}\s*/, "");
  return {
    description: cleanDescription(textOf(["", "description"])),
    parameters: new Map(blocks.filter(({ tag }) => tag === "param" || tag === "arg").flatMap(toParameter)),
    ...(returns === "" ? {} : { returns }),
    tags: parseTags(textOf(["tags", "tag"])),
  };
}

function toParameter({ lines }: { readonly lines: readonly string[] }): [string, ParameterDoc][] {
  const source = lines.join("\n").trim();
  const match = PARAMETER.exec(source);
  if (match === null) return [];
  const [, type, name = "", text = ""] = match;
  const isOptional =
    type?.endsWith("=") === true || source.slice(0, source.indexOf(name, type?.length ?? 0)).endsWith("[");
  return [[name, { text: text.trim(), isOptional, ...defined({ type }) }]];
}
