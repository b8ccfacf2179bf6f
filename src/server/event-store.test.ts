import { expect, test } from "vitest";
import { createCodemode } from "../host/create-codemode.ts";
import { BoundedEventStore, EventStores } from "./event-store.ts";
import { serveHttp } from "./serve-http.ts";

const message = (text: string) => ({ jsonrpc: "2.0" as const, method: "notifications/message", params: { text } });

async function after(store: BoundedEventStore, id: string): Promise<unknown[]> {
  const sent: unknown[] = [];
  await store.replayEventsAfter(id, { send: async (_id, each) => void sent.push(each) });
  return sent;
}

test("a client reads on after the last message it has, in its own stream alone", async () => {
  const store = new BoundedEventStore();
  const first = await store.storeEvent("a", message("1"));
  await store.storeEvent("b", message("of another stream"));
  await store.storeEvent("a", message("2"));
  expect(await store.getStreamIdForEventId(first)).toBe("a");
  expect(await after(store, first)).toEqual([message("2")]);
});

test("a store holds so many messages and so much text, and the oldest go first", async () => {
  const store = new BoundedEventStore();
  const first = await store.storeEvent("a", message("first"));
  for (let count = 0; count < 1_000; count += 1) await store.storeEvent("a", message(String(count)));
  expect(await store.getStreamIdForEventId(first)).toBeUndefined();
  const large = "x".repeat(3 * 1024 * 1024);
  const [one, other] = [await store.storeEvent("a", message(large)), await store.storeEvent("a", message(large))];
  expect(await store.getStreamIdForEventId(one)).toBeUndefined();
  expect(await store.getStreamIdForEventId(other)).toBe("a");
});

test("an id that was never given belongs to no stream", async () => {
  const store = new BoundedEventStore();
  expect(await store.getStreamIdForEventId("17")).toBeUndefined();
  expect(await store.getStreamIdForEventId("__proto__")).toBeUndefined();
});

test("sessions together hold so much text, and the one that holds most gives up its oldest messages", async () => {
  const stores = new EventStores();
  const modest = stores.open();
  const [first, second] = [await modest.storeEvent("a", message("1")), await modest.storeEvent("a", message("2"))];
  const megabyte = "x".repeat(1024 * 1024);
  const greedy = Array.from({ length: 40 }, () => stores.open());
  for (const store of greedy) for (let count = 0; count < 3; count += 1) await store.storeEvent("a", message(megabyte));
  const held = greedy.reduce((sum, { characters }) => sum + characters, modest.characters);
  expect(held).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(held).toBeGreaterThan(60 * 1024 * 1024);
  expect([await after(modest, first), await modest.getStreamIdForEventId(second)]).toEqual([[message("2")], "a"]);
  // What ended sessions held is there for the others again.
  for (const store of greedy) stores.close(store);
  const last = stores.open();
  const large = await last.storeEvent("a", message(megabyte));
  await last.storeEvent("a", message(megabyte));
  expect(await last.getStreamIdForEventId(large)).toBe("a");
  expect(greedy.map(({ characters }) => characters)).toEqual(greedy.map(() => 0));
});

test("a client whose connection broke reads the answer on another one, in its own session alone", async () => {
  const codemode = createCodemode();
  const server = await serveHttp(codemode, { port: 0, log: () => {} });
  const ask = async (method: string, headers: Readonly<Record<string, string>>, body?: object): Promise<Response> =>
    fetch(server.url, {
      method,
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify({ jsonrpc: "2.0", ...body }) }),
    });
  const begin = async (): Promise<Readonly<Record<string, string>>> => {
    const clientInfo = { name: "test", version: "1" };
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
    const begun = await ask("POST", {}, { id: 1, method: "initialize", params });
    await begun.text();
    const id = begun.headers.get("mcp-session-id") ?? "";
    return { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" };
  };
  try {
    const [own, other] = [await begin(), await begin()];
    const answer = await (await ask("POST", own, { id: 2, method: "tools/list" })).text();
    const [, first = ""] = /^id: (\S+)$/m.exec(answer) ?? [];
    const again = await ask("GET", { ...own, "last-event-id": first });
    expect(await again.text()).toContain('"name":"execute_code"');
    const foreign = await ask("GET", { ...other, "last-event-id": "999" });
    expect(foreign.status).toBe(400);
    await foreign.text();
  } finally {
    await server.close();
    await codemode.close();
  }
});
