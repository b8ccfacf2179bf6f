import { CodemodeError } from "../../../base/codemode-error.ts";
import type { Fetch } from "../../http/bounded-fetch.ts";
import type { OAuthSettings } from "./auth-settings.ts";
import { type Authority, findAuthority, readAuthority } from "./authority.ts";
import { readChallenge, readScopes } from "./challenge.ts";
import type { Credentials, RefusedRequest } from "./credentials.ts";
import { isExpired, type KeptLogin, type Login, withTokens } from "./login.ts";
import { loginRequired, type LoginAdvice, wordsOf } from "./login-required.ts";
import { oauthErrorCode, refreshToken, requestToken } from "./token-requests.ts";

/** Parts of {@link OAuthCredentials}. */
export interface OAuthParts {
  /** As configured; absent where the server alone decides that a login is needed. */
  readonly settings: OAuthSettings | undefined;
  readonly kept: KeptLogin;
  readonly advice: LoginAdvice;
  /** Reaches authorization servers. */
  readonly fetchFn: Fetch;
}

/** Answers of a token endpoint after which the login is over. */
const ENDED = new Set(["invalid_grant", "invalid_client", "unauthorized_client", "invalid_token"]);

/**
 * The login of one MCP server by OAuth 2.1, made before by `codemode auth login` or, for machines, here.
 *
 * Tokens are renewed before they expire and after a 401, once among all processes that use the login.
 */
export class OAuthCredentials implements Credentials {
  readonly #parts: OAuthParts;
  #login: Login | undefined;
  #renewing: Promise<Login | undefined> | undefined;

  constructor(parts: OAuthParts) {
    this.#parts = parts;
  }

