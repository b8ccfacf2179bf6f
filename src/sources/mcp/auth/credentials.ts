import type { Fetch } from "../../http/bounded-fetch.ts";

/** A request that the server refused for want of a login, or of more rights. */
export interface RefusedRequest {
  readonly status: number;
  /** `WWW-Authenticate` of the answer; may be empty. */
  readonly challenge: string;
  /** The `Authorization` that the request was sent with. */
  readonly sent: string | undefined;
  /** True for the second refusal of one request, after a renewal. */
  readonly isFinal: boolean;
}

/** The way to log in at one server. */
export interface Credentials {
  /** Value of the `Authorization` header for the next request; undefined to send none. */
  authorization(): Promise<string | undefined>;
  /**
   * Hears of a refusal; true means that the request is worth sending once more. Throws `login_required` when somebody
   * has to log in first; false leaves the server's own words as the error.
   */
  renew(refusal: RefusedRequest): Promise<boolean>;
}

/**
 * A fetch that logs in at one origin, and sends a refused request once more where that may help.
 *
 * No other origin is sent the header, also not one that the server redirects to.
 */
export function createAuthorizedFetch(send: Fetch, origin: string, credentials: Credentials): Fetch {
  return async (url, init) => {
    if (new URL(url).origin !== origin) return send(url, init);
    const sent = await credentials.authorization();
    const response = await send(url, withAuthorization(init, sent));
    const refusal = refusalIn(response);
    if (refusal === undefined) return response;
    if (!(await credentials.renew({ ...refusal, sent, isFinal: false }))) return response;
    await response.body?.cancel().catch(() => {});
    const renewed = await credentials.authorization();
    const second = await send(url, withAuthorization(init, renewed));
    const again = refusalIn(second);
    if (again !== undefined) await credentials.renew({ ...again, sent: renewed, isFinal: true });
    return second;
  };
}

function refusalIn({ status, headers }: Response): Pick<RefusedRequest, "status" | "challenge"> | undefined {
  const challenge = headers.get("www-authenticate") ?? "";
  return status === 401 || (status === 403 && asksForMore(challenge)) ? { status, challenge } : undefined;
}

/** Whether a challenge is for more rights than the login has, and not for a login. */
export function asksForMore(challenge: string): boolean {
  return /error="?insufficient_scope/.test(challenge);
}

function withAuthorization(init: RequestInit | undefined, value: string | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  if (value !== undefined) headers.set("authorization", value);
  return { ...init, headers };
}
