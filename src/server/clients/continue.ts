import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with the Continue CLI 1.5.47. */
export const continueCli: ClientProfile = {
  name: "continue",
  calls: ["continue-cli-client", "continue-client"],
  keeps: { description: WHOLE, instructions: 0 },
  defers: false,
  takesStructure: false,
  showsImages: false,
  resultCharacters: 60_000,
  callTimeoutMs: 60_000,
  notes: [
    "It shows no instructions, and images as base64 text.",
    "It gives a call up after 60 s and asks for no progress: run long programs in the background.",
  ],
};
