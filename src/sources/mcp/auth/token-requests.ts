import {
  fetchToken,
  OAuthError,
  type OAuthClientInformationMixed,
  type OAuthTokens,
  refreshAuthorization,
  selectClientAuthMethod,
} from "@modelcontextprotocol/client";
import { defined } from "../../../base/defined.ts";
import type { Fetch } from "../../http/bounded-fetch.ts";
import type { Authority } from "./authority.ts";
import type { Login } from "./login.ts";

/** Where a token is asked for, and by which client. */
export interface TokenPlace extends Pick<Login, "authorizationServer" | "indicator" | "client"> {
  readonly metadata: Authority["metadata"];
  readonly fetchFn: Fetch;
}

/** Asks the token endpoint with the parameters of a grant that needs no browser. Rejects with `OAuthError`. */
export function requestToken(place: TokenPlace, params: Readonly<Record<string, string>>): Promise<OAuthTokens> {
  const { authorizationServer, client, indicator, metadata, fetchFn } = place;
  const provider = {
    redirectUrl: undefined,
    clientMetadata: { redirect_uris: [] },
    clientInformation: (): OAuthClientInformationMixed => client,
    tokens: () => undefined,
    saveTokens: () => {},
    redirectToAuthorization: () => {},
    saveCodeVerifier: () => {},
    codeVerifier: () => "",
    prepareTokenRequest: () => new URLSearchParams(params),
  };
  return fetchToken(provider, authorizationServer, { fetchFn, ...defined({ metadata, resource: indicator }) });
}

/** Trades a refresh token for new tokens; the old one stays where the server names no other. */
export function refreshToken(place: TokenPlace, token: string): Promise<OAuthTokens> {
  const { authorizationServer, client, indicator, metadata, fetchFn } = place;
  return refreshAuthorization(authorizationServer, {
    clientInformation: client,
    refreshToken: token,
    fetchFn,
    ...defined({ metadata, resource: indicator }),
  });
}

/** Asks the authorization server to forget a token; whether it can is its own affair. */
export async function revokeToken({ metadata, client, fetchFn }: TokenPlace, token: string): Promise<void> {
  const endpoint: unknown = Reflect.get({ ...metadata }, "revocation_endpoint");
  if (typeof endpoint !== "string") return;
  const params = new URLSearchParams({ token, client_id: client.client_id });
  const headers = new Headers({ "content-type": "application/x-www-form-urlencoded" });
  const method = selectClientAuthMethod(client, metadata?.token_endpoint_auth_methods_supported ?? []);
  const { client_id: id, client_secret: secret } = client;
  if (secret !== undefined && method === "client_secret_basic")
    headers.set("authorization", `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`);
  else if (secret !== undefined) params.set("client_secret", secret);
  await fetchFn(endpoint, { method: "POST", headers, body: params, redirect: "manual" });
}

/** The code of an error that the authorization server answered with, such as `invalid_grant`. */
export function oauthErrorCode(error: unknown): string | undefined {
  return error instanceof OAuthError ? error.code : undefined;
}
