import type { ClientProfile } from "./client-profile.ts";

/** As recorded with Claude Code 2.1.197 and 2.1.332. */
export const claudeCode: ClientProfile = {
  name: "claude-code",
  calls: ["claude-code"],
  keeps: { description: 2_048, instructions: 2_048 },
  newer: { from: "2.1.332", keeps: { description: 4_096, instructions: 4_096 } },
  defers: true,
  takesStructure: false,
  showsImages: true,
  resultCharacters: 49_000,
  readsAnthropicMeta: true,
  notes: [
    "Tools are deferred behind ToolSearch unless they are marked as always loaded; codemode install writes that into its own file.",
    "A description in its first request is cut at 4,096 characters, at 2,048 in older versions.",
  ],
};
