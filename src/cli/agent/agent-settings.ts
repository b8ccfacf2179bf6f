import type { CommonOptions } from "../command-context.ts";
import type { AgentMode } from "../../agent/agent-event.ts";
import type { ProgramLanguage } from "../../agent/system-prompt.ts";
import type { TokenPrices } from "../../agent/model/token-prices.ts";

/** Options of `codemode agent`, as they were parsed. */
export interface AgentOptions extends CommonOptions {
  readonly prompt?: string;
  readonly mode: AgentMode;
  readonly model?: string;
  readonly compare?: boolean;
  readonly price?: string;
  readonly language: ProgramLanguage;
  readonly maxTurns: number;
  readonly contextTokens: number;
  readonly images?: string;
  readonly wait: number;
}

/** Settings that stay the same as long as the command runs. */
export interface AgentSettings {
  readonly options: AgentOptions;
  readonly prices: TokenPrices | undefined;
}
