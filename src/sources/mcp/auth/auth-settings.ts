import * as z from "zod";
import { isRecord } from "../../../base/is-record.ts";

/** OAuth 2.1 at the authorization server that the MCP server names. */
export interface OAuthSettings {
  readonly type: "oauth";
  /** @default "authorization_code" */
  readonly flow?: "authorization_code" | "client_credentials" | "device" | undefined;
  /** Id of a registered client, or the https address of a client metadata document. @default a new registration */
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** @default what the server asks for */
  readonly scopes?: readonly string[] | undefined;
  /** Port of the loopback address that the browser comes back to. @default any free one */
  readonly redirectPort?: number | undefined;
}

/** How we log in at a remote server: OAuth 2.1, a token of its own, or a program of this machine that prints one. */
export type AuthSettings =
  | OAuthSettings
  | { readonly type: "bearer"; readonly token: string }
  | {
      readonly type: "command";
      readonly command: readonly string[];
      /** Time after which the program runs again, in milliseconds. @default only after a 401 */
      readonly refreshMs?: number | undefined;
    };

const text = z.string().min(1);

/** @internal Form of a server's `auth`. */
export const authSchema: z.ZodType<AuthSettings> = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("oauth"),
    flow: z.enum(["authorization_code", "client_credentials", "device"]).optional(),
    clientId: text.optional(),
    clientSecret: text.optional(),
    scopes: z.array(text).optional(),
    redirectPort: z.int().min(1).max(65_535).optional(),
  }),
  z.strictObject({ type: z.literal("bearer"), token: text }),
  z.strictObject({
    type: z.literal("command"),
    command: z.array(z.string()).min(1),
    refreshMs: z.int().positive().max(2_147_483_647).optional(),
  }),
]);

/** `auth` as other clients write it, in our form; undefined for what has no meaning here. */
export function readForeignAuth(value: unknown): unknown {
  if (typeof value === "string") return /^oauth/i.test(value) ? { type: "oauth" } : undefined;
  if (!isRecord(value) || "type" in value) return isRecord(value) ? value : undefined;
  const pick = (...names: readonly string[]): unknown => names.map((name) => value[name]).find((found) => found);
  const scopes = pick("scopes", "scope");
  const found = {
    clientId: pick("CLIENT_ID", "clientId", "client_id"),
    clientSecret: pick("CLIENT_SECRET", "clientSecret", "client_secret"),
    scopes: typeof scopes === "string" ? scopes.split(/\s+/) : scopes,
    redirectPort: pick("callbackPort", "redirectPort"),
  };
  const known = Object.entries(found).filter(([, each]) => each !== undefined);
  return known.length === 0 ? undefined : { type: "oauth", ...Object.fromEntries(known) };
}
