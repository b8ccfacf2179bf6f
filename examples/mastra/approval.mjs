// A program that Mastra's agent runs wants to pay twice. Its tool is suspended with both calls, a person decides, and the
// same run goes on, here in an executor that has not seen it before. Nothing is done twice.
// Run it where `@mastra/core`, `ai` (for the scripted model) and `codemode` are installed: node approval.mjs
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import { InMemoryStore } from "@mastra/core/storage";
import { createCodemode } from "codemode";
import { mastraTools } from "codemode/mastra";
import { bank, paid } from "./bank.mjs";
import { scriptedModel } from "./scripted-model.mjs";

const PROGRAM = `
const balance = await bank.balance({});
const paid = [await bank.pay({ to: "Ada", amount: 5 }), await bank.pay({ to: "Bob", amount: 7 }).catch(({ code }) => code)];
return { balance, paid };
`;
const stateDir = mkdtempSync(join(tmpdir(), "approval-"));
const storage = new InMemoryStore(); // in earnest: one that lasts, such as that of PostgreSQL
const model = scriptedModel([{ toolName: "execute_code", input: JSON.stringify({ code: PROGRAM }) }]);
const open = () => {
  const codemode = createCodemode({ tools: { bank }, policy: { preset: "ask-writes" }, stateDir });
  const tools = mastraTools(codemode, { set: "minimal", approvals: true });
  const payer = new Agent({ id: "payer", name: "payer", instructions: "Pay what you are asked to.", model, tools });
  return { codemode, agent: new Mastra({ agents: { payer }, storage, logger: false }).getAgent("payer") };
};

const first = open();
const asked = await first.agent.stream("Pay Ada and Bob.");
let question;
let toolCallId;
for await (const { type, payload } of asked.fullStream) {
  if (type === "tool-call-suspended") ({ suspendPayload: question, toolCallId } = payload);
}
for (const { tool, arguments: args } of question.calls) console.log(`  ${tool} ${JSON.stringify(args)}?`);
assert.deepEqual(paid, ["balance"]);
await first.codemode.close();

const second = open();
const [ada, bob] = question.calls;
const decisions = [
  { callId: ada.callId, decision: "approve", arguments: { to: "Ada", amount: 4 } },
  { callId: bob.callId, decision: "deny", reason: "not this month" },
];
const resumed = await second.agent.resumeStream(
  { runId: question.runId, decisions },
  { runId: asked.runId, toolCallId },
);
for await (const { type, payload } of resumed.fullStream) if (type === "error") throw payload.error;
const answer = await resumed.text;
console.log(answer);

assert.deepEqual(paid, ["balance", "Ada 4"]);
assert.match(answer, /"paid":\["paid 4","policy_denied"\]/);
await second.codemode.close();
rmSync(stateDir, { recursive: true, force: true });
console.log("as expected");
