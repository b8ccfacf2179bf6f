// The secret of `npm run fuzz`, and the check that it, or an answer over its budget, does not come out.
import { inspect } from "node:util";

/** Stands in the environment, the configuration, a server's last words and a file; it must come out nowhere. */
export const CANARY = "canary-9f3b7c1d5e-4a60d2";
const ANSWER_CHARACTERS = 4 * 1024 * 1024;

/** All text in a value: also messages, hints, causes and notes of errors, and what `toJSON` would hide. */
function textOf(value) {
  if (typeof value === "string") return value;
  return inspect(value, {
    depth: Infinity,
    maxArrayLength: Infinity,
    maxStringLength: Infinity,
    breakLength: Infinity,
    showHidden: true,
    customInspect: false,
  });
}

/** Throws when an answer, or an error, holds the canary or is too long. */
export function assertClean(answer) {
  const text = textOf(answer);
  if (text.includes(CANARY)) throw new Error("a canary came out");
  if (text.length > ANSWER_CHARACTERS) throw new Error(`an answer of ${text.length} characters`);
}

const PLANTED = {
  "a text": `before ${CANARY} after`,
  "the message of an error": new Error(CANARY),
  "the cause of an error": new Error("message", { cause: new Error(CANARY) }),
  "the hint of an error": Object.assign(new Error("message"), { details: { hint: CANARY } }),
  "the stack of an error": Object.assign(new Error("message"), { stack: CANARY }),
  "a note of a result": { notes: ["note", CANARY] },
  "an error of a result": { error: { code: "guest_error", message: CANARY } },
  "a key": { [CANARY]: 1 },
  "a deep value": Array.from({ length: 200 }).reduce((inner) => ({ inner }), CANARY),
};

/** Throws unless `assertClean` finds the canary wherever an answer can hold one. */
export function assertCanaryIsFound() {
  for (const [place, planted] of Object.entries(PLANTED)) {
    let isFound = false;
    try {
      assertClean(planted);
    } catch {
      isFound = true;
    }
    if (!isFound) throw new Error(`the check overlooks a canary in ${place}`);
  }
}
