import type { Fetch } from "../../http/bounded-fetch.ts";

/** A request that the server refused for want of a login, or of more rights. */
export interface RefusedRequest {
  readonly response: Response;
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
    if (!isRefusal(response)) return response;
    if (!(await credentials.renew({ response, sent, isFinal: false }))) return response;
    await response.body?.cancel().catch(() => {});
    const renewed = await credentials.authorization();
    const second = await send(url, withAuthorization(init, renewed));
    if (isRefusal(second)) await credentials.renew({ response: second, sent: renewed, isFinal: true });
    return second;
  };
}

function isRefusal({ status, headers }: Response): boolean {
  if (status === 401) return true;
  return status === 403 && /error="?insufficient_scope/.test(headers.get("www-authenticate") ?? "");
}

function withAuthorization(init: RequestInit | undefined, value: string | undefined): RequestInit {
  const headers = new Headers(init?.headers);
  if (value !== undefined) headers.set("authorization", value);
  return { ...init, headers };
}
