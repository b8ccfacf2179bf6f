import type { RecordedCall } from "./recorded-call.ts";
import type { ProgramLanguage, TaskStep } from "./suite.ts";

/**
 * Ways in which a model errs before it does the right thing.
 *
 * `wrong-guess`: a program takes the first result for another shape; `failing-call`: the first call has an argument that
 * the tool does not know; `stale-name`: the first tool is called by a name it no longer has; `cut`: the client keeps 2,048
 * characters of each description and defers every tool behind a search of its own.
 */
export const VARIANTS = ["none", "wrong-guess", "failing-call", "stale-name", "cut"] as const;

/** One of them, or none. */
export type Variant = (typeof VARIANTS)[number];

/** What is tried in vain before the right thing: a program, and a call for the arms without programs. */
export interface FirstAttempt {
  readonly program: string;
  readonly call?: RecordedCall;
}

const STALE = "_v1";

/** The first attempt at a step whose first call is known; undefined where the variant has none. */
export function firstAttempt(
  variant: Variant,
  {
    programs,
    language,
    first,
    isRead,
  }: {
    readonly programs: TaskStep["programs"];
    readonly language: ProgramLanguage;
    readonly first: RecordedCall;
    readonly isRead: boolean;
  },
): FirstAttempt | undefined {
  const [server = "", ...rest] = first.tool.split("__");
  const tool = rest.join("__");
  if (variant === "stale-name") {
    const program = programs[language].replace(`${server}.${tool}(`, `${server}.${tool}${STALE}(`);
    return { program, call: { ...first, tool: `${first.tool}${STALE}` } };
  }
  if (variant === "failing-call") {
    const args = { ...first.args, as_soon_as_possible: true };
    return { program: `${call({ server, tool, args }, language)}\n${programs[language]}`, call: { ...first, args } };
  }
  if (variant !== "wrong-guess" || !isRead) return undefined;
  const result = call({ server, tool, args: first.args }, language);
  return {
    program:
      language === "typescript"
        ? `const result = ${result};\nresult.data.items.map((item) => item.id)`
        : `result = ${result}\n[item["id"] for item in result["data"]["items"]]`,
  };
}

function call(
  { server, tool, args }: { readonly server: string; readonly tool: string; readonly args: RecordedCall["args"] },
  language: ProgramLanguage,
): string {
  if (language === "typescript") return `await ${server}.${tool}(${JSON.stringify(args)})`;
  const fields = Object.entries(args).map(([name, value]) => `${JSON.stringify(name)}: ${pythonLiteral(value)}`);
  return `await ${server}.${tool}({${fields.join(", ")}})`;
}

/** A JSON value as Python writes it. */
export function pythonLiteral(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonLiteral(each)}`);
  return `{${fields.join(", ")}}`;
}
