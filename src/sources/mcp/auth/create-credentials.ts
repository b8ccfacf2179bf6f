import type { SecretFilter } from "../../../base/secret-filter.ts";
import { SecretStore } from "../../credentials/secret-store.ts";
import type { Variables } from "../../http/variables.ts";
import type { HttpServerConfig } from "../server-config.ts";
import { createAuthorityFetch } from "./authority.ts";
import type { Credentials } from "./credentials.ts";
import { KeptLogin, resourceOf } from "./login.ts";
import type { LoginAdvice } from "./login-required.ts";
import { OAuthCredentials, type OAuthParts } from "./oauth-credentials.ts";
import { bearerCredentials, CommandCredentials } from "./token-credentials.ts";

/** Surroundings of a login. */
export interface LoginSurroundings {
  readonly serverName: string;
  readonly variables: Variables;
  readonly secrets: SecretFilter;
  readonly configurationFile?: string | undefined;
}

/**
 * The way to log in at a remote server. A server that is sent an `Authorization` header of its own has none.
 *
 * @param config with its variables expanded
 */
export function createCredentials(config: HttpServerConfig, surroundings: LoginSurroundings): Credentials | undefined {
  const { auth, headers } = config;
  const { serverName, secrets } = surroundings;
  if (auth?.type === "bearer") return bearerCredentials(auth);
  if (auth?.type === "command") return new CommandCredentials({ settings: auth, serverName, secrets });
  const hasHeader = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  if (hasHeader || !URL.canParse(config.url)) return undefined;
  return new OAuthCredentials(oauthParts(config, surroundings));
}

/** What a login by OAuth at a server is made of. */
export function oauthParts(config: HttpServerConfig, surroundings: LoginSurroundings): OAuthParts {
  const { variables, secrets, serverName, configurationFile } = surroundings;
  const { auth, account } = config;
  const resource = resourceOf(config.url);
  const advice: LoginAdvice = { serverName, account, configurationFile };
  return {
    settings: auth?.type === "oauth" ? auth : undefined,
    kept: new KeptLogin({ resource, account }, new SecretStore(variables), secrets),
    advice,
    fetchFn: createAuthorityFetch(resource, { variables, secrets }),
  };
}
