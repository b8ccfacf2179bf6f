import { afterAll, beforeAll, expect, test } from "vitest";
import { type Block, blocksOf, docPages } from "./docs-pages.ts";
import { openRealTools, type RealTools } from "./system/real-tools.ts";

/** A guest block: its programs, which share a session, and what the page says comes of the last one. */
interface GuestBlock {
  readonly place: string;
  readonly language: "typescript" | "python";
  readonly programs: readonly string[];
  readonly outcome: { readonly error: string | null; readonly value?: unknown; readonly stdout?: unknown };
}

const COMMENT = { typescript: "//", python: "#" } as const;

const blocks = docPages().flatMap((page) =>
  blocksOf(page).flatMap((block) => {
    const language = guestLanguage(block);
    return language === undefined ? [] : [toGuestBlock(block, language)];
  }),
);

/** Blocks that name a file are run by the commands of their page. */
function guestLanguage({ words, file }: Block): "typescript" | "python" | undefined {
  if (file !== undefined) return undefined;
  if (words[0] === "python") return "python";
  return words[0] === "ts" && words[1] === "guest" ? "typescript" : undefined;
}

function toGuestBlock({ place, text }: Block, language: "typescript" | "python"): GuestBlock {
  const mark = COMMENT[language];
  const claim = (name: string): string | undefined => new RegExp(`^${mark} ${name}: (.*)$`, "m").exec(text)?.[1];
  const [value, prints] = [claim("value"), claim("prints")];
  return {
    place,
    language,
    programs: text
      .replaceAll(new RegExp(`^${mark} (value|prints|error): .*\n`, "gm"), "")
      .split(new RegExp(`^${mark} next program\n`, "m")),
    outcome: {
      error: claim("error") ?? null,
      ...(value === undefined ? {} : { value: parsed(value) }),
      ...(prints === undefined ? {} : { stdout: parsed(`"${prints}"`) }),
    },
  };
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}

let tools: RealTools;
beforeAll(async () => {
  tools = await openRealTools();
  // The first start of a version makes its image.
  await tools.codemode.executor.execute("1", { language: "python" });
}, 120_000);
afterAll(() => tools[Symbol.asyncDispose]());

test("every guest program says what comes of it", () => {
  expect(blocks.filter(({ language }) => language === "python").length).toBeGreaterThanOrEqual(12);
  expect(blocks.filter(({ language }) => language === "typescript").length).toBeGreaterThanOrEqual(8);
  const silent = blocks.filter(({ outcome }) => outcome.error === null && !("value" in outcome));
  expect(silent.map(({ place }) => place)).toEqual([]);
});

test.each(blocks)("the program at $place does what the page says", async ({ place, language, programs, outcome }) => {
  const { executor } = tools.codemode;
  let came = {};
  for (const program of programs) {
    const code = program.replaceAll("/data", () => tools.folder);
    const { error, value, stdout } = await executor.execute(code, { language, sessionId: place });
    came = { error: error === null ? null : `${error.code} in line ${error.line}`, value, stdout };
  }
  await executor.clearState(place);
  expect(came).toMatchObject(outcome);
});
