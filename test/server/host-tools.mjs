import { appendFileSync, existsSync } from "node:fs";
import { defineTool } from "../../dist/index.js";

/** Host functions whose calls can be counted from outside: each is a line in the file `CALLS_FILE`. */
export function createHostTools() {
  return [
    defineTool({
      name: "may_go",
      description: "Tells whether the file GO_FILE is there.",
      inputSchema: { type: "object" },
      annotations: { readOnlyHint: true },
      execute: async () => existsSync(process.env.GO_FILE ?? ""),
    }),
    defineTool({
      name: "tick",
      description: "Notes that it was called.",
      inputSchema: { type: "object" },
      execute: async () => {
        appendFileSync(process.env.CALLS_FILE ?? "/dev/null", "tick\n");
        await new Promise((resolve) => setTimeout(resolve, 5));
        return "ticked";
      },
    }),
  ];
}
