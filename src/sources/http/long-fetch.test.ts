import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createLongFetch } from "./long-fetch.ts";

/** What is compiled, of which the types of Node know nothing. */
declare const WebAssembly: { instantiate: (...given: readonly unknown[]) => Promise<unknown> };

test("a first connection that ends while the reader of answers is being compiled has ended, as any other", async () => {
  const instantiate = WebAssembly.instantiate.bind(WebAssembly);
  // As on a machine that is busy.
  const slow = vi.spyOn(WebAssembly, "instantiate").mockImplementation(async (...given) => {
    await delay(300);
    return instantiate(...given);
  });
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { fetch, close } = await createLongFetch(undefined);
  await expect(fetch(`http://127.0.0.1:${port}/mcp`, { method: "POST", body: "{}" })).rejects.toThrow("fetch failed");
  await close();
  expect(slow).toHaveBeenCalled();
  server.close();
}, 20_000);
