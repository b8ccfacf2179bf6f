import type { CodeModeExecutor } from "../host/executor.ts";
import { codemodePrompt, type CodemodePromptOptions } from "../tools/codemode-prompt.ts";
import type { AgentMode } from "./agent-event.ts";

/** The languages programs may be written in. */
export type ProgramLanguage = NonNullable<CodemodePromptOptions["language"]>;

const ROLE = `You are an agent at a person's terminal. Do what they ask with the tools you are given, then answer in plain text, briefly. Claim nothing that no result shows.`;

/** System prompt of the conversation; the same in both modes except for how to work with programs. */
export function systemPrompt(
  executor: CodeModeExecutor,
  { mode, language }: { readonly mode: AgentMode; readonly language: ProgramLanguage },
): string {
  return mode === "code" ? `${ROLE}\n\n${codemodePrompt(executor, { language })}` : ROLE;
}
