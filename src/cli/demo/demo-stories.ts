import type { CodeModeExecutor } from "../../host/executor.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { DemoFolder } from "./demo-folder.ts";
import { shopsProgram, wordsProgram } from "./demo-programs.ts";
import { type Verification, verifyShops, verifyWords } from "./verify-programs.ts";

/** One task of the demonstration: how an agent finds its tools, the program it writes, and how the result is checked. */
export interface DemoStory {
  readonly title: string;
  readonly request: string;
  readonly query: string;
  readonly tools: readonly string[];
  readonly program: string;
  verify(executor: CodeModeExecutor): Promise<Verification>;
}

/** The two tasks. */
export function demoStories(folder: DemoFolder, language: GuestLanguage): readonly DemoStory[] {
  return [
    {
      title: "One call, much data",
      request: "Generate 2,000 words of random text and write them to a file.",
      query: "write a file",
      tools: ["filesystem__write_file"],
      program: wordsProgram(folder, language),
      verify: () => verifyWords(folder),
    },
    {
      title: "Many calls at once",
      request: `Read the orders of all ${folder.shops.length} shops, add them up, and remember the summary.`,
      query: "list files, read text files, create entities in memory",
      tools: ["filesystem__list_directory", "filesystem__read_text_file", "memory__create_entities"],
      program: shopsProgram(folder, language),
      verify: (executor) => verifyShops(folder, executor),
    },
  ];
}
