/** Sandbox engines: run guest code that can reach nothing but the host calls it was given. */
export { LargeText } from "./base/steps/large-text.ts";
export type {
  Cell,
  CellHost,
  CellLimits,
  CellOutcome,
  GuestErrorData,
  GuestFault,
  RelatedFault,
  GuestFrame,
  GuestLanguage,
  GuestTime,
  GuestTurn,
  HostCall,
  HostNamespace,
  HostReply,
  NamespaceTable,
  OutputChunk,
  OutputUsage,
  Repeatable,
  SandboxEngine,
  SandboxSession,
  SessionOptions,
} from "./engines/engine.ts";
export { defaultLimits, parseLimits, type Limits } from "./engines/limits.ts";
export {
  probePythonIsolation,
  type Protection,
  type PythonIsolation,
  type PythonIsolationReport,
} from "./engines/pyodide/isolation.ts";
export { createPyodideEngine, type PyodideEngineOptions } from "./engines/pyodide/pyodide-engine.ts";
export { createQuickJsEngine, type QuickJsEngineOptions } from "./engines/quickjs/quickjs-engine.ts";
