import { expect, test } from "vitest";
import { createToolCatalog } from "../create-tool-catalog.ts";
import { EmbeddedSearch, type Embedder } from "./embedded-search.ts";

const TOPICS: Readonly<Record<string, number>> = {
  kettle: 0,
  tea: 0,
  brew: 0,
  invoice: 1,
  bill: 1,
  rain: 2,
  weather: 2,
};

/** One direction for each topic and one for everything else. */
function vectorOf(text: string): number[] {
  const vector = [0, 0, 0, 0.1];
  for (const word of text.toLowerCase().split(/\W+/)) {
    const topic = TOPICS[word];
    if (topic !== undefined) vector[topic] = (vector[topic] ?? 0) + 1;
  }
  return vector;
}

/** An embedder that knows the topics, and what it was asked. */
function topical(): Embedder & { readonly asked: string[][] } {
  const asked: string[][] = [];
  return {
    asked,
    embed: (texts) => {
      asked.push([...texts]);
      return Promise.resolve(texts.map(vectorOf));
    },
  };
}

function catalogOf(tools: Readonly<Record<string, string>>) {
  return createToolCatalog(
    Object.entries(tools).map(([toolName, description]) => ({
      name: `home__${toolName}`,
      serverName: "home",
      toolName,
      description,
      inputSchema: { type: "object" as const },
    })),
  );
}

const catalog = catalogOf({
  kettle_on: "Heats water in the kettle.",
  list_bills: "Every bill of the month.",
  forecast: "The weather of tomorrow.",
  lights: "Switches lights.",
});

test("finds by what the embedder knows, and embeds each tool once", async () => {
  const embedder = topical();
  const search = new EmbeddedSearch(embedder);
  const found = await search.search(catalog, "brew tea", {});
  expect(found.tools[0]?.name).toBe("home__kettle_on");
  expect(found).not.toHaveProperty("note");
  expect((await search.search(catalog, "rain", {})).tools[0]?.name).toBe("home__forecast");
  expect(embedder.asked.map((texts) => texts.length).toSorted((a, b) => a - b)).toEqual([1, 1, 4]);
  const changed = catalogOf({ kettle_on: "Heats water in the kettle.", tea_time: "Says when tea is ready." });
  await search.search(changed, "tea", {});
  expect(embedder.asked.at(-1)?.length ?? 0).toBeLessThanOrEqual(1);
  expect(embedder.asked.flat().filter((text) => text.includes("Heats water"))).toHaveLength(1);
});

test("many tools are embedded in batches", async () => {
  const embedder = topical();
  const many = catalogOf(
    Object.fromEntries(Array.from({ length: 130 }, (_, number) => [`tool_${number}`, `Number ${number}.`])),
  );
  await new EmbeddedSearch(embedder).search(many, "number", {});
  expect(embedder.asked.map((texts) => texts.length).toSorted((a, b) => a - b)).toEqual([1, 2, 64, 64]);
});

test.each([
  ["rejects", () => Promise.reject(new Error("no such model"))],
  [
    "throws",
    () => {
      throw new Error("no such model");
    },
  ],
  ["returns too few vectors", () => Promise.resolve([])],
  ["returns no numbers", (texts: readonly string[]) => Promise.resolve(texts.map(() => [Number.NaN, 1]))],
  [
    "returns vectors of different lengths",
    (texts: readonly string[]) => Promise.resolve(texts.map((text) => Array.from({ length: text.length }, () => 1))),
  ],
])("an embedder that %s leaves the built-in ranking, with a note, and is asked again", async (_, embed) => {
  let calls = 0;
  const search = new EmbeddedSearch({ embed: (texts) => ((calls += 1), embed(texts)) });
  for (const turn of [1, 2]) {
    const { note, ...found } = await search.search(catalog, "weather of tomorrow", {});
    expect(found).toEqual(catalog.search("weather of tomorrow"));
    expect(`${turn} ${note}`).toMatch(/^\d Ranked without the host's embedder: /);
  }
  expect(calls).toBeGreaterThanOrEqual(2);
});

test.each(["home__lights", "lights"])("a name comes first whatever the embedder says: %s", async (query) => {
  const search = new EmbeddedSearch({
    embed: (texts) => Promise.resolve(texts.map((text) => [text === query ? -1 : 1, 0.1])),
  });
  expect((await search.search(catalog, query, {})).tools[0]?.name).toBe("home__lights");
});

test("patterns and empty queries do without it, and server, pages and deferred tools are kept to", async () => {
  const embedder = topical();
  const search = new EmbeddedSearch(embedder);
  expect(await search.search(catalog, "*bill*", {})).toEqual(catalog.search("*bill*"));
  expect(await search.search(catalog, "", { limit: 2 })).toEqual(catalog.search("", { limit: 2 }));
  expect(embedder.asked).toEqual([]);
  expect((await search.search(catalog, "tea", { server: "nowhere" })).tools).toEqual([]);
  const whole = await search.search(catalog, "tea weather bill", {});
  const pages = await Promise.all(
    [0, 1, 2].map((offset) => search.search(catalog, "tea weather bill", { offset, limit: 1 })),
  );
  expect(pages.flatMap(({ tools }) => tools.map(({ name }) => name))).toEqual(
    whole.tools.slice(0, 3).map(({ name }) => name),
  );
});
