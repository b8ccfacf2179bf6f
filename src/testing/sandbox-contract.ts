import { afterAll, beforeAll, describe } from "vitest";
import { ContractBench } from "./contract/contract-bench.ts";
import { describeContractCalls } from "./contract/contract-calls.ts";
import type { ContractEngine, ContractPrograms } from "./contract/contract-programs.ts";
import { describeContractSessions } from "./contract/contract-sessions.ts";
import { describeContractStops } from "./contract/contract-stops.ts";
import { describeContractValues } from "./contract/contract-values.ts";

/**
 * Declares the tests every sandbox engine passes, whatever its language.
 *
 * Call it at the top level of a vitest file. The suite starts one engine with `setup.create` and closes it at the end.
 */
export function describeSandboxContract(name: string, setup: ContractEngine, programs: ContractPrograms): void {
  describe(`the sandbox contract: ${name}`, () => {
    const bench = new ContractBench(setup, programs);
    beforeAll(() => bench.start());
    afterAll(() => bench.close());
    describeContractValues(bench);
    describeContractCalls(bench);
    describeContractSessions(bench);
    describeContractStops(bench);
  });
}
