import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ProviderName } from "./model-choice.ts";

/** The package that holds the loop of the agent, with the version it is written for. */
const LOOP = { name: "ai-six", wanted: "ai-six@npm:ai@6" };

/** The package of each provider, with the version that fits {@link LOOP}. */
const PROVIDERS: Readonly<Record<ProviderName, { readonly name: string; readonly wanted: string }>> = {
  anthropic: { name: "@ai-sdk/anthropic", wanted: "@ai-sdk/anthropic@3" },
  google: { name: "@ai-sdk/google", wanted: "@ai-sdk/google@3" },
  openai: { name: "@ai-sdk/openai", wanted: "@ai-sdk/openai@3" },
  compatible: { name: "@ai-sdk/openai-compatible", wanted: "@ai-sdk/openai-compatible@2" },
};

/**
 * Makes sure that the packages which speak to a model are installed. They are not dependencies of this package, since
 * only the agent needs them. Throws `config_error` with the exact command that installs what is missing.
 */
export function assertModelPackages(provider: ProviderName): void {
  const missing = [LOOP, PROVIDERS[provider]].filter(({ name }) => !isInstalled(name));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(" and ");
  throw new CodemodeError("config_error", `The agent needs ${names}, which the package codemode does not bring.`, {
    hint: `Run: ${installCommand(import.meta.url)} ${missing.map(({ wanted }) => wanted).join(" ")}`,
  });
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** The command that installs packages beside this one: globally, into its project, or into its checkout. */
export function installCommand(moduleUrl: string): string {
  const path = fileURLToPath(moduleUrl);
  const modules = path.lastIndexOf(`${sep}node_modules${sep}`);
  if (modules < 0) return `npm install --no-save --prefix ${quote(dirname(dirname(dirname(dirname(path)))))}`;
  const project = path.slice(0, modules);
  return project.endsWith(`${sep}lib`) ? "npm install -g" : `npm install --no-save --prefix ${quote(project)}`;
}

function quote(path: string): string {
  return /^[\w./:\\-]+$/.test(path) ? path : `"${path}"`;
}
