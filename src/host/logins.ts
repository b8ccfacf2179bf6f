import { CodemodeError } from "../base/codemode-error.ts";
import { settleWithin } from "../base/deadline.ts";
import type { SecretFilter } from "../base/secret-filter.ts";
import { createCredentials, oauthParts } from "../sources/mcp/auth/create-credentials.ts";
import { logIn, probeLogin } from "../sources/mcp/auth/log-in.ts";
import type { LoginDialogue } from "../sources/source.ts";
import { type Login, loginStatus } from "../sources/mcp/auth/login.ts";
import { readAuthority } from "../sources/mcp/auth/authority.ts";
import type { OAuthParts } from "../sources/mcp/auth/oauth-credentials.ts";
import { revokeToken } from "../sources/mcp/auth/token-requests.ts";
import { expandServerConfig } from "../sources/mcp/expand.ts";
import { type HttpServerConfig, parseServerConfig } from "../sources/mcp/server-config.ts";
import type { LoadedConfiguration } from "./configuration/configuration.ts";

/** State of the login of one remote server. */
export interface LoginReport {
  readonly name: string;
  readonly account: string;
  /** How it logs in; `none` where it asks for no login, or is sent a header of its own. */
  readonly type: "oauth" | "bearer" | "command" | "none";
  readonly status: "ok" | "needs_login" | "expired" | "none";
  /** ISO text; null where no end is known. */
  readonly expiresAt: string | null;
  readonly scopes: readonly string[];
}

const PROBE_MS = 5_000;
const REVOKE_MS = 10_000;

/** The logins of the remote servers of a configuration. */
export class Logins {
  readonly #loaded: LoadedConfiguration;
  readonly #secrets: SecretFilter;

  /** @param secrets learns every secret that is read */
  constructor(loaded: LoadedConfiguration, secrets: SecretFilter) {
    this.#loaded = loaded;
    this.#secrets = secrets;
  }

  /** Names of the remote servers. */
  get names(): readonly string[] {
    return Object.keys(this.#loaded.configuration.mcpServers ?? {}).filter((name) => this.#isRemote(name));
  }

  /** State of one login. Never rejects because of the server: one that cannot be asked counts as asking for none. */
  async status(name: string, account?: string): Promise<LoginReport> {
    const config = this.#config(name, account);
    const { type = "oauth" } = config.auth ?? {};
    const parts = this.#parts(name, config);
    if (type === "oauth") return this.#oauthStatus(name, config, parts);
    const credentials = createCredentials(config, this.#surroundings(name));
    const value = await credentials?.authorization().catch(() => undefined);
    const status = value === undefined ? "needs_login" : "ok";
    return { name, account: config.account, type, status, expiresAt: null, scopes: [] };
  }

  /** Logs in. See {@link logIn} for its errors. */
  async logIn(name: string, dialogue: LoginDialogue, account?: string): Promise<LoginReport> {
    const config = this.#config(name, account);
    if (config.auth !== undefined && config.auth.type !== "oauth") {
      throw new CodemodeError("config_error", `Server "${name}" takes its token from its configuration.`, {
        hint: `See auth of "${name}"; there is nothing to log in with.`,
      });
    }
    return toReport(name, await logIn(this.#parts(name, config), dialogue));
  }

  /** Forgets a login, here and where possible at the authorization server; true when there was one. */
  async logOut(name: string, account?: string): Promise<boolean> {
    const parts = this.#parts(name, this.#config(name, account));
    const login = parts.kept.read();
    if (login === undefined) return false;
    await parts.kept.write(undefined);
    await settleWithin(revoke(login, parts), REVOKE_MS);
    return true;
  }

  async #oauthStatus(name: string, config: HttpServerConfig, parts: OAuthParts): Promise<LoginReport> {
    const login = parts.kept.read();
    const { account } = config;
    if (login !== undefined) return toReport(name, login);
    const none: LoginReport = { name, account, type: "none", status: "none", expiresAt: null, scopes: [] };
    if (createCredentials(config, this.#surroundings(name)) === undefined) return none;
    const isAsked = config.auth !== undefined || (await asksForLogin(parts));
    return isAsked ? { ...none, type: "oauth", status: "needs_login" } : none;
  }

  #isRemote(name: string): boolean {
    try {
      return this.#parse(name).transport !== "stdio";
    } catch {
      return false;
    }
  }

  #parse(name: string): ReturnType<typeof parseServerConfig> {
    const { mcpServers = {} } = this.#loaded.configuration;
    if (Object.hasOwn(mcpServers, name)) return parseServerConfig(name, mcpServers[name]);
    const names = Object.keys(mcpServers);
    throw new CodemodeError("config_error", `The configuration has no server "${name}".`, {
      hint: names.length === 0 ? "It names no servers." : `It has: ${names.slice(0, 20).join(", ")}.`,
    });
  }

  #config(name: string, account: string | undefined): HttpServerConfig {
    const config = expandServerConfig(name, this.#parse(name), this.#surroundings(name));
    if (config.transport === "stdio") {
      throw new CodemodeError("config_error", `Server "${name}" is a program on this machine and has no login.`, {
        hint: "Give it what it needs in env.",
      });
    }
    return account === undefined ? config : { ...config, account };
  }

  #surroundings(serverName: string): Parameters<typeof createCredentials>[1] {
    const { file } = this.#loaded;
    return { serverName, variables: process.env, secrets: this.#secrets, configurationFile: file };
  }

  #parts(name: string, config: HttpServerConfig): OAuthParts {
    return oauthParts(config, this.#surroundings(name));
  }
}

function toReport(name: string, login: Login): LoginReport {
  const { account, expiresAt, scopes } = login;
  return {
    name,
    account,
    type: "oauth",
    status: loginStatus(login),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    scopes,
  };
}

async function asksForLogin(parts: OAuthParts): Promise<boolean> {
  let asks = false;
  const probe = probeLogin(parts).then((found) => {
    asks = found;
  });
  await settleWithin(probe, PROBE_MS);
  return asks;
}

async function revoke(login: Login, { fetchFn }: OAuthParts): Promise<void> {
  const metadata = await readAuthority(login.authorizationServer, fetchFn);
  for (const token of [login.refreshToken, login.accessToken]) {
    if (token !== undefined) await revokeToken({ ...login, metadata, fetchFn }, token);
  }
}
