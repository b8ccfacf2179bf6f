import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/client";
import { BackOff } from "../http/back-off.ts";
import type { ContentChange } from "../source.ts";

/** Listeners to changes of what a server has. */
interface ChangeListeners {
  readonly onToolsChanged: () => void;
  readonly onContentChange: (change: ContentChange) => void;
}

/**
 * Listens to changes of a server of revision 2026-07-28 or later, which announces them to those alone who ask for it, until
 * the client is closed. A stream that drops is opened again, after a pause that grows to a minute; what may have changed
 * meanwhile counts as changed. Never rejects: a server that takes no listener can be used all the same.
 */
export async function hearChanges(client: Client, listeners: ChangeListeners): Promise<void> {
  const filter = filterOf(client);
  if (client.getProtocolEra() !== "modern" || Object.keys(filter).length === 0) return;
  const missed = (): void => {
    if (filter.toolsListChanged === true) listeners.onToolsChanged();
    if (filter.resourcesListChanged === true) listeners.onContentChange({ kind: "resources" });
    if (filter.promptsListChanged === true) listeners.onContentChange({ kind: "prompts" });
  };
  const pauses = new BackOff();
  for (let isFirst = true; client.transport !== undefined; isFirst = false) {
    const begun = performance.now();
    const heard = await listen(client, filter, isFirst ? () => {} : missed);
    if (heard === "refused") return;
    pauses.fail(performance.now() - begun);
    await delay(pauses.waitMs, undefined, { ref: false });
  }
}

function filterOf(client: Client): Parameters<Client["listen"]>[0] {
  const { tools, resources, prompts } = client.getServerCapabilities() ?? {};
  return {
    ...(tools?.listChanged === true ? { toolsListChanged: true } : {}),
    ...(resources?.listChanged === true ? { resourcesListChanged: true } : {}),
    ...(prompts?.listChanged === true ? { promptsListChanged: true } : {}),
  };
}

/** Resolves when the stream is over, or with why there is none. */
async function listen(
  client: Client,
  filter: Parameters<Client["listen"]>[0],
  onOpen: () => void,
): Promise<"refused" | "dropped"> {
  try {
    const { closed } = await client.listen(filter);
    onOpen();
    return (await closed) === "local" ? "refused" : "dropped";
  } catch (error) {
    // A number is the code of an answer; anything else happened on the way.
    return error instanceof Error && "code" in error && typeof error.code === "number" ? "refused" : "dropped";
  }
}
