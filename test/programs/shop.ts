import type { JsonSchema } from "../../src/schema/json-schema.ts";
import { defineTool, type FunctionTool } from "../../src/sources/functions/define-tool.ts";

interface Order {
  readonly id: string;
  readonly customer: string;
  readonly total: number;
  readonly placed: string;
}

const ORDERS: readonly Order[] = [
  { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" },
  { id: "o2", customer: "Bo", total: 1_234_567.891, placed: "2025-03-09T07:30:00Z" },
  { id: "o3", customer: "Cy", total: 7, placed: "2025-11-02T05:30:00Z" },
];

/** The tools of a small shop, and what its tool `note` was given so far. */
export interface Shop {
  readonly tools: readonly FunctionTool[];
  readonly written: string[];
}

/** Opens a shop: one tool that writes (`note`), one that fails, one that takes its time, the others give text or data. */
export function openShop(): Shop {
  const written: string[] = [];
  return { tools: [...orderTools(), ...textTools(written), ...oddTools()], written };
}

function orderTools(): readonly FunctionTool[] {
  return [
    defineTool({
      name: "list_orders",
      description: "Lists the orders.",
      inputSchema: object({ status: { enum: ["open", "closed"] }, limit: { type: "integer" } }),
      outputSchema: object({ orders: { type: "array", items: ORDER } }, ["orders"]),
      execute: ({ limit }) => ({ orders: ORDERS.slice(0, Number(limit ?? ORDERS.length)) }),
    }),
    defineTool({
      name: "get_order",
      description: "Gives one order as JSON text.",
      inputSchema: object({ id: { type: "string" } }, ["id"]),
      execute: ({ id }) => {
        const found = ORDERS.find((order) => order.id === id);
        if (found === undefined) throw new Error(`There is no order ${String(id)}.`);
        return JSON.stringify(found);
      },
    }),
  ];
}

function textTools(written: string[]): readonly FunctionTool[] {
  return [
    defineTool({
      name: "motd",
      description: "Gives the message of the day.",
      inputSchema: object({}),
      execute: () => "Welcome to the shop",
    }),
    defineTool({
      name: "count",
      description: "Counts all orders there ever were.",
      inputSchema: object({}),
      execute: () => "14",
    }),
    defineTool({
      name: "note",
      description: "Writes a text down.",
      inputSchema: object({ text: { type: "string" } }, ["text"]),
      execute: ({ text }) => {
        written.push(String(text));
        return "noted";
      },
    }),
  ];
}

function oddTools(): readonly FunctionTool[] {
  return [
    defineTool({
      name: "fail",
      description: "Always fails.",
      inputSchema: object({ message: { type: "string" } }),
      execute: ({ message }) => {
        throw new Error(typeof message === "string" ? message : "It failed.");
      },
    }),
    defineTool({
      name: "slow",
      description: "Answers after some milliseconds.",
      inputSchema: object({ ms: { type: "number" } }, ["ms"]),
      execute: async ({ ms }, { signal }) => {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(resolve, Number(ms));
          signal.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(new Error("cancelled"));
          });
        });
        return "done";
      },
    }),
    defineTool({
      name: "echo",
      description: "Gives back a value and its kind.",
      inputSchema: object({ value: {} }),
      outputSchema: object({ value: {}, kind: { type: "string" } }, ["kind"]),
      execute: ({ value }) => ({ value, kind: value === null ? "null" : typeof value }),
    }),
    defineTool({
      name: "rows",
      description: "Gives rows of a table.",
      inputSchema: object({ n: { type: "integer" } }, ["n"]),
      outputSchema: object({ rows: { type: "array", items: ROW } }, ["rows"]),
      execute: ({ n }) => ({ rows: Array.from({ length: Number(n) }, (_, id) => ({ id, name: `row ${id}` })) }),
    }),
  ];
}

function object(properties: { readonly [name: string]: JsonSchema }, required: readonly string[] = []): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}

const ROW = object({ id: { type: "integer" }, name: { type: "string" } }, ["id", "name"]);
const ORDER = object(
  {
    id: { type: "string" },
    customer: { type: "string" },
    total: { type: "number" },
    placed: { type: "string" },
  },
  ["id", "customer", "total", "placed"],
);
