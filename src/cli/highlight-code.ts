import type { GuestLanguage } from "../engines/engine.ts";
import type { Colors } from "./terminal.ts";

const TYPESCRIPT =
  /(?<comment>\/\*[\s\S]*?\*\/|\/\/[^\n]*)|(?<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|(?<keyword>\b(?:import|from|export|declare|function|const|let|type|interface|await|async|return|for|of|if|else|new)\b)/g;
const PYTHON =
  /(?<comment>#[^\n]*|"""[\s\S]*?""")|(?<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?<keyword>\b(?:import|from|async|def|class|await|return|for|in|if|else|pass)\b)/g;

/** Code with quiet comments and marked keywords and texts; unchanged where there are no colours. */
export function highlightCode(code: string, language: GuestLanguage, colors: Colors): string {
  if (!colors.isColorSupported) return code;
  return code.replace(language === "python" ? PYTHON : TYPESCRIPT, (match, comment?: string, text?: string) => {
    if (comment !== undefined)
      return match
        .split("\n")
        .map((line) => colors.dim(line))
        .join("\n");
    return text === undefined ? colors.magenta(match) : colors.green(match);
  });
}
