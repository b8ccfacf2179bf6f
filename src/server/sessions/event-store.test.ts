import { expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { BoundedEventStore, EventStores } from "./event-store.ts";
import { serveHttp } from "../serve-http.ts";

const after = (store: BoundedEventStore, id: string): string[] => store.after(id).map(([, text]) => text);

test("a client reads on after the last message it has, in its own stream alone", () => {
  const store = new BoundedEventStore();
  const first = store.store("a", "1");
  store.store("b", "of another stream");
  store.store("a", "2");
  expect(store.streamOf(first)).toBe("a");
  expect(after(store, first)).toEqual(["2"]);
});

test("a store holds so many messages and so much text, and the oldest go first", () => {
  const store = new BoundedEventStore();
  const first = store.store("a", "first");
  for (let count = 0; count < 1_000; count += 1) store.store("a", String(count));
  expect(store.streamOf(first)).toBeUndefined();
  const large = "x".repeat(3 * 1024 * 1024);
  const [one, other] = [store.store("a", large), store.store("a", large)];
  expect(store.streamOf(one)).toBeUndefined();
  expect(store.streamOf(other)).toBe("a");
});

test("an id that was never given belongs to no stream", () => {
  const store = new BoundedEventStore();
  expect(store.streamOf("17")).toBeUndefined();
  expect(store.streamOf("__proto__")).toBeUndefined();
});

test("sessions together hold so much text, and the one that holds most gives up its oldest messages", () => {
  const stores = new EventStores();
  const modest = stores.open();
  const [first, second] = [modest.store("a", "1"), modest.store("a", "2")];
  const megabyte = "x".repeat(1024 * 1024);
  const greedy = Array.from({ length: 40 }, () => stores.open());
  for (const store of greedy) for (let count = 0; count < 3; count += 1) store.store("a", megabyte);
  const held = greedy.reduce((sum, { characters }) => sum + characters, modest.characters);
  expect(held).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(held).toBeGreaterThan(60 * 1024 * 1024);
  expect([after(modest, first), modest.streamOf(second)]).toEqual([["2"], "a"]);
  // What ended sessions held is there for the others again.
  for (const store of greedy) stores.close(store);
  const last = stores.open();
  const large = last.store("a", megabyte);
  last.store("a", megabyte);
  expect(last.streamOf(large)).toBe("a");
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
