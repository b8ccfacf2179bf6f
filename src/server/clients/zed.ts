import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** From its documentation. */
export const zed: ClientProfile = {
  name: "zed",
  calls: ["Zed", "zed"],
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: true,
  showsImages: true,
  resultCharacters: 24_000,
  notes: ["Not recorded: nothing is shaped for it."],
};
