import { isRecord } from "../../base/is-record.ts";
import { parseJson } from "../../base/exact-json.ts";
import { toObject } from "../../base/steps/json-in-steps.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { ArtifactStore } from "./artifact-store.ts";

/** Key of what `artifacts.whole(id)` makes in a program: an object with nothing else. */
const WHOLE = "$artifact";

/** Arguments in which no artifact stands deeper than this. */
const MOST_DEPTH = 8;

/** Bytes of all artifacts in the arguments of one call; read as values they take more, and each counts so often. */
const MOST_BYTES = 256 * 1024 * 1024;
const COST_OF_VALUE = 4;

/** The artifacts that stand in the arguments of one call. */
class WholeArtifacts {
  readonly #store: ArtifactStore;
  #bytes = 0;

  constructor(store: ArtifactStore) {
    this.#store = store;
  }

  /** The contents of an artifact, as what a schema takes. */
  read(id: string, schema: unknown): unknown {
    const artifact = this.#store.get(id);
    const isText = (isRecord(schema) && schema["type"] === "string") || artifact.mimeType !== "application/json";
    this.#bytes += artifact.bytes * (isText ? 1 : COST_OF_VALUE);
    if (this.#bytes <= MOST_BYTES) return isText ? artifact.text : parseJson(artifact.text);
    throw new CodemodeError("invalid_arguments", "The artifacts in the arguments are too large for one call.", {
      hint: `All of a call may have ${MOST_BYTES} bytes as text, or a quarter of that as values; make several calls.`,
    });
  }
}

/**
 * Arguments of a tool with the contents of each artifact that stands in them whole, so that these never pass a program: the
 * text where the parameter takes a text or the artifact is one, the value otherwise. Arguments without any are returned
 * unchanged. Throws `invalid_arguments` for an id that is not known, and for more than 256 MB in all.
 */
export function withWholeArtifacts(args: unknown, schema: JsonSchema, store: ArtifactStore): unknown {
  if (!isRecord(args) || !holdsWhole(args, 0)) return args;
  const artifacts = new WholeArtifacts(store);
  const properties = isRecord(schema) && isRecord(schema["properties"]) ? schema["properties"] : {};
  const entries = Object.entries(args).map(
    ([name, value]) => [name, fill(value, memberOf(properties, name), artifacts)] as const,
  );
  return Object.fromEntries(entries);
}

function holdsWhole(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null || depth > MOST_DEPTH) return false;
  if (Array.isArray(value)) return value.some((part) => holdsWhole(part, depth + 1));
  if (idIn(value) !== undefined) return true;
  const object = toObject(value);
  for (const name in object) if (holdsWhole(object[name], depth + 1)) return true;
  return false;
}

function fill(value: unknown, schema: unknown, artifacts: WholeArtifacts): unknown {
  if (typeof value !== "object" || value === null) return value;
  const id = idIn(value);
  if (id !== undefined) return artifacts.read(id, schema);
  const parts = isRecord(schema) ? schema : {};
  if (Array.isArray(value)) return value.map((item: unknown) => fill(item, parts["items"], artifacts));
  const properties = isRecord(parts["properties"]) ? parts["properties"] : {};
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, fill(part, memberOf(properties, name), artifacts)]),
  );
}

function memberOf(properties: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function idIn(value: object): string | undefined {
  if (!isRecord(value)) return undefined;
  const id = value[WHOLE];
  return typeof id === "string" && Object.keys(value).length === 1 ? id : undefined;
}
