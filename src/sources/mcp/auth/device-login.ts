import type { OAuthTokens } from "@modelcontextprotocol/client";
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { isRecord } from "../../../base/is-record.ts";
import type { LoginDialogue } from "../../source.ts";
import { clientFor, type LoginPlan } from "./login-plan.ts";
import { type Login, withTokens } from "./login.ts";
import { loginRequired } from "./login-required.ts";
import { oauthErrorCode, requestToken, type TokenPlace } from "./token-requests.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const SLOWER_S = 5;
const MOST_WAIT_S = 60;
const USUAL_LIFE_S = 600;
/** Requests in a row that may fail while the person has the code. */
const MOST_FAILURES = 2;

const deviceSchema = z.object({
  device_code: z.string(),
  user_code: z.string(),
  /** Some write the last word of its name as `url`. */
  verification_uri: z.string().optional(),
  verification_url: z.string().optional(),
  verification_uri_complete: z.string().optional(),
  expires_in: z.coerce.number().catch(USUAL_LIFE_S),
  interval: z.coerce.number().catch(SLOWER_S),
});

type Device = z.infer<typeof deviceSchema>;

/** Makes a login on another device: a person types a code there, and the token endpoint is asked until they have. */
export async function logInByDevice(plan: LoginPlan, dialogue: LoginDialogue): Promise<Login> {
  const { parts, authority, scopes } = plan;
  const { kept, fetchFn, advice } = parts;
  const { metadata, authorizationServer, indicator, issuer } = authority;
  const endpoint: unknown = Reflect.get({ ...metadata }, "device_authorization_endpoint");
  if (typeof endpoint !== "string") {
    throw new CodemodeError("config_error", `Server "${advice.serverName}": ${issuer} has no device flow.`, {
      hint: 'Take "flow": "authorization_code" for it.',
    });
  }
  const client = await clientFor(plan, { redirect_uris: [], grant_types: [GRANT, "refresh_token"] });
  const answer = await askForCode(endpoint, client, plan);
  const device = deviceSchema.safeParse(answer).data;
  const url = device?.verification_uri_complete ?? device?.verification_uri ?? device?.verification_url;
  if (device === undefined || url === undefined) throw withoutCode(answer);
  await dialogue.present({ url, userCode: device.user_code });
  const login = { ...kept.place, authorizationServer, issuer, indicator, client, scopes };
  const place = { authorizationServer, indicator, client, metadata, fetchFn };
  const tokens = await tokensFor(place, device, dialogue.signal);
  if (tokens === undefined) throw loginRequired(advice, "was not logged in before its code expired");
  return withTokens({ ...login, flow: "device" }, tokens);
}

async function askForCode(endpoint: string, client: Login["client"], plan: LoginPlan): Promise<unknown> {
  const { parts, authority, scopes } = plan;
  const body = new URLSearchParams({ client_id: client.client_id });
  if (scopes.length > 0) body.set("scope", scopes.join(" "));
  if (authority.indicator !== undefined) body.set("resource", authority.indicator);
  if (client.client_secret !== undefined) body.set("client_secret", client.client_secret);
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  const response = await parts.fetchFn(endpoint, { method: "POST", headers, body, redirect: "manual" });
  return parseJson(await response.text()) ?? { error: `HTTP ${response.status}` };
}

/** What the token endpoint gives once the person has logged in; undefined when the code has expired before. */
async function tokensFor(place: TokenPlace, device: Device, signal: AbortSignal): Promise<OAuthTokens | undefined> {
  const until = performance.now() + device.expires_in * 1_000;
  let failures = 0;
  for (let seconds = device.interval; performance.now() < until;) {
    const pauseMs = Math.min(MOST_WAIT_S * 1_000, Math.max(1_000, seconds * 1_000), until - performance.now());
    await delay(pauseMs, undefined, { signal }).catch(() => {
      throw new CodemodeError("cancelled", "The login was not finished.");
    });
    try {
      return await requestToken(place, { grant_type: GRANT, device_code: device.device_code });
    } catch (error) {
      const code = oauthErrorCode(error);
      const isPending = code === "authorization_pending" || code === "slow_down";
      failures = isPending ? 0 : failures + 1;
      if (failures > MOST_FAILURES || (!isPending && !isPassing(error))) throw error;
      if (code === "slow_down") seconds += SLOWER_S;
    }
  }
  return undefined;
}

/** A request that got no answer, or one that says nothing of the login: networks and servers fail of their own accord. */
function isPassing(error: unknown): boolean {
  const code = oauthErrorCode(error);
  if (code !== undefined) return code === "server_error" || code === "temporarily_unavailable";
  return error instanceof TypeError || (error instanceof Error && error.name === "TimeoutError");
}

function withoutCode(answer: unknown): Error {
  const { error = "", error_description: words = "" } = isRecord(answer) ? answer : {};
  const reason = [error, words].filter((text) => typeof text === "string" && text !== "").join(": ");
  return new Error(`no code came for it${reason === "" ? "" : ` (${reason})`}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
