// A program that LangGraph's agent runs wants to pay twice. The graph is interrupted with both calls, a person decides, and
// the same run goes on, here in an executor that has not seen it before. Nothing is done twice.
// Run it where `langchain`, `@langchain/langgraph`, `@langchain/core` and `codemode` are installed: node approval.mjs
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, INTERRUPT, interrupt, MemorySaver } from "@langchain/langgraph";
import { createCodemode } from "codemode";
import { langchainTools } from "codemode/langchain";
import { createAgent } from "langchain";
import { bank, paid } from "./bank.mjs";
import { ScriptedModel } from "./scripted-model.mjs";

const PROGRAM = `
const balance = await bank.balance({});
const paid = [await bank.pay({ to: "Ada", amount: 5 }), await bank.pay({ to: "Bob", amount: 7 }).catch(({ code }) => code)];
return { balance, paid };
`;
const stateDir = mkdtempSync(join(tmpdir(), "approval-"));
const checkpointer = new MemorySaver(); // in earnest: one that lasts, such as that of PostgreSQL
const model = new ScriptedModel({}, [{ name: "execute_code", args: { code: PROGRAM } }]);
const open = () => {
  const codemode = createCodemode({ tools: { bank }, policy: { preset: "ask-writes" }, stateDir });
  const agent = createAgent({ model, tools: langchainTools(codemode, { set: "minimal", interrupt }), checkpointer });
  return { codemode, agent };
};
const thread = { configurable: { thread_id: "1" } };

const first = open();
const asked = await first.agent.invoke({ messages: [{ role: "user", content: "Pay Ada and Bob." }] }, thread);
const [{ value: question }] = asked[INTERRUPT];
for (const { tool, arguments: args } of question.calls) console.log(`  ${tool} ${JSON.stringify(args)}?`);
assert.deepEqual(paid, ["balance"]);
await first.codemode.close();

const second = open();
const [ada, bob] = question.calls;
const decisions = [
  { callId: ada.callId, decision: "approve", arguments: { to: "Ada", amount: 4 } },
  { callId: bob.callId, decision: "deny", reason: "not this month" },
];
const resumed = new Command({ resume: { runId: question.runId, decisions } });
const { messages } = await second.agent.invoke(resumed, thread);
const answer = messages.at(-1).text;
console.log(answer);

assert.deepEqual(paid, ["balance", "Ada 4"]);
assert.match(answer, /"paid":\["paid 4","policy_denied"\]/);
await second.codemode.close();
rmSync(stateDir, { recursive: true, force: true });
console.log("as expected");
