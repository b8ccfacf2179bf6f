import { expect, test } from "vitest";
import { normaliseSchema } from "./normalise.ts";

const DEFINITIONS = {
  Iban: { type: "string", description: "an IBAN without blanks", pattern: "^[A-Z]{2}" },
  Payer: { type: "object", description: "Who pays.", properties: { name: { type: "string" } } },
  Loop: { anyOf: [{ $ref: "#/$defs/Loop" }, { type: "null" }], description: "a loop" },
};

function docsOf(part: object, name = "p"): { readonly description?: string; readonly facts: readonly string[] } {
  const { root } = normaliseSchema({ type: "object", properties: { [name]: part }, $defs: DEFINITIONS });
  return (root.kind === "object" ? root.properties[0]?.docs : undefined) ?? { facts: ["nothing"] };
}

test.each([
  [
    "the only alternative beside null",
    {
      anyOf: [{ type: "string", description: "the payer", format: "email", maxLength: 50 }, { type: "null" }],
      default: null,
    },
    { description: "the payer", facts: ["default null", "max length 50", "format email"] },
  ],
  [
    "limits in it",
    { anyOf: [{ type: "integer", minimum: 1, maximum: 100 }, { type: "null" }], description: "how many" },
    { description: "how many", facts: ["integer", "min 1", "max 100"] },
  ],
  [
    "several alternatives",
    {
      anyOf: [
        { type: "string", description: "an ISO date" },
        { type: "integer", description: "seconds" },
      ],
    },
    { facts: ["string: an ISO date", "integer: seconds"] },
  ],
  ["a reference", { $ref: "#/$defs/Iban" }, { description: "an IBAN without blanks", facts: ["pattern ^[A-Z]{2}"] }],
  [
    "a reference in an alternative",
    { anyOf: [{ $ref: "#/$defs/Iban" }, { type: "null" }] },
    { description: "an IBAN without blanks", facts: ["pattern ^[A-Z]{2}"] },
  ],
  [
    "items behind a reference",
    { type: "array", items: { $ref: "#/$defs/Iban" }, description: "accounts" },
    { description: "accounts", facts: ["each: pattern ^[A-Z]{2}", "each: an IBAN without blanks"] },
  ],
  [
    "objects behind a reference",
    { anyOf: [{ $ref: "#/$defs/Payer" }, { type: "null" }] },
    { description: "Who pays.", facts: [] },
  ],
  ["a reference to itself", { $ref: "#/$defs/Loop" }, { description: "a loop", facts: [] }],
  [
    "one part of allOf",
    { allOf: [{ $ref: "#/$defs/Iban" }], description: "where to" },
    { description: "where to", facts: ["pattern ^[A-Z]{2}", "an IBAN without blanks"] },
  ],
  [
    "constants with titles",
    {
      oneOf: [
        { const: 0, title: "Simulation", description: "no work piece" },
        { const: 1, title: "Production" },
      ],
    },
    { facts: ["0 = Simulation: no work piece", "1 = Production"] },
  ],
  ["names beside an enumeration", { enum: [1, 2], enumNames: ["Low", "High"] }, { facts: ["1 = Low", "2 = High"] }],
  [
    "meanings beside it",
    { enum: ["r", "w"], enumDescriptions: ["reads", "writes"] },
    { facts: ['"r" = reads', '"w" = writes'] },
  ],
  [
    "names of OpenAPI",
    { enum: [7], "x-enum-varnames": ["SEVEN"], "x-enum-descriptions": ["lucky"] },
    { facts: ["7 = SEVEN: lucky"] },
  ],
  ["meanings by value", { enum: ["a"], "x-enumDescriptions": { a: "first" } }, { facts: ['"a" = first'] }],
  ["names that only repeat the values", { enum: ["low"], enumNames: ["Low"] }, { facts: [] }],
  ["a title", { type: "string", title: "IBAN of the payer" }, { description: "IBAN of the payer", facts: [] }],
  [
    "a title beside a description",
    { type: "string", title: "IBAN", description: "the account" },
    { description: "the account", facts: [] },
  ],
  [
    "an encoding",
    { type: "string", contentEncoding: "base64", contentMediaType: "image/png" },
    { facts: ["base64 of image/png"] },
  ],
  ["a dependency", { type: "object", dependentRequired: { a: ["b"] } }, { facts: ["a needs b"] }],
])("%s is documented", (...[, part, docs]) => {
  expect(docsOf(part)).toEqual(docs);
});

test("a title that is the name in capitals says nothing", () => {
  expect(docsOf({ type: "string", title: "Page Size" }, "page_size")).toEqual({ facts: [] });
});

test("long words below the surface are cut, and hostile depth ends", () => {
  const long = docsOf({
    anyOf: [
      { type: "string", description: "x".repeat(500) },
      { type: "integer", description: "y" },
    ],
  });
  expect(long.facts[0]).toHaveLength(169);
  let deep: object = { description: "bottom" };
  for (let depth = 0; depth < 40; depth += 1) deep = { anyOf: [deep, { type: "null" }] };
  expect(docsOf(deep)).toEqual({ facts: [] });
});
