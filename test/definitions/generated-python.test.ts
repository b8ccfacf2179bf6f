import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CLI, documentOf, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import { SERVERS } from "./definitions.servers.ts";

const program = fileURLToPath(new URL("definitions-server.mjs", import.meta.url));

/** What both doors are asked, as expressions of Python. */
const ASKED = ["await camera.snap()", "await camera.nothing()", "await failure(camera.fails())"];
const FAILURE = `async def failure(call):
    try:
        return await call
    except ToolError as error:
        return [str(error), error.code, error.content]`;

test("generated Python gives what the sandbox gives: pictures beside texts, nothing, and the content of a failure", async () => {
  const entry = { command: process.execPath, args: [program, JSON.stringify(SERVERS["camera"])] };
  await using folder = await testFolder({ mcpServers: { camera: entry }, server: { allowCallTool: true } });
  const code = `from codemode import ToolError\n${FAILURE}\n[${ASKED.join(", ")}]`;
  const inside = documentOf(
    await runCli(["exec", "--language", "python", "-e", code, "--json", "--timeout", "100"], { cwd: folder.path }),
  );
  expect([inside["status"], inside["error"]]).toEqual(["completed", null]);
  const generated = await runCli(["generate", "--out", "g", "--language", "python"], { cwd: folder.path });
  expect(generated.status).toBe(0);
  writeFileSync(
    join(folder.path, "use.py"),
    `import asyncio, json
from g.servers import camera
from g import ToolError, close
${FAILURE}
async def main():
    print(json.dumps([${ASKED.join(", ")}]))
    await close()
asyncio.run(main())
`,
  );
  const config = join(folder.path, "codemode.json");
  const CODEMODE_COMMAND = `${process.execPath} ${CLI} serve --tools full --allow-call-tool --config ${config}`;
  const env = { ...process.env, CODEMODE_COMMAND };
  const { stdout, stderr } = spawnSync("python3", ["use.py"], { cwd: folder.path, env, encoding: "utf8" });
  expect(stderr).toBe("");
  const outside: unknown = JSON.parse(stdout);
  expect(outside).toEqual(inside["value"]);
  const picture = { type: "image", mimeType: "image/png" };
  expect(outside).toEqual([
    [{ type: "text", text: "front door" }, expect.objectContaining(picture)],
    null,
    ["no film", "tool_error", [{ type: "text", text: "no film" }, expect.objectContaining(picture)]],
  ]);
}, 240_000);
