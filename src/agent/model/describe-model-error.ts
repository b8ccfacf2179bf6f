import { defined } from "../../base/defined.ts";
import { APICallError, type CallWarning, RetryError } from "ai-six";
import { keyVariable, type ModelChoice } from "./model-choice.ts";

/** Why a model gave no answer, for a person. */
export interface ModelFailure {
  readonly message: string;
  readonly hint?: string;
}

const LONGEST = 1_000;

/** Says what went wrong with a request to a model, and what to do next where that is known. */
export function describeModelError(thrown: unknown, choice?: ModelChoice): ModelFailure {
  const error = RetryError.isInstance(thrown) ? (thrown.lastError ?? thrown) : thrown;
  const message = (error instanceof Error ? error.message : String(error)).slice(0, LONGEST);
  if (choice === undefined || !APICallError.isInstance(error)) return { message };
  const { statusCode, url } = error;
  if (statusCode === undefined) {
    return {
      message: `${url} cannot be reached: ${message}`,
      hint: "Is the server running, and is the address right?",
    };
  }
  const hint = hintFor(statusCode, choice);
  return { message: `The provider answered ${statusCode}: ${message}`, ...defined({ hint }) };
}

/** Description, for a person, of a request that a provider rejected. */
export function describeWarning(warning: CallWarning): string {
  if (warning.type === "other") return warning.message;
  return `The provider and ${warning.feature}: ${warning.type}${warning.details === undefined ? "" : `; ${warning.details}`}.`;
}

function hintFor(statusCode: number, { provider, modelId }: ModelChoice): string | undefined {
  if (statusCode === 401 || statusCode === 403) return `Check ${keyVariable(provider)}.`;
  if (statusCode === 404) return `Is "${modelId}" a model of ${provider}? Choose one with --model ${provider}/NAME.`;
  if (statusCode === 429) return "Wait a moment, or use another model.";
  return undefined;
}
