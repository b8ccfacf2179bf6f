import { isSchemaObject } from "../../../schema/json-schema.ts";

/** A schema in the Standard Schema form the SDK asks for, written out so that no library copies the result. */
interface LooseResultSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: Record<string, unknown>; readonly output: Record<string, unknown> };
    readonly validate: (value: unknown) => { readonly value: Record<string, unknown> };
  };
}

/**
 * Takes every result as it came. The SDK's own result schemas reject a whole answer for one unknown kind of content.
 */
export const looseResult: LooseResultSchema = {
  "~standard": {
    version: 1,
    vendor: "codemode",
    validate: (value) => ({ value: isSchemaObject(value) ? value : {} }),
  },
};
