import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";
import { CodemodeError } from "../../base/codemode-error.ts";

/** A bearer token with the name of its holder: the token itself, or its SHA-256 in hexadecimal. */
export interface HttpToken {
  readonly name: string;
  readonly token?: string;
  readonly sha256?: string;
}

/** Access rules of the HTTP server. */
export interface AccessRules {
  /** Hosts that requests may be addressed to and pages may come from; one without a port stands for all its ports. */
  readonly hosts: ReadonlySet<string>;
  /** The tokens one of which every request must carry; empty when none is needed. */
  readonly tokens: readonly HeldToken[];
}

/** A token as the server holds it: never in clear. */
interface HeldToken {
  readonly name: string;
  readonly digest: Buffer;
}

/** Why a request is turned away. */
export interface Refusal {
  readonly status: 401 | 403 | 503;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "[::1]"];
const WILDCARDS = new Set(["0.0.0.0", "::", "[::]", ""]);

/** Tells whether an address to bind can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Names a server bound to `host` answers to. On a wildcard address these are the machine's own names and addresses, so
 * that a page which made its name resolve here is still foreign.
 */
export function knownHosts(host: string, further: readonly string[] = []): ReadonlySet<string> {
  const own = WILDCARDS.has(host) ? [hostname(), ...interfaceAddresses()] : [host];
  const loopback = isLoopback(host) || WILDCARDS.has(host) ? LOOPBACK_NAMES : [];
  return new Set([...own, ...loopback, ...further].map(canonicalHost));
}

/** Checks the address a request was sent to and the page it comes from. */
export function refuseOrigin(
  { headers, url: target = "" }: Pick<IncomingMessage, "headers" | "url">,
  rules: Pick<AccessRules, "hosts">,
): Refusal | undefined {
  // Where a request line holds the whole address, that one counts for HTTP, and not the header.
  const written = /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
  for (const host of [headers.host ?? "", ...(written === undefined ? [] : [written])]) {
    const url = /^[^/?#@\s]+$/.test(host) ? urlIn(`http://${host}`) : undefined;
    // Behind a proxy the scheme is not known, and so neither is the port that goes without saying.
    if (url === undefined || !isKnown(url, rules.hosts, ["80", "443"]))
      return forbidden(`The Host "${host}" is not served here.`);
  }
  const { origin } = headers;
  if (origin !== undefined && !isKnownOrigin(origin, rules.hosts))
    return forbidden(`Pages of ${origin} may not call this server.`);
  return undefined;
}

/** Checks the token of a request, where one is needed. */
export function refuseStranger(
  headers: IncomingHttpHeaders,
  { tokens }: Pick<AccessRules, "tokens">,
): Refusal | undefined {
  if (tokens.length === 0 || holderOf(headers.authorization, tokens) !== undefined) return undefined;
  const isGiven = bearerIn(headers.authorization) !== undefined;
  return {
    status: 401,
    message: isGiven ? "The bearer token is not valid." : "A bearer token is needed.",
    headers: { "www-authenticate": `Bearer realm="codemode"${isGiven ? ', error="invalid_token"' : ""}` },
  };
}

/** The name of the holder of the token in an `Authorization` header. Takes the same time wherever two tokens differ. */
export function holderOf(authorization: string | undefined, tokens: AccessRules["tokens"]): string | undefined {
  const given = bearerIn(authorization);
  if (given === undefined) return undefined;
  const digest = digestOf(given);
  return tokens.find((held) => timingSafeEqual(held.digest, digest))?.name;
}

/**
 * Tokens as the server holds them. Throws `config_error` for one that cannot be a token, and for a name that is there twice.
 */
export function holdTokens(tokens: readonly HttpToken[]): readonly HeldToken[] {
  const names = new Set(tokens.map(({ name }) => name));
  if (names.size < tokens.length)
    throw badToken("Two tokens have the same name.", "Give each token a name of its own.");
  return tokens.map(({ name, token, sha256 }) => {
    if ((token === undefined) === (sha256 === undefined)) {
      throw badToken(`The token "${name}" has both or neither of token and sha256.`, "Give one of them.");
    }
    if (token !== undefined && !/^\S+$/.test(token)) {
      throw badToken(`The token "${name}" is empty or has spaces.`, "Use a random text without spaces.");
    }
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
      throw badToken(
        `The sha256 of the token "${name}" is not 64 hexadecimal digits.`,
        "Write the SHA-256 of the token.",
      );
    }
    return { name, digest: token === undefined ? Buffer.from(sha256 ?? "", "hex") : digestOf(token) };
  });
}

function badToken(message: string, hint: string): CodemodeError {
  return new CodemodeError("config_error", message, { hint });
}

/** The token in an `Authorization` header. */
export function bearerIn(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

function isKnownOrigin(origin: string, hosts: ReadonlySet<string>): boolean {
  const url = /^https?:\/\//i.test(origin) ? urlIn(origin) : undefined;
  return url !== undefined && isKnown(url, hosts, [url.protocol === "https:" ? "443" : "80"]);
}

function isKnown({ hostname: name, port }: URL, hosts: ReadonlySet<string>, usualPorts: readonly string[]): boolean {
  const ports = port === "" ? usualPorts : [port];
  return hosts.has(name) || ports.some((each) => hosts.has(`${name}:${each}`));
}

function forbidden(message: string): Refusal {
  return { status: 403, message, headers: {} };
}

function urlIn(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** A host as URLs have it, addresses of IPv6 in brackets, with the port that it was written with. */
function canonicalHost(text: string): string {
  const written = isIPv6(text) ? `[${text}]` : text;
  const name = urlIn(`http://${written}`)?.hostname ?? written.toLowerCase();
  const port = /:(\d+)$/.exec(written)?.[1];
  return port === undefined ? name : `${name}:${Number(port)}`;
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
