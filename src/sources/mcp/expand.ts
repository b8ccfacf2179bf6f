import type { Variables } from "../http/variables.ts";
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parseEnv, promisify } from "node:util";
import { homedir } from "node:os";
import { readText } from "../../base/files/read-file.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { SecretFilter } from "../../base/secret-filter.ts";
import type { AuthSettings } from "./auth/auth-settings.ts";
import { configSecrets, variableSecrets } from "./config-secrets.ts";
import { SecretStore } from "../credentials/secret-store.ts";
import { expandHome } from "./entry/expand-home.ts";
import { STARTED_BY, startedByMark } from "./entry/own-command.ts";
import type { HttpServerConfig, McpServerConfig, StdioServerConfig } from "./server-config.ts";

const MOST_ENV_BYTES = 4 * 1024 * 1024;
const ENV_PIPE_MS = 10_000;

/** Values for a server's variables, and the file it is configured in. */
export interface ConfigSurroundings {
  readonly variables: Variables;
  /** Absolute path of the configuration file; its folder is the workspace. @default none, and the current folder */
  readonly configurationFile?: string | undefined;
}

const VARIABLE = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;
const INPUT = /^input:(.+)$/;
const SECRET = /^secret:(.+)$/;
/** Folders in which clients keep their settings of the folder above. */
const CLIENT_FOLDERS = new Set([".vscode", ".cursor", ".codex", ".claude", ".gemini", ".roo", ".kilocode"]);

/** Surroundings with who learns the secrets. */
interface ServerSurroundings extends ConfigSurroundings {
  readonly secrets?: SecretFilter | undefined;
}

/**
 * Replaces `${VAR}`, `${VAR:-default}`, `${env:VAR}`, `{env:VAR}`, `${secret:NAME}`, `${input:id}`, `${workspaceFolder}` and
 * `${userHome}` in a server's command, args, env, envFile, cwd, url, headers and auth, and a leading `~` in paths; reads
 * its envFile, unless that is a pipe: of one there are the variables in `piped` (see {@link readEnvPipe}).
 *
 * The result holds secrets, which are added to `secrets`: use it to connect and drop it. An unset variable, and a file
 * that cannot be read, is a `config_error` that names the server, the path and the variable.
 */
export function expandServerConfig(
  name: string,
  config: McpServerConfig,
  { piped = "", ...surroundings }: ServerSurroundings & { readonly piped?: string | undefined },
): McpServerConfig {
  const { secrets } = surroundings;
  const expand = expandIn(name, surroundings);
  if (config.transport !== "stdio") {
    const expanded = expandHttp(config, expand);
    secrets?.add(configSecrets(expanded));
    return expanded;
  }
  const expanded = expandStdio(config, expand);
  const { envFile } = expanded;
  const file = envFile === undefined ? undefined : resolve(folderOf(surroundings), envFile);
  const text =
    file === undefined ? "" : readable(name, file, () => (isPipe(file) ? piped : readText(file, MOST_ENV_BYTES)));
  const fromFile = Object.entries(parseEnv(text)).map(([key, value]) => [key, value ?? ""] as const);
  const env = { ...Object.fromEntries(fromFile), ...expanded.env };
  secrets?.add(configSecrets({ ...expanded, env }));
  return { ...expanded, env: { ...env, [STARTED_BY]: startedByMark(surroundings.configurationFile) } };
}

/**
 * What a program that keeps secrets writes into the pipe that a server's envFile is, which it may do whenever somebody reads
 * it: so it is read once a start, and waited for, for 10 seconds. Undefined where envFile is no pipe. Throws `config_error`.
 */
