import assert from "node:assert/strict";
import { openAgentTools } from "./agent-tools.mts";

await using agent = openAgentTools();

const found = await agent.call("search_tools", { query: "mean sales per day" });
assert.match(JSON.stringify(found), /mean_sales/);

const south = await agent.call("run_skill", { name: "mean_sales", arguments: { region: "south" } });
assert.equal(south["value"], 5);

// A skill is imported like a tool, and a program that uses one can become a skill itself.
const best = await agent.call("execute_code", {
  code: `
    import { mean_sales } from "skills/mean_sales";

    /** The region with the best mean sales. */
    export async function best_region(regions: string[]): Promise<string> {
      const means = await Promise.all(regions.map((region) => mean_sales(region)));
      return regions[means.indexOf(Math.max(...means))] ?? "";
    }

    await best_region(["north", "south", "west"]);
  `,
});
assert.equal(best["value"], "south");
await agent.call("save_skill", { name: "best_region", run_id: best["runId"], tags: ["sales"] });

// Programs in Python run it in its own language.
const python = await agent.call("execute_code", {
  language: "python",
  code: `
from generated.skills import run_skill

await run_skill("best_region", {"regions": ["north", "west"]})
`,
});
assert.equal(python["value"], "north");
console.log("ok");
