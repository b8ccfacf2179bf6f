import { type ClientProfile, WHOLE } from "./client-profile.ts";

/** As recorded with Gemini CLI 0.61.0. */
export const geminiCli: ClientProfile = {
  name: "gemini-cli",
  calls: ["gemini-cli-mcp-client"],
  keeps: { description: WHOLE, instructions: WHOLE },
  defers: false,
  takesStructure: false,
  showsImages: true,
  resultCharacters: 30_000,
  notes: ['Without a person it leaves tools out unless the entry has "trust": true, or with --approval-mode yolo.'],
};
