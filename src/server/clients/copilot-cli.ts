import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with Copilot CLI 1.0.102. */
export const copilotCli: ClientProfile = {
  name: "copilot-cli",
  calls: ["copilot-cli", "github-copilot-developer"],
  keeps: { description: WHOLE, instructions: 160 },
  defers: true,
  takesStructure: false,
  showsImages: false,
  resultCharacters: 20_300,
  notes: [
    "It shows 160 characters of the instructions, or none, by model.",
    "Without a person it refuses tools that may destroy something, and runs execute_readonly_code.",
  ],
};
