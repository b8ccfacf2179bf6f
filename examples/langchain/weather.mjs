// Two functions of one's own; an MCP server in `mcpServers` would be used the same way.
import { defineTool } from "codemode";

const TEMPERATURES = { Oslo: -3, Lisbon: 17, Cairo: 24 };

export const weather = [
  defineTool({
    name: "list_cities",
    description: "The cities there are measurements of.",
    inputSchema: { type: "object" },
    outputSchema: { type: "array", items: { type: "string" } },
    execute: () => Object.keys(TEMPERATURES),
  }),
  defineTool({
    name: "temperature",
    description: "The temperature in a city, in degrees Celsius.",
    inputSchema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    outputSchema: { type: "number" },
    execute: ({ city }) => TEMPERATURES[String(city)],
  }),
];
