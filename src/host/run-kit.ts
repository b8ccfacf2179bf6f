import { defined } from "../base/defined.ts";
import { type CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import { type Limits, parseLimits } from "../engines/limits.ts";
import type { ArtifactStore } from "../runs/artifacts/artifact-store.ts";
import type { Approver } from "../runs/decisions/approver.ts";
import type { DecidingHooks } from "../runs/decisions/call-hooks.ts";
import { Decisions } from "../runs/decisions/decisions.ts";
import { PastWrites } from "../runs/decisions/past-writes.ts";
import type { EventListener } from "../runs/events.ts";
import { type Listening, toListeners } from "../runs/hooks.ts";
import type { RecorderSettings, ResumedRun } from "../runs/journal/recorder-settings.ts";
import type { RunLog } from "../runs/journal/run-log.ts";
import { RunRecorder } from "../runs/journal/run-recorder.ts";
import type { RunSpec } from "../runs/journal/run-store.ts";
import { newSeed, type RunStart } from "../runs/journal/run-turns.ts";
import type { Run } from "../runs/run.ts";
import { RunEvents } from "../runs/run-events.ts";
import type { RunHost } from "../runs/run-settings.ts";
import { spanListeners } from "../runs/telemetry/spans.ts";
import type { ExecuteOptions } from "./executor-options.ts";
import { packageVersion } from "./package-version.ts";

/** What the runs of one executor have in common beside their host. */
export interface DeskParts {
  readonly host: () => RunHost;
  readonly log: RunLog;
  readonly listeners: readonly EventListener[];
  readonly hooks: readonly DecidingHooks[];
  readonly onApproval: Approver | undefined;
  readonly artifacts: ArtifactStore;
  /** Who may decide about calls beside the host. */
  readonly approvers: ReadonlySet<string>;
}

/** One run as it is to be made: a new one, or one that goes on. */
export interface RunPlan {
  readonly spec: Omit<RunSpec, "session"> & { readonly sessionId?: string };
  readonly limits: Limits;
  /** What it takes to repeat the run; undefined for one that cannot be. */
  readonly start: RunStart | undefined;
  readonly resumed?: ResumedRun & { readonly ranMs: number };
  readonly retryOf?: string | undefined;
  readonly past?: PastWrites | undefined;
}

/** What a run does, and what has to be recorded so that another process can do it. */
export interface RunWork {
  readonly start: Pick<RunStart, "argv" | "ask" | "call" | "readOnly">;
  readonly perform: (run: Run) => Promise<void>;
}

/** Parts of the runs of one executor: what decides about their calls, hears of them, records them and bounds them. */
export class RunKit {
  readonly parts: DeskParts;

  constructor(parts: DeskParts) {
    this.parts = parts;
  }

  /** What decides about the calls of a run, beside the policy. */
  decisions(
    {
      hooks = [],
      readOnly,
      preview,
      past,
    }: Pick<ExecuteOptions, "hooks" | "readOnly" | "preview"> & { readonly past?: PastWrites | undefined },
    session?: string,
  ): Decisions {
    return new Decisions({
      hooks: [...this.parts.hooks, ...[hooks].flat()],
      ...defined({ session, readOnly, preview, past }),
    });
  }

  /** Listens to a run of this id. */
  events(runId: string, options: Listening): RunEvents {
    const { registry } = this.parts.host();
    return new RunEvents(runId, [...spanListeners(registry), ...this.parts.listeners, ...toListeners(options)], {
      secrets: registry.secrets,
      onLogin: options.onLogin,
      client: options.client,
    });
  }

  /** Records a run; undefined when nothing is recorded. */
  recorder(
    { sessionId = null, ...run }: Omit<RunPlan["spec"], "sessionId"> & { readonly sessionId?: string | null },
    settings: RecorderSettings,
  ): RunRecorder | undefined {
    const { log, host } = this.parts;
    // A program over the limit is refused before it is read; megabytes of it are of no use to anybody.
    const spec = { ...run, code: run.code.slice(0, host().limits(run.language).codeBytes), session: sessionId };
    return log.isOff ? undefined : new RunRecorder(log, spec, settings);
  }

  /** What a run starts from. */
  startOf({ timeMs }: Limits, start: RunWork["start"]): RunStart {
    const { version: catalog } = this.parts.host().registry.catalog();
    return { ...start, seed: newSeed(), timeMs, version: packageVersion(), catalog };
  }

  /** The writes of the run that is tried again, without those that the run has come to before it was resumed. */
  async pastOf(retryOf: string | undefined, resumed?: string): Promise<PastWrites | undefined> {
    if (retryOf === undefined) return undefined;
    const { registry } = this.parts.host();
    const fullName = (name: string): string => registry.getTool(name)?.name ?? name;
    return PastWrites.read(this.parts.log, retryOf, { fullName, ...defined({ resumed }) });
  }

  /** A limit that cannot be is an error of the run. */
  limitsFor(
    language: GuestLanguage,
    timeMs: number | undefined,
  ): { readonly limits: Limits; readonly problem?: CodemodeError } {
    const limits = this.parts.host().limits(language);
    try {
      return { limits: timeMs === undefined ? limits : parseLimits({ timeMs }, limits) };
    } catch (thrown) {
      return { limits, problem: toCodemodeError(thrown) };
    }
  }
}
