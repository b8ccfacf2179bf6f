import type { SkillLanguage } from "../../../languages/function.ts";

/** Fields written at the head of code. */
interface Heading {
  readonly language: SkillLanguage;
  readonly description: string;
  readonly tags: readonly string[];
}

/** Code with a doc comment or docstring at its head, after a line that names an interpreter. */
export function addDescription(code: string, heading: Heading): string {
  const shebang = /^#!.*\n/.exec(code)?.[0] ?? "";
  const text = heading.language === "python" ? toDocstring(heading) : toDocComment(heading);
  return `${shebang}${text}\n${code.slice(shebang.length)}`;
}

function toDocComment({ description, tags }: Heading): string {
  const lines = [...description.split(/\r?\n/), ...(tags.length === 0 ? [] : [`@tags ${tags.join(", ")}`])];
  return `/**\n${lines.map((line) => ` * ${line.replaceAll("*/", "*\\/")}`.trimEnd()).join("\n")}\n */`;
}

function toDocstring({ description, tags }: Heading): string {
  const text = description.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');
  const end = tags.length === 0 ? "" : `\n\nTags: ${tags.join(", ")}`;
  const isOpen = end === "" && text.endsWith('"') && !text.endsWith('\\"');
  return `"""${isOpen ? `${text.slice(0, -1)}\\"` : text}${end}${end === "" ? "" : "\n"}"""`;
}
