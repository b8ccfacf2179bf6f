import * as z from "zod";
import type { SecretFilter } from "../../../base/secret-filter.ts";
import type { SecretStore } from "../../credentials/secret-store.ts";
import { readScopes } from "./challenge.ts";

/** Tokens are renewed this long before they expire, since requests take time; those of a short life after half of it. */
const RESERVE_MS = 30_000;
/** A hundred years: what a server says beyond is no time that a date can name. */
const MOST_LIFE_MS = 100 * 365 * 86_400_000;

/** A login as it is kept: at one resource, of one account. */
export interface Login {
  readonly resource: string;
  readonly account: string;
  /** Address that the authorization server was found by. */
  readonly authorizationServer: string;
  readonly issuer: string;
  /** The resource indicator of token requests; absent where the server has no metadata. */
  readonly indicator?: string | undefined;
  readonly flow: "authorization_code" | "client_credentials" | "device";
  readonly client: { readonly client_id: string; readonly client_secret?: string | undefined };
  /** Absent once it was revoked or could not be renewed. */
  readonly accessToken?: string | undefined;
  readonly refreshToken?: string | undefined;
  /** By the clock of this machine, in milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
  /** Time before that in which the token is renewed, in milliseconds. @default 30,000 */
  readonly reserveMs?: number | undefined;
  readonly scopes: readonly string[];
  /** Scopes the server asked for beyond those; the next login asks for them too. */
  readonly wanted?: readonly string[] | undefined;
}

const text = z.string();

const loginSchema: z.ZodType<Login> = z.object({
  resource: text,
  account: text,
  authorizationServer: text,
  issuer: text,
  indicator: text.optional(),
  flow: z.enum(["authorization_code", "client_credentials", "device"]),
  client: z.looseObject({ client_id: text, client_secret: text.optional() }),
  accessToken: text.optional(),
  refreshToken: text.optional(),
  expiresAt: z.number().optional(),
  reserveMs: z.number().optional(),
  scopes: z.array(text),
  wanted: z.array(text).optional(),
});

/** Where a login belongs: the address of the MCP server and the person's name for the account. */
export interface LoginPlace {
  readonly resource: string;
  readonly account: string;
}

/** Reads and keeps the login of one place, and reports its secrets before anything uses them. */
export class KeptLogin {
  readonly place: LoginPlace;
  readonly #store: SecretStore;
  readonly #secrets: SecretFilter;

  constructor(place: LoginPlace, store: SecretStore, secrets: SecretFilter) {
    this.place = place;
    this.#store = store;
    this.#secrets = secrets;
  }

  /** The login as the file has it now; undefined for none. */
  read(): Login | undefined {
    const parsed = loginSchema.safeParse(this.#store.read(this.#key));
    if (!parsed.success) return undefined;
    this.#hide(parsed.data);
    return parsed.data;
  }

  /** Keeps a login, or removes it. */
  async write(login: Login | undefined): Promise<void> {
    if (login !== undefined) this.#hide(login);
    await this.#store.write(this.#key, login);
  }

  /** Runs `work` while no other process renews this login; ends without it once `found` sees that another has. */
  locked<Result>(work: () => Promise<Result>, found?: () => Result | undefined): Promise<Result> {
    return this.#store.locked(this.#key, work, found);
  }

  get #key(): string {
    return `login ${this.place.resource} ${this.place.account}`;
  }

  #hide({ accessToken = "", refreshToken = "", client }: Login): void {
    this.#secrets.add([client.client_secret ?? ""]);
    this.#secrets.addPassing([accessToken, refreshToken]);
  }
}

/** The address of a server in the form that logins are kept under. */
export function resourceOf(url: string): string {
  const parsed = new URL(url);
  parsed.hash = "";
  parsed.username = "";
  parsed.password = "";
  return parsed.href;
}

/** State of a login, as shown to people. */
export function loginStatus(login: Login | undefined): "ok" | "expired" | "needs_login" {
  if (login?.accessToken === undefined) return "needs_login";
  if (!isExpired(login)) return "ok";
  return login.refreshToken === undefined && login.flow !== "client_credentials" ? "expired" : "ok";
}

/** Whether an access token is out of time, or nearly so. */
export function isExpired({ expiresAt, reserveMs = RESERVE_MS }: Pick<Login, "expiresAt" | "reserveMs">): boolean {
  return expiresAt !== undefined && expiresAt - reserveMs <= Date.now();
}

/** Fields of a login that an answer of the token endpoint decides. Throws for a token that no request could carry. */
export function withTokens(
  login: Login,
  tokens: {
    readonly access_token: string;
    readonly refresh_token?: string | undefined;
    readonly expires_in?: number | undefined;
    readonly scope?: string | undefined;
  },
): Login {
  const { expires_in: seconds, scope } = tokens;
  const { wanted: _, ...rest } = login;
  if (!/^[\u0021-\u007E]+$/.test(tokens.access_token))
    throw new Error("the token is not a word that a header can carry");
  return {
    ...rest,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    ...lifeOf(seconds),
    scopes: scope === undefined ? login.scopes : readScopes(scope),
  };
}

/** Were a token of half a minute never fresh, every request would renew it, and every process after every other. */
function lifeOf(seconds: number | undefined): Pick<Login, "expiresAt" | "reserveMs"> {
  if (seconds === undefined) return { expiresAt: undefined, reserveMs: undefined };
  const lifeMs = Math.min(MOST_LIFE_MS, Math.max(0, seconds * 1_000));
  return { expiresAt: Date.now() + lifeMs, reserveMs: Math.min(RESERVE_MS, lifeMs / 2) };
}
