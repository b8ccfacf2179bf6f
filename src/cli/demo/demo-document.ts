import type { GuestLanguage } from "../../engines/engine.ts";
import { FORMULA } from "./conversation-cost.ts";
import type { DemoAudience, DemoOutcome, DemoServers, StoryReport } from "./run-demo.ts";
import { ENCODING } from "./token-counter.ts";

/** Collects the demonstration for its JSON document. */
export class DemoDocument implements DemoAudience {
  readonly #language: GuestLanguage;
  readonly #stories: StoryReport[] = [];
  #servers: DemoServers = { servers: [], connectedMs: 0 };

  constructor(language: GuestLanguage) {
    this.#language = language;
  }

  connected(servers: DemoServers): void {
    this.#servers = servers;
  }

  finished(story: StoryReport): void {
    this.#stories.push(story);
  }

  /** The whole document. `comparison` is null where tokens could not be counted. */
  finish({ ok, single }: DemoOutcome): Record<string, unknown> {
    return {
      ok,
      language: this.#language,
      ...this.#servers,
      programs: this.#stories.map(toProgram),
      singleCall: single ?? null,
      tokenizer: single === undefined ? null : ENCODING,
      formula: FORMULA,
    };
  }
}

function toProgram({
  story,
  uses,
  executedMs,
  toolCalls,
  verification,
  comparison,
}: StoryReport): Record<string, unknown> {
  return {
    title: story.title,
    request: story.request,
    code: story.program,
    steps: uses.map(({ tool, args, text, isError }) => ({ tool, arguments: args, text, isError })),
    value: uses.at(-1)?.structured["value"] ?? null,
    toolCalls,
    executedMs,
    verified: verification.ok,
    verification: verification.detail,
    comparison: comparison ?? null,
  };
}
