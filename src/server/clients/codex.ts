import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with Codex 0.171.0. */
export const codex: ClientProfile = {
  name: "codex",
  calls: ["codex-mcp-client"],
  keeps: { description: 700, parameters: 4_900, instructions: WHOLE },
  defers: true,
  takesStructure: false,
  showsImages: true,
  resultCharacters: 24_000,
  notes: [
    "For a model it does not know it cuts the middle out of a result over 12,000 characters.",
    "Its search (BM25 over descriptions) loses long descriptions, so ours is short.",
    "It does not search the descriptions of parameters, and drops them from 5,000 bytes on: so the tools are listed at the parameter code.",
    "It asks its model early: tools that are listed late are missing in the first request.",
    "Without a person it refuses tools that may destroy something, and runs execute_readonly_code.",
  ],
};
