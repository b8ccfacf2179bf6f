import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { isIPv6 } from "node:net";
import { hostname, networkInterfaces } from "node:os";

/** Access rules of the HTTP server. */
export interface AccessRules {
  /** Hosts that requests may be addressed to and pages may come from; one without a port stands for all its ports. */
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
  return new Set([...own, ...loopback, ...further].map(canonicalHost));
}

/** Checks the address a request was sent to and the page it comes from. */
export function refuseOrigin(headers: IncomingHttpHeaders, rules: Pick<AccessRules, "hosts">): Refusal | undefined {
  const { host = "" } = headers;
  const url = /^[^/?#@\s]+$/.test(host) ? urlIn(`http://${host}`) : undefined;
  // Behind a proxy the scheme is not known, and so neither is the port that goes without saying.
  if (url === undefined || !isKnown(url, rules.hosts, ["80", "443"]))
    return forbidden(`The Host "${host}" is not served here.`);
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
  const url = /^https?:\/\//i.test(origin) ? urlIn(origin) : undefined;
  return url !== undefined && isKnown(url, hosts, [url.protocol === "https:" ? "443" : "80"]);
}

function isKnown({ hostname: name, port }: URL, hosts: ReadonlySet<string>, usualPorts: readonly string[]): boolean {
  const ports = port === "" ? usualPorts : [port];
  return hosts.has(name) || ports.some((each) => hosts.has(`${name}:${each}`));
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
