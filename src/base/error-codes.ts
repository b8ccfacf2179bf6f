/** Every code an error of this package can carry. The list is closed: callers may switch on it. */
export const ERROR_CODES = [
  "syntax_error",
  "type_error",
  "runtime_error",
  "tool_error",
  "tool_timeout",
  "invalid_arguments",
  "unknown_tool",
  "time_limit",
  "memory_limit",
  "call_limit",
  "result_too_large",
  "response_too_large",
  "code_too_large",
  "policy_denied",
  "approval_required",
  "server_unavailable",
  "login_required",
  "tool_changed",
  "sandbox_lost",
  "cancelled",
  "busy",
  "config_error",
  "internal",
] as const;

/** One of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Tells whether a string is one of {@link ERROR_CODES}. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return (ERROR_CODES as readonly unknown[]).includes(value);
}
