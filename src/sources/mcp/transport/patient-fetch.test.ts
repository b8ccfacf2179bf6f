import { expect, test } from "vitest";
import { askedWaitMs, createPatientFetch } from "./patient-fetch.ts";

const refusal = (status: number, after: string): Response =>
  new Response("no", { status, headers: { "retry-after": after } });
const request = { method: "POST", body: '{"jsonrpc":"2.0","id":7,"method":"tools/call"}' };

test.each<readonly [status: number, after: string, least: number | undefined]>([
  [429, "2", 2_000],
  [503, " 1.5 ", 1_500],
  [429, new Date(0).toUTCString(), 0],
  [429, "soon", undefined],
  [429, "", undefined],
  [500, "2", undefined],
  [429, "-4", undefined],
])("status %i with %j asks for a wait of %s ms", (status, after, ms) => {
  expect(askedWaitMs(refusal(status, after))).toBe(ms);
});

test("a message is sent again as often as is wise, and one that nobody waits for any more is not", async () => {
  let sent = 0;
  const send = (): Promise<Response> => {
    sent += 1;
    return Promise.resolve(refusal(429, "0"));
  };
  await createPatientFetch(send, () => true)("http://h", request);
  expect(sent).toBe(4);
  sent = 0;
  expect((await createPatientFetch(send, () => false)("http://h", request)).status).toBe(429);
  expect(sent).toBe(1);
});
