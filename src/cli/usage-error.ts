import { CodemodeError } from "../base/codemode-error.ts";

/** Raised when the command line asks for something that cannot be; the process ends with status 2. */
export class UsageError extends CodemodeError {
  constructor(message: string, hint?: string) {
    super("invalid_arguments", message, { hint });
  }
}
