import type { ClientProfile } from "./client-profile.ts";

/** From its documentation. */
export const claudeDesktop: ClientProfile = {
  name: "claude-desktop",
  calls: ["claude-ai"],
  keeps: { description: 2_048, instructions: 2_048 },
  defers: false,
  takesStructure: false,
  showsImages: true,
  resultCharacters: 49_000,
  readsAnthropicMeta: true,
  notes: ["Not recorded: treated like Claude Code."],
};
