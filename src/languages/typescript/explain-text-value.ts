/** Methods of lists, by which a program shows that it took a value for one. */
export const LIST_METHODS: ReadonlySet<string> = new Set(
  (
    "map filter forEach reduce some every find findIndex slice sort join flatMap includes push concat entries keys values at " +
    "toSorted indexOf reverse flat"
  ).split(" "),
);

/** Characters that an outline keeps of a text. */
const OUTLINED_TEXT = 120;

/** The beginning of a list or dict as Python shows it. */
const PYTHON_VALUE = /^\s*(?:\[\s*)?(?:\{\s*'|\('|\['|')/;

/** A text is used as it is, by what its JSON holds, or by its lines where it was taken for a list. */
export function textHint(owner: string, text: string, asked: readonly string[]): string {
  const [method = ""] = asked;
  const json = jsonHint(owner, text, asked);
  if (json !== undefined) return json;
  if (/^(?:get|set|to)(?:UTC|Locale)?(?:ISO|Date|Day|FullYear|Month|Hours|Minutes|Seconds|Time)/.test(method))
    return `\`${owner}\` is the text ${JSON.stringify(text)}: write \`new Date(${owner}).${method}(…)\`.`;
  if (/^to(?:Fixed|Precision)$/.test(method))
    return `\`${owner}\` is the text ${JSON.stringify(text)}: write \`Number(${owner}).${method}(…)\`.`;
  const shown = JSON.stringify(text.length < OUTLINED_TEXT ? text : `${text}…`);
  if (asked.some((name) => LIST_METHODS.has(name)) && PYTHON_VALUE.test(text))
    return `\`${owner}\` is text, ${shown}: a value written in Python. Replace its single quotes, None and True, then write \`JSON.parse(…)\`.`;
  const lines = asked.some((name) => LIST_METHODS.has(name)) ? `; for its lines write \`${owner}.split("\\n")\`` : "";
  return `\`${owner}\` is the text itself, ${shown}, so use \`${owner}\`${lines}.`;
}

/** What to write where a text is JSON that nobody has parsed; a text that was cut for the outline counts by its beginning. */
function jsonHint(owner: string, text: string, [name = ""]: readonly string[]): string | undefined {
  const isCut = text.length >= OUTLINED_TEXT;
  const value = isCut ? undefined : parsedJson(text);
  const isJson = isCut ? /^\s*(?:\{\s*"|\[\s*[{["])/.test(text) : typeof value === "object" && value !== null;
  if (!isJson) return undefined;
  const isList = LIST_METHODS.has(name);
  const isThere = isCut ? isList === text.trimStart().startsWith("[") : name in Object(value);
  const read = isThere && name !== "" ? `${access(name)}${isList ? "(…)" : ""}` : "";
  return `\`${owner}\` is text that holds JSON: write \`JSON.parse(${owner})${read}\`.`;
}

/** The value of a JSON text; undefined for other text. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Code that takes a property of a value. */
export function access(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name.slice(0, 60))}]`;
}
