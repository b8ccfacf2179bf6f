import { codemodeTools, createCodemode, defineTool } from "codemode";

const SALES: Readonly<Record<string, readonly number[]>> = { north: [3, 5, 4], south: [9, 1], west: [2, 2, 2, 2] };

const sales = defineTool({
  name: "sales",
  description: "Sales of a region, one number a day.",
  inputSchema: { type: "object", properties: { region: { type: "string" } }, required: ["region"] },
  outputSchema: {
    type: "object",
    properties: { days: { type: "array", items: { type: "number" } } },
    required: ["days"],
  },
  execute: ({ region }) => ({ days: SALES[String(region)] ?? [] }),
});

/** One agent's session: calls tools by name, as an agent loop does, and shows what the model would read. */
export function openAgentTools() {
  const codemode = createCodemode({ tools: { reports: [sales] }, skills: { directories: ["skills"] } });
  const tools = codemodeTools(codemode.executor);
  return {
    async call(name: string, args: object): Promise<Record<string, unknown>> {
      const tool = tools.find((candidate) => candidate.name === name);
      if (tool === undefined) throw new Error(`There is no tool ${name}.`);
      const { text, structured, isError } = await tool.execute(args);
      console.log(`> ${name}\n${text}\n`);
      if (isError) throw new Error(text);
      return structured;
    },
    [Symbol.asyncDispose]: () => codemode.close(),
  };
}
