import { userInfo } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import type { CallDecision } from "../../runs/result.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { parseArguments } from "../json-arguments.ts";
import { UsageError } from "../usage-error.ts";
import { goOnWith } from "./go-on-with.ts";

interface ApprovalChoice extends CommonOptions {
  readonly call?: readonly number[];
  readonly edit?: readonly EditedCall[];
}

interface DenialChoice extends CommonOptions {
  readonly call?: readonly number[];
  readonly reason?: string;
}

/** Arguments to send instead of those of the program. */
interface EditedCall {
  readonly callId: number;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** `codemode runs approve`: lets calls be made that a run waits for, and goes on with it. */
export function approveCommand(context: CommandContext): Command {
  const command = new Command("approve")
    .description("approve calls that a suspended run waits for, and go on with it")
    .argument("<run>", "id of the run")
    .option("--call <number>", "only this call; may be given again (default: all)", addNumber)
    .option("--edit <number=json>", "approve this call with these arguments instead", addEdit)
    .action((runId: string, options: ApprovalChoice) =>
      goOnWith(runId, { options, context, decides: true }, (runs, listening) =>
        runs.decide(runId, approvals(options), { ...listening, by: decider() }),
      ),
    );
  return completeCommand(command, {
    json: true,
    examples: [
      "codemode runs approve run_0123456789abcdef0123",
      `codemode runs approve run_0123456789abcdef0123 --edit '2={"to":"team@example.com"}'`,
    ],
  });
}

/** `codemode runs deny`: refuses calls that a run waits for, and goes on with it. */
export function denyCommand(context: CommandContext): Command {
  const command = new Command("deny")
    .description("deny calls that a suspended run waits for, and go on with it")
    .argument("<run>", "id of the run")
    .option("--call <number>", "only this call; may be given again (default: all)", addNumber)
    .option("--reason <text>", "what the program is given as the reason")
    .action((runId: string, options: DenialChoice) =>
      goOnWith(runId, { options, context, decides: true }, (runs, listening) =>
        runs.decide(runId, denials(options), { ...listening, by: decider() }),
      ),
    );
  return completeCommand(command, {
    json: true,
    examples: [`codemode runs deny run_0123456789abcdef0123 --call 3 --reason "not this customer"`],
  });
}

/** The person at this terminal. */
function decider(): string {
  try {
    return `cli ${userInfo().username}`;
  } catch {
    // An account without a name.
    return "cli";
  }
}

/** With an edit and no `--call`, only what is edited is approved. */
function approvals({ call: calls = [], edit: edits = [] }: ApprovalChoice): readonly CallDecision[] {
  const edited = new Map(edits.map((each) => [each.callId, each.arguments]));
  const numbers = new Set([...calls, ...edited.keys()]);
  if (numbers.size === 0) return [{ callId: "all", decision: "approve" }];
  return [...numbers].map((callId) => {
    const args = edited.get(callId);
    return args === undefined ? { callId, decision: "approve" } : { callId, decision: "approve", arguments: args };
  });
}

function denials({ call: calls = [], reason }: DenialChoice): readonly CallDecision[] {
  const numbers = calls.length === 0 ? ["all" as const] : [...new Set(calls)];
  return numbers.map((callId) =>
    reason === undefined ? { callId, decision: "deny" } : { callId, decision: "deny", reason },
  );
}

function addNumber(text: string, numbers: readonly number[] = []): readonly number[] {
  return [...numbers, parseCallNumber(text)];
}

function addEdit(text: string, edits: readonly EditedCall[] = []): readonly EditedCall[] {
  const at = text.indexOf("=");
  if (at < 0) throw new InvalidArgumentError(`Give the number of a call and its arguments, as in 2={"name":"value"}.`);
  return [...edits, { callId: parseCallNumber(text.slice(0, at)), arguments: parseEdited(text.slice(at + 1)) }];
}

function parseEdited(text: string): EditedCall["arguments"] {
  try {
    return parseArguments(text);
  } catch (thrown) {
    if (thrown instanceof UsageError) throw new InvalidArgumentError(thrown.message);
    throw thrown;
  }
}

function parseCallNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give the number of a call, as the run lists them.");
}
