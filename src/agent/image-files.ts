import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolContent } from "../tools/agent-tool.ts";

/** An image that a tool gave, and where it was put. */
export interface SavedImage {
  readonly file: string;
  readonly mimeType: string;
  /** Base64. */
  readonly data: string;
}

const ENDINGS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
};

/** Puts images into files, for a person to open. The folder is made with the first one and stays. */
export class ImageFiles {
  #folder: Promise<string> | undefined;
  readonly #wanted: string | undefined;
  #count = 0;

  /** @param folder where to put them; a new temporary folder when left out */
  constructor(folder?: string) {
    this.#wanted = folder;
  }

  /** Saves an item of MCP content that is an image; undefined for anything else. */
  async save(item: ToolContent): Promise<SavedImage | undefined> {
    const { data, mimeType } = item;
    if (item.type !== "image" || typeof data !== "string" || typeof mimeType !== "string") return undefined;
    this.#count += 1;
    const number = String(this.#count).padStart(2, "0");
    this.#folder ??= makeFolder(this.#wanted);
    const file = join(await this.#folder, `image-${number}.${ENDINGS[mimeType] ?? "bin"}`);
    await writeFile(file, Buffer.from(data, "base64"));
    return { file, mimeType, data };
  }
}

async function makeFolder(wanted: string | undefined): Promise<string> {
  if (wanted === undefined) return mkdtemp(join(tmpdir(), "codemode-images-"));
  await mkdir(wanted, { recursive: true });
  return wanted;
}
