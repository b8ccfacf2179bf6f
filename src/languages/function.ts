import type { JsonSchema, JsonSchemaObject } from "../schema/json-schema.ts";

/** The language a skill or a script is written in; JavaScript counts as TypeScript. */
export type SkillLanguage = "typescript" | "python";

/** Way in which a value reaches a parameter. In TypeScript all are `positional` but a last `rest`. */
export type ParameterPassing = "positional" | "either" | "named" | "rest" | "named-rest";

/** One parameter of a function of a skill. */
export interface SkillParameter {
  readonly name: string;
  readonly passing: ParameterPassing;
  readonly required: boolean;
  /** Schema of the value; of the whole list for `rest`, of the whole object for `named-rest`. */
  readonly schema: JsonSchema;
}

/** A function that a skill offers. */
export interface SkillFunction {
  /** Its name in the file. */
  readonly name: string;
  /** The name it is imported by: mostly `name`, `default` for a default export without another name. */
  readonly exportedAs: string;
  readonly description: string;
  /**
   * Meaning of the arguments object: `object` when the function takes it as its one parameter, `parameters` when each
   * property is the parameter of that name.
   */
  readonly calling: "object" | "parameters";
  readonly parameters: readonly SkillParameter[];
  /** Schema of the arguments object, whatever `calling` is. */
  readonly inputSchema: JsonSchemaObject;
  /** Schema of the result, promises resolved; absent when the code does not say. */
  readonly outputSchema?: JsonSchema;
  readonly isAsync: boolean;
  /** Line of the function, counted from 1. */
  readonly line: number;
}

/** Calls of a skill, as far as its text shows. */
export interface SkillUses {
  /**
   * Tools as written: `server.tool`, `server__tool`, or `server.*` where the text does not say which of them. A
   * catalog's `get` understands the first two.
   */
  readonly tools: readonly string[];
  /** Identifiers of other skills. */
  readonly skills: readonly string[];
}

/** Facts of a code skill's text, read without running it. */
export interface CodeFacts {
  readonly language: SkillLanguage;
  readonly description: string;
  readonly tags: readonly string[];
  readonly functions: readonly SkillFunction[];
  /** `exportedAs` of the function that running the skill calls; absent when there is none to choose. */
  readonly entry?: string;
  readonly uses: SkillUses;
  /** Parts that could not be read or chosen, as sentences. */
  readonly notes: readonly string[];
}
