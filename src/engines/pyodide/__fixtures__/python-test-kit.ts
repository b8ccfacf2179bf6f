import { fileURLToPath } from "node:url";
import type {
  Cell,
  CellHost,
  CellLimits,
  CellOutcome,
  HostCall,
  HostReply,
  OutputChunk,
  SandboxSession,
} from "../../engine.ts";

/** Start-up images of test runs; kept between runs, since their names change with their contents. */
export const testCacheDirectory: string = fileURLToPath(new URL("../../../../temp/python-images", import.meta.url));

/** Settings of a cell in a test; every setting has a default. */
export interface TestCell extends Partial<Omit<Cell, "limits">> {
  readonly limits?: Partial<CellLimits>;
  readonly signal?: AbortSignal;
  readonly answer?: (call: HostCall) => HostReply | Promise<HostReply>;
}

/** Outcome of a cell. */
export interface TestRun {
  readonly outcome: CellOutcome;
  readonly output: readonly OutputChunk[];
  readonly calls: readonly HostCall[];
  readonly durationMs: number;
}

/** Runs a Python program; without `answer` every call returns its own arguments. */
export async function runPython(session: SandboxSession, source: string, cell: TestCell = {}): Promise<TestRun> {
  const output: OutputChunk[] = [];
  const calls: HostCall[] = [];
  const { answer = echo, signal, limits, ...rest } = cell;
  const host: CellHost = {
    call: async (request) => {
      calls.push(request);
      return answer(request);
    },
    output: (chunk) => output.push(chunk),
    ...(signal === undefined ? {} : { signal }),
  };
  const started = performance.now();
  const outcome = await session.run(
    {
      source,
      filename: "cell.py",
      namespaces: TOOLS,
      ...rest,
      limits: { timeMs: 20_000, logBytes: 256 * 1024, valueBytes: 1 << 20, argumentBytes: 1 << 20, ...limits },
    },
    host,
  );
  return { outcome, output, calls, durationMs: performance.now() - started };
}

/** The value of a program that must finish. */
export async function valueOf(session: SandboxSession, source: string, cell: TestCell = {}): Promise<unknown> {
  const { outcome } = await runPython(session, source, cell);
  if (outcome.kind !== "finished") throw new Error(`the program did not finish: ${JSON.stringify(outcome)}`);
  const value: unknown = JSON.parse(outcome.valueJson);
  return value;
}

const TOOLS: Cell["namespaces"] = {
  version: "test",
  namespaces: [
    {
      name: "demo",
      functions: [
        ["echo", "demo__echo"],
        ["create_issue", "demo__create-issue"],
        ["create-issue", "demo__create-issue"],
      ],
    },
  ],
};

function echo({ argumentsJson }: HostCall): HostReply {
  return { ok: true, valueJson: argumentsJson };
}
