import { isRecord } from "../../base/is-record.ts";

const MEMBERS: ReadonlySet<string> = new Set(["jsonrpc", "id", "method", "params", "result", "error"]);

type Params = Readonly<Record<string, unknown>>;

/**
 * A message of a client with what is nearly right put right, which the SDK would drop without a word: members that nobody
 * knows, null in place of what is absent, a token that is none, arguments as the text of their JSON. The message itself
 * where nothing is to be put right.
 *
 * @param read reads the text of arguments; undefined where it is no JSON
 */
export function mendRequest(message: unknown, read: (text: string) => unknown): unknown {
  if (!isRecord(message)) return message;
  const { params, ...rest } = message;
  const unknown = Object.keys(rest).filter((key) => !MEMBERS.has(key));
  const mended = isRecord(params) ? mendParams(params, read) : (params ?? undefined);
  if (unknown.length === 0 && mended === params) return message;
  const known = Object.entries(rest).filter(([key]) => MEMBERS.has(key));
  return Object.fromEntries(mended === undefined ? known : [...known, ["params", mended]]);
}

function mendParams(params: Params, read: (text: string) => unknown): Params {
  const meta = mendMeta(params["_meta"]);
  const given = mendArguments(params["arguments"], read);
  const hasNull = Object.values(params).includes(null);
  if (meta === params["_meta"] && given === params["arguments"] && !hasNull) return params;
  const { _meta: _, arguments: __, ...rest } = params;
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
    ...(given === undefined ? {} : { arguments: given }),
    ...(meta === undefined ? {} : { _meta: meta }),
  };
}

function mendMeta(meta: unknown): unknown {
  if (!isRecord(meta)) return undefined;
  const { progressToken: token, ...rest } = meta;
  const isToken = token === undefined || typeof token === "string" || Number.isInteger(token);
  return isToken ? meta : rest;
}

/** Some clients pass on the text that a model wrote. */
function mendArguments(given: unknown, read: (text: string) => unknown): unknown {
  if (given === null) return undefined;
  const value = typeof given === "string" ? (given.trim() === "" ? {} : read(given)) : undefined;
  return isRecord(value) ? value : given;
}