export async function readEnvPipe(
  name: string,
  config: McpServerConfig,
  { signal, ...surroundings }: ServerSurroundings & { readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (config.transport !== "stdio" || config.envFile === undefined) return undefined;
  const path = expandHome(expandIn(name, surroundings)(config.envFile, "envFile"));
  const file = resolve(folderOf(surroundings), path);
  if (!readable(name, file, () => isPipe(file))) return undefined;
  const options = { timeout: ENV_PIPE_MS, maxBuffer: MOST_ENV_BYTES, signal };
  return promisify(execFile)("cat", [file], options).then(
    ({ stdout }) => stdout,
    (thrown: unknown) => Promise.reject(unreadable(name, file, pipeFault(thrown))),
  );
}

/** Without what has come so far, which is secret. */
function pipeFault(thrown: unknown): Error {
  const isLate = thrown instanceof Error && "killed" in thrown && thrown.killed === true;
  if (isLate) return new Error(`it is a pipe, and not all of it came within ${ENV_PIPE_MS / 1_000} seconds`);
  return new Error(thrown instanceof Error ? thrown.message : String(thrown));
}

function isPipe(file: string): boolean {
  return statSync(file).isFIFO();
}

type Expand = (text: string, path: string) => string;

function expandIn(name: string, { secrets, ...surroundings }: ServerSurroundings): Expand {
  const { variables } = surroundings;
  const onVariable = (variable: string): void => secrets?.add(variableSecrets(variable, variables));
  return (text, path) =>
    expandText(/^(?:env|headers)\./.test(path) ? braced(text, variables) : text, {
      place: `Server "${name}": ${path}`,
      onVariable,
      onSecret: (secret) => secrets?.add([secret]),
      ...surroundings,
    });
}

function expandStdio(config: StdioServerConfig, expand: Expand): StdioServerConfig {
  const path = (text: string, place: string): string => expandHome(expand(text, place));
  const { envFile, cwd } = config;
  return {
    ...config,
    command: path(config.command, "command"),
    args: config.args.map((text, index) => path(text, `args[${index}]`)),
    env: expandMap(config.env, "env", expand),
    ...(envFile === undefined ? {} : { envFile: path(envFile, "envFile") }),
    ...(cwd === undefined ? {} : { cwd: path(cwd, "cwd") }),
  };
}

function expandHttp(config: HttpServerConfig, expand: Expand): HttpServerConfig {
  const { url, headers, auth } = config;
  const expanded = { ...config, url: expand(url, "url"), headers: expandMap(headers, "headers", expand) };
  return auth === undefined ? expanded : { ...expanded, auth: expandAuth(auth, expand) };
}

function expandAuth(auth: AuthSettings, expand: Expand): AuthSettings {
  if (auth.type === "bearer") return { ...auth, token: expand(auth.token, "auth.token") };
  if (auth.type === "command") {
    return { ...auth, command: auth.command.map((word, index) => expand(word, `auth.command[${index}]`)) };
  }
  const { clientId, clientSecret } = auth;
  return {
    ...auth,
    ...(clientId === undefined ? {} : { clientId: expand(clientId, "auth.clientId") }),
    ...(clientSecret === undefined ? {} : { clientSecret: expand(clientSecret, "auth.clientSecret") }),
  };
}

function expandMap(map: Readonly<Record<string, string>>, path: string, expand: Expand): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, text]) => [key, expand(text, `${path}.${key}`)]));
}

/** A value that is a variable and nothing else is written without braces by some; if it is not set, it is the value. */
function braced(text: string, variables: Variables): string {
  const [, variable] = /^\$([A-Z][A-Z0-9_]*)$/.exec(text) ?? [];
  return variable !== undefined && Object.hasOwn(variables, variable) ? `\${${variable}}` : text;
}

function readable<Read>(name: string, file: string, read: () => Read): Read {
  try {
    return read();
  } catch (cause) {
    throw unreadable(name, file, cause);
  }
}

/** The error of a server whose envFile cannot be read. */
function unreadable(name: string, file: string, cause: unknown): CodemodeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CodemodeError("config_error", `Server "${name}": envFile ${file} cannot be read (${reason}).`, {
    hint: "Create the file, or remove envFile from the entry.",
    cause,
  });
}

/** Place of a text and values of its variables. */
export interface ExpandOptions extends ConfigSurroundings {
  /** Names the place in errors. */
  readonly place: string;
  /** Receives the name of each variable whose value is used. */
  readonly onVariable?: ((variable: string) => void) | undefined;
  /** Receives each value that comes from the secret store. */
  readonly onSecret?: (value: string) => void;
}

/** Variables as workflows write them, whose secrets are variables of the environment here. */
const OF_WORKFLOWS = /\$\{\{\s*(?:secrets|inputs|env)\.(\w{1,200})\s*\}\}/g;

