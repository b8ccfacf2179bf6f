import { UriTemplate } from "@modelcontextprotocol/server";

/** A resource of a server, by the URI that the server knows it by. */
export interface ServerUri {
  readonly server: string;
  readonly uri: string;
}

const OURS = /^codemode:\/\/([^/]+)\/(.+)$/s;

/** The URI of a server's resource on our own server. */
export function toOwnUri({ server, uri }: ServerUri): string {
  return `codemode://${encodeURIComponent(server)}/${encodeURIComponent(uri)}`;
}

/** The same for the template of URIs: what it leaves open stays open. */
export function toOwnTemplate({ server, uri }: ServerUri): string {
  const parts = uri.split(/(\{[^{}]*\})/);
  const encoded = parts.map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part))).join("");
  return `codemode://${encodeURIComponent(server)}/${encoded}`;
}

/** Reads a URI or template of our own server; undefined for any other. */
export function fromOwnUri(text: string): ServerUri | undefined {
  const [, server, uri] = OURS.exec(text) ?? [];
  if (server === undefined || uri === undefined) return undefined;
  try {
    return { server: decodeURIComponent(server), uri: decodeURIComponent(uri) };
  } catch {
    return undefined;
  }
}

/** True for a URI that a template could have made. A template that cannot be read makes none. */
export function fitsTemplate(uri: string, template: string): boolean {
  try {
    return uri === template || new UriTemplate(template).match(uri) !== null;
  } catch {
    return false;
  }
}
