import { expect } from "vitest";

/** What differs between SDKs in what a loop program reports. */
export interface LoopTraits {
  /** Whether a failed call is marked as one for the model. @default true */
  readonly marksErrors?: boolean;
  /** Whether the model is given images; else they are named in the text. @default true */
  readonly showsImages?: boolean;
  /** Whether the SDK has a way to show progress. @default true */
  readonly showsProgress?: boolean;
  /** Whether the SDK keeps the structured results for the host. @default true */
  readonly keepsResults?: boolean;
}

const PRICE = expect.objectContaining({ name: "shop__price", kind: "tool" });

/** Checks what a loop program printed: what the model and the host were given at each step, and how aborting ended. */
export function expectLoop(lines: readonly unknown[], traits: LoopTraits = {}): void {
  const { marksErrors = true, showsImages = true, showsProgress = true, keepsResults = true } = traits;
  const failed = marksErrors ? { isError: true } : {};
  expect(pick(lines, "model")).toMatchObject([
    { step: "search", text: expect.stringContaining("shop__price"), isError: false, images: [] },
    { step: "typescript", text: expect.stringContaining("900"), isError: false, images: [] },
    { step: "python", text: expect.stringContaining("901"), isError: false, images: [] },
    { step: "error", text: expect.stringContaining("There is no article called milk."), images: [], ...failed },
    { step: "repair", text: expect.stringContaining("300"), isError: false, images: [] },
    {
      step: "image",
      text: expect.stringContaining(showsImages ? "one photo" : "[image: image/png, 70 bytes, not shown here]"),
      isError: false,
      images: showsImages ? [{ mimeType: "image/png", data: expect.stringMatching(/^iVBORw0KGgo/) }] : [],
    },
  ]);
  if (keepsResults) expectResults(pick(lines, "host").slice(0, 6));
  if (showsProgress) {
    expect(pick(lines, "progress")).toContainEqual({ kind: "progress", step: "repair", text: "shop__price: ok" });
  }
  expect(pick(lines, "answer")).toEqual([{ kind: "answer", text: "Tea and coffee cost 900 cents." }]);
  expect(pick(lines, "abort")).toMatchObject([{ ended: "aborted", toolAborted: true, running: 0 }]);
}

function expectResults(lines: readonly unknown[]): void {
  expect(lines).toMatchObject([
    { step: "search", structured: { tools: expect.arrayContaining([PRICE]) }, isError: false },
    { step: "typescript", structured: { status: "completed", value: 900 }, isError: false },
    { step: "python", structured: { status: "completed", value: 901 }, isError: false },
    { step: "error", structured: { status: "failed", error: { tool: "shop__price" } }, isError: true },
    { step: "repair", structured: { status: "completed", value: 300 }, isError: false },
    { step: "image", structured: { status: "completed", value: "one photo" }, isError: false },
  ]);
}

/** The lines of one kind, in order. */
function pick(lines: readonly unknown[], kind: string): readonly unknown[] {
  return lines.filter((line) => typeof line === "object" && line !== null && "kind" in line && line.kind === kind);
}
