/** What runs are made of and leave behind: events, results, artifacts, history, decisions and the journal. */
export type { SecretFilter } from "./base/secret-filter.ts";
export type { LargeText } from "./base/steps/large-text.ts";
export type { ArtifactReader, ReadingBounds, Reading } from "./runs/artifacts/artifact-reader.ts";
export type { RowsRequest } from "./runs/artifacts/stored/stored-text.ts";
export type {
  Artifact,
  ArtifactInput,
  ArtifactStore,
  ArtifactStoreOptions,
  FoundArtifact,
} from "./runs/artifacts/artifact-store.ts";
export type { SharedMemory } from "./runs/artifacts/shared-memory.ts";
export type { ObservedTool, ObservedTypes } from "./runs/observed/observed-types.ts";
export type { ObservedShape, ObservedType } from "./schema/observed-shape.ts";
export type { ArtifactPart, ReadArtifactOptions } from "./runs/artifacts/artifact-part.ts";
export type { DecidingHooks, HookAnswer, HookedCall } from "./runs/decisions/call-hooks.ts";
export type { CommandHooks } from "./runs/decisions/command-hooks.ts";
export type { PinnedDefinition } from "./catalog/tool-definition.ts";
export type { ApprovalSettings, Approver } from "./runs/decisions/approver.ts";
export type { DefinitionLock, LockedServers, LockedTool, ToolChange } from "./runs/decisions/definition-lock.ts";
export type { GateCallOptions } from "./runs/decisions/call-on-its-way.ts";
export type { Policy, PolicyDecision, PolicyRule } from "./runs/decisions/policy.ts";
export type {
  ExecutionEvent,
  ExecutionHooks,
  ExecutionStream,
  OutputEvent,
  RunEndEvent,
  RunStartEvent,
  ToolCallEndEvent,
  ToolCallProgressEvent,
  ToolCallStartEvent,
} from "./runs/events.ts";
export type { HistoryEntry } from "./runs/history.ts";
export type { AskToLogIn, Listening } from "./runs/hooks.ts";
export type { HeldRun, RunLog, StoreSettings } from "./runs/journal/run-log.ts";
export type {
  AuditEntry,
  AuditVerdict,
  JournalEvent,
  Lease,
  RunBeginning,
  LoadedEvent,
  ParkedRun,
  Retention,
  RunAnswer,
  RunOutcome,
  RunQuery,
  RunSpec,
  RunStatus,
  RunStore,
  StoredRun,
} from "./runs/journal/run-store.ts";
export type { RunDocument, RunEventDocument, RunSummary } from "./runs/journal/run-document.ts";
export type { ResumeSettings, Runs, RunsHost } from "./runs/journal/runs.ts";
export type {
  ArtifactSummary,
  CallDecision,
  ExecutionResult,
  ExecutionStatus,
  PendingDecision,
  ToolCallTrace,
} from "./runs/result.ts";
export type { EngineOptions } from "./runs/sessions/language-runtimes.ts";
