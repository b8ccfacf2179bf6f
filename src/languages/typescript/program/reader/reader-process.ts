/* oxlint-disable typescript/no-unsafe-type-assertion -- both ends of the channel are ours */
/** Entry of the reading process: prepares texts for the process that started it. */
import { toCodemodeError } from "../../../../base/codemode-error.ts";
import { toCellData, toSiteData } from "../cell-data.ts";
import type { PreparedCell } from "../prepared-cell.ts";
import { prepare } from "../prepare.ts";
import type { ReaderAnswers, ReaderReply, ReaderRequest } from "./reader-messages.ts";
import { loadTypeStripper } from "../strip-types.ts";

let last: { readonly text: string; readonly cell: PreparedCell } | undefined;

function answer(request: ReaderRequest): ReaderAnswers[ReaderRequest["kind"]] {
  const { text } = request;
  if (last?.text !== text) last = { text, cell: prepare(text, { language: "typescript" }) };
  const { cell } = last;
  if (request.kind === "place") return cell.map(request.line, request.column);
  if (request.kind === "failing") return cell.failing(request.line, request.column) ?? null;
  return request.kind === "cell" ? toCellData(cell) : toSiteData(cell);
}

function reply(message: ReaderReply): void {
  process.send?.(message);
}

process.on("message", (request) => {
  try {
    reply({ value: answer(request as ReaderRequest) });
  } catch (error) {
    reply({ error: toCodemodeError(error).toReport() });
  }
});
process.once("disconnect", () => process.exit());
loadTypeStripper();
reply({ ready: true });
