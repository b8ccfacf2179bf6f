import { type ClientProfile, UNSHAPED } from "./client-profile.ts";

/** Names from its documentation. */
export const zed: ClientProfile = { ...UNSHAPED, name: "zed", calls: ["Zed", "zed"] };
