// What is used of Genkit, which is too large to be installed for its types alone.
declare module "genkit/schema" {
  /** The JSON Schema of a schema in the SDK's own zod, or the one that was given as such. */
  export function toJsonSchema(given: { readonly schema?: unknown; readonly jsonSchema?: unknown }): unknown;
}
