import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { openAgentTools } from "./agent-tools.mts";

await rm("skills", { recursive: true, force: true });
await using agent = openAgentTools();

await agent.call("search_tools", { query: "sales of a region" });

const { value, runId } = await agent.call("execute_code", {
  code: `
    import { sales } from "generated/servers/reports";

    /** Mean sales a day of one region. */
    export async function mean_sales(region: string): Promise<number> {
      const { days } = await sales({ region });
      return days.reduce((sum, day) => sum + day, 0) / days.length;
    }

    await mean_sales("north");
  `,
});
assert.equal(value, 4);

// It worked, so it is worth keeping: the program of that run becomes the skill.
const saved = await agent.call("save_skill", { name: "mean_sales", run_id: runId, tags: ["sales"] });
assert.equal(saved["language"], "typescript");
console.log("ok");
