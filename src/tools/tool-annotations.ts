import type { AgentTool } from "./agent-tool.ts";

/** Annotations of a tool that only reads. */
export const READS: AgentTool["annotations"] = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** Annotations of a tool that may do whatever the connected tools can. */
export const ACTS: AgentTool["annotations"] = {
  readOnlyHint: false,
  destructiveHint: true,
  idempotentHint: false,
  openWorldHint: true,
};
