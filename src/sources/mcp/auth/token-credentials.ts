import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CodemodeError } from "../../../base/codemode-error.ts";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import type { AuthSettings } from "./auth-settings.ts";
import type { Credentials, RefusedRequest } from "./credentials.ts";

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 64 * 1024;
const run = promisify(execFile);

/** A token that is written in the configuration. */
export function bearerCredentials({ token }: Extract<AuthSettings, { type: "bearer" }>): Credentials {
  const value = `Bearer ${token.replace(/^Bearer\s+/i, "")}`;
  return { authorization: () => Promise.resolve(value), renew: () => Promise.resolve(false) };
}

/** Parts of {@link CommandCredentials}. */
interface CommandParts {
  readonly settings: Extract<AuthSettings, { type: "command" }>;
  readonly serverName: string;
  readonly secrets: SecretFilter;
}

/**
 * Tokens that a program of this machine prints. It runs when the first one is needed, after `refreshMs`, and again after
 * each token that the server refuses; never twice at a time.
 */
export class CommandCredentials implements Credentials {
  readonly #parts: CommandParts;
  #token: { readonly value: string; readonly until: number } | undefined;
  #running: Promise<string> | undefined;

  constructor(parts: CommandParts) {
    this.#parts = parts;
  }

  async authorization(): Promise<string> {
    const known = this.#token;
    const token = known !== undefined && performance.now() < known.until ? known.value : await this.#fresh();
    return `Bearer ${token}`;
  }

  async renew({ status, sent, isFinal }: RefusedRequest): Promise<boolean> {
    if (status !== 401 || isFinal) return false;
    if (sent !== `Bearer ${this.#token?.value}`) return true;
    return `Bearer ${await this.#fresh()}` !== sent;
  }

  #fresh(): Promise<string> {
    this.#running ??= this.#ask().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #ask(): Promise<string> {
    const { settings, secrets } = this.#parts;
    const [program = "", ...args] = settings.command;
    const output = await run(program, args, { timeout: TIMEOUT_MS, maxBuffer: MOST_BYTES, windowsHide: true }).catch(
      (error: unknown) => Promise.reject(this.#failed(reasonOf(error))),
    );
    const value = output.stdout.trim();
    if (value === "" || /\s/.test(value)) throw this.#failed("it printed no token on its standard output");
    secrets.addPassing([value]);
    this.#token = { value, until: performance.now() + (settings.refreshMs ?? Number.POSITIVE_INFINITY) };
    return value;
  }

  #failed(reason: string): CodemodeError {
    const { serverName, settings } = this.#parts;
    const message = `Server "${serverName}" has no token: the program ${settings.command[0]} failed: ${reason}.`;
    return new CodemodeError("login_required", message, {
      hint: `Run the program of auth.command of "${serverName}" by hand, and put right what it complains about.`,
    });
  }
}

/** The words of the program itself where it has some; its arguments may be secrets and are left out. */
function reasonOf(error: unknown): string {
  const read = (field: string): unknown => (error instanceof Error ? Reflect.get(error, field) : undefined);
  const said = read("stderr");
  const words = typeof said === "string" ? said.trim().slice(-300) : "";
  if (read("killed") === true) return `it took longer than ${TIMEOUT_MS} ms`;
  return `exit ${String(read("code"))}${words === "" ? "" : ` (${words})`}`;
}
