import { isSchemaObject, type JsonSchemaObject } from "../../schema/json-schema.ts";
import { objectSchema } from "../schema-parts.ts";
import type { SkillParameter } from "../function.ts";

/** The schema of an arguments object whose properties are the parameters; closed unless there is a `named-rest`. */
export function namedArguments(parameters: readonly SkillParameter[]): JsonSchemaObject {
  const open = parameters.find(({ passing }) => passing === "named-rest")?.schema;
  const additional =
    isSchemaObject(open) && isSchemaObject(open.additionalProperties) ? open.additionalProperties : true;
  return objectSchema(
    parameters.filter(({ passing }) => passing !== "named-rest"),
    open === undefined ? false : additional,
  );
}
