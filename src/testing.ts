/**
 * The contract suite that every sandbox engine passes, for engines of one's own. It needs vitest.
 *
 * @example
 * import { describeSandboxContract } from "codemode/testing";
 * import { createMyEngine, killMyEngine, programs } from "my-engine";
 *
 * const memoryBytes = 64 * 1024 * 1024;
 * describeSandboxContract("mine", { create: createMyEngine, kill: killMyEngine, memoryBytes }, programs);
 *
 * @module
 */
export type { ContractEngine, ContractPrograms, FailingProgram } from "./testing/contract/contract-programs.ts";
export { describeSandboxContract } from "./testing/sandbox-contract.ts";
