import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with Cline 3.0.65. */
export const cline: ClientProfile = {
  name: "cline",
  calls: ["@cline/core", "Cline"],
  keeps: { description: WHOLE, instructions: 0 },
  defers: false,
  takesStructure: false,
  showsImages: false,
  resultCharacters: 7_000,
  callTimeoutMs: 60_000,
  notes: [
    "It cuts the middle out of a result over 8,000 characters.",
    "It goes on without us when initialize takes 1.8 s.",
    "It gives a call up after 60 s and asks for no progress: run long programs in the background.",
  ],
};
