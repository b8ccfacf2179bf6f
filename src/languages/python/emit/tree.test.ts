import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { corpusServers, serverOf } from "../../__fixtures__/corpus.ts";
import { runPython, writeFiles } from "../../__fixtures__/python.ts";
import { emitPythonTree } from "./tree.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const data = realpathSync(mkdtempSync(join(tmpdir(), "bindings-data-")));
let folder = "";

/** The package for the real filesystem server, connected through the real command line. */
beforeAll(() => {
  const filesystem = corpusServers().find(({ name }) => name === "secure-filesystem-server");
  const configFile = join(data, "codemode.json");
  const program = join(root, "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js");
  const configuration = {
    mcpServers: { files: { command: process.execPath, args: [program, data] } },
    server: { allowCallTool: true },
    stateDir: join(data, "state"),
  };
  writeFileSync(configFile, JSON.stringify(configuration));
  const server = serverOf({
    name: "files",
    tools: filesystem?.tools.map((tool) => Object.assign({}, tool, { name: tool.toolName })) ?? [],
  });
  const command = [process.execPath, join(root, "dist/cli.js"), "serve", "--tools", "full", "--config", configFile];
  folder = writeFiles(
    new Map([...emitPythonTree([server], { command })].map(([path, text]) => [`generated/${path}`, text])),
  );
});

afterAll(() => {
  rmSync(data, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

const PROGRAM = `
import asyncio, json, os, sys
sys.path.insert(0, ".")
folder = json.load(sys.stdin)
from generated import ToolError, call_tool, close
from generated.servers import files

async def main():
    path = os.path.join(folder, "a.txt")
    long = "x" * 60000
    answers = {}
    await files.write_file({"path": path, "content": "one"})
    answers["dict"] = await files.read_text_file({"path": path})
    answers["keywords"] = await files.read_text_file(path=path)
    answers["by name"] = await call_tool("files__read_text_file", {"path": path})
    await files.write_file(path=path, content=long)
    answers["long"] = await files.read_text_file(path=path) == long
    answers["many"] = len(await asyncio.gather(*(files.get_file_info(path=path) for _ in range(20))))
    try:
        await files.read_text_file(path="/etc/passwd")
    except ToolError as error:
        answers["error"] = [error.code, error.tool]
    try:
        await files.read_text_file(pth=path)
    except ToolError as error:
        answers["wrong"] = error.code
    try:
        await files.read_text_file({"path": path}, head=1)
    except ToolError as error:
        answers["both"] = error.code
    await close()
    await files.write_file(path=path, content="two")
    answers["again"] = await files.read_text_file(path=path)
    from generated import _runtime
    answers["pid"] = _runtime._current.process.pid
    return answers

json.dump(asyncio.run(main()), sys.stdout)
`;

test(
  "a Python program calls real tools through the package, and leaves no process behind",
  { timeout: 90_000 },
  async () => {
    const answers: Record<string, unknown> = await runPython(PROGRAM, data, folder);
    const { pid, ...values } = answers;
    expect(values).toEqual({
      dict: "one",
      keywords: "one",
      "by name": "one",
      long: true,
      many: 20,
      error: ["tool_error", "files__read_text_file"],
      wrong: "invalid_arguments",
      both: "invalid_arguments",
      again: "two",
    });
    await expect.poll(() => isAlive(Number(pid)), { timeout: 5000 }).toBe(false);
  },
);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("a command that is not there is a clear error", async () => {
  const program = `
import asyncio, json, os, sys
sys.path.insert(0, ".")
os.environ["CODEMODE_COMMAND"] = "/nowhere/codemode serve"
from generated import ToolError
from generated.servers import files
try:
    asyncio.run(files.list_allowed_directories())
except ToolError as error:
    json.dump([error.code, str(error), error.hint], sys.stdout)
`;
  expect(await runPython(program, null, folder)).toEqual([
    "server_unavailable",
    "/nowhere/codemode cannot be started: No such file or directory.",
    "Install it, or set CODEMODE_COMMAND to the command that starts the MCP server.",
  ]);
});
