import { registerClient } from "@modelcontextprotocol/client";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { defined } from "../../../base/defined.ts";
import type { Authority } from "./authority.ts";
import type { Login } from "./login.ts";
import type { OAuthParts } from "./oauth-credentials.ts";

/** Where, as whom and for what a login is made. */
export interface LoginPlan {
  readonly parts: OAuthParts;
  readonly authority: Authority;
  readonly scopes: readonly string[];
}

/** The client as configured, or a new one that the authorization server registers. */
export async function clientFor(
  { parts: { settings, fetchFn, advice }, authority, scopes }: LoginPlan,
  form: { readonly redirect_uris: string[]; readonly grant_types?: string[] },
): Promise<Login["client"]> {
  const { clientId, clientSecret } = settings ?? {};
  if (clientId !== undefined) return { client_id: clientId, ...defined({ client_secret: clientSecret }) };
  const { metadata, authorizationServer, issuer } = authority;
  if (metadata !== undefined && metadata.registration_endpoint === undefined) {
    const message = `Server "${advice.serverName}": ${issuer} registers no clients by itself.`;
    throw new CodemodeError("config_error", message, {
      hint: 'Register codemode there by hand, and write its id: "auth": { "type": "oauth", "clientId": "…" }.',
    });
  }
  return registerClient(authorizationServer, {
    fetchFn,
    clientMetadata: {
      client_name: "codemode",
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: form.redirect_uris.length === 0 ? [] : ["code"],
      application_type: "native",
      ...form,
    },
    ...defined({ metadata, scope: scopes.length === 0 ? undefined : scopes.join(" ") }),
  });
}
