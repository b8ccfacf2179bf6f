import { AGENT_MODES, type AgentMode } from "../../agent/agent-event.ts";

/** Commands of a person to the session itself, with a slash. */
export type SessionCommand =
  | { readonly kind: "compare" | "reset" | "servers" | "help" | "exit" }
  | { readonly kind: "mode"; readonly mode: AgentMode | undefined }
  | { readonly kind: "model"; readonly model: string | undefined }
  | { readonly kind: "tools"; readonly words: string }
  | { readonly kind: "save"; readonly file: string | undefined }
  | { readonly kind: "unknown"; readonly problem: string };

/** Syntax of the commands, for `/help`. */
export const COMMAND_HELP: readonly (readonly [string, string])[] = [
  ["/compare", "answer the last request in the other mode too, and show both columns"],
  ["/mode [code|direct]", "show or change the mode"],
  ["/model [PROVIDER/MODEL]", "show or change the model"],
  ["/tools [WORDS]", "list the tools of the servers, or those that fit the words"],
  ["/servers", "list the servers and how they are doing"],
  ["/save [FILE]", "write the conversation to a file, as JSON"],
  ["/reset", "forget the conversation"],
  ["/help", "list the commands"],
  ["/exit", "leave; Ctrl-D does too"],
];

const ALIASES: Readonly<Record<string, string>> = { quit: "exit", q: "exit", clear: "reset", "?": "help" };

/** Reads a line that starts with a slash; undefined for anything else, which is a request. */
export function parseCommand(text: string): SessionCommand | undefined {
  const [, written, rest = ""] = /^\/([a-z?]+)(?:\s+(.*))?$/s.exec(text.trim()) ?? [];
  if (written === undefined) return undefined;
  const argument = rest.trim() === "" ? undefined : rest.trim();
  const parse = PARSERS[ALIASES[written] ?? written];
  return parse?.(argument) ?? { kind: "unknown", problem: `There is no command /${written}; /help lists them.` };
}

const PARSERS: Readonly<Record<string, (argument: string | undefined) => SessionCommand>> = {
  compare: () => ({ kind: "compare" }),
  reset: () => ({ kind: "reset" }),
  servers: () => ({ kind: "servers" }),
  help: () => ({ kind: "help" }),
  exit: () => ({ kind: "exit" }),
  mode: parseMode,
  model: (model) => ({ kind: "model", model }),
  tools: (words) => ({ kind: "tools", words: words ?? "" }),
  save: (file) => ({ kind: "save", file }),
};

function parseMode(argument: string | undefined): SessionCommand {
  const mode = AGENT_MODES.find((each) => each === argument);
  if (argument === undefined || mode !== undefined) return { kind: "mode", mode };
  return { kind: "unknown", problem: `There is no mode ${argument}; the modes are ${AGENT_MODES.join(" and ")}.` };
}
