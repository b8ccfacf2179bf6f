import { Ajv } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { JsonSchema } from "../../schema/json-schema.ts";

const OPTIONS = {
  strict: false,
  meta: false,
  validateSchema: false,
  validateFormats: false,
  addUsedSchema: false,
  logger: false,
  ownProperties: true,
} as const;

const draft7 = new Ajv(OPTIONS);
const draft2019 = new Ajv2019(OPTIONS);
const draft2020 = new Ajv2020(OPTIONS);

/** A validator that shares nothing with ours; undefined where it cannot take the schema at all. */
export function oracleFor(schema: JsonSchema): ((value: unknown) => boolean) | undefined {
  const { $schema, ...rest } = schema as Record<string, unknown>;
  const dialect = String($schema ?? "");
  const oracle = dialect.includes("2020-12") ? draft2020 : dialect.includes("2019-09") ? draft2019 : draft7;
  try {
    const validate = oracle.compile(rest);
    return (value) => validate(value);
  } catch {
    return undefined;
  }
}
