import type { Codemode } from "../../host/create-codemode.ts";
import type { ClientProfile } from "../../server/clients/client-profile.ts";
import { CLIENT_PROFILES } from "../../server/clients/client-profiles.ts";
import { createMcpServer } from "../../server/create-mcp-server.ts";
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
    readonly mode: "code";
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
  const { tools, instructions } = await ask(codemode, profile);
  const { keeps, defers, notes } = profile;
  const how = defers ? ["Tools are hidden behind the client's own search until they are loaded."] : [];
  return {
    text: [
      `client: ${client}\nmode: code, ${REASON}\n`,
      ruled("instructions", instructions, keeps.instructions),
      ...tools.map(({ name, description = "" }) => ruled(name, description, keeps.description)),
      ...[...how, ...notes].map((note) => `note: ${note}\n`),
    ].join("\n"),
    document: {
      client,
      mode: "code",
      reason: REASON,
      tools: tools.map(({ name, description = "" }) =>
        Object.assign({ name }, measure(description, keeps.description)),
      ),
      instructions: measure(instructions, keeps.instructions),
      notes: [...how, ...notes],
    },
  };
}

const REASON = "the default: programs compose the tools";

/** Connects as the client does, in this process. */
async function ask(
  codemode: Codemode,
  { calls }: ClientProfile,
): Promise<{
  readonly tools: readonly { readonly name: string; readonly description?: string | undefined }[];
  readonly instructions: string;
}> {
  const { Client } = await import("@modelcontextprotocol/client");
  const { InMemoryTransport } = await import("@modelcontextprotocol/server");
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(codemode);
  const client = new Client({ name: calls[0] ?? "", version: "0" });
  await Promise.all([server.connect(far), client.connect(near)]);
  try {
    const { tools } = await client.listTools();
    return { tools, instructions: client.getInstructions() ?? "" };
  } finally {
    await client.close();
  }
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
