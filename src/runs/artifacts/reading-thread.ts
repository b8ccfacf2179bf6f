/** Entry of the thread that reads in artifacts: one job, one answer. */
import { parentPort } from "node:worker_threads";
import { CodemodeError, type ErrorReport, toCodemodeError } from "../../base/codemode-error.ts";
import { readText } from "../../base/files/read-file.ts";
import { stringifyJson } from "../../base/exact-json.ts";
import type { Artifact } from "./artifact-store.ts";
import { checkedJson, type ReadArtifactOptions } from "./artifact-part.ts";
import { artifactValueAt, readArtifact } from "./read-artifact.ts";

/** Something to read. */
export type ReadingJob =
  | { readonly kind: "part"; readonly artifact: Artifact; readonly options: ReadArtifactOptions }
  | { readonly kind: "json"; readonly artifact: Artifact; readonly path?: string; readonly mostCharacters?: number };

/** The part that was read, as JSON text, or the reason why it could not be. */
export type ReadingAnswer =
  | { readonly ok: true; readonly json: string }
  | ({ readonly ok: false; readonly hint: string | undefined } & Pick<ErrorReport, "code" | "message">);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is not a window
parentPort?.on("message", (job: ReadingJob) => parentPort?.postMessage(answer(job)));

function answer(job: ReadingJob): ReadingAnswer {
  try {
    return { ok: true, json: read(job) };
  } catch (thrown) {
    const { code, message, details } = toCodemodeError(thrown, "invalid_arguments");
    return { ok: false, code, message, hint: details.hint };
  }
}

function read({ artifact: sent, ...job }: ReadingJob): string {
  const artifact = sent.path === undefined ? sent : { ...sent, text: readText(sent.path) };
  if (job.kind === "part") return JSON.stringify(readArtifact(artifact, job.options));
  const json = job.path === undefined ? checkedJson(artifact) : stringifyJson(artifactValueAt(artifact, job.path));
  if (json.length <= (job.mostCharacters ?? Infinity)) return json;
  throw new CodemodeError("result_too_large", `What was asked for is ${json.length} bytes of JSON.`, {
    hint: "Ask for less: a narrower path, or a range by offset and limit.",
  });
}
