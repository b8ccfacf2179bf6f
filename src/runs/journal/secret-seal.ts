import { createHmac } from "node:crypto";
import type { SecretFilter } from "../../base/secret-filter.ts";
import { endOfText } from "../../base/exact-json.ts";
import type { LargeText } from "../../base/steps/large-text.ts";
import { PIECE_CHARACTERS } from "../../base/steps/json-in-steps.ts";
import { SlicedWork } from "../../base/sliced-work.ts";
import { CodemodeError } from "../../base/codemode-error.ts";

/** Characters of a reference: enough to tell the secrets of one configuration apart, too few to guess them by. */
const REFERENCE_CHARACTERS = 6;

const OPENING = "[secret:";
const REFERENCE = /\[secret:(?:(=)|([0-9a-f]{6})\])/g;

/**
 * Puts references in place of the secrets of a configuration, and the secrets back in their place. Text that looks like
 * a reference already is marked, so that it comes back as it was.
 */
export class SecretSeal {
  readonly #filter: SecretFilter;
  readonly #salt: string;

  /** @param salt the same wherever the text is read again */
  constructor(filter: SecretFilter, salt: string) {
    this.#filter = filter;
    this.#salt = salt;
  }

  /** JSON text with the secrets of its strings replaced. */
  seal(json: string): string {
    return this.#isClean(json) ? json : this.#sealed(json);
  }

  /** Whether a large text surely stays as it is. */
  leaves(json: LargeText): boolean {
    return this.#filter.isEmpty && !json.includes(OPENING);
  }

  /** What {@link seal} returns; of a long text while other work goes on. */
  sealSoon(json: string): string | Promise<string> {
    // Without a secret a long text needs no pieces either.
    if (this.#filter.isEmpty && this.#isClean(json)) return json;
    return json.length <= PIECE_CHARACTERS ? this.seal(json) : new SlicedWork(() => this.#sealInSteps(json)).soon();
  }

  *#sealInSteps(json: string): Generator<void, string> {
    const pieces: string[] = [];
    let from = 0;
    for (let open = json.indexOf('"'); open !== -1;) {
      const end = endOfText(json, open);
      open = json.indexOf('"', end);
      if (end - from < PIECE_CHARACTERS / 2 && open !== -1) continue;
      pieces.push(this.seal(json.slice(from, end)));
      from = end;
      yield;
    }
    return pieces.join("") + json.slice(from);
  }

  /** Without escapes, what a JSON text says is what stands there. */
  #isClean(json: string): boolean {
    if (json.includes(OPENING)) return false;
    return this.#filter.isEmpty || (!json.includes("\\") && !this.#filter.isIn(json));
  }

  #sealed(json: string): string {
    return mapStrings(json, (literal) =>
      rewritten(literal, (text) =>
        this.#filter.replace(
          text.replaceAll(OPENING, `${OPENING}=`),
          (found) => `${OPENING}${this.#reference(found)}]`,
        ),
      ),
    );
  }

  /** What {@link seal} was given. Throws `config_error` when a secret is not in the configuration any more. */
  open(json: string): string {
    if (!json.includes(OPENING)) return json;
    const known = new Map([...this.#filter.spellings()].map((spelling) => [this.#reference(spelling), spelling]));
    return mapStrings(json, (literal) =>
      rewritten(literal, (text) =>
        text.replaceAll(REFERENCE, (_all, mark: string | undefined, reference: string) => {
          const secret = mark === undefined ? known.get(reference) : OPENING;
          if (secret !== undefined) return secret;
          throw new CodemodeError("config_error", "A secret this run received is not in the configuration any more.", {
            hint: "Restore the variable or setting that held it.",
          });
        }),
      ),
    );
  }

  #reference(secret: string): string {
    return createHmac("sha256", this.#salt).update(secret).digest("hex").slice(0, REFERENCE_CHARACTERS);
  }
}

/** Sealed text as people may see it, without anything of the secrets. */
export function showSealed(text: string): string {
  return text.replaceAll(REFERENCE, (_all, mark: string | undefined) => (mark === undefined ? "[secret]" : OPENING));
}

/** JSON text with each string in it, quotes included, replaced. */
function mapStrings(json: string, change: (literal: string) => string): string {
  const pieces: string[] = [];
  let from = 0;
  for (let open = json.indexOf('"'); open !== -1; open = json.indexOf('"', from)) {
    const end = endOfText(json, open);
    pieces.push(json.slice(from, open), change(json.slice(open, end)));
    from = end;
  }
  return pieces.join("") + json.slice(from);
}

/** Keeps a string of JSON byte for byte where its text does not change. */
function rewritten(literal: string, change: (text: string) => string): string {
  const text: unknown = literal.includes("\\") ? JSON.parse(literal) : literal.slice(1, -1);
  if (typeof text !== "string") return literal;
  const changed = change(text);
  return changed === text ? literal : JSON.stringify(changed);
}
