/** Characters that show nothing, and spaces that one of the languages does not take for a space. */
const UNSEEN =
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
const SPACES = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;

/** Signs of typography and what code writes; the wide forms of other scripts are found by their normal form. */
const PLAIN: Readonly<Record<string, string>> = {
  "“": '"',
  "”": '"',
  "„": '"',
  "«": '"',
  "»": '"',
  "‘": "'",
  "’": "'",
  "‚": "'",
  "´": "'",
  "–": "-",
  "—": "-",
  "−": "-",
  "…": "...",
  "×": "*",
  "÷": "/",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "→": "=>",
  "⇒": "=>",
  "、": ",",
  "。": ".",
};

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g;

/** A call of a tool in the form that models send to their own client. */
const CALL_IN_TAGS =
  /^\s*<(?:antml:)?(?:tool_calls?|tool_use|function_calls?|function|invoke|parameter|use_mcp_tool|execute_code)\b/;

/** Tags that models put around a program. */
const TAGS_AROUND =
  /^\s*<\|?(?:code|tool_code|code_block|python(?:_tag)?|py|typescript|ts|javascript|js|program|script|source|answer|response|output|execute(?:_\w+)?)\|?>/;
const PROMPT = /^\s*(?:>>>|\.\.\.|In \[\d+\]:)(?:\s|$)/;
const SQL =
  /^\s*(?:SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|CREATE\s+TABLE\s|WITH\s+\w+\s+AS\s*\()/;

/** Place of a problem in a text. */
interface SignPlace {
  readonly text: string;
  /** The line of the problem. */
  readonly line: string;
  /** Column of the problem, from 1. */
  readonly column: number;
}

/**
 * Advice for a text that no language can read, from what came between its writer and here: entities of HTML, typographic
 * signs, characters that show nothing, the tags around a call. Undefined when there is nothing of it.
 */
export function signHint({ text, line, column }: SignPlace): string | undefined {
  if (CALL_IN_TAGS.test(text)) {
    const what = "This is a call of a tool in tags, not a program";
    return /\bcode\b/.test(text)
      ? `${what}: send only the program, which is the text of its \`code\`.`
      : `${what}: write it as code, \`await server.tool(…)\`.`;
  }
  if (TAGS_AROUND.test(text)) return "Send only the program, without the tags around it.";
  if (PROMPT.test(line))
    return "This is what an interactive session shows: send the program alone, without the prompts and what it printed.";
  if (SQL.test(line))
    return "This is SQL, not a program: give it as a text to the tool of a server that takes queries.";
  if (/&(?:lt|gt|quot|amp|apos|#39|#x27);/.test(line)) {
    return "There are HTML entities in the program: write `<`, `>`, `&` and quotes themselves instead of `&lt;`, `&gt;`, `&amp;` and `&quot;`.";
  }
  if (isProse(line)) return undefined;
  return unseenHint(line, column) ?? lookAlikeHint(String.fromCodePoint(line.codePointAt(column - 1) ?? 0x20));
}

function unseenHint(line: string, column: number): string | undefined {
  const code = line.replace(QUOTED, (text) => "x".repeat(text.length));
  const at = code.slice(0, column).search(UNSEEN);
  if (at === -1) return undefined;
  const sign = code.charAt(at);
  const name = `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  return SPACES.test(sign)
    ? `Column ${at + 1} of the line is a special space, ${name}: write an ordinary space.`
    : `Column ${at + 1} of the line is a character that cannot be seen, ${name}: delete it.`;
}

function lookAlikeHint(sign: string): string | undefined {
  const wide = sign.normalize("NFKC");
  const plain = PLAIN[sign] ?? (wide !== sign && /^[!-~]$/.test(wide) ? wide : undefined);
  if (plain === undefined) return undefined;
  const what = plain === '"' || plain === "'" ? "Quotes in code are straight" : `\`${sign}\` is not a sign of code`;
  return `${what}: write \`${plain}\` instead of \`${sign}\`.`;
}

/** First words of code that go on with words. */
const CODE_WORD =
  /^(?:const|let|var|return|await|import|from|export|function|class|async|throw|new|if|elif|else|for|while|try|except|catch|finally|switch|case|match|with|def|del|raise|assert|print|pass|lambda|global|nonlocal|not|yield|type|enum|interface)\b/;
const SENTENCE = /^(?:[-\d.\s]*[*>#])*[\p{L}\p{M}\p{N}\s,.;:!?'’‘"“”()/`–—，。、；：！？…¿¡-]+$/u;

/** True for a line of words with nothing between them but the signs of a sentence. */
export function isProse(line: string): boolean {
  const text = line.trim();
  if (text === "" || CODE_WORD.test(text) || !SENTENCE.test(text) || /[\w)]\(|\w\.\w/.test(text)) return false;
  const words = text.match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  // Words of some scripts stand without spaces.
  return words.length >= 4 || (/[，。！？；、]/.test(text) && words.join("").length >= 6);
}
