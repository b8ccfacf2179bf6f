import type { SkillFunction } from "../../languages/function.ts";
import type { CodeSkill } from "../skill.ts";

const MAX_DESCRIPTION = 1_024;
const LANGUAGES = { typescript: "TypeScript", python: "Python" } as const;

/** The name a skill is published by: the Agent Skills specification joins words by hyphens only. */
export function publishedName(name: string): string {
  return name.replaceAll("_", "-");
}

/** Path of a code skill's file in the folder it is published as. */
export function publishedScript({ fileName }: Pick<CodeSkill, "fileName">): string {
  return `scripts/${fileName}`;
}

/** The `SKILL.md` of a code skill: what it does, what its functions take, and how it is run. Depends on its text only. */
export function skillDocument(skill: CodeSkill): string {
  const { name, language, functions } = skill;
  const description = skill.description === "" ? `The program ${name} in ${LANGUAGES[language]}.` : skill.description;
  const text = [
    "---",
    `name: ${publishedName(name)}`,
    `description: ${JSON.stringify(Array.from(description).slice(0, MAX_DESCRIPTION).join(""))}`,
    "metadata:",
    `  codemode.kind: code`,
    `  codemode.name: ${JSON.stringify(name)}`,
    `  codemode.language: ${language}`,
    ...(skill.tags.length === 0 ? [] : [`  codemode.tags: ${JSON.stringify(skill.tags.join(", "))}`]),
    "---",
    "",
    `# ${name}`,
    "",
    description,
    "",
    `Its code is in \`${publishedScript(skill)}\` (${LANGUAGES[language]}). It composes MCP tools and is made to be run`,
    "by the server that publishes it:",
    "",
    ...runningNotes(skill),
    "",
    ...(functions.length === 0 ? [] : ["## Functions", "", ...functions.flatMap(functionNotes)]),
  ];
  return `${text.join("\n").trimEnd()}\n`;
}

function runningNotes({ name, identifier, language, functions, entry }: CodeSkill): string[] {
  const called = functions.find(({ exportedAs }) => exportedAs === entry);
  const example = JSON.stringify({ name, ...(called === undefined ? {} : { arguments: {} }) });
  const [first] = functions;
  const names = first?.exportedAs === "default" ? first.name : `{ ${first?.exportedAs ?? ""} }`;
  const statement =
    language === "python"
      ? `from skills.${identifier} import ${first?.name ?? "*"}`
      : `import ${names} from "skills/${identifier}"`;
  return [
    `- with the tool \`run_skill\`, such as \`${example}\`, its arguments by name;`,
    ...(first === undefined ? [] : [`- in a program given to \`execute_code\`: \`${statement}\`.`]),
  ];
}

function functionNotes({ exportedAs, description, inputSchema, outputSchema }: SkillFunction): string[] {
  const returns = outputSchema === undefined ? [] : ["Returns:", "", ...block(outputSchema)];
  return [
    `### ${exportedAs}`,
    "",
    ...(description === "" ? [] : [description, ""]),
    "Arguments:",
    "",
    ...block(inputSchema),
    ...returns,
  ];
}

/** JSON has no run of backticks outside its texts, and a text that has one cannot end the block at the start of a line. */
function block(schema: unknown): string[] {
  return ["```json", JSON.stringify(schema, null, 2), "```", ""];
}
