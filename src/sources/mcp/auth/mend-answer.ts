import { isRecord } from "../../../base/is-record.ts";

/**
 * An answer of an authorization server as the standards write it: without members that are null, with what tokens, clients
 * and descriptions must name though many servers leave it out, and as JSON where it came as a form.
 */
export function mendAnswer(text: string): string {
  const answer = parse(text);
  if (answer === undefined) return text;
  const said = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null));
  if ("access_token" in said) return JSON.stringify(mendToken(said));
  if ("client_id" in said) return JSON.stringify(mendClient(said));
  return JSON.stringify("issuer" in said && "token_endpoint" in said ? mendDescription(said) : said);
}

/** What only who reads identity tokens needs, of a server that describes itself at the place of those and has none. */
function mendDescription(said: Members): Members {
  const lists = { subject_types_supported: ["public"], id_token_signing_alg_values_supported: ["RS256"] };
  return { jwks_uri: said["issuer"], response_types_supported: ["code"], ...lists, ...said };
}

type Members = Readonly<Record<string, unknown>>;

function parse(text: string): Members | undefined {
  if (/^(?:access_token|error)=/.test(text)) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function mendToken(token: Members): Members {
  const { token_type: type, expires_in: seconds, scope, ...others } = token;
  return {
    ...onlyTexts(others, ["refresh_token", "id_token"]),
    token_type: typeof type === "string" ? type : "Bearer",
    ...(Number.isFinite(Number(seconds)) ? { expires_in: seconds } : {}),
    ...onlyTexts({ scope: Array.isArray(scope) ? scope.join(" ") : scope }, ["scope"]),
  };
}

/** What a client was registered with is what was asked for, whether or not the answer repeats it. */
function mendClient({ client_id, client_secret, token_endpoint_auth_method }: Members): Members {
  const settings = onlyTexts({ client_secret, token_endpoint_auth_method }, [
    "client_secret",
    "token_endpoint_auth_method",
  ]);
  return { client_id, ...settings, redirect_uris: [] };
}

function onlyTexts(answer: Members, names: readonly string[]): Members {
  return Object.fromEntries(
    Object.entries(answer).filter(([key, value]) => !names.includes(key) || typeof value === "string"),
  );
}
