import { isRecord } from "../../../base/is-record.ts";

/**
 * An answer of an authorization server as the standards write it: without members that are null, with what tokens and
 * clients must name though many servers leave it out, and as JSON where it came as a form.
 */
export function mendAnswer(text: string): string {
  const answer = parse(text);
  if (answer === undefined) return text;
  const said = Object.fromEntries(Object.entries(answer).filter(([, value]) => value !== null));
  if ("access_token" in said) return JSON.stringify(mendToken(said));
  return JSON.stringify("client_id" in said ? mendClient(said) : said);
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
