import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

/** Start of a local MCP server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The servers in the form of the product's configuration. */
export function asConfiguration(
  servers: Readonly<Record<string, ServerCommand>>,
): Record<string, { command: string; args: string[]; env?: Record<string, string> }> {
  return Object.fromEntries(
    Object.entries(servers).map(([name, { command, args, env }]) => [
      name,
      { command, args: [...args], ...(env === undefined ? {} : { env: { ...env } }) },
    ]),
  );
}

/** Definition of a tool as its server lists it. */
export interface ToolListing {
  readonly server: string;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
}

/** Result of one call, as a model is given it. */
export interface CallResult {
  readonly text: string;
  readonly images: number;
  readonly isError: boolean;
}

/** The MCP servers of a world as any client has them, without the product. The caller closes it. */
export class PlainClient implements AsyncDisposable {
  readonly #clients: ReadonlyMap<string, Client>;
  /** Tools of all servers, in the order of their lists. */
  readonly tools: readonly ToolListing[];

  private constructor(clients: ReadonlyMap<string, Client>, tools: readonly ToolListing[]) {
    this.#clients = clients;
    this.tools = tools;
  }

  /** Starts the servers and lists their tools. */
  static async open(servers: Readonly<Record<string, ServerCommand>>): Promise<PlainClient> {
    const opened = await Promise.all(
      Object.entries(servers).map(async ([server, { command, args, env }]) => {
        const client = new Client({ name: "evals", version: "1" });
        await client.connect(
          new StdioClientTransport({
            command,
            args: [...args],
            stderr: "ignore",
            ...(env === undefined ? {} : { env: { ...env } }),
          }),
        );
        const { tools } = await client.listTools();
        const listings = tools.map(({ name, description = "", inputSchema, outputSchema }): ToolListing => {
          const listing = { server, name, description, inputSchema };
          return outputSchema === undefined ? listing : Object.assign(listing, { outputSchema });
        });
        return { server, client, listings };
      }),
    );
    return new PlainClient(
      new Map(opened.map(({ server, client }) => [server, client])),
      opened.flatMap(({ listings }) => listings),
    );
  }

  /** Calls `server__tool`; an error of the protocol is a result too, as it is for a model. */
  async call(tool: string, args: Readonly<Record<string, unknown>>): Promise<CallResult> {
    const [server = "", ...rest] = tool.split("__");
    const client = this.#clients.get(server);
    if (client === undefined) return { text: `Unknown tool: ${tool}`, images: 0, isError: true };
    try {
      const { content, isError = false } = await client.callTool({ name: rest.join("__"), arguments: { ...args } });
      const texts = content.flatMap((item) => (item.type === "text" ? [item.text] : []));
      const images = content.filter((item) => item.type === "image").length;
      return { text: texts.join("\n"), images, isError };
    } catch (thrown) {
      return { text: thrown instanceof Error ? thrown.message : String(thrown), images: 0, isError: true };
    }
  }

  /** Ends the servers. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.close()));
  }
}
