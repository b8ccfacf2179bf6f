import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with mcporter 0.12.3. */
export const mcporter: ClientProfile = {
  name: "mcporter",
  calls: ["mcporter"],
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: true,
  showsImages: false,
  resultCharacters: WHOLE,
  notes: ["It has no model: it prints structured content, or text with --output text."],
};
