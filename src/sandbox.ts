/** Sandbox engines: run guest code that can reach nothing but the host calls it was given. */
export type {
  Cell,
  CellHost,
  CellLimits,
  CellOutcome,
  GuestErrorData,
  GuestFault,
  GuestFrame,
  GuestLanguage,
  HostCall,
  HostNamespace,
  HostReply,
  NamespaceTable,
  OutputChunk,
  OutputUsage,
  SandboxEngine,
  SandboxSession,
  SessionOptions,
} from "./sandbox/port.ts";
export { defaultLimits, parseLimits, type Limits } from "./sandbox/limits.ts";
export {
  probePythonIsolation,
  type Protection,
  type PythonIsolation,
  type PythonIsolationReport,
} from "./sandbox/pyodide/isolation.ts";
export { createPyodideEngine, type PyodideEngineOptions } from "./sandbox/pyodide/pyodide-engine.ts";
export { createQuickJsEngine, type QuickJsEngineOptions } from "./sandbox/quickjs/quickjs-engine.ts";
