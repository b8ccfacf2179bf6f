// Times of preparing and checking one program, cold and warm. Run with: npx tsx bench/micro/typecheck.ts
import { prepare } from "../../src/languages/typescript/program/prepare.ts";
import { loadTypeStripper } from "../../src/languages/typescript/program/strip-types.ts";
import { NO_NAMES } from "../../src/languages/typescript/check/__fixtures__/sample-tools.ts";
import { createTypeChecker, type CheckRequest } from "../../src/languages/typescript/check/type-checker.ts";

const TOOLS = 61;
const LINES = 103;
const ROUNDS = 200;

const declarations = Array.from(
  { length: TOOLS },
  (_, index) => `/** Tool number ${index}. */
export declare function tool_${index}(args: { path: string; limit?: number; tags?: string[]; mode?: "fast" | "slow" }): Promise<any>;`,
).join("\n");

const program = (seed: number): string =>
  [
    'import { tool_0, tool_1, tool_2 } from "generated/servers/files";',
    `interface Row { id: number; name: string } // ${seed}`,
    ...Array.from({ length: Math.floor((LINES - 4) / 3) }, (_, index) =>
      [
        `const rows${index}: Row[] = (await tool_${index % 3}({ path: "/data/${index}", limit: ${index + seed} })).rows;`,
        `const names${index} = rows${index}.filter((row: Row) => row.id > ${index}).map((row) => row.name.trim());`,
        `if (names${index}.length < ${index}) console.log(\`\${names${index}.join(", ")} of ${index}\`);`,
      ].join("\n"),
    ),
    "rows0.length + names1.length",
  ].join("\n");

const modules = new Map([
  ["generated/servers/files.ts", declarations],
  ["globals.d.ts", "declare const console: { log(...values: unknown[]): void };"],
]);

const request = (text: string): CheckRequest => ({
  prepared: prepare(text, { language: "typescript" }),
  modules,
  version: "1",
  sessionNames: [],
  findTool: (server, tool) => ({ name: `${server}__${tool}`, signature: "" }),
  suggest: () => [],
  names: NO_NAMES,
});

/** Median and minimum time of one round, in milliseconds. */
async function timed(label: string, round: (index: number) => unknown): Promise<void> {
  const times: number[] = [];
  for (let index = 0; index < ROUNDS; index++) {
    const start = performance.now();
    await round(index);
    times.push(performance.now() - start);
  }
  report(label, times);
}

function report(label: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const [least = 0] = sorted;
  console.log(
    `${label.padEnd(46)} median ${(sorted[sorted.length >> 1] ?? 0).toFixed(2)} ms, minimum ${least.toFixed(2)} ms`,
  );
}

async function once(label: string, work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  report(label, [performance.now() - start]);
}

await once("prepare: first trivial program", () => prepare("1 + 1", { language: "typescript" }));
await once("prepare: load the type stripper", () => loadTypeStripper());
await once(`prepare: first program of ${LINES} lines`, () => prepare(program(0), { language: "typescript" }));
await timed("prepare: trivial", (index) => prepare(`1 + ${index}`, { language: "typescript" }));
await timed(`prepare: ${LINES} lines of TypeScript`, (index) => prepare(program(index), { language: "typescript" }));

const checker = createTypeChecker();
await once("check: first, cold", async () => checker.check(request("1")));
await once("check: first with imports", async () => checker.check(request(program(0))));
await timed("check: trivial", async (index) => checker.check(request(`1 + ${index}`)));
const prepared = Array.from({ length: ROUNDS }, (_, index) => request(program(index)));
await timed(`check: ${LINES} lines against ${TOOLS} tools`, async (index) =>
  checker.check(prepared[index] ?? request("")),
);
checker.close();
