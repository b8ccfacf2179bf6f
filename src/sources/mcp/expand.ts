import { CodemodeError } from "../../base/codemode-error.ts";
import type { HttpServerConfig, McpServerConfig, StdioServerConfig } from "./server-config.ts";

/** Where variables come from, normally `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Replaces `${VAR}`, `${VAR:-default}` and `${env:VAR}` in a server's command, args, env, cwd, url and headers.
 *
 * The result holds secrets: use it to connect and drop it. An unset variable is a `config_error` that names the
 * server, the path and the variable.
 */
export function expandServerConfig(name: string, config: McpServerConfig, variables: Variables): McpServerConfig {
  const expand = (text: string, path: string): string =>
    expandText(text, { place: `Server "${name}": ${path}`, variables });
  return config.transport === "stdio" ? expandStdio(config, expand) : expandHttp(config, expand);
}

type Expand = (text: string, path: string) => string;

function expandStdio(config: StdioServerConfig, expand: Expand): StdioServerConfig {
  return {
    ...config,
    command: expand(config.command, "command"),
    args: config.args.map((text, index) => expand(text, `args[${index}]`)),
    env: expandMap(config.env, "env", expand),
    ...(config.cwd === undefined ? {} : { cwd: expand(config.cwd, "cwd") }),
  };
}

function expandHttp(config: HttpServerConfig, expand: Expand): HttpServerConfig {
  return { ...config, url: expand(config.url, "url"), headers: expandMap(config.headers, "headers", expand) };
}

function expandMap(map: Readonly<Record<string, string>>, path: string, expand: Expand): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, text]) => [key, expand(text, `${path}.${key}`)]));
}

/** Where a text stands and what its variables are. */
export interface ExpandOptions {
  /** Names the place in errors. */
  readonly place: string;
  readonly variables: Variables;
}

/** Replaces the variables of one text of a configuration. An unset one is a `config_error` that names the place. */
export function expandText(text: string, { place, variables }: ExpandOptions): string {
  return text.replace(REFERENCE, (_whole, variable: string, fallback: string | undefined) => {
    const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
    if (value !== undefined && (value !== "" || fallback === undefined)) return value;
    if (fallback !== undefined) return fallback;
    const message = `${place} refers to \${${variable}}, which is not set.`;
    throw new CodemodeError("config_error", message, {
      hint: `Set the environment variable ${variable}, or give a default: \${${variable}:-value}.`,
    });
  });
}
