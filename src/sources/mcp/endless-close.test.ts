import { createServer } from "node:http";
import { Agent } from "undici";
import { afterEach, expect, test, vi } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";

afterEach(() => void vi.restoreAllMocks());

test("a server whose connections do not end is failed all the same, and those who wait for it go on", async () => {
  vi.spyOn(Agent.prototype, "destroy").mockImplementation(() => new Promise(() => {}));
  const nobody = createServer();
  await new Promise<void>((resolve) => nobody.listen(0, "127.0.0.1", resolve));
  const address = nobody.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await new Promise((resolve) => nobody.close(resolve));
  await using codemode = createCodemode({
    mcpServers: { off: { url: `http://127.0.0.1:${port}/mcp`, connectTimeoutMs: 500 } },
  });
  expect(await codemode.registry.discoverAll()).toEqual({ off: [] });
  expect(codemode.registry.listServers()).toMatchObject([{ status: "failed" }]);
}, 30_000);
