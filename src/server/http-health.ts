import type { ServerResponse } from "node:http";

/** Answers of the two paths that watch a server: neither needs a token, and neither names anything. */
export interface HttpHealth {
  /** True when programs can be run: what is served could be opened, and its state can be written. */
  readonly isReady: () => Promise<boolean>;
}

/** Paths of the answers. */
const PATHS: ReadonlySet<string> = new Set(["/healthz", "/readyz"]);

/** Answers a request about health; false for any other. `/healthz` says that the process answers, `/readyz` that it is ready. */
export function answerHealth(path: string | undefined, response: ServerResponse, { isReady }: HttpHealth): boolean {
  if (path === undefined || !PATHS.has(path)) return false;
  const answer = (ok: boolean): void => {
    response.writeHead(ok ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" });
    response.end(JSON.stringify({ status: ok ? "ok" : "unavailable" }));
  };
  if (path === "/healthz") answer(true);
  else void isReady().then(answer, () => answer(false));
  return true;
}
