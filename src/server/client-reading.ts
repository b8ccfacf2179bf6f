/**
 * Clients that show a model structured content in place of the text beside it, measured on their first and newest
 * versions that have it. The text is written for models and a fraction of the size, so they are given nothing else.
 */
const SHOW_STRUCTURE_INSTEAD: ReadonlySet<string> = new Set(["claude-code"]);

/** Whether a client, by the name it connects with, is given structured content beside the text. */
export function takesStructure(clientName: string | undefined): boolean {
  return clientName === undefined || !SHOW_STRUCTURE_INSTEAD.has(clientName);
}
