import type { ToolEntry } from "../../catalog/tool.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { sampleArguments } from "../../schema/sample-value.ts";
import { emittersFor } from "../language-emitters.ts";

/** Longest arguments that are worth showing; those of a longer call are better written from the signature. */
const MAX_ARGUMENTS = 400;

/**
 * Two lines that import a tool and call it: with its first example, or else with a value for each parameter that must be
 * there. Undefined when no short call is known to fit the schema.
 */
export function exampleCall(tool: ToolEntry, language: GuestLanguage): string | undefined {
  const given = sampleArguments(tool);
  if (given === undefined) return undefined;
  const values = Object.keys(given).length === 0 ? "" : literal(given, language);
  if (values.length > MAX_ARGUMENTS) return undefined;
  const call = `await ${tool.identifier}(${values})`;
  return `${emittersFor(language).importLine(tool)}\n${language === "python" ? `result = ${call}` : `const result = ${call};`}`;
}

/** JSON as a literal of the language on one line, with what is invisible or reorders text escaped. */
function literal(value: unknown, language: GuestLanguage): string {
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, language)).join(", ")}]`;
  if (typeof value === "object" && value !== null) return objectLiteral(Object.entries(value), language);
  if (typeof value === "string") return textLiteral(value);
  if (language !== "python" || typeof value === "number") return JSON.stringify(value ?? null);
  return value === true ? "True" : value === false ? "False" : "None";
}

function objectLiteral(entries: readonly (readonly [string, unknown])[], language: GuestLanguage): string {
  const isPlain = (key: string): boolean =>
    language === "typescript" && /^[A-Za-z_$][\w$]*$/.test(key) && key !== "__proto__";
  const parts = entries.map(([key, item]) => `${isPlain(key) ? key : textLiteral(key)}: ${literal(item, language)}`);
  return parts.length === 0 ? "{}" : language === "python" ? `{${parts.join(", ")}}` : `{ ${parts.join(", ")} }`;
}

/** What is invisible or reorders text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** Text in double quotes that reads the same in both languages. */
function textLiteral(text: string): string {
  const escape = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(text).replace(INVISIBLE, (character) => character.split("").map(escape).join(""));
}
