import { expect, test } from "vitest";
import { defaultLimits, parseLimits } from "./limits.ts";

const base = defaultLimits("typescript");

test("the languages differ in memory only", () => {
  expect(defaultLimits("python")).toEqual({ ...base, memoryBytes: 512 * 1024 * 1024 });
  expect(base.memoryBytes).toBe(64 * 1024 * 1024);
});

test("what is named replaces the base, the rest stays", () => {
  expect(parseLimits({ timeMs: 5 }, base)).toEqual({ ...base, timeMs: 5 });
  expect(parseLimits(undefined, base)).toBe(base);
});

test("an unknown limit is refused with the nearest name", () => {
  expect(() => parseLimits({ timeMS: 5 }, base)).toThrowError(
    expect.objectContaining({
      code: "config_error",
      message: "limits.timeMS is not a limit.",
      details: expect.objectContaining({ hint: expect.stringContaining("limits.timeMs?") }),
    }),
  );
});

test.each([["30"], [-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [null], [{}]])(
  "timeMs of %j is refused with the possible range",
  (timeMs) => {
    expect(() => parseLimits({ timeMs }, base)).toThrowError(
      expect.objectContaining({
        code: "config_error",
        details: expect.objectContaining({ hint: "Set limits.timeMs to a whole number from 1 to 86400000." }),
      }),
    );
  },
);

test.each([[[]], ["x"], [null], [1]])("limits of %j are refused", (input) => {
  expect(() => parseLimits(input, base)).toThrowError(expect.objectContaining({ code: "config_error" }));
});
