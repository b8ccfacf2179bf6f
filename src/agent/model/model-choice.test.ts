import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { chooseModel, VARIABLES } from "./model-choice.ts";

test("without anything in the environment every variable that is looked for is named", () => {
  expect(VARIABLES.length).toBeGreaterThan(5);
  for (const variable of VARIABLES) {
    const [name = ""] = variable.split(" ");
    expect(() => chooseModel(undefined, {})).toThrow(name);
  }
  expect(() => chooseModel(undefined, { ANTHROPIC_API_KEY: " " })).toThrow("No model can be reached");
});

test("a key alone chooses its provider, and a server of one's own comes first", () => {
  const keys = { ANTHROPIC_API_KEY: "a", OPENAI_API_KEY: "o", GOOGLE_GENERATIVE_AI_API_KEY: "g" };
  expect(chooseModel(undefined, keys)).toMatchObject({ provider: "anthropic", apiKey: "a" });
  expect(chooseModel(undefined, { ...keys, ANTHROPIC_API_KEY: "" })).toMatchObject({ provider: "openai" });
  expect(chooseModel(undefined, { GOOGLE_GENERATIVE_AI_API_KEY: "g" })).toMatchObject({ provider: "google" });
  const own = { ...keys, CODEMODE_BASE_URL: "http://localhost:1/v1", CODEMODE_MODEL: "small" };
  expect(chooseModel(undefined, own)).toEqual({
    provider: "compatible",
    modelId: "small",
    baseUrl: "http://localhost:1/v1",
  });
});

test("a model can be asked for with its provider, by the option before the environment", () => {
  const environment = { OPENAI_API_KEY: "o", GOOGLE_GENERATIVE_AI_API_KEY: "g", CODEMODE_MODEL: "openai/one" };
  expect(chooseModel(undefined, environment)).toMatchObject({ provider: "openai", modelId: "one" });
  expect(chooseModel("google/two", environment)).toMatchObject({ provider: "google", modelId: "two" });
  expect(chooseModel("three", environment)).toMatchObject({ provider: "openai", modelId: "three" });
  expect(() => chooseModel("anthropic/x", environment)).toThrow("needs ANTHROPIC_API_KEY");
});

test("a server of one's own may call its models as others call their providers", () => {
  const environment = { CODEMODE_BASE_URL: "http://localhost:1/v1", CODEMODE_API_KEY: "k" };
  const expected = { provider: "compatible", modelId: "openai/gpt-oss", apiKey: "k" };
  expect(chooseModel("openai/gpt-oss", environment)).toMatchObject(expected);
  expect(chooseModel("compatible/openai/gpt-oss", { ...environment, OPENAI_API_KEY: "o" })).toMatchObject(expected);
  expect(() => chooseModel(undefined, environment)).toThrow("No model is named");
  expect(() => chooseModel("compatible/", environment)).toThrow("No model is named");
});

test("an address that is none is refused before anything is sent", () => {
  for (const address of ["localhost:11434", "ftp://host/v1", "nonsense"]) {
    expect(() => chooseModel("m", { CODEMODE_BASE_URL: address })).toThrow("CODEMODE_BASE_URL is not a web address");
  }
});

test("a model that is chosen when none is named is one the provider's own package knows", () => {
  for (const provider of ["anthropic", "openai", "google"]) {
    const key = provider === "google" ? "GOOGLE_GENERATIVE_AI_API_KEY" : `${provider.toUpperCase()}_API_KEY`;
    const { modelId } = chooseModel(undefined, { [key]: "k" });
    const entry = fileURLToPath(import.meta.resolve(`@ai-sdk/${provider}`));
    expect(readFileSync(entry.replace(/\.mjs$|\.js$/, ".d.ts"), "utf8")).toContain(`'${modelId}'`);
  }
});
