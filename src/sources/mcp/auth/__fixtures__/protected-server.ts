import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** What the two servers saw. */
export interface Seen {
  readonly grants: Readonly<Record<string, number>>;
  readonly requests: number;
  /** Requests at the token endpoint. */
  readonly tokenRequests: number;
  readonly authorizations: readonly string[];
  /** Every token that was ever given, and what they were given for. */
  readonly tokens: readonly string[];
  readonly refusedRefreshes: number;
}

/** A protected MCP server, its authorization server, and a folder for logins of its own. */
export interface ProtectedServer extends AsyncDisposable {
  readonly issuer: string;
  readonly url: string;
  /** `CODEMODE_HOME` of whoever logs in. */
  readonly home: string;
  /** Changes how the servers behave, and returns what they saw so far. */
  control(set?: Readonly<Record<string, unknown>>): Promise<Seen>;
  /** Resolves when the next token is asked for, before the answer. */
  asked(): Promise<void>;
  /** Goes where a browser would, as this account, to the end. Resolves with the last address. */
  visit(url: string, account?: string): Promise<string>;
}

const SCRIPT = fileURLToPath(new URL("protected-server.mjs", import.meta.url));

/** Starts both servers. */
export async function openProtectedServer(): Promise<ProtectedServer> {
  const home = await mkdtemp(join(tmpdir(), "codemode-login-"));
  const child = spawn(process.execPath, [SCRIPT], { stdio: ["pipe", "pipe", "ignore"] });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      if (text.startsWith("{")) resolve(text);
    });
    child.once("exit", (status) => reject(new Error(`The protected server ended with ${status}.`)));
  });
  const { issuer, url }: { readonly issuer: string; readonly url: string } = JSON.parse(line);
  return {
    issuer,
    url,
    home,
    control: async (set = {}) => {
      const response = await fetch(`${issuer}/control?set=${encodeURIComponent(JSON.stringify(set))}`);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the script beside this file answers with it
      return (await response.json()) as Seen;
    },
    asked: async () => {
      await fetch(`${issuer}/asked`);
    },
    visit: (address, account = "ada") => new Visit(account).go(address),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      await new Promise((resolve) => child.once("exit", resolve));
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** A browser without a window: follows redirects, keeps cookies, sends the forms it is shown. */
class Visit {
  readonly #cookies: Map<string, string>;

  constructor(account: string) {
    this.#cookies = new Map([["who", account]]);
  }

  async go(address: string): Promise<string> {
    let next: { readonly url: string; readonly body?: URLSearchParams } = { url: address };
    for (let steps = 0; steps < 20; steps += 1) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(next.url, {
        redirect: "manual",
        headers: { cookie },
        ...(next.body === undefined ? {} : { method: "POST", body: next.body }),
      });
      for (const each of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
        this.#cookies.set(name, value);
      }
      const location = response.headers.get("location");
      const page = await response.text();
      const form = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
      if (location !== null) next = { url: new URL(location, next.url).href };
      else if (form !== undefined) next = { url: new URL(form, next.url).href, body: fieldsOf(page) };
      else return next.url;
    }
    throw new Error("The visit came to no end.");
  }
}

function fieldsOf(page: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [input] of page.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)?.[1];
    if (name !== undefined && name !== "abort") fields.set(name, /value="([^"]*)"/.exec(input)?.[1] ?? "");
  }
  return fields;
}
