/** What a refusal says of the login that it wants. */
export interface Challenge {
  /** Where the server describes its login. */
  readonly resourceMetadataUrl?: URL;
  readonly scopes: readonly string[];
}

const MOST_SCOPES = 100;
const MOST_CHALLENGE = 16_384;

/**
 * Reads `WWW-Authenticate`, in which several schemes may stand in any order, and addresses without their origin.
 *
 * @param resource address of the server that refused
 */
export function readChallenge(header: string, resource: string): Challenge {
  const text = header.slice(0, MOST_CHALLENGE);
  const start = /(?:^|,)\s*(?:bearer|dpop)(?:\s|$)/i.exec(text);
  if (start === null) return { scopes: [] };
  const own = text.slice(start.index);
  const place = fieldOf(own, "resource_metadata");
  const scopes = readScopes(fieldOf(own, "scope"));
  if (place === undefined || !URL.canParse(place, resource)) return { scopes };
  return { resourceMetadataUrl: new URL(place, resource), scopes };
}

function fieldOf(challenge: string, name: string): string | undefined {
  const [, quoted, plain] =
    new RegExp(String.raw`[\s,]${name}\s?=\s?(?:"([^"]*)"|([^\s",]+))`, "i").exec(challenge) ?? [];
  return (quoted ?? plain) || undefined;
}

/** Scopes in a text or in several; what is no name of a scope, and more than 100 of them, is left out. */
export function readScopes(...texts: readonly (string | undefined)[]): readonly string[] {
  const words = texts.flatMap((text) => text?.split(/\s+/) ?? []);
  const names = words.filter((word) => /^[\u0021\u0023-\u005B\u005D-\u007E]{1,200}$/.test(word));
  return [...new Set(names)].slice(0, MOST_SCOPES);
}
