import { createHash } from "node:crypto";
import { IntlService } from "./intl-service.ts";
import { answerUrl } from "./url-service.ts";

/**
 * Characters of one question. The guest's own code refuses longer ones with a message; this stops code that bypasses
 * it.
 */
const MOST_TEXT = 250_000;

const DIGESTS: Readonly<Record<string, string>> = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/**
 * Services that the engine of a guest lacks and the host platform has: locales, addresses, digests.
 *
 * Pure and bounded: text in, text out. Nothing of the platform but plain data reaches the guest, and nothing of the machine:
 * the default locale is `en-US`, the default time zone `UTC`.
 */
export class Platform {
  readonly #intl = new IntlService();

  /**
   * Answers a question of four lines: kind, method, setup and arguments, the last two as JSON. The answer is `=` and JSON, or
   * `!`, the class of an error, a line feed and its message.
   */
  answer(question: string): string {
    try {
      if (question.length > MOST_TEXT) throw new RangeError("The text is too long.");
      const [kind = "", method = "", setup = "[]", args = "[]"] = question.split("\n", 4);
      const values: unknown = JSON.parse(args);
      return `=${JSON.stringify(this.#answer({ kind, method, setup, args: Array.isArray(values) ? values : [] })) ?? "null"}`;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error("unknown");
      return `!${name}\n${message}`;
    }
  }

  #answer(question: Parameters<IntlService["answer"]>[0]): unknown {
    const { kind, method, args } = question;
    if (kind === "URL") return answerUrl(method, args);
    if (kind === "Digest") return digest(method, String(args[0]));
    return this.#intl.answer(question);
  }
}

/** Hexadecimal in and out. */
function digest(algorithm: string, hex: string): string {
  const name = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined;
  if (name === undefined) throw new TypeError(`The digest ${algorithm.slice(0, 40)} is not supported.`);
  return createHash(name).update(Buffer.from(hex, "hex")).digest("hex");
}
