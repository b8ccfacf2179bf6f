import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { hostname, networkInterfaces } from "node:os";

/** Access rules of the HTTP server. */
export interface AccessRules {
  /** Host names, without ports, that requests may be addressed to and pages may come from. */
  readonly hosts: ReadonlySet<string>;
  /** The bearer token every request must carry; undefined when none is needed. */
  readonly token: string | undefined;
}

/** Why a request is turned away. */
interface Refusal {
  readonly status: 401 | 403;
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
  return new Set([...own, ...loopback, ...further].map((name) => bracketed(name.toLowerCase())));
}

/** Checks the address a request was sent to and the page it comes from. */
export function refuseOrigin(headers: IncomingHttpHeaders, rules: Pick<AccessRules, "hosts">): Refusal | undefined {
  const { host = "" } = headers;
  const name = /^[^/?#@\s]+$/.test(host) ? nameIn(`http://${host}`) : undefined;
  if (name === undefined || !rules.hosts.has(name)) return forbidden(`The Host "${host}" is not served here.`);
  const { origin } = headers;
  if (origin !== undefined && !isKnownOrigin(origin, rules.hosts))
    return forbidden(`Pages of ${origin} may not call this server.`);
  return undefined;
}

/** Checks the token of a request, where one is needed. */
export function refuseStranger(
  headers: IncomingHttpHeaders,
  { token }: Pick<AccessRules, "token">,
): Refusal | undefined {
  return token === undefined ? undefined : refuseToken(headers.authorization, token);
}

function isKnownOrigin(origin: string, hosts: ReadonlySet<string>): boolean {
  const name = /^https?:\/\//i.test(origin) ? nameIn(origin) : undefined;
  return name !== undefined && hosts.has(name);
}

function refuseToken(authorization: string | undefined, token: string): Refusal | undefined {
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (given !== undefined && isSame(given, token)) return undefined;
  const reason = given === undefined ? "" : ', error="invalid_token"';
  return {
    status: 401,
    message: given === undefined ? "A bearer token is needed." : "The bearer token is not valid.",
    headers: { "www-authenticate": `Bearer realm="codemode"${reason}` },
  };
}

/** Takes the same time wherever two texts differ, and whatever their lengths. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function forbidden(message: string): Refusal {
  return { status: 403, message, headers: {} };
}

function nameIn(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : undefined;
}

function bracketed(name: string): string {
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}

function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => (addresses ?? []).map(({ address }) => address));
}
