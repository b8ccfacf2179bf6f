import { expect, it } from "vitest";
import { defined } from "./defined.ts";

it("leaves out undefined and keeps every other value, also null, false and what is empty", () => {
  const values = { missing: undefined, nothing: null, no: false, zero: 0, empty: "", list: [] };
  expect(Object.keys(defined(values))).toEqual(["nothing", "no", "zero", "empty", "list"]);
});

it("leaves its argument unchanged", () => {
  const values = { missing: undefined };
  defined(values);
  expect(values).toHaveProperty("missing");
});
