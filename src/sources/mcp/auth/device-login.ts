import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { CodemodeError } from "../../../base/codemode-error.ts";
import type { LoginDialogue } from "../../source.ts";
import { clientFor, type LoginPlan } from "./login-plan.ts";
import { type Login, withTokens } from "./login.ts";
import { loginRequired } from "./login-required.ts";
import { oauthErrorCode, requestToken } from "./token-requests.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const SLOWER_S = 5;
const MOST_WAIT_S = 60;

const deviceSchema = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.string(),
  verification_uri_complete: z.string().optional(),
  expires_in: z.number(),
  interval: z.number().optional(),
});

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
  const body = new URLSearchParams({ client_id: client.client_id });
  if (scopes.length > 0) body.set("scope", scopes.join(" "));
  if (indicator !== undefined) body.set("resource", indicator);
  if (client.client_secret !== undefined) body.set("client_secret", client.client_secret);
  const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  const response = await fetchFn(endpoint, { method: "POST", headers, body, redirect: "manual" });
  const text = await response.text();
  const device = deviceSchema.safeParse(parseJson(text)).data;
  if (device === undefined) throw loginRequired(advice, `was not given a code (HTTP ${response.status})`);
  await dialogue.present({
    url: device.verification_uri_complete ?? device.verification_uri,
    userCode: device.user_code,
  });
  const place = { authorizationServer, indicator, client, metadata, fetchFn };
  const until = performance.now() + device.expires_in * 1_000;
  for (let seconds = device.interval ?? SLOWER_S; performance.now() < until;) {
    await delay(Math.min(MOST_WAIT_S, Math.max(1, seconds)) * 1_000, undefined, { signal: dialogue.signal }).catch(
      () => {
        throw new CodemodeError("cancelled", "The login was not finished.");
      },
    );
    try {
      const tokens = await requestToken(place, { grant_type: GRANT, device_code: device.device_code });
      const login = { ...kept.place, authorizationServer, issuer, indicator, client, scopes };
      return withTokens({ ...login, flow: "device" }, tokens);
    } catch (error) {
      const code = oauthErrorCode(error);
      if (code === "slow_down") seconds += SLOWER_S;
      else if (code !== "authorization_pending") throw loginRequired(advice, `was not given its login: ${code}`);
    }
  }
  throw loginRequired(advice, "was not logged in before its code expired");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
