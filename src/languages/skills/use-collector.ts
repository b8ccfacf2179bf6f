import { compareCodePoints } from "../../base/code-point-order.ts";
import type { SkillUses } from "../function.ts";

/** Gathers what a skill calls, whatever language it is written in. */
export interface UseCollector {
  /**
   * Takes the path of an imported module. A skill is noted; a module of servers comes back, with the identifier of the
   * server if the path names one; anything else is undefined.
   */
  module(path: readonly string[]): { readonly server?: string } | undefined;
  /** Notes a tool by identifiers; `*` for one that the text does not name. */
  tool(server: string, tool: string): void;
  /** Notes what a call of the built-in `callTool` or `run_skill` names by its first argument, if that is a constant. */
  call(functionName: string, firstArgument: string | undefined): void;
  uses(): SkillUses;
}

const MAX_USES = 500;

/** Starts with nothing; names beyond 500 of a kind are dropped. */
export function createUseCollector(): UseCollector {
  const tools = new Set<string>();
  const skills = new Set<string>();
  const add = (set: Set<string>, name: string): void => {
    if (set.size < MAX_USES && name.length <= 300) set.add(name);
  };
  return {
    module: (path) => {
      const [root, second, third] = path;
      if (root === "skills" && second !== undefined && path.length === 2) add(skills, second);
      if (root !== "generated" || (second !== "servers" && second !== "mcp")) return undefined;
      return third === undefined ? {} : { server: third };
    },
    tool: (server, tool) => add(tools, `${server}.${tool}`),
    call: (functionName, firstArgument) => {
      if (functionName === "callTool" || functionName === "call_tool") add(tools, firstArgument ?? "*.*");
      else if (functionName === "runSkill" || functionName === "run_skill")
        add(skills, toIdentifier(firstArgument ?? "*"));
    },
    uses: () => ({ tools: [...tools].sort(compareCodePoints), skills: [...skills].sort(compareCodePoints) }),
  };
}

function toIdentifier(name: string): string {
  return name.replace(/-/g, "_");
}
