import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ShopFile, shopFiles } from "./shop-files.ts";

/** The temporary folder the demonstration works in. The caller disposes of it, which removes it. */
export interface DemoFolder extends AsyncDisposable {
  readonly path: string;
  /** Path that the first program writes its text to. */
  readonly textFile: string;
  /** Folder with the files of the second program. */
  readonly shopFolder: string;
  readonly shops: readonly ShopFile[];
  readonly memoryFile: string;
}

/** Makes the folder, with one file of orders for each shop. */
export async function openDemoFolder(): Promise<DemoFolder> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "codemode-demo-")));
  const shopFolder = join(path, "shops");
  const shops = shopFiles();
  await mkdir(shopFolder);
  await Promise.all(shops.map(({ name, text }) => writeFile(join(shopFolder, name), text)));
  return {
    path,
    textFile: join(path, "random.txt"),
    shopFolder,
    shops,
    memoryFile: join(path, "memory.jsonl"),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}
