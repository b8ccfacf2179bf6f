import type { Tool } from "@modelcontextprotocol/server";
import { defined } from "../../base/defined.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";

/** Names that every client and model takes. */
const PLAIN_NAME = /^[\w.-]{1,128}$/;

/** A tool of a server as our own server lists it: unchanged, except that its name begins with that of its server. */
export function toDirectTool(entry: ToolEntry): Tool {
  const { title, icons, description, inputSchema, outputSchema, annotations, meta } = entry;
  // What the protocol knows no better is a title of either kind.
  const ownTitle = title === annotations?.title ? undefined : title;
  const tool = {
    name: directName(entry),
    ...(description === "" ? {} : { description }),
    inputSchema: { ...(isSchemaObject(inputSchema) ? inputSchema : {}), type: "object" as const },
    ...(isSchemaObject(outputSchema) ? { outputSchema } : {}),
    ...defined({ title: ownTitle, icons, annotations, _meta: meta }),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a server lists of itself is passed on as it came
  return tool as Tool;
}

/** The name of a tool on our server: the full one, in the spelling of programs where clients would refuse it. */
function directName({ name, serverIdentifier, identifier }: ToolEntry): string {
  const plain = `${serverIdentifier}__${identifier}`;
  return PLAIN_NAME.test(name) || !PLAIN_NAME.test(plain) ? name : plain;
}
