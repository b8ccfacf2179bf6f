import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { CodemodeError } from "../../../base/codemode-error.ts";

/** What an authorization server sends back through the browser. */
export interface RedirectAnswer {
  readonly code?: string;
  /** The authorization server that answers, where it says so. */
  readonly iss?: string;
  /** Why there is no code. */
  readonly error?: string;
}

const PATH = "/callback";
const PAGE = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>codemode</title><p style="font:16px sans-serif">${text}</p>`;

/** Waits on a loopback address for the browser to come back from a login. The caller closes it with `await using`. */
export class RedirectServer implements AsyncDisposable {
  readonly url: string;
  readonly #server: Server;
  readonly #state: string;
  readonly #answer: Promise<RedirectAnswer>;

  private constructor(server: Server, port: number, state: string) {
    this.#server = server;
    this.#state = state;
    this.url = `http://127.0.0.1:${port}${PATH}`;
    this.#answer = new Promise((resolve) => {
      server.on("request", (request: IncomingMessage, response: ServerResponse) => {
        const answer = this.#read(request.url ?? "/");
        const status = answer === undefined ? 404 : 200;
        response.writeHead(status, { "content-type": "text/html; charset=utf-8", connection: "close" });
        response.end(PAGE(answer === undefined ? "This is not the answer to a login." : "You can close this window."));
        if (answer !== undefined) resolve(answer);
      });
    });
  }

  /** @param port 0 for any free one */
  static async open(port: number, state: string): Promise<RedirectServer> {
    const server = createServer();
    server.listen(port, "127.0.0.1");
    await once(server, "listening").catch((cause: unknown) => {
      throw new CodemodeError(
        "config_error",
        `Port ${port} of this machine is taken, so no browser can come back to it.`,
        {
          hint: "End what uses it, or correct auth.redirectPort.",
          cause,
        },
      );
    });
    const address = server.address();
    return new RedirectServer(server, typeof address === "object" && address !== null ? address.port : port, state);
  }

  /** The first answer that carries the state of this login, from the browser or pasted. */
  async answer(from: { readonly pasted?: Promise<string>; readonly signal: AbortSignal }): Promise<RedirectAnswer> {
    const { pasted, signal } = from;
    const brought = pasted?.then((text) => this.#readPasted(text)) ?? new Promise<never>(() => {});
    return new Promise((resolve, reject) => {
      const cancel = (): void => reject(new CodemodeError("cancelled", "The login was not finished."));
      if (signal.aborted) cancel();
      signal.addEventListener("abort", cancel, { once: true });
      Promise.race([this.#answer, brought]).then(resolve, reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** @param target path and query of a request, which anything on this machine can send */
  #read(target: string): RedirectAnswer | undefined {
    if (!URL.canParse(target, this.url)) return undefined;
    const url = new URL(target, this.url);
    const read = (name: string): string | undefined => url.searchParams.get(name) ?? undefined;
    const code = read("code");
    const error = read("error");
    if (url.pathname !== PATH || read("state") !== this.#state || (code ?? error) === undefined) return undefined;
    const iss = read("iss");
    const reason = [error, read("error_description")].filter((text) => text !== undefined).join(": ");
    return {
      ...(code === undefined || error !== undefined ? {} : { code }),
      ...(iss === undefined ? {} : { iss }),
      ...(error === undefined ? {} : { error: reason.slice(0, 300) }),
    };
  }

  #readPasted(text: string): RedirectAnswer {
    const word = text.trim();
    if (!/^https?:/i.test(word)) return word === "" ? { error: "nothing was pasted" } : { code: word };
    const url = URL.canParse(word) ? new URL(word) : undefined;
    const answer = url === undefined ? undefined : this.#read(PATH + url.search);
    return answer ?? { error: "the pasted address does not belong to this login" };
  }
}
