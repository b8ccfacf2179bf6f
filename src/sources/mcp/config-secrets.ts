import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { decoded } from "../../base/spellings/inner-secrets.ts";
import { clearSecrets } from "./entry/clear-secrets.ts";
import { inheritedVariable } from "./transport/base-environment.ts";
import type { Variables } from "../http/variables.ts";
import type { McpServerConfig } from "./server-config.ts";

/** Names of parameters whose values are credentials. */
const CREDENTIAL = /key|token|secret|pass|auth|sig|cred|code|session/i;

/** Shorter values in `env` and `headers` are settings rather than secrets. */
const FEWEST_CHARACTERS = 8;

/**
 * The values of a server's configuration that must not leave the host: values of variables, values of 8 characters or
 * more in `env` and `headers` with the words they consist of, the credentials of a URL, and arguments of a command that are
 * credentials by their names or forms.
 *
 * Names of files and folders that exist are none, nor is what every server gets in its environment.
 *
 * @param config as written or with its variables expanded
 */
export function configSecrets(config: McpServerConfig): readonly string[] {
  const values =
    config.transport === "stdio"
      ? [...Object.values(config.env), ...Object.values(clearSecrets("", { args: config.args }).secrets)]
      : [...Object.values(config.headers).flatMap(headerSecrets), ...urlSecrets(config.url), ...authSecrets(config)];
  return values.filter((value) => value.length >= FEWEST_CHARACTERS && !value.includes("${") && !isPath(value));
}

function authSecrets({ auth }: Extract<McpServerConfig, { url: string }>): readonly string[] {
  if (auth?.type === "bearer") return [auth.token];
  return auth?.type === "oauth" && auth.clientSecret !== undefined ? [auth.clientSecret] : [];
}

/** The value of a variable that a configuration refers to, unless it is not a secret. */
export function variableSecrets(name: string, variables: Variables): readonly string[] {
  const value = variables[name];
  return value === undefined || inheritedVariable(name) || isPath(value) ? [] : [value];
}

/** A header is a secret whole, and so is each of its words: the token after `Bearer`, what `Basic` encodes. */
function headerSecrets(value: string): readonly string[] {
  const words = value.split(/[\s,;]+/);
  const encoded = /^basic\s+(\S+)$/i.exec(value)?.[1];
  const [user = "", ...password] = encoded === undefined ? [] : Buffer.from(encoded, "base64").toString().split(":");
  return [value, ...words, ...words.map(afterEquals), user, password.join(":")];
}

function afterEquals(word: string): string {
  return word.slice(word.indexOf("=") + 1).replaceAll(/^"|"$/g, "");
}

function urlSecrets(text: string): readonly string[] {
  if (!URL.canParse(text)) return [];
  const { username, password, searchParams } = new URL(text);
  const parameters = [...searchParams].flatMap(([name, value]) => (CREDENTIAL.test(name) ? [value] : []));
  const user = [username, password].flatMap((part) => [part, decoded(part)]);
  return [...user, `${username}:${password}`, ...parameters];
}

function isPath(value: string): boolean {
  return isAbsolute(value) && existsSync(value);
}
