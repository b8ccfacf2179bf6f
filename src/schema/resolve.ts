import { dialectOf } from "./dialect.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";
import { isSchema, own, subschemasOf } from "./subschemas.ts";

/** Target of a `$ref`. */
interface ResolvedReference {
  readonly schema: JsonSchema;
  /** Last part of the pointer or the anchor, as a hint for a name; empty for the whole document. */
  readonly name: string;
}

/** Finds what references in one document point at. */
export interface ReferenceResolver {
  /** The target of `reference` as written in `from`; undefined when it is elsewhere, missing or malformed. */
  resolve(reference: string, from: JsonSchemaObject): ResolvedReference | undefined;
}

interface Resource {
  readonly uri: string;
  readonly root: JsonSchemaObject;
  readonly anchors: Map<string, JsonSchemaObject>;
  /** Up to draft-07 nothing beside a `$ref` counts, an `$id` included. */
  readonly refsAlone: boolean;
}

const ROOT_URI = "schema://document/";
const MAX_INDEXED = 50_000;

/**
 * Indexes a document for `#`, JSON pointers, `$id` and anchors. Nothing is ever fetched: a reference that leaves the
 * document resolves to nothing.
 */
export function createReferenceResolver(document: JsonSchema): ReferenceResolver {
  const byUri = new Map<string, Resource>();
  const resourceOf = new Map<JsonSchemaObject, Resource>();
  return {
    resolve(reference, from) {
      // Most schemas have no references, so the index is made when the first is asked for.
      if (byUri.size === 0 && isSchemaObject(document)) indexDocument(document, byUri, resourceOf);
      const base = resourceOf.get(from) ?? byUri.get(ROOT_URI);
      if (base === undefined) return undefined;
      const hash = reference.indexOf("#");
      const uri = hash === -1 ? reference : reference.slice(0, hash);
      const fragment = decode(hash === -1 ? "" : reference.slice(hash + 1));
      const resource = uri === "" ? base : byUri.get(resolveUri(uri, base.uri));
      return resource === undefined || fragment === undefined ? undefined : locate(resource, fragment);
    },
  };
}

function indexDocument(
  document: JsonSchemaObject,
  byUri: Map<string, Resource>,
  resourceOf: Map<JsonSchemaObject, Resource>,
): void {
  const root: Resource = {
    uri: ROOT_URI,
    root: document,
    anchors: new Map(),
    refsAlone: dialectOf(document) === "draft-07",
  };
  byUri.set(ROOT_URI, root);
  const pending: [JsonSchemaObject, Resource][] = [[document, root]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [schema, outer] = next;
    if (resourceOf.has(schema) || resourceOf.size >= MAX_INDEXED) continue;
    const resource = enterResource(schema, outer, byUri);
    resourceOf.set(schema, resource);
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const anchor = own(schema, keyword);
      if (typeof anchor === "string" && !resource.anchors.has(anchor)) resource.anchors.set(anchor, schema);
    }
    for (const part of subschemasOf(schema)) pending.push([part, resource]);
  }
}

function enterResource(schema: JsonSchemaObject, outer: Resource, byUri: Map<string, Resource>): Resource {
  const id = own(schema, "$id");
  if (typeof id !== "string" || id === "" || (outer.refsAlone && Object.hasOwn(schema, "$ref"))) return outer;
  if (id.startsWith("#")) {
    if (!outer.anchors.has(id.slice(1))) outer.anchors.set(id.slice(1), schema);
    return outer;
  }
  const uri = resolveUri(id.replace(/#.*$/s, ""), outer.uri);
  const resource: Resource = { uri, root: schema, anchors: new Map(), refsAlone: outer.refsAlone };
  if (!byUri.has(uri)) byUri.set(uri, resource);
  return resource;
}

function resolveUri(uri: string, base: string): string {
  try {
    return new URL(uri, base).href;
  } catch {
    return uri;
  }
}

function decode(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function locate(resource: Resource, fragment: string): ResolvedReference | undefined {
  if (fragment === "") return { schema: resource.root, name: "" };
  if (!fragment.startsWith("/")) {
    const schema = resource.anchors.get(fragment);
    return schema === undefined ? undefined : { schema, name: fragment };
  }
  const segments = fragment
    .slice(1)
    .split("/")
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  let value: unknown = resource.root;
  for (const segment of segments) {
    value = Array.isArray(value) ? item(value, segment) : isSchemaObject(value) ? own(value, segment) : undefined;
  }
  return isSchema(value) ? { schema: value, name: segments.at(-1) ?? "" } : undefined;
}

function item(list: readonly unknown[], segment: string): unknown {
  return /^(?:0|[1-9]\d{0,6})$/.test(segment) ? list[Number(segment)] : undefined;
}
