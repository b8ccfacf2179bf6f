/** Turns MCP servers and skills into programmatic tools that guest code composes in a sandbox. */
export { CodemodeError, type ErrorDetails, type ErrorReport } from "./errors/codemode-error.ts";
export { ERROR_CODES, type ErrorCode } from "./errors/error-codes.ts";
