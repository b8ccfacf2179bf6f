import { createHash } from "node:crypto";
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from "jose";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ResourceServerSettings } from "../../host/configuration/configuration.ts";
import { bearerIn, isLoopback, type Refusal } from "./http-access.ts";

/** Signatures that only the issuer can make. A secret shared with us would let us make them too. */
const ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];
/** Kinds of tokens that are for a resource; a login token, for instance, is not. */
const TYPES: ReadonlySet<string> = new Set(["jwt", "at+jwt", "application/at+jwt", ""]);
const CLOCK_SECONDS = 30;
const FETCH_MS = 5_000;
const METADATA_BYTES = 256 * 1024;
/** Tokens whose holders are remembered between the door and what serves them. */
const REMEMBERED = 4_096;
const METADATA_PATH = "/.well-known/oauth-protected-resource";
const RETRY_SECONDS = "5";

/** The door of a server whose clients have tokens of an authorization server: JSON Web Tokens, signed by its keys. */
export class OAuthDoor {
  readonly #settings: ResourceServerSettings;
  readonly #ownUrl: () => string;
  readonly #holders = new Map<string, string>();
  #keys: Promise<JWTVerifyGetKey> | undefined;

  /**
   * Throws `config_error` for an issuer or an address of keys that others could stand in for.
   *
   * @param ownUrl the address clients reach this server by, unless the settings say it
   */
  constructor(settings: ResourceServerSettings, ownUrl: () => string) {
    for (const [name, url] of [
      ["issuer", settings.issuer],
      ["jwksUri", settings.jwksUri],
      ["resource", settings.resource],
    ] as const) {
      if (url !== undefined && !isTrustworthy(url)) {
        throw new CodemodeError("config_error", `server.oauth.${name} is not an https address: ${url}.`, {
          hint: "Write an https URL; http is for addresses of this machine alone.",
        });
      }
    }
    this.#settings = settings;
    this.#ownUrl = ownUrl;
  }

