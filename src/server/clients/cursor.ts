import { type ClientProfile, UNSHAPED } from "./client-profile.ts";

/** Names from its documentation. */
export const cursor: ClientProfile = { ...UNSHAPED, name: "cursor", calls: ["cursor-vscode", "Cursor", "cursor"] };
