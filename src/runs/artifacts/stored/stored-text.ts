import { statSync } from "node:fs";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { stringifySoon } from "../../../base/steps/json-in-steps.ts";
import { LargeText } from "../../../base/steps/large-text.ts";
import { notJson, nothingAt } from "../artifact-part.ts";
import type { Artifact } from "../artifact-store.ts";
import { CsvFile } from "./csv-file.ts";
import { JsonFile } from "./json-file.ts";
import { stepsOf } from "./json-path.ts";
import { TextFile } from "./text-file.ts";

/** Bytes of a text from which on it is read in pieces. */
const LARGE_BYTES = 1024 * 1024;

const JSON_TYPE = /^(?:application|text)\/(?:[\w.-]+\+)?json\b/i;
const JSON_LINES = /^(?:application|text)\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)\b/i;
/** The beginning of a list whose items are objects, lists or texts; a line of a log begins with a bracket too. */
const JSON_LIST = /^\s*\[\s*[[{"\]]/;

/** Rows that are asked for. */
export interface RowsRequest {
  readonly path: string;
  readonly offset: number;
  readonly limit: number;
}

/** The text of an artifact, read in pieces wherever that can be done; places that were passed in it are remembered. */
export class StoredText {
  readonly isLarge: boolean;
  readonly text: TextFile;
  readonly #artifact: Artifact;
  readonly #json: JsonFile;
  readonly #csv: CsvFile;

  constructor(artifact: Artifact) {
    const { path, large } = artifact;
    const bytes = path === undefined ? (large?.bytes ?? 0) : (statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    this.isLarge = bytes > LARGE_BYTES;
    const stored = path ?? large ?? new LargeText([Buffer.from(artifact.text)], artifact.text.length);
    this.#artifact = artifact;
    this.text = new TextFile(stored);
    this.#json = new JsonFile(stored);
    this.#csv = new CsvFile(stored);
  }

  /**
   * JSON text of what a path leads to, found without reading all of it as a value; undefined for other paths than those to one
   * place, and for what is large. Rejects with `invalid_arguments` where nothing is there.
   */
  async valueAt(path: string): Promise<string | undefined> {
    const steps = this.isLarge ? stepsOf(path) : undefined;
    if (steps === undefined) return undefined;
    const read = await this.#read(() => this.#json.value(steps));
    if ("json" in read) return read.json;
    if (read.missing === "value") throw nothingAt(this.#artifact, path);
    return undefined;
  }

  /** JSON text of rows; undefined like {@link valueAt}. Rejects with `invalid_arguments` where there are none. */
  async rows({ path, offset, limit }: RowsRequest): Promise<string | undefined> {
    const { mimeType, preview } = this.#artifact;
    // Where nobody says what a text is, its beginning does.
    const isPlain = mimeType === "text/plain";
    const isLines = JSON_LINES.test(mimeType) || (isPlain && preview.trimStart().startsWith("{"));
    const isList = JSON_TYPE.test(mimeType) || (isPlain && JSON_LIST.test(preview));
    if (!isLines && !isList) return stringifySoon(await this.#csv.rows(offset, limit));
    const steps = stepsOf(path);
    if (steps === undefined) return undefined;
    const read = await this.#read(() => this.#json.rows(steps, { offset, limit, isLines }));
    if ("json" in read) return read.json;
    if (read.missing === "value") throw nothingAt(this.#artifact, path);
    if (read.missing === "room") return undefined;
    throw new CodemodeError("invalid_arguments", `What is at ${path} in artifact "${this.#artifact.id}" is no list.`, {
      hint: `Name the list by path, such as $.items. Its shape is: ${preview}`,
    });
  }

  async #read<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (thrown) {
      throw thrown instanceof SyntaxError ? notJson(this.#artifact, thrown) : thrown;
    }
  }
}
