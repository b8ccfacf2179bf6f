import { createServer } from "node:http";
import { expect, test } from "vitest";
import { runCli, testFolder } from "../__fixtures__/run-cli.ts";

test("a login that fails says why, and does not advise the command that was just run", async () => {
  const server = createServer(({ url, headers }, response) => {
    const challenge = `Bearer resource_metadata="http://${headers.host}/place"`;
    if (url === "/mcp") response.writeHead(401, { "www-authenticate": challenge }).end();
    else response.writeHead(200, { "content-type": "application/json" }).end("{no json");
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  await using folder = await testFolder({
    mcpServers: { secure: { url: `http://127.0.0.1:${address.port}/mcp` } },
  });
  const run = await runCli(["auth", "login", "secure", "--no-browser"], { cwd: folder.path });
  server.close();
  expect(run.status).toBe(1);
  expect(run.stderr).toContain('Server "secure" does not say where its login is made');
  expect(run.stderr).not.toContain("codemode auth login");
});
