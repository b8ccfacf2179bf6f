import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with OpenCode 1.18.33. */
export const opencode: ClientProfile = {
  name: "opencode",
  calls: ["opencode"],
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: false,
  showsImages: true,
  resultCharacters: 49_000,
  callTimeoutMs: 60_000,
  notes: ["It gives a call up after 60 s without progress."],
};
