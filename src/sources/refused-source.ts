import { type CodemodeError } from "../base/codemode-error.ts";
import type { SourceSnapshot, ToolSource } from "./source.ts";

/** A server whose configuration cannot be used: it has no tools, reports why, and does not affect the other servers. */
export function createRefusedSource(name: string, error: CodemodeError): ToolSource {
  const { hint } = error.details;
  const snapshot: SourceSnapshot = Object.freeze({
    status: "failed",
    tools: [],
    error: hint === undefined ? error.message : `${error.message}\n${hint}`,
    warnings: [],
  });
  return {
    name,
    transport: "unknown",
    snapshot: () => snapshot,
    settled: async () => snapshot,
    onChange: () => () => {},
    call: () => Promise.reject(error),
    ping: () => Promise.reject(error),
    close: async () => {},
  };
}
