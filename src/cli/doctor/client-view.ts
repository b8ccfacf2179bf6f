import { defined } from "../../base/defined.ts";
import { isRecord } from "../../base/is-record.ts";
import type { Codemode } from "../../host/create-codemode.ts";
import type { ClientProfile } from "../../server/clients/client-profile.ts";
import { CLIENT_PROFILES } from "../../server/clients/client-profiles.ts";
import { createMcpServer } from "../../server/create-mcp-server.ts";
import { type ChosenMode, chooseMode } from "../../server/surface/surface.ts";
import { UsageError } from "../usage-error.ts";

/** A text of ours, and how much of it a client keeps. */
interface ShownText {
  readonly characters: number;
  readonly kept: number;
}

/** What the model of a client is given. */
interface ClientView {
  /** For people: the texts whole, with a ruler at the place where the client cuts. */
  readonly text: string;
  /** The same as `--json` has it. */
  readonly document: {
    readonly client: string;
    readonly mode: ChosenMode["mode"];
    readonly reason: string;
    readonly tools: readonly (ShownText & { readonly name: string })[];
    readonly instructions: ShownText;
    readonly notes: readonly string[];
  };
}

/**
 * Serves a client of the given name and returns exactly what it is sent, once the servers have answered or failed. Sizes
 * count Unicode characters.
 */
export async function viewOf(codemode: Codemode, client: string, signal: AbortSignal): Promise<ClientView> {
  const profile = CLIENT_PROFILES.find(({ name }) => name === client);
  if (profile === undefined) throw new UsageError(`There is no profile of a client "${client}".`);
  await codemode.registry.ready(undefined, { signal });
  const { mode: configured } = codemode.configuration.server ?? {};
  const { mode, reason } = chooseMode(codemode.executor, { profile, ...defined({ mode: configured }) });
  const { tools, instructions } = await ask(codemode, profile);
  const { keeps, defers, notes } = profile;
  const how = defers ? ["Tools are hidden behind the client's own search until they are loaded."] : [];
  return {
    text: [
      `client: ${client}\nmode: ${mode}, ${reason}\n`,
      ruled("instructions", instructions, keeps.instructions),
      ...tools.flatMap(({ name, description = "", inputSchema }) => [
        ruled(name, description, keeps.description),
        ...listings(inputSchema).map(([key, listed]) => ruled(`${name}, parameter ${key}`, listed, listed.length)),
      ]),
      ...[...how, ...notes].map((note) => `note: ${note}\n`),
    ].join("\n"),
    document: {
      client,
      mode,
      reason,
      tools: tools.map(({ name, description = "" }) =>
        Object.assign({ name }, measure(description, keeps.description)),
      ),
      instructions: measure(instructions, keeps.instructions),
      notes: [...how, ...notes],
    },
  };
}

/** Connects as the client does, in this process. */
async function ask(
  codemode: Codemode,
  { name, calls }: ClientProfile,
): Promise<{
  readonly tools: readonly {
    readonly name: string;
    readonly description?: string | undefined;
    readonly inputSchema: { readonly properties?: Readonly<Record<string, unknown>> | undefined };
  }[];
  readonly instructions: string;
}> {
  const { Client } = await import("@modelcontextprotocol/client");
  const { InMemoryTransport } = await import("@modelcontextprotocol/server");
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(codemode, { client: name });
  const client = new Client({ name: calls[0] ?? "", version: "0" });
  await Promise.all([server.connect(far), client.connect(near)]);
  try {
    const { tools } = await client.listTools();
    return { tools, instructions: client.getInstructions() ?? "" };
  } finally {
    await client.close();
  }
}

/** Descriptions of parameters that are more than a line. */
function listings({ properties = {} }: { readonly properties?: Readonly<Record<string, unknown>> | undefined }) {
  return Object.entries(properties).flatMap(([key, property]): [string, string][] => {
    const description = isRecord(property) ? property["description"] : undefined;
    return typeof description === "string" && description.includes("\n") ? [[key, description]] : [];
  });
}

function measure(text: string, limit: number): ShownText {
  const characters = Array.from(text).length;
  return { characters, kept: Math.min(characters, limit) };
}

function ruled(title: string, text: string, limit: number): string {
  const characters = Array.from(text);
  const { length } = characters;
  const heading = `── ${title}: ${length} characters`;
  if (length <= limit) return `${heading}, all kept\n${text}\n`;
  return `${heading}, ${limit} kept\n${characters.slice(0, limit).join("")}\n✂── cut here by the client ──\n${characters.slice(limit).join("")}\n`;
}
