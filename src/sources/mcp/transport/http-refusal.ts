import { beginningOf } from "../../../base/bound-text.ts";
/** Thrown when a server answers a message with a status that refuses it. */
export class HttpRefusal extends Error {
  /** Message of the server, as one line of text. */
  readonly words: string;

  readonly status: number;

  constructor(status: number, statusText: string, body: string) {
    const words = wordsOf(body);
    const named = `HTTP ${status}${statusText === "" ? "" : ` ${statusText}`}`;
    super(
      `${named}${MEANINGS[status] === undefined ? "" : `, ${MEANINGS[status]}`}${words === "" ? "" : `: ${words}`}`,
    );
    this.name = "HttpRefusal";
    this.status = status;
    this.words = words;
  }
}

const MEANINGS: Readonly<Record<number, string>> = {
  401: "a login is needed",
  403: "access is forbidden",
  404: "there is no MCP server at this address",
  405: "this address takes no such requests",
  407: "the proxy wants a login",
  410: "this address is no longer served",
  429: "too many requests",
  502: "a proxy did not reach the server",
  503: "the server is not ready",
  504: "a proxy waited too long for the server",
};

/** Advice about a refused connection, by its status. */
export function hintForStatus(status: number): string {
  if (status === 401)
    return 'Log in: put a token that is valid into headers, such as { "Authorization": "Bearer ${TOKEN}" }.';
  if (status === 403) return "Check that the account whose login or headers are sent may do this.";
  if (status === 404 || status === 405 || status === 410)
    return "Check the path of the url; many servers serve /mcp or /sse.";
  if (status === 429) return "Wait a while before the next attempt, and ask less often.";
  if (status === 413) return "Send less in one call.";
  if (status === 402) return "Check the plan and the limits of the account whose login or headers are sent.";
  return status >= 500
    ? "The server has a problem; it is tried again automatically."
    : "Check the url and the headers.";
}

const LONGEST = 400;

/** The message in a body of JSON, the text of a page, or the beginning of any other text, on one line. */
function wordsOf(body: string): string {
  const text = /^\s*[[{]/.test(body) ? (messageIn(body) ?? body) : /^\s*</.test(body) ? textOfPage(body) : body;
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > LONGEST ? `${beginningOf(line, LONGEST)}…` : line;
}

function messageIn(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const said = ["message", "error_description", "detail", "error", "title"]
      .flatMap((key) => [memberOf(memberOf(value, "error"), key), memberOf(value, key)])
      .find((found): found is string => typeof found === "string" && found !== "");
    return said ?? listIn(memberOf(value, "detail")) ?? listIn(memberOf(value, "errors"));
  } catch {
    return undefined;
  }
}

/** Faults that are listed one by one, as frameworks do that check a request before its handler. */
function listIn(faults: unknown): string | undefined {
  if (!Array.isArray(faults)) return undefined;
  const texts = faults.slice(0, 5).flatMap((fault: unknown) => {
    const words: unknown = typeof fault === "string" ? fault : (memberOf(fault, "msg") ?? memberOf(fault, "message"));
    const place: unknown = memberOf(fault, "loc");
    if (typeof words !== "string") return [];
    return [Array.isArray(place) ? `${place.join(".")}: ${words}` : words];
  });
  return texts.length === 0 ? undefined : texts.join("; ");
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && key in value ? Reflect.get(value, key) : undefined;
}

function textOfPage(whole: string): string {
  const page = whole.slice(0, 20_000);
  const title = /<title[^>]*>([\s\S]*?)<\/title>/i.exec(page)?.[1];
  if (title !== undefined && title.trim() !== "") return title;
  return page.replace(/<(script|style)[\s\S]*?<\/\1>/gi, " ").replace(/<[^<>]*>/g, " ");
}
