import type { ToolRegistry } from "../sources/tool-registry.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import {
  FAILED_CALL,
  helpersSentence,
  LANGUAGE_GUIDES,
  NOTHING_ELSE,
  RULES,
  skillsSentence,
} from "./runs/program-guide.ts";
import { showSkills } from "./skills/skill-list.ts";
import { connectingServers, showTools } from "./tool-list.ts";

/** Contents and length of a system prompt. */
export interface CodemodePromptOptions {
  /** Languages of the programs the model is to write. @default "both" */
  readonly language?: "typescript" | "python" | "both";
  /**
   * `short` has the rules, for a model that reads the descriptions of the tools too; `long` also has the forms of
   * programs with an example, the limits, and what the sandbox offers. @default "short"
   */
  readonly length?: "short" | "long";
  /** Add the tools there are now, in at most 2,000 tokens where all fit and 300 where not; the description of `execute_code` has them too. @default false */
  readonly catalog?: boolean;
}

/**
 * Instructions for a model to work with the tools of {@link codemodeTools}, made from the same facts as their
 * descriptions. Equal options over equal tools produce equal bytes.
 *
 * @param source the executor; of a registry alone, neither limits nor skills are known
 */
export function codemodePrompt(source: CodeModeExecutor | ToolRegistry, options: CodemodePromptOptions = {}): string {
  const { language = "both", length = "short", catalog = false } = options;
  const languages: readonly GuestLanguage[] = language === "both" ? ["typescript", "python"] : [language];
  const executor = "registry" in source ? source : undefined;
  const registry = "registry" in source ? source.registry : source;
  const [shownIn = "typescript"] = languages;
  const parts = [
    rules(languages, catalog ? "the list of tools below" : "the list in the description of execute_code"),
    ...(length === "long" ? [...languages.map(program), surroundings(languages, executor)] : []),
    ...(catalog ? [lists(registry, shownIn, executor)] : []),
  ];
  return parts.join("\n\n");
}

function lists(registry: ToolRegistry, language: GuestLanguage, executor: CodeModeExecutor | undefined): string {
  const tools = showTools(registry.catalog(), { connecting: connectingServers(registry), language });
  return executor === undefined ? tools : tools + showSkills(executor.skills);
}

function rules(languages: readonly GuestLanguage[], list: string): string {
  const guides = languages.map((language) => LANGUAGE_GUIDES[language]);
  const forms = guides.map(({ parallel }) => `\`${parallel}\``).join(" or ");
  const choice =
    languages.length > 1
      ? 'Programs are TypeScript, or Python with `language: "python"`.'
      : languages[0] === "python"
        ? 'Programs are Python: always pass `language: "python"`.'
        : "Programs are TypeScript.";
  return `Tools are functions that your programs call. \`execute_code\` runs one program in a sandbox, and only its value and what it prints come back. ${choice}
- ${RULES.wholeJob} Do not spend a turn on each call.
- ${RULES.discoverOnce(list)} get_tool_details has the exact types.
- ${RULES.parallel} (${forms})
- ${RULES.returnLittle} Count, pick and summarise in the program, and do not print what you return.
- A call returns the tool's value, not an envelope. ${FAILED_CALL}
- A program that fails names line, code and hint: correct that and run it again. What its calls changed stays changed.`;
}

function program(language: GuestLanguage): string {
  const { title, syntax, example } = LANGUAGE_GUIDES[language];
  return `${title}: ${syntax} With a server "filesystem", for example:\n\`\`\`${language}\n${example}\n\`\`\``;
}

function surroundings(languages: readonly GuestLanguage[], executor: CodeModeExecutor | undefined): string {
  const sentences = [
    helpersSentence(languages),
    NOTHING_ELSE,
    "Programs with the same `session` share variables.",
    "A long result is kept as an artifact: you are given its id and a preview, and read_artifact reads it in parts.",
    ...(executor === undefined ? [] : [limits(languages, executor)]),
    ...(executor?.skills.isConfigured === true ? [skillsSentence(languages)] : []),
  ];
  return sentences.join("\n");
}

function limits(languages: readonly GuestLanguage[], executor: CodeModeExecutor): string {
  const [language = "typescript"] = languages;
  const { timeMs, toolCalls, concurrentCalls } = executor.limits(language);
  const memory = languages.map((each) => `${Math.round(executor.limits(each).memoryBytes / 2 ** 20)} MB`);
  const shown = memory.length > 1 ? `${memory[0]} (${LANGUAGE_GUIDES.python.title}: ${memory[1]})` : memory[0];
  return `A program may take ${timeMs / 1000} s and ${shown}, and make ${toolCalls} calls, ${concurrentCalls} at a time.`;
}
