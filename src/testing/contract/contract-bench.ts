import { defined } from "../../base/defined.ts";
import type {
  Cell,
  CellHost,
  CellLimits,
  CellOutcome,
  HostCall,
  HostReply,
  NamespaceTable,
  SandboxEngine,
  SandboxSession,
} from "../../engines/engine.ts";
import type { ContractEngine, ContractPrograms } from "./contract-programs.ts";

const TABLE: NamespaceTable = {
  version: "contract-1",
  namespaces: [
    {
      name: "tools",
      functions: [
        ["echo", "tools__echo"],
        ["add", "tools__add"],
        ["fail", "tools__fail"],
        ["hang", "tools__hang"],
      ],
    },
  ],
};

const LIMITS: CellLimits = { timeMs: 20_000, logBytes: 64 * 1024, valueBytes: 64 * 1024, argumentBytes: 64 * 1024 };

/** What the program `value` gives. */
export const VALUE = { answer: 42, list: [1, "two", null, true] } as const;

/** What a cell asked for and printed, in order. */
export interface RecordedCell {
  readonly calls: HostCall[];
  readonly output: { stream: string; text: string }[];
}

/** The reply of the function of the suite that is called. */
export async function answer(call: HostCall): Promise<HostReply> {
  switch (call.target) {
    case "tools__echo":
      return { ok: true, valueJson: call.argumentsJson };
    case "tools__add": {
      const { a, b }: { a: number; b: number } = JSON.parse(call.argumentsJson);
      return { ok: true, valueJson: JSON.stringify(a + b) };
    }
    case "tools__hang":
      return new Promise(() => undefined);
    default:
      return {
        ok: false,
        error: { code: "tool_error", message: "disk full", tool: "tools__fail", hint: "Free some space." },
      };
  }
}

/** A host that answers, and notes what it hears. */
export function recordingHost(recorded: RecordedCell, signal?: AbortSignal): CellHost {
  return {
    call(call) {
      recorded.calls.push(call);
      return answer(call);
    },
    output: ({ stream, text }) => void recorded.output.push({ stream, text }),
    ...defined({ signal }),
  };
}

/** All that was printed to a stream. */
export function textOf(recorded: RecordedCell, stream: string): string {
  return recorded.output
    .filter((chunk) => chunk.stream === stream)
    .map((chunk) => chunk.text)
    .join("");
}

/** The engine of a suite and its programs, and the ways in which tests run them. */
export class ContractBench {
  readonly programs: ContractPrograms;
  readonly #setup: ContractEngine;
  #started: SandboxEngine | undefined;

  constructor(setup: ContractEngine, programs: ContractPrograms) {
    this.#setup = setup;
    this.programs = programs;
  }

  /** Starts the engine; {@link close} ends it. */
  async start(): Promise<void> {
    this.#started = this.#setup.create();
    await this.#started.warm();
  }

  async close(): Promise<void> {
    await this.#started?.close();
  }

  /** Kills whatever runs the sandboxes. */
  async kill(): Promise<void> {
    await this.#setup.kill(this.#engine);
  }

  /** A sandbox, which the test closes. */
  open(): Promise<SandboxSession> {
    return this.#engine.open({ memoryBytes: this.#setup.memoryBytes });
  }

  cell(source: string, limits: Partial<CellLimits> = {}, globals: readonly string[] = []): Cell {
    return { source, filename: "cell", globals, namespaces: TABLE, limits: { ...LIMITS, ...limits } };
  }

  async withSession<result>(use: (session: SandboxSession) => Promise<result>): Promise<result> {
    const session = await this.open();
    try {
      return await use(session);
    } finally {
      await session.close();
    }
  }

  async runOnce(
    program: Cell,
    signal?: AbortSignal,
  ): Promise<{ readonly outcome: CellOutcome; readonly recorded: RecordedCell }> {
    const recorded: RecordedCell = { calls: [], output: [] };
    const outcome = await this.withSession((session) => session.run(program, recordingHost(recorded, signal)));
    return { outcome, recorded };
  }

  /** The value of a program that has to complete. */
  async valueOf(source: string): Promise<unknown> {
    const { outcome } = await this.runOnce(this.cell(source));
    if (outcome.kind !== "finished") throw new Error(JSON.stringify(outcome));
    return JSON.parse(outcome.valueJson) as unknown;
  }

  get #engine(): SandboxEngine {
    if (this.#started === undefined) throw new Error("the engine of the suite is not started");
    return this.#started;
  }
}
