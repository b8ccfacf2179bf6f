import { stringifyJson, wellFormed } from "../base/exact-json.ts";
import type { Terminal } from "./terminal.ts";

/** Characters that JSON may hold unescaped and that could control a terminal or reverse the direction of writing. */
const STEERING = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** Writes the one JSON document of a command that was asked for JSON, with what could steer a terminal spelled out. */
export function writeJson({ out }: Terminal, document: unknown): void {
  const json = wellFormed(stringifyJson(document, 2));
  out.write(
    `${json.replaceAll(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)}\n`,
  );
}
