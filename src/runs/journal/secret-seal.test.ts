import { expect, test } from "vitest";
import { SecretFilter } from "../../base/secret-filter.ts";
import { SecretSeal, showSealed } from "./secret-seal.ts";

const LONG = 'tok"en-\\with\nall-1';
const SHORT = "ab-1";
const secrets = new SecretFilter();
secrets.add([LONG, SHORT]);
const seal = new SecretSeal(secrets, "salt");

test.each([
  ["without a secret", { a: [1, "plain"], b: "a\\nb" }],
  ["as a value", { token: LONG }],
  ["as a key", { [LONG]: true }],
  ["in base64 and in a URL", [Buffer.from(`x${LONG}`).toString("base64"), `?t=${encodeURIComponent(LONG)}`]],
  ["a short one after an escaped line end", `\n${SHORT} end`],
  ["beside text that looks like a reference", `[secret:aaaaaa] [secret:=] ${LONG}`],
])("a secret %s is not found in the sealed text, and comes back", (_name, value) => {
  const json = JSON.stringify(value);
  const sealed = seal.seal(json);
  expect(secrets.data(JSON.parse(sealed))).toEqual(JSON.parse(sealed));
  expect(JSON.parse(seal.open(sealed))).toEqual(value);
});

test("what is shown of a sealed text holds a mark alone", () => {
  const text = `[secret:aaaaaa] is ${LONG}`;
  expect(showSealed(JSON.parse(seal.seal(JSON.stringify(text))))).toBe("[secret:aaaaaa] is [secret]");
});

test("numbers beyond doubles stay as they are", () => {
  expect(seal.seal(`{"n":12345678901234567890,"t":"${SHORT}"}`)).toContain('"n":12345678901234567890,');
});

test("a secret that is gone from the configuration is an error, never an empty text", () => {
  const sealed = seal.seal(JSON.stringify(LONG));
  expect(() => new SecretSeal(new SecretFilter(), "salt").open(sealed)).toThrow(/not in the configuration any more/);
});
