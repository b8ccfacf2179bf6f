import {
  checkResourceAllowed,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  discoverOAuthServerInfo,
  type OAuthServerInfo,
} from "@modelcontextprotocol/client";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { isRecord } from "../../../base/is-record.ts";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import type { Fetch } from "../../http/bounded-fetch.ts";
import { createLongFetch } from "../../http/long-fetch.ts";
import { isLoopback, proxyFor } from "../../http/proxy-for.ts";
import { readScopes } from "./challenge.ts";
import { mendAnswer } from "./mend-answer.ts";
import type { Variables } from "../../http/variables.ts";

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 1024 * 1024;

/** The authorization server of an MCP server. */
export interface Authority {
  readonly authorizationServer: string;
  readonly issuer: string;
  readonly metadata: OAuthServerInfo["authorizationServerMetadata"];
  /** The resource indicator of requests to it. */
  readonly indicator: string | undefined;
  /** Scopes that the MCP server names. */
  readonly scopes: readonly string[];
}

/**
 * Finds the authorization server that an MCP server names, or that stands at its own origin; undefined for none. Rejects
 * where what they say of themselves cannot be had or is wrong.
 */
export async function findAuthority(
  resource: string,
  fetchFn: Fetch,
  resourceMetadataUrl?: URL,
): Promise<Authority | undefined> {
  const info = await discoverOAuthServerInfo(resource, {
    fetchFn,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
  });
  const { authorizationServerUrl, authorizationServerMetadata: metadata, resourceMetadata } = info;
  if (metadata === undefined && resourceMetadata === undefined) {
    // The description that the server itself has named cannot be had: asked for once more, for the reason.
    if (resourceMetadataUrl !== undefined)
      await discoverOAuthProtectedResourceMetadata(resource, { resourceMetadataUrl }, fetchFn);
    return undefined;
  }
  const indicator = resourceMetadata?.resource;
  assertFor(resource, indicator);
  return {
    authorizationServer: authorizationServerUrl,
    issuer: metadata?.issuer ?? authorizationServerUrl,
    metadata,
    indicator,
    scopes: readScopes(...(resourceMetadata?.scopes_supported ?? [])),
  };
}

/** What an authorization server says about itself now. */
export async function readAuthority(authorizationServer: string, fetchFn: Fetch): Promise<Authority["metadata"]> {
  return discoverAuthorizationServerMetadata(authorizationServer, { fetchFn });
}

/** Surroundings of a fetch for logins. */
interface AuthoritySurroundings {
  readonly variables: Variables;
  /** Learns every secret that is sent or received, before anything can quote it. */
  readonly secrets: SecretFilter;
}

/**
 * A fetch for logins at one MCP server: answers of at most 1 MiB within 30 s, over https. Plain http is for this machine
 * alone, and only where the MCP server is on it too.
 */
export function createAuthorityFetch(resource: string, { variables, secrets }: AuthoritySurroundings): Fetch {
  return async (address, init) => {
    const url = safeAddress(resource, address);
    secrets.addPassing(sentSecrets(init));
    const connections = await createLongFetch(proxyFor(url, variables));
    try {
      const body = init?.body;
      const response = await connections.fetch(url, {
        ...init,
        ...(body instanceof URLSearchParams ? { body: body.toString() } : {}),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const { status, statusText, headers } = response;
      const text = mendAnswer(await readBounded(response));
      secrets.addPassing(receivedSecrets(text));
      return new Response([204, 304].includes(status) ? null : text, { status, statusText, headers });
    } finally {
      await connections.close();
    }
  };
}

/**
 * An address that the login at a resource leads to, for requests of ours and for a person's browser. Throws
 * `server_unavailable` for one that is neither https nor, by the rule of {@link createAuthorityFetch}, plain http: what
 * opens addresses for a person would start other programs for other schemes.
 */
export function safeAddress(resource: string, address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : undefined;
  const { hostname, host } = new URL(resource);
  const mayBePlain = url !== undefined && ((isLoopback(hostname) && isLoopback(url.hostname)) || url.host === host);
  if (url?.protocol === "https:" || (url?.protocol === "http:" && mayBePlain)) return url;
  const named = url === undefined ? "a text that is no address" : `${url.protocol}//${url.host}`;
  throw new CodemodeError("server_unavailable", `The login leads to ${named}, which is not a safe address.`, {
    hint: "This is a fault of the server, or an attack; report it to its authors.",
  });
}

const SECRET_FIELDS = [
  "access_token",
  "refresh_token",
  "id_token",
  "client_secret",
  "client_assertion",
  "device_code",
  "code",
  "code_verifier",
  "registration_access_token",
];

function sentSecrets(init: RequestInit | undefined): readonly string[] {
  const form = init?.body instanceof URLSearchParams ? init.body : undefined;
  const fields = SECRET_FIELDS.flatMap((name) => form?.getAll(name) ?? []);
  const header = new Headers(init?.headers).get("authorization") ?? "";
  return [...fields, ...header.split(/\s+/).slice(1)];
}

function receivedSecrets(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return [];
    return SECRET_FIELDS.map((name) => value[name]).filter((found) => typeof found === "string");
  } catch {
    return [];
  }
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) throw new CodemodeError("response_too_large", "The answer to a login is too large.");
  }
  return text + decoder.decode();
}

/** Throws for a login that is meant for another address. With and without a slash at the end it is one address. */
function assertFor(resource: string, indicator: string | undefined): void {
  const configuredResource = indicator?.replace(/(?<!\/)\/$/, "");
  if (configuredResource === undefined || checkResourceAllowed({ requestedResource: resource, configuredResource }))
    return;
  throw new CodemodeError("server_unavailable", `The login that ${resource} names is for ${indicator}.`, {
    hint: "This is a fault of the server, or an attack; report it to its authors.",
  });
}
