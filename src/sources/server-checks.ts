import { toCodemodeError } from "../base/codemode-error.ts";
import { settleWithin } from "../base/deadline.ts";
import { createServerReport, type Measured, type ServerReport } from "./server-report.ts";
import { LIST_FIELDS, type ToolSource } from "./source.ts";

const COUNT_MS = 2_000;

/** What was measured of servers beside what they say themselves: how soon they answer, and how much they have. */
export class ServerChecks {
  readonly #measured = new Map<string, Measured>();

  /** State of a server with what was measured of it. */
  report(source: ToolSource): ServerReport {
    return createServerReport(source, this.#measured.get(source.name));
  }

  /** Forgets what was measured of a server. */
  forget(name: string): void {
    this.#measured.delete(name);
  }

  /** Asks a server for a sign of life and measures the round trip. One that does not answer is reported, not thrown. */
  async check(source: ToolSource, signal?: AbortSignal): Promise<ServerReport> {
    const { name } = source;
    this.forget(name);
    const { status } = await (source.retry?.() ?? source.settled());
    if (status !== "ready") return createServerReport(source);
    try {
      const begun = performance.now();
      await source.ping?.(signal);
      this.#measured.set(name, { ...this.#measured.get(name), latencyMs: performance.now() - begun });
    } catch (error) {
      const report = createServerReport(source);
      return { ...report, error: report.error ?? toCodemodeError(error).message };
    }
    return this.report(source);
  }

  /** Asks servers that are ready how many resources and prompts they have, for at most `withinMs`; never rejects. */
  async countContent(sources: readonly ToolSource[], withinMs: number = COUNT_MS): Promise<void> {
    const ready = sources.filter((source) => source.snapshot().status === "ready");
    const counted = ready.map(async (source) => {
      const { name } = source;
      if (source.ask === undefined) return;
      const count = async (method: keyof typeof LIST_FIELDS): Promise<number> => {
        const listed = (await source.ask?.({ method }, { timeoutMs: withinMs }))?.[LIST_FIELDS[method]];
        return Array.isArray(listed) ? listed.length : 0;
      };
      const [resources, prompts] = await Promise.all([count("resources/list"), count("prompts/list")]);
      this.#measured.set(name, { ...this.#measured.get(name), resources, prompts });
    });
    await Promise.all(counted.map((each) => settleWithin(each, withinMs)));
  }
}