/** Replaces the variables of one text of a configuration. An unset one is a `config_error` that names the place. */
export function expandText(text: string, options: ExpandOptions): string {
  return text
    .replaceAll(OF_WORKFLOWS, "${$1}")
    .replace(
      /\$\{([^${}]*)\}|\{(env:\w+|file:[^{}]+)\}/g,
      (whole, own: string | undefined, other: string | undefined) => {
        const inside = own ?? other ?? "";
        const input = INPUT.exec(inside)?.[1];
        if (input !== undefined) return answerOf(input, options);
        const secret = SECRET.exec(inside)?.[1];
        if (secret !== undefined) return secretOf(secret, options);
        const ofPlace = placeVariable(inside, options);
        if (ofPlace !== undefined) return ofPlace;
        const [, variable, fallback] = VARIABLE.exec(inside) ?? [];
        return variable === undefined ? refuseForm(whole, inside, options) : valueOf(variable, fallback, options);
      },
    );
}

function valueOf(variable: string, fallback: string | undefined, options: ExpandOptions): string {
  const value = lookUp(variable, options);
  if (value !== undefined && (value !== "" || fallback === undefined)) return value;
  if (fallback !== undefined) return fallback;
  throw new CodemodeError("config_error", `${options.place} refers to \${${variable}}, which is not set.`, {
    hint: `Set the environment variable ${variable}, or write a default: \${${variable}:-value}.`,
  });
}

function lookUp(variable: string, { variables, onVariable }: ExpandOptions): string | undefined {
  if (!Object.hasOwn(variables, variable)) return undefined;
  onVariable?.(variable);
  return variables[variable];
}

/** A value of the secret store of this user. */
function secretOf(name: string, { place, onSecret }: ExpandOptions): string {
  const value = new SecretStore().read(`secret:${name}`);
  if (typeof value === "string") {
    onSecret?.(value);
    return value;
  }
  throw new CodemodeError(
    "config_error",
    `${place} refers to \${secret:${name}}, which the secret store does not have.`,
    {
      hint: "Run codemode import --write on the machine with the client it came from, or write ${VARIABLE} instead.",
    },
  );
}

/**
 * An input that a client would ask a person for is taken from the variable of that name, since no person can be asked
 * here.
 */
function answerOf(input: string, options: ExpandOptions): string {
  const variable = input.replace(/[^A-Za-z0-9_]/g, "_").toUpperCase();
  const value = lookUp(input, options) ?? lookUp(variable, options);
  if (value !== undefined) return value;
  throw new CodemodeError(
    "config_error",
    `${options.place} asks for the input "${input}", and no person can be asked here.`,
    {
      hint: `Set the environment variable ${variable}, or write \${VARIABLE} instead of \${input:${input}}.`,
    },
  );
}

/** The variables of editors for folders. */
function placeVariable(name: string, surroundings: ConfigSurroundings): string | undefined {
  if (/^workspace(?:Folder|Root)(?::.*)?$/.test(name) || name === "cwd") return folderOf(surroundings);
  if (name === "workspaceFolderBasename") return basename(folderOf(surroundings));
  if (name === "userHome") return homedir();
  if (name === "pathSeparator" || name === "/") return process.platform === "win32" ? "\\" : "/";
  return undefined;
}

function folderOf({ configurationFile }: ConfigSurroundings): string {
  if (configurationFile === undefined) return resolve(".");
  const folder = dirname(configurationFile);
  return CLIENT_FOLDERS.has(basename(folder)) ? dirname(folder) : folder;
}

/**
 * `${command:…}` and `${config:…}` have a meaning in an editor only, and the content of `{file:…}` belongs in a variable; other
 * texts in braces are left unchanged.
 */
function refuseForm(whole: string, inside: string, { place }: ExpandOptions): string {
  if (inside.startsWith("file:") && !whole.startsWith("$")) {
    throw new CodemodeError("config_error", `${place} refers to ${whole}, and files are not read here.`, {
      hint: "Put the content into an environment variable, and write ${NAME}; for a local program envFile names a file of variables.",
    });
  }
  if (!/^(?:command|config|extensionInstallFolder):/.test(inside)) return whole;
  throw new CodemodeError("config_error", `${place} refers to ${whole}, which only an editor can fill in.`, {
    hint: "Write the value itself, or an environment variable as ${NAME}.",
  });
}
