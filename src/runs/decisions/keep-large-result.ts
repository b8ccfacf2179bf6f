import { CodemodeError, toCodemodeError } from "../../base/codemode-error.ts";
import { largeContentOf, largeStructuredOf, largeTextOf, LargeText } from "../../base/steps/large-text.ts";
import { stringifySoon } from "../../base/steps/json-in-steps.ts";
import { SlicedWork } from "../../base/sliced-work.ts";
import { jsonInPieces } from "../../base/steps/json-in-pieces.ts";
import { textsOfContent } from "../../base/steps/texts-of-content.ts";
import type { ToolResultEnvelope } from "../../sources/source.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { summarizeArtifact } from "../artifacts/artifact-store.ts";
import type { Run } from "../run.ts";

const JSON_TYPE = "application/json";

/** The whole of a result, as it is kept. */
interface Whole {
  readonly text: string | LargeText;
  readonly mimeType: string;
}

/**
 * Keeps a result that is larger than a program may be given as an artifact, and returns the error for the program: it names
 * the artifact, also as `structuredContent.artifact`, and how to go on with it. Any other error is returned unchanged.
 */
export async function keepLargeResult(
  { artifacts, record }: Run,
  { name }: ToolEntry,
  { envelope, thrown }: { readonly envelope: ToolResultEnvelope; readonly thrown: unknown },
): Promise<CodemodeError> {
  const error = toCodemodeError(unwritten(thrown, name));
  if (error.code !== "result_too_large" || envelope.isError === true) return error;
  try {
    const kept = summarizeArtifact(await artifacts.saveSoon({ ...(await wholeOf(envelope)), name }));
    record.saved.push(kept);
    const { id, bytes } = kept;
    return new CodemodeError(
      "result_too_large",
      `${error.message} It is kept as the artifact "${id}" (${bytes} bytes).`,
      {
        tool: name,
        structuredContent: { artifact: id, bytes },
        hint: `Read it in pieces with artifacts.lines, artifacts.rows or artifacts.read("${id}", offset and limit, or a pattern); pass it to another tool with artifacts.whole("${id}") as an argument.`,
      },
    );
  } catch (refused) {
    return CodemodeError.is(refused) ? error : toCodemodeError(unwritten(refused, name));
  }
}

async function wholeOf(envelope: ToolResultEnvelope): Promise<Whole> {
  const json = largeStructuredOf(envelope);
  if (json !== undefined) return { text: json, mimeType: JSON_TYPE };
  const { structuredContent } = envelope;
  if (structuredContent !== undefined && structuredContent !== null) return toJson(structuredContent);
  const list = largeContentOf(envelope);
  const texts = list && (await new SlicedWork(() => textsOfContent(list)).soon());
  if (texts !== undefined) return { text: texts, mimeType: mimeTypeOf(texts.head, texts.tail) };
  const { content } = envelope;
  const [item, ...others] = content;
  const large = others.length === 0 && item?.type === "text" ? largeTextOf(item) : undefined;
  if (large !== undefined) return { text: large, mimeType: mimeTypeOf(large.head, large.tail) };
  if (content.some((each) => each.type !== "text"))
    return { text: await new SlicedWork(() => jsonInPieces(content)).soon(), mimeType: JSON_TYPE };
  const text = joined(content.map((each) => largeTextOf(each) ?? toLarge(String(each["text"]))));
  return { text, mimeType: mimeTypeOf(text.head, text.tail) };
}

const toLarge = (text: string): LargeText => new LargeText([Buffer.from(text)], text.length);

/** Texts with a line end between them, uncopied. */
function joined(texts: readonly LargeText[]): LargeText {
  const newline = toLarge("\n");
  const all = texts.flatMap((text, place) => (place === 0 ? [text] : [newline, text]));
  return new LargeText(
    all.flatMap(({ pieces }) => pieces),
    all.reduce((sum, { characters }) => sum + characters, 0),
  );
}

async function toJson(value: unknown): Promise<Whole> {
  return { text: await stringifySoon(value), mimeType: JSON_TYPE };
}

/** JSON for an object or a list by its first and last sign: reading as JSON shows whether it is one. */
function mimeTypeOf(head: string, tail: string): string {
  const ends = `${head.trimStart().slice(0, 1)}${tail.trimEnd().slice(-1)}`;
  return ends === "{}" || ends === "[]" ? JSON_TYPE : "text/plain";
}

/** The error of a result that could not be written: one that no stack of calls can follow says so. */
export function unwritten(thrown: unknown, name: string): unknown {
  if (!(thrown instanceof RangeError && thrown.message.includes("call stack"))) return thrown;
  return new CodemodeError("result_too_large", `The result of ${name} is nested too deeply to be handed on.`, {
    hint: "Ask the tool for a smaller part, for instance by a filter or a limit.",
    cause: thrown,
  });
}
