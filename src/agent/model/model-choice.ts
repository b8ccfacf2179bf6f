import { defined } from "../../base/defined.ts";
import { CodemodeError } from "../../base/codemode-error.ts";

/** Provider of a model. `compatible` is any server that speaks OpenAI's chat completions, such as a local one. */
export type ProviderName = "anthropic" | "openai" | "google" | "compatible";

/** A model, and how to reach it. */
export interface ModelChoice {
  readonly provider: ProviderName;
  /** As the provider names it. */
  readonly modelId: string;
  readonly apiKey?: string;
  /** Address of the provider, when it differs from the usual one. */
  readonly baseUrl?: string;
}

/** Facts known about a provider besides its models. */
interface Provider {
  readonly key: string;
  readonly base: string;
  /** Used when no model is asked for; none where only the person can know. */
  readonly model?: string;
}

/** In the order they are tried when no model is asked for. */
const PROVIDERS: Readonly<Record<ProviderName, Provider>> = {
  compatible: { key: "CODEMODE_API_KEY", base: "CODEMODE_BASE_URL" },
  anthropic: { key: "ANTHROPIC_API_KEY", base: "ANTHROPIC_BASE_URL", model: "claude-sonnet-5" },
  openai: { key: "OPENAI_API_KEY", base: "OPENAI_BASE_URL", model: "gpt-5.6" },
  google: {
    key: "GOOGLE_GENERATIVE_AI_API_KEY",
    base: "GOOGLE_GENERATIVE_AI_BASE_URL",
    model: "gemini-flash-latest",
  },
};

const NAMES: readonly ProviderName[] = ["compatible", "anthropic", "openai", "google"];

/** The variables that are looked for, as lines for a person. */
export const VARIABLES: readonly string[] = [
  "ANTHROPIC_API_KEY             Anthropic (ANTHROPIC_BASE_URL for another address)",
  "OPENAI_API_KEY                OpenAI (OPENAI_BASE_URL for another address)",
  "GOOGLE_GENERATIVE_AI_API_KEY  Google (GOOGLE_GENERATIVE_AI_BASE_URL for another address)",
  "CODEMODE_BASE_URL             any server that speaks OpenAI's chat completions, such as http://localhost:11434/v1",
  "CODEMODE_API_KEY              its key, if it wants one",
  "CODEMODE_MODEL                the model, as PROVIDER/MODEL or for CODEMODE_BASE_URL just its name",
];

/**
 * Chooses the model from what is asked for (`provider/model`, or a model alone) and the environment.
 *
 * Throws `config_error` that names the variables when there is nothing to choose from.
 */
export function chooseModel(wanted: string | undefined, environment: NodeJS.ProcessEnv): ModelChoice {
  const text = wanted ?? valueOf(environment, "CODEMODE_MODEL");
  const { provider, model } = splitName(text, environment);
  if (provider === undefined) throw nothingToUse();
  if (!isReachable(provider, environment)) throw notReachable(provider);
  const modelId = model ?? PROVIDERS[provider].model;
  if (modelId === undefined || modelId === "") throw noModel(provider);
  return { provider, modelId, ...readAccess(provider, environment) };
}

/** The provider a name begins with; without one, the first that can be reached. */
function splitName(
  text: string | undefined,
  environment: NodeJS.ProcessEnv,
): { readonly provider: ProviderName | undefined; readonly model: string | undefined } {
  const named = NAMES.find((name) => text?.startsWith(`${name}/`) === true);
  // On a server of one's own a model may well be called "openai/…".
  const isOwnName = named !== undefined && !isReachable(named, environment) && isReachable("compatible", environment);
  if (named === undefined || isOwnName) {
    return { provider: NAMES.find((name) => isReachable(name, environment)), model: text };
  }
  return { provider: named, model: text?.slice(named.length + 1) };
}

function readAccess(provider: ProviderName, environment: NodeJS.ProcessEnv): Pick<ModelChoice, "apiKey" | "baseUrl"> {
  const apiKey = valueOf(environment, PROVIDERS[provider].key);
  const baseUrl = valueOf(environment, PROVIDERS[provider].base);
  if (baseUrl !== undefined && !isWebAddress(baseUrl)) throw notAnAddress(provider, baseUrl);
  return { ...defined({ apiKey, baseUrl }) };
}

/** The variable that holds a provider's key. */
export function keyVariable(provider: ProviderName): string {
  return PROVIDERS[provider].key;
}

/**
 * A key is enough for the known providers; a server of one's own needs an address, and a key only if it requires one.
 */
function isReachable(name: ProviderName, environment: NodeJS.ProcessEnv): boolean {
  const { key, base } = PROVIDERS[name];
  return valueOf(environment, name === "compatible" ? base : key) !== undefined;
}

function valueOf(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === "" ? undefined : value;
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function nothingToUse(): CodemodeError {
  return configError(
    `No model can be reached. One of these is looked for in the environment:\n  ${VARIABLES.join("\n  ")}`,
    "For instance: CODEMODE_BASE_URL=http://localhost:11434/v1 CODEMODE_MODEL=qwen3 codemode agent",
  );
}

function notReachable(provider: ProviderName): CodemodeError {
  const { key, base } = PROVIDERS[provider];
  const missing = provider === "compatible" ? base : key;
  return configError(
    `The provider ${provider} needs ${missing}, which is not set.`,
    `Set ${missing}, or use another model.`,
  );
}

function noModel(provider: ProviderName): CodemodeError {
  return configError(
    `No model is named for ${provider === "compatible" ? "the server at CODEMODE_BASE_URL" : provider}.`,
    `Set CODEMODE_MODEL, or pass --model ${provider}/NAME.`,
  );
}

function notAnAddress(provider: ProviderName, text: string): CodemodeError {
  const { base } = PROVIDERS[provider];
  return configError(`${base} is not a web address: ${text}.`, "Write it like http://localhost:11434/v1.");
}

function configError(message: string, hint: string): CodemodeError {
  return new CodemodeError("config_error", message, { hint });
}
