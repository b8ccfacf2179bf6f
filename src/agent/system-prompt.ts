import type { CodemodePromptOptions } from "../tools/codemode-prompt.ts";
import type { AgentMode } from "./agent-event.ts";

/** The languages programs may be written in. */
export type ProgramLanguage = NonNullable<CodemodePromptOptions["language"]>;

const ROLE = `You are an agent at a person's terminal. Do what they ask with the tools you are given, then answer in plain text, briefly. Claim nothing that no result shows.`;

const PROGRAMS: Readonly<Record<ProgramLanguage, string>> = {
  both: "",
  typescript: " Write programs in TypeScript.",
  python: ' Write programs in Python: always pass `language: "python"`.',
};

/** System prompt of the conversation. How programs are written stands in the description of `execute_code`. */
export function systemPrompt(mode: AgentMode, language: ProgramLanguage): string {
  return mode === "code" ? `${ROLE}${PROGRAMS[language]}` : ROLE;
}
