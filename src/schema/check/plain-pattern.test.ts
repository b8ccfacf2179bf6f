import { expect, test } from "vitest";
import { guardPattern } from "./guarded-pattern.ts";
import { judgePattern } from "./plain-pattern.ts";
import { ValidationBudget, ValidationOverrun } from "./validation-budget.ts";

test.each(["^[a-z]+$", "^\\d{4}-\\d{2}-\\d{2}$", "abc", "^#[0-9a-f]{6}$", "^(?:GET|POST)$", "^[^@]+@[^@]+$"])(
  "%s is plain",
  (pattern) => {
    expect(judgePattern(pattern)).toBe("plain");
  },
);

test.each([
  "^(a+)+$",
  "^(a|a)*$",
  "^(a?){40}a{40}$",
  "(x+x+)+y",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  "a*a*a*a*a*b",
  "a?a?a?a?a?a?aaaaaa",
  "(.)\\1",
  "(?=a*b)a*",
  "^(a|b|ab)*c",
])("%s is not trusted", (pattern) => {
  expect(judgePattern(pattern)).toBe("unproven");
});

test.each(["(x{1000}){1000}", `[a-z]{5}${"y".repeat(600)}`])("%s is refused for its size", (pattern) => {
  expect(judgePattern(pattern)).toBe("refused");
});

test("a pattern that would run for years is stopped", { retry: 2 }, () => {
  const budget = new ValidationBudget();
  const pattern = guardPattern("^(a+)+$", budget);
  const start = performance.now();
  expect(() => pattern?.test(`${"a".repeat(60)}!`)).toThrow(ValidationOverrun);
  expect(performance.now() - start).toBeLessThan(1000);
  budget.start();
  expect(pattern?.test("aaa")).toBe(true);
});

test("a plain pattern is watched too once the text is long", () => {
  const pattern = guardPattern("\\s+$", new ValidationBudget());
  expect(() => pattern?.test(`${" ".repeat(500_000)}x`)).toThrow(ValidationOverrun);
});

test("patterns written for engines without the u flag are understood", () => {
  expect(guardPattern("^[\\w-.]+$", new ValidationBudget())?.test("a-b.c")).toBe(true);
  expect(guardPattern("(", new ValidationBudget())).toBeUndefined();
});
