import { type ClientProfile, UNSHAPED } from "./client-profile.ts";

/** Names from its documentation. */
export const windsurf: ClientProfile = {
  ...UNSHAPED,
  name: "windsurf",
  calls: ["windsurf-client", "windsurf", "codeium-client"],
};
