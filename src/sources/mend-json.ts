import { endOfText } from "../base/exact-json.ts";

/** Longest text that is mended, so that the time it takes is short. */
const MOST_CHARACTERS = 256 * 1024;

/**
 * JSON text with what common writers get wrong put right: `NaN` and the infinities, which become null, a comma before a
 * closing bracket, and control characters within texts. Undefined where there is nothing of that kind.
 *
 * It takes time linear in the text, and leaves one alone that is longer than 256 KB; whether the outcome is JSON is for
 * the caller to see.
 */
export function mendJson(text: string): string | undefined {
  if (text.length > MOST_CHARACTERS) return undefined;
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    const open = text.indexOf('"', at);
    const begin = open === -1 ? text.length : open;
    pieces.push(mendBetween(text.slice(at, begin)));
    at = open === -1 ? begin : endOfText(text, open);
    if (open !== -1) pieces.push(mendText(text.slice(open, at)));
  }
  const mended = pieces.join("");
  return mended === text ? undefined : mended;
}

/** What stands outside of texts. */
const mendBetween = (piece: string): string =>
  piece.replaceAll(/-?\b(?:NaN|Infinity)\b/g, "null").replaceAll(/,(?=\s{0,1000}[}\]])/g, "");

// oxlint-disable-next-line no-control-regex -- these are what a text in JSON cannot hold
const CONTROLS = /[\u0000-\u001f]/g;

const mendText = (piece: string): string =>
  piece.replaceAll(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`);