  async authorization(): Promise<string | undefined> {
    const login = isUsable(this.#login) ? this.#login : this.#read();
    const isFresh = isUsable(login) || (login?.refreshToken === undefined && !this.#isMachine);
    return headerOf(isFresh ? login : await this.#renewed(login));
  }

  async renew({ status, challenge, sent, isFinal }: RefusedRequest): Promise<boolean> {
    const { advice, kept } = this.#parts;
    if (isFinal && sent !== undefined) throw loginRequired(advice, "does not accept its login");
    const { resourceMetadataUrl, scopes } = readChallenge(challenge, kept.place.resource);
    const login = this.#read();
    const header = headerOf(login);
    // Somebody else has renewed it, or logged in, since the request was sent.
    if (header !== undefined && sent !== header) return true;
    if (status === 403) return this.#stepUp(login, scopes);
    if (headerOf(await this.#renewed(login, sent)) !== undefined) return true;
    if (login !== undefined) throw loginRequired(advice, "has ended its login");
    const asksForLogin = this.#parts.settings ?? (await this.#authority(resourceMetadataUrl));
    if (asksForLogin === undefined) return false;
    throw loginRequired(advice);
  }

  get #isMachine(): boolean {
    return this.#parts.settings?.flow === "client_credentials";
  }

  #read(): Login | undefined {
    this.#login = this.#parts.kept.read();
    return this.#login;
  }

  /** Nobody can be asked for more rights here: what is wanted is kept for the next login. */
  async #stepUp(login: Login | undefined, asked: readonly string[]): Promise<boolean> {
    if (login === undefined) throw loginRequired(this.#parts.advice);
    const wanted = readScopes(...login.scopes, ...asked, ...(login.wanted ?? []));
    await this.#parts.kept.write({ ...login, wanted });
    if (this.#isMachine && asked.some((scope) => !login.scopes.includes(scope))) {
      const more = await this.#parts.kept.locked(() => this.#asMachine(wanted));
      if (more !== undefined) return true;
    }
    const named = asked.length === 0 ? "" : ` (${asked.join(" ")})`;
    throw loginRequired(this.#parts.advice, `wants more rights than its login has${named}`);
  }

  /** The login with a token that is not `refused`; undefined when there is none to be had. */
  #renewed(login: Login | undefined, refused?: string): Promise<Login | undefined> {
    this.#renewing ??= this.#parts.kept
      .locked(
        () => this.#renewLocked(login, refused),
        () => this.#renewedElsewhere(login, refused),
      )
      .catch((error: unknown) => this.#withoutFile(error, login?.scopes))
      .finally(() => {
        this.#renewing = undefined;
      });
    return this.#renewing;
  }

  async #renewLocked(before: Login | undefined, refused: string | undefined): Promise<Login | undefined> {
    const elsewhere = this.#renewedElsewhere(before, refused);
    if (elsewhere !== undefined) return elsewhere;
    const login = this.#read();
    if (this.#isMachine) return this.#asMachine(login?.wanted ?? login?.scopes);
    if (login === undefined) return undefined;
    if (login.refreshToken !== undefined) return this.#refreshed(login, login.refreshToken);
    return refused === undefined ? undefined : this.#ended(login);
  }

  /** A machine needs no file to log in again, so that one without a folder of its own works too. */
  async #withoutFile(error: unknown, scopes: readonly string[] | undefined): Promise<Login | undefined> {
    if (this.#isMachine && CodemodeError.is(error) && error.code === "config_error") return this.#asMachine(scopes);
    throw error;
  }

  /** The login as another process has renewed it. */
  #renewedElsewhere(before: Login | undefined, refused: string | undefined): Login | undefined {
    const login = this.#read();
    const header = headerOf(login);
    return isUsable(login) && header !== headerOf(before) && header !== refused ? login : undefined;
  }

  async #refreshed(login: Login, token: string): Promise<Login | undefined> {
    const { fetchFn, kept } = this.#parts;
    try {
      // A new token that could not be kept would end the login of everybody, so the file is tried before the old one is spent.
      await kept.write(login);
      const metadata = await readAuthority(login.authorizationServer, fetchFn);
      const tokens = await refreshToken({ ...login, metadata, fetchFn }, token);
      return await this.#keep({ ...withTokens(login, tokens), wanted: login.wanted });
    } catch (error) {
      if (ENDED.has(oauthErrorCode(error) ?? "")) return this.#ended(login);
      throw this.#unreachable(error);
    }
  }

  async #asMachine(scopes: readonly string[] | undefined): Promise<Login | undefined> {
    const { settings, kept, fetchFn } = this.#parts;
    const client = this.#machine();
    const authority = await this.#authority();
    if (authority === undefined) return undefined;
    const asked = scopes ?? settings?.scopes ?? authority.scopes;
    const { metadata, ...place } = authority;
    try {
      const scope = asked.length === 0 ? {} : { scope: asked.join(" ") };
      const params = { grant_type: "client_credentials", ...scope };
      const tokens = await requestToken({ ...place, metadata, client, fetchFn }, params);
      const login: Login = { ...kept.place, ...place, flow: "client_credentials", client, scopes: asked };
      return await this.#keep(withTokens(login, tokens));
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  #machine(): Login["client"] {
    const { settings, advice } = this.#parts;
    const { clientId, clientSecret } = settings ?? {};
    if (clientId !== undefined) return { client_id: clientId, client_secret: clientSecret };
    throw new CodemodeError("config_error", `Server "${advice.serverName}": auth has no clientId.`, {
      hint: "The flow client_credentials takes clientId and clientSecret.",
    });
  }

  async #authority(resourceMetadataUrl?: URL): Promise<Authority | undefined> {
    const { kept, fetchFn } = this.#parts;
    try {
      return await findAuthority(kept.place.resource, fetchFn, resourceMetadataUrl);
    } catch (error) {
      if (CodemodeError.is(error)) throw error;
      // A server that names no place of its own may know nothing of logins, and answer anything there.
      if (resourceMetadataUrl === undefined && !this.#isMachine) return undefined;
      throw this.#unreachable(error, "made");
    }
  }

  async #keep(login: Login): Promise<Login> {
    this.#login = login;
    await this.#parts.kept.write(login).catch((error: unknown) => {
      if (!this.#isMachine) throw error;
    });
    return login;
  }

  async #ended(login: Login): Promise<undefined> {
    const { accessToken: _, refreshToken: __, expiresAt: ___, ...rest } = login;
    await this.#keep(rest);
  }

  #unreachable(error: unknown, done = "renewed"): CodemodeError {
    if (CodemodeError.is(error)) return error;
    const { serverName } = this.#parts.advice;
    const message = `The login of "${serverName}" could not be ${done}: ${wordsOf(error)}`;
    return new CodemodeError("server_unavailable", message, {
      hint: "The authorization server may be down; it is asked again with the next call.",
      cause: error,
    });
  }
}

function headerOf(login: Login | undefined): string | undefined {
  return login?.accessToken === undefined ? undefined : `Bearer ${login.accessToken}`;
}

function isUsable(login: Login | undefined): boolean {
  return login?.accessToken !== undefined && !isExpired(login);
}
