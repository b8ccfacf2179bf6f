import { stringifyJson } from "../base/exact-json.ts";
import type { Terminal } from "./terminal.ts";

/** Writes the one JSON document of a command that was asked for JSON. */
export function writeJson({ out }: Terminal, document: unknown): void {
  out.write(`${stringifyJson(document, 2)}\n`);
}
