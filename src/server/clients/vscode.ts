import { type ClientProfile, UNSHAPED } from "./client-profile.ts";

/** Names from its documentation. */
export const vscode: ClientProfile = {
  ...UNSHAPED,
  name: "vscode",
  calls: ["Visual Studio Code", "Visual Studio Code - Insiders"],
};
