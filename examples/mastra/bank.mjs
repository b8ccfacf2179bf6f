// Two functions of one's own, one of which changes something.
import { defineTool } from "codemode";

/** What was asked and paid, in order. */
export const paid = [];

export const bank = [
  defineTool({
    name: "balance",
    description: "The balance of the account.",
    inputSchema: { type: "object" },
    annotations: { readOnlyHint: true },
    execute: () => {
      paid.push("balance");
      return 100;
    },
  }),
  defineTool({
    name: "pay",
    description: "Pays an amount to somebody.",
    inputSchema: {
      type: "object",
      properties: { to: { type: "string" }, amount: { type: "number" } },
      required: ["to", "amount"],
    },
    execute: ({ to, amount }) => {
      paid.push(`${String(to)} ${Number(amount)}`);
      return `paid ${Number(amount)}`;
    },
  }),
];
