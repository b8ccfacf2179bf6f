import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { testFolder } from "../../__fixtures__/run-cli.ts";
import { filesystemServer, type StdioServer } from "../../__fixtures__/stdio-servers.ts";
import { type ScriptedModel, type StandInServer, startStandIn } from "./stand-in-model.ts";
import { byRequest, filesModel, wordsModel } from "./stories.ts";

/** Number of files to add up, and their sum. */
export const FILES = 30;
export const SUM = 1305;

/** Two real servers, a folder with files to add up, and a model that knows what to do with them in each mode. */
export interface Stage extends AsyncDisposable {
  readonly model: StandInServer;
  /** Path of a configuration with the servers. */
  readonly cwd: string;
  /** Environment that makes the agent use the model. */
  readonly env: Readonly<Record<string, string>>;
  /** The words in the file that the first story writes. */
  readWords(): Promise<readonly string[]>;
  /** The process of one of the servers. */
  serverProcess(): Promise<number>;
}

/** Sets the stage, with further stories beside "random words" and "thirty files". */
export async function openStage(stories: Readonly<Record<string, ScriptedModel>> = {}): Promise<Stage> {
  const data = await testFolder();
  const inData = (name: string): string => join(data.path, name);
  const [wordsFile, pidFile, files] = [inData("words.txt"), inData("pid"), inData("files")];
  await mkdir(files);
  for (let file = 0; file < FILES; file += 1) {
    await writeFile(join(files, `file-${file}.txt`), `count: ${file * 3}\n${"plenty of other text. ".repeat(20)}\n`);
  }
  const known = { "random words": wordsModel(wordsFile), "thirty files": filesModel(files) };
  const model = await startStandIn(byRequest({ ...known, ...stories }));
  const folder = await testFolder({
    mcpServers: { filesystem: filesystemServer(data.path), everything: everythingServer(pidFile) },
  });
  return {
    model,
    cwd: folder.path,
    env: { CODEMODE_BASE_URL: model.baseUrl, CODEMODE_MODEL: "stand-in", CODEMODE_PRICE: "3/15" },
    readWords: async () => (await readFile(wordsFile, "utf8")).split(" "),
    serverProcess: async () => Number(await readFile(pidFile, "utf8")),
    [Symbol.asyncDispose]: async () => {
      await model[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
      await data[Symbol.asyncDispose]();
    },
  };
}

/** The real server, which leaves the id of its process in a file. */
function everythingServer(pidFile: string): StdioServer {
  const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-everything/package.json");
  const entry = pathToFileURL(join(dirname(manifest), "dist/index.js")).href;
  const code = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); import(${JSON.stringify(entry)});`;
  return { command: process.execPath, args: ["-e", code] };
}
