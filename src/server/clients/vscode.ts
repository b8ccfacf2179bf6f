import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** From its documentation. */
export const vscode: ClientProfile = {
  name: "vscode",
  calls: ["Visual Studio Code", "Visual Studio Code - Insiders"],
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: true,
  showsImages: true,
  resultCharacters: 24_000,
  notes: ["Not recorded: nothing is shaped for it."],
};