  /** What is protected, who issues tokens for it, and which rights there are; undefined for any other path. */
  metadataAt(path: string | undefined): object | undefined {
    const resource = new URL(this.#resource);
    if (path !== METADATA_PATH && path !== `${METADATA_PATH}${resource.pathname.replace(/\/$/, "")}`) return undefined;
    const { issuer, scopes = [] } = this.#settings;
    return {
      resource: this.#resource,
      authorization_servers: [issuer],
      ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
      bearer_methods_supported: ["header"],
      resource_name: "Codemode",
    };
  }

  /** Checks the token of a request. Resolves with why it is turned away, or with nothing. */
  async refuse(authorization: string | undefined): Promise<Refusal | undefined> {
    const token = bearerIn(authorization);
    if (token === undefined) return this.#challenge({ status: 401, message: "A bearer token is needed." });
    try {
      const claims = await this.#verify(token);
      const scopes = scopesOf(claims);
      const missing = (this.#settings.scopes ?? []).filter((scope) => !scopes.has(scope));
      if (missing.length > 0) {
        const message = `The token lacks the scope ${missing.join(" ")}.`;
        return this.#challenge({ status: 403, error: "insufficient_scope", message });
      }
      this.#remember(token, `oauth ${String(claims.sub)}`);
      return undefined;
    } catch (thrown) {
      if (thrown instanceof IssuerAway) {
        return { status: 503, message: thrown.message, headers: { "retry-after": RETRY_SECONDS } };
      }
      return this.#challenge({ status: 401, error: "invalid_token", message: reasonOf(thrown) });
    }
  }

  /** The holder of a token that was let in a moment ago: the account it stands for. */
  holderOf(authorization: string | undefined): string | undefined {
    const token = bearerIn(authorization);
    return token === undefined ? undefined : this.#holders.get(digestOf(token));
  }

  get #resource(): string {
    return this.#settings.resource ?? this.#ownUrl();
  }

  async #verify(token: string): Promise<JWTPayload> {
    const { issuer, audience = this.#resource } = this.#settings;
    const keys = await this.#issuerKeys();
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_SECONDS,
      requiredClaims: ["sub", "exp"],
    });
    const type = (protectedHeader.typ ?? "").toLowerCase();
    if (!TYPES.has(type)) throw new errors.JWTInvalid(`it is a token of the kind ${type.slice(0, 40)}`);
    if (typeof payload.sub !== "string" || payload.sub === "") throw new errors.JWTInvalid("it names nobody");
    return payload;
  }

  /** The keys of the issuer, looked up when they are first needed and again when a token names one that is new. */
  #issuerKeys(): Promise<JWTVerifyGetKey> {
    this.#keys ??= this.#findKeys().catch((error: unknown) => {
      this.#keys = undefined;
      throw error;
    });
    return this.#keys;
  }

  async #findKeys(): Promise<JWTVerifyGetKey> {
    const { issuer, jwksUri = await keysOf(issuer) } = this.#settings;
    const remote = createRemoteJWKSet(new URL(jwksUri), { timeoutDuration: FETCH_MS });
    return async (header, input) => {
      try {
        return await remote(header, input);
      } catch (error) {
        // A token that names no key of the issuer is a bad token; anything else is trouble with the issuer.
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        if (error instanceof errors.JOSENotSupported) throw error;
        throw new IssuerAway(issuer);
      }
    };
  }

  #remember(token: string, holder: string): void {
    const digest = digestOf(token);
    this.#holders.delete(digest);
    this.#holders.set(digest, holder);
    const [oldest] = this.#holders.keys();
    if (this.#holders.size > REMEMBERED && oldest !== undefined) this.#holders.delete(oldest);
  }

  #challenge({
    status,
    message,
    error,
  }: {
    readonly status: 401 | 403;
    readonly message: string;
    readonly error?: string;
  }): Refusal {
    const { scopes = [] } = this.#settings;
    const resource = new URL(this.#resource);
    const path = `${METADATA_PATH}${resource.pathname.replace(/\/$/, "")}`;
    const parts = [
      ...(error === undefined ? [] : [`error="${error}"`, `error_description="${quotable(message)}"`]),
      ...(scopes.length > 0 ? [`scope="${scopes.join(" ")}"`] : []),
      `resource_metadata="${resource.origin}${path}"`,
    ];
    return { status, message, headers: { "www-authenticate": `Bearer realm="codemode", ${parts.join(", ")}` } };
  }
}

/** Thrown where the issuer's keys cannot be had, which says nothing about a token. */
class IssuerAway extends Error {
  override readonly name = "IssuerAway";

  constructor(issuer: string) {
    super(`The keys of ${issuer} cannot be had now.`);
  }
}

/** The address of an issuer's keys, from the first of its descriptions that there is. */
async function keysOf(issuer: string): Promise<string> {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, "");
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  for (const place of new Set(places)) {
    const found = await readJson(place);
    // A description that names another issuer is of another one.
    if (!isRecord(found) || found["issuer"] !== issuer) continue;
    const uri = found["jwks_uri"];
    if (typeof uri === "string" && isTrustworthy(uri)) return uri;
  }
  throw new IssuerAway(issuer);
}

async function readJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS), redirect: "error" });
    if (!response.ok || Number(response.headers.get("content-length") ?? 0) > METADATA_BYTES) return undefined;
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > METADATA_BYTES) return undefined;
    }
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function scopesOf({
  scope,
  scp,
}: JWTPayload & { readonly scope?: unknown; readonly scp?: unknown }): ReadonlySet<string> {
  const given = scope ?? scp;
  const list: readonly unknown[] = typeof given === "string" ? given.split(" ") : Array.isArray(given) ? given : [];
  return new Set(list.filter((each) => typeof each === "string"));
}

/** Why a token is not good; never with words of the token. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "The token has expired.";
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token is not for this server: its claim ${error.claim} does not fit.`;
  return "The bearer token is not valid.";
}

function quotable(text: string): string {
  return text.replaceAll(/["\\\n\r]/g, " ");
}

function isTrustworthy(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

function digestOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
