import { exchangeAuthorization, startAuthorization } from "@modelcontextprotocol/client";
import { randomBytes } from "node:crypto";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { defined } from "../../../base/defined.ts";
import type { Fetch } from "../../http/bounded-fetch.ts";
import { type Authority, findAuthority, safeAddress } from "./authority.ts";
import { type Challenge, readChallenge, readScopes } from "./challenge.ts";
import { logInByDevice } from "./device-login.ts";
import type { LoginDialogue, LoginRequest } from "../../source.ts";
import { clientFor, type LoginPlan } from "./login-plan.ts";
import { type Login, withTokens } from "./login.ts";
import { loginRequired, wordsOf } from "./login-required.ts";
import { OAuthCredentials, type OAuthParts } from "./oauth-credentials.ts";
import { RedirectServer } from "./redirect-server.ts";

/** A code that a person types on another device: one word. */
const USER_CODE = /^[\p{L}\p{N}._-]{1,40}$/u;

/**
 * Makes a login at an MCP server and keeps it. Throws `login_required` when the person or the server refuses it, and
 * `config_error` when the server wants a client that is not configured.
 */
export async function logIn(parts: OAuthParts, dialogue: LoginDialogue): Promise<Login> {
  const { settings, kept, fetchFn, advice } = parts;
  const { flow = "authorization_code" } = settings ?? {};
  if (flow === "client_credentials") {
    await new OAuthCredentials(parts).authorization();
    const login = kept.read();
    if (login === undefined) throw loginRequired(advice, "names no authorization server");
    return login;
  }
  const challenge = challengeOf(await askWithout(kept.place.resource, fetchFn), kept.place.resource);
  const authority = await findAuthority(kept.place.resource, fetchFn, challenge.resourceMetadataUrl).catch(
    (error: unknown) => {
      if (CodemodeError.is(error)) throw error;
      throw loginRequired(advice, `does not say where its login is made: ${wordsOf(error)}`);
    },
  );
  if (authority === undefined) {
    throw new CodemodeError("config_error", `Server "${advice.serverName}" names no authorization server.`, {
      hint: "It needs no login, or takes a token: see auth in its configuration.",
    });
  }
  const plan = { parts, authority, scopes: scopesFor(parts, authority, challenge.scopes) };
  const guarded: LoginDialogue = { ...dialogue, present: (request) => dialogue.present(checked(request, parts)) };
  const made = flow === "device" ? logInByDevice(plan, guarded) : logInByBrowser(plan, guarded);
  const login = await made.catch((error: unknown) => {
    if (CodemodeError.is(error)) throw error;
    throw loginRequired(advice, `was not given its login: ${wordsOf(error)}`);
  });
  await kept.write(login);
  return login;
}

/** What the server has a person open and type, once it is an address for a browser and a code that forges nothing. */
function checked({ url, userCode }: LoginRequest, { kept, advice }: OAuthParts): LoginRequest {
  const { href } = safeAddress(kept.place.resource, url);
  if (userCode === undefined) return { url: href };
  if (!USER_CODE.test(userCode)) throw loginRequired(advice, "was given a code that nobody can type");
  return { url: href, userCode };
}

/** Tells whether a server asks for a login by OAuth. Rejects when it cannot be reached. */
export async function probeLogin({ kept, fetchFn }: OAuthParts): Promise<boolean> {
  const { resource } = kept.place;
  const response = await askWithout(resource, fetchFn);
  if (response.status !== 401) return false;
  const { resourceMetadataUrl } = challengeOf(response, resource);
  return (await findAuthority(resource, fetchFn, resourceMetadataUrl)) !== undefined;
}

function challengeOf({ headers }: Response, resource: string): Challenge {
  return readChallenge(headers.get("www-authenticate") ?? "", resource);
}

/** Asks the server without a login, to hear what it wants. Some servers shake hands with everybody, and want a login after. */
async function askWithout(resource: string, fetchFn: Fetch): Promise<Response> {
  const clientInfo = { name: "codemode", version: "0.1.0" };
  const handshake = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const ask = (method: string, params: object): Promise<Response> =>
    fetchFn(resource, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 0, method, params }),
      redirect: "manual",
    });
  const first = await ask("initialize", handshake);
  if (first.status === 401) return first;
  const second = await ask("tools/list", {});
  return second.status === 401 ? second : first;
}

function scopesFor({ settings, kept }: OAuthParts, authority: Authority, asked: readonly string[]): readonly string[] {
  const { wanted = [] } = kept.read() ?? {};
  const base = settings?.scopes ?? (asked.length > 0 ? asked : authority.scopes);
  const mayStay = authority.metadata?.scopes_supported?.includes("offline_access") === true && base.length > 0;
  return readScopes(...base, ...wanted, mayStay ? "offline_access" : undefined);
}

async function logInByBrowser({ parts, authority, scopes }: LoginPlan, dialogue: LoginDialogue): Promise<Login> {
  const { settings, kept, fetchFn } = parts;
  const { metadata, authorizationServer, indicator, issuer } = authority;
  const state = randomBytes(24).toString("base64url");
  await using redirect = await RedirectServer.open(settings?.redirectPort ?? 0, state);
  const client = await clientFor({ parts, authority, scopes }, { redirect_uris: [redirect.url] });
  const { authorizationUrl, codeVerifier } = await startAuthorization(authorizationServer, {
    clientInformation: client,
    redirectUrl: redirect.url,
    state,
    ...defined({ metadata, resource: indicator, scope: scopes.length === 0 ? undefined : scopes.join(" ") }),
  });
  await dialogue.present({ url: authorizationUrl.href });
  const answer = await redirect.answer(dialogue);
  if (answer.code === undefined) throw new Error(answer.error ?? "the answer holds no code");
  const tokens = await exchangeAuthorization(authorizationServer, {
    clientInformation: client,
    authorizationCode: answer.code,
    codeVerifier,
    redirectUri: redirect.url,
    fetchFn,
    ...defined({ metadata, resource: indicator, iss: answer.iss }),
  });
  const login = { ...kept.place, authorizationServer, issuer, indicator, client, scopes };
  return withTokens({ ...login, flow: "authorization_code" }, tokens);
}
