import { createHash, hash } from "node:crypto";
import { parseJson } from "../../base/exact-json.ts";
import { jsonPieces, PIECE_CHARACTERS } from "../../base/steps/json-in-steps.ts";
import { parseInSteps } from "../../base/steps/parse-in-steps.ts";
import { SlicedWork } from "../../base/sliced-work.ts";

/** SHA-256, in hexadecimal, of JSON text whatever the order of its keys and its spaces. */
export function hashArguments(json: string): string {
  return hash("sha256", [...jsonPieces(parseJson(json), true)].join(""));
}

/** What {@link hashArguments} returns; of a long text while other work goes on. */
export function hashArgumentsSoon(json: string): string | Promise<string> {
  return json.length <= PIECE_CHARACTERS ? hashArguments(json) : new SlicedWork(() => hashInSteps(json)).soon();
}

function* hashInSteps(json: string): Generator<void, string> {
  const value = yield* parseInSteps(json);
  const digest = createHash("sha256");
  for (const piece of jsonPieces(value, true)) {
    digest.update(piece);
    yield;
  }
  return digest.digest("hex");
}
