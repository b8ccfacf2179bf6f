import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** From its documentation. */
export const windsurf: ClientProfile = {
  name: "windsurf",
  calls: ["windsurf-client", "windsurf", "codeium-client"],
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: true,
  showsImages: true,
  resultCharacters: 24_000,
  notes: ["Not recorded: nothing is shaped for it."],
};
