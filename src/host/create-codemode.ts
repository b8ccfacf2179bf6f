import { CodemodeError } from "../base/codemode-error.ts";
import { defined } from "../base/defined.ts";
import { isRecord } from "../base/is-record.ts";
import { dirname, join } from "node:path";
import { LOCK_FILE } from "../runs/decisions/definition-lock.ts";
import { commandHooks } from "../runs/decisions/command-hooks.ts";
import { ToolRegistry } from "../sources/tool-registry.ts";
import type { FunctionTool } from "../sources/functions/define-tool.ts";
import type { Configuration, LoadedConfiguration } from "./configuration/configuration.ts";
import { loadConfiguration } from "./configuration/load-configuration.ts";
import { parseConfiguration } from "./configuration/parse-configuration.ts";
import type { ExecutorOptions } from "./executor-options.ts";
import { CodeModeExecutor } from "./executor.ts";

/** Settings that {@link createCodemode} composes from. */
export interface CodemodeOptions extends Configuration {
  /** Host functions by server name, as made by `defineTool`. */
  readonly tools?: Readonly<Record<string, readonly FunctionTool[]>>;
  /** Parts of the executor that no file can describe. */
  readonly executor?: Pick<
    ExecutorOptions,
    "engines" | "spareSandboxes" | "cacheDirectory" | "embedder" | "hooks" | "onApproval"
  >;
}

/** A registry and an executor that belong together. The caller closes it, or uses `await using`. */
export interface Codemode extends AsyncDisposable {
  readonly registry: ToolRegistry;
  readonly executor: CodeModeExecutor;
  readonly configuration: Configuration;
  /** Stops programs, ends sandboxes, servers and connections. */
  close(): Promise<void>;
}

/**
 * Composes a registry and an executor from one configuration object. Nothing is started yet: servers connect on first
 * use, or at once with `executor.setup()`. Throws `config_error` for settings that cannot be.
 */
export function createCodemode(options: CodemodeOptions = {}): Codemode {
  assertSettings(options);
  const { tools, executor, ...configuration } = options;
  const stateDirectory = configuration.stateDir;
  return compose(
    { configuration: parseConfiguration(configuration), ...defined({ stateDirectory }) },
    { ...defined({ tools, executor }) },
  );
}

/** Callers in plain JavaScript pass anything. */
function assertSettings(options: unknown): void {
  if (!isRecord(options)) throw new CodemodeError("config_error", "The settings of createCodemode must be an object.");
  const { tools = {} } = options;
  const wrong = isRecord(tools) ? Object.keys(tools).find((name) => !Array.isArray(tools[name])) : "";
  if (wrong === undefined) return;
  const what = wrong === "" ? "tools must be an object" : `tools.${wrong} must be a list`;
  throw new CodemodeError("config_error", `${what}: lists of functions by the name of their server.`, {
    hint: "Write `tools: { shop: [defineTool({ … })] }`.",
  });
}

/** Composes a registry and an executor from a configuration file; see {@link loadConfiguration} for which one. */
export function openCodemode(options: { readonly file?: string; readonly directory?: string } = {}): Codemode {
  return composeLoaded(loadConfiguration(options));
}

/** Composes from a configuration that was loaded already. */
export function composeLoaded(loaded: LoadedConfiguration, executor: CodemodeOptions["executor"] = {}): Codemode {
  return compose(loaded, { executor });
}

function compose(
  { configuration, file, stateDirectory }: Omit<LoadedConfiguration, "stateDirectory"> & Partial<LoadedConfiguration>,
  { tools, executor: executorOptions }: Pick<CodemodeOptions, "tools" | "executor">,
): Codemode {
  const registry = new ToolRegistry({
    ...(stateDirectory === undefined ? {} : { cacheDirectory: join(stateDirectory, "catalog-cache") }),
    ...defined({ configurationFile: file }),
  });
  for (const [name, entry] of Object.entries(configuration.mcpServers ?? {})) registry.addConfigured(name, entry);
  for (const [name, functions] of Object.entries(tools ?? {})) registry.addTools(name, functions);
  const { limits, policy, approvals, typeCheck, skills, store, hooks = {} } = configuration;
  const directory = file === undefined ? process.cwd() : dirname(file);
  const { hooks: ownHooks = [], ...parts } = executorOptions ?? {};
  const executor = new CodeModeExecutor(registry, {
    ...defined({ limits, policy, approvals, typeCheck, skills }),
    store: { ...store, ...defined({ directory: stateDirectory }) },
    ...(file === undefined ? {} : { lockFile: join(directory, LOCK_FILE) }),
    ...parts,
    hooks: [...commandHooks(hooks, directory), ...[ownHooks].flat()],
  });
  const close = async (): Promise<void> => {
    await executor.close();
    await registry.close();
  };
  return { registry, executor, configuration, close, [Symbol.asyncDispose]: close };
}
