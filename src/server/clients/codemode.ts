import { type ClientProfile, UNSHAPED } from "./client-profile.ts";

/** This very package, as the client of a server that it is itself. */
export const codemode: ClientProfile = {
  ...UNSHAPED,
  name: "codemode",
  calls: ["codemode"],
  composes: true,
  notes: ["It composes tools in code itself: with the mode auto it is given the tools and not a second sandbox."],
};
