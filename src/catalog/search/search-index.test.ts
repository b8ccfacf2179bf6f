import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Catalog } from "../catalog.ts";
import { createToolCatalog } from "../create-tool-catalog.ts";
import { createSearchIndex } from "./search-index.ts";
import { joinedTerms, splitTerms } from "./split-terms.ts";
import type { ToolDefinition } from "../tool.ts";

function tool(serverName: string, toolName: string, more: Partial<ToolDefinition> = {}): ToolDefinition {
  return { name: `${serverName}__${toolName}`, serverName, description: "", inputSchema: { type: "object" }, ...more };
}

interface Capture {
  readonly servers: readonly {
    readonly name: string;
    readonly description?: string;
    readonly tools: readonly Pick<ToolDefinition, "name" | "description" | "inputSchema">[];
  }[];
}

/** The tools of real servers. */
function realTools(): ToolDefinition[] {
  const folder = new URL("../../../test/corpora/tools/", import.meta.url);
  return readdirSync(folder).flatMap((file) => {
    const { servers }: Capture = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return servers.flatMap((server) =>
      server.tools.map((each) =>
        tool(server.name, each.name, {
          description: each.description,
          inputSchema: each.inputSchema,
          ...(server.description === undefined ? {} : { serverDescription: server.description }),
        }),
      ),
    );
  });
}

const small = createToolCatalog([
  tool("files", "read_file", { description: "Return the text of a document." }),
  tool("files", "list_directory", { description: "Names of the entries of a folder." }),
  tool("mail", "sendMessage", {
    description: "Deliver an email.",
    inputSchema: { type: "object", properties: { recipient: { type: "string", description: "Who gets the letter" } } },
  }),
  tool("mail", "get", { description: "Fetch a thread.", deferLoading: true }),
  tool("github", "create_issue", { description: "Open a ticket." }),
]);
const names = (query: string, options = {}): string[] => small.search(query, options).tools.map((found) => found.name);

describe("words", () => {
  test.each([
    ["readHTTPServer2Config", ["read", "http", "server", "2", "config"]],
    ["snake_case-and.dots/x", ["snake", "case", "and", "dots", "x"]],
    ["URLs of PDFs", ["urls", "of", "pdfs"]],
    ["base64", ["base", "64"]],
    ["Café Über", ["cafe", "uber"]],
    ["搜索网页", ["搜索", "索网", "网页"]],
    ["Поиск файлов", ["поиск", "фаилов"]],
    ["“quoted” — dash…", ["quoted", "dash"]],
    ["\u0000\u202e\ud800", []],
    ["", []],
  ])("%j is split", (text, words) => {
    expect(splitTerms(text)).toEqual(words);
  });

  test("words with capitals inside are also known in one piece", () => {
    expect(joinedTerms("open GitHub or readFile, not URL or Paris")).toEqual(["github", "readfile"]);
  });
});

describe("search", () => {
  test("finds words in names, descriptions, parameters and servers, whatever their form", () => {
    expect(names("reading files")[0]).toBe("files__read_file");
    expect(names("deliver emails")[0]).toBe("mail__sendMessage");
    expect(names("letter recipients")).toEqual(["mail__sendMessage"]);
    expect(names("GitHub tickets")[0]).toBe("github__create_issue");
  });

  test("finds parameters of objects in lists and alternatives, three objects deep and no deeper", () => {
    const schema = {
      properties: { a: { items: { properties: { zebra: {} } } }, b: { anyOf: [{ properties: { okapi: {} } }] } },
    };
    const deep = {
      properties: { a: { properties: { b: { properties: { third: { properties: { xylem: {} } } } } } } },
    };
    const catalog = createToolCatalog([tool("s", "x", { inputSchema: schema }), tool("s", "y", { inputSchema: deep })]);
    expect(["zebra", "okapi", "third", "xylem"].map((word) => catalog.search(word).total)).toEqual([1, 1, 1, 0]);
  });

  test.each([
    "list_directory",
    "listDirectory",
    "list-directory",
    "List Directory",
    "files.list_directory",
    "files__list_directory",
  ])("a tool whose name is the query comes first: %s", (query) => {
    const catalog = createToolCatalog([
      tool("other", "list_directory_tree", { description: "list directory list directory files files list directory" }),
      tool("files", "list_directory"),
    ]);
    expect(catalog.search(query).tools[0]?.name).toBe("files__list_directory");
  });

  test("limit, server and deferred tools narrow the result, and total counts what matched", () => {
    expect(small.search("file document folder", { limit: 1 })).toMatchObject({
      total: 2,
      tools: [{ name: "files__read_file" }],
    });
    expect(names("file document folder", { server: "mail" })).toEqual([]);
    expect(names("thread")).toEqual(["mail__get"]);
    expect(names("thread", { includeDeferred: false })).toEqual([]);
    expect(small.search("file", { server: "nowhere" })).toEqual({ tools: [], total: 0, hasMore: false });
    for (const limit of [0, -1, Number.NaN]) expect(small.search("file", { limit })).toMatchObject({ tools: [] });
  });

  test("a query without words lists the catalog in its order", () => {
    expect(names(" ?! ")).toEqual(small.tools.map((entry) => entry.name));
    expect(small.search("", { server: "mail", limit: 1 })).toMatchObject({
      total: 2,
      tools: [{ name: "mail__sendMessage", score: 0 }],
    });
  });

  test("a query of nothing but filler is looked for in names", () => {
    expect(names("get the")).toEqual(["mail__get"]);
    expect(names("show me")).toEqual([]);
  });

  test("equal scores are ordered by name, so that results do not depend on who answered first", () => {
    const tools = ["c", "a", "d", "b"].map((letter) => tool(letter, "same_thing", { description: "Same." }));
    for (const order of [tools, [...tools].reverse()]) {
      const found = createToolCatalog(order).search("same", { limit: 3 });
      expect(found.tools.map((match) => match.serverName)).toEqual(["a", "b", "c"]);
    }
  });

  test("a search leaves nothing behind for the next one", () => {
    const before = small.search("file document");
    small.search("get");
    small.search("read_file");
    expect(small.search("file document")).toEqual(before);
  });

  test("words of object members are words", () => {
    expect(withoutVectors(small).search("constructor __proto__ toString hasOwnProperty", {}).total).toBe(0);
  });

  test("finds real tools by everyday wishes", () => {
    const catalog = createToolCatalog(realTools());
    const found = (query: string): string[] => catalog.search(query, { limit: 5 }).tools.map((match) => match.toolName);
    expect(found("take a screenshot of the page")).toContain("take_screenshot");
    expect(found("create a calendar event")).toContain("create-event");
    expect(found("list all invoices")).toContain("list-invoices");
    expect(found("draw a pie chart")).toContain("generate_pie_chart");
  });

  test("a megabyte of anything is indexed and searched in bounded time", () => {
    const texts = [
      "a ".repeat(500_000),
      "x".repeat(1_000_000),
      "aB".repeat(500_000),
      "é\u0301".repeat(500_000),
      "搜".repeat(1_000_000),
    ];
    const bomb = (depth: number): unknown =>
      depth === 0 ? {} : { anyOf: Array.from({ length: 200 }, () => bomb(depth - 1)) };
    const tools = texts.map((text, index) => tool("s", `t${index}`, { description: text, serverDescription: text }));
    const inputSchema = {
      anyOf: [bomb(2), bomb(2)],
      properties: Object.fromEntries(texts.map((text) => [text, { description: text }])),
    };
    const startedAt = performance.now();
    const catalog = createToolCatalog([...tools, tool("s", "bomb", { inputSchema })]);
    for (const text of texts) catalog.search(text);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

test("a large catalog is made ready for searching without holding others up, and finds the same", async () => {
  const tools = Array.from({ length: 5_000 }, (_, index) => ({
    name: `shop__tool_${index}`,
    serverName: "shop",
    description: `Finds order ${index} of a customer and lists its items`,
    inputSchema: { type: "object" as const },
  }));
  const prepared = createToolCatalog(tools);
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await prepared.prepareSearch();
  clearInterval(timer);
  expect(turns).toBeGreaterThan(1);
  const direct = createToolCatalog(tools);
  expect(prepared.search("order 17 items")).toEqual(direct.search("order 17 items"));
  expect(prepared.suggest("shop__tol_17")).toEqual(direct.suggest("shop__tol_17"));
});

describe("words that are not the tool's own", () => {
  const shop = createToolCatalog([
    tool("shop", "list_invoices", { description: "Lists the bills of a customer." }),
    tool("travel", "reserve_room", { description: "Reserve a hotel room for some nights." }),
    tool("weather", "forecast", { description: "Temperature and rain for the next days." }),
    tool("git", "create_branch", { description: "Creates a branch of a repository." }),
  ]);
  const first = (query: string): string | undefined => shop.search(query).tools[0]?.name;

  test.each([
    ["book an accommodation", "travel__reserve_room"],
    ["is it going to be sunny or snowing", "weather__forecast"],
    ["unpaid payments", "shop__list_invoices"],
  ])("meaning finds what shares no word: %s", (query, name) => {
    expect(first(query)).toBe(name);
  });

  test("a result of meaning alone says so, one of words does not", () => {
    expect(shop.search("accommodation").isWeak).toBe(true);
    expect(shop.search("hotel accommodation")).not.toHaveProperty("isWeak");
  });

  test.each([
    ["reposittory", "git__create_branch"],
    ["foreacst", "weather__forecast"],
    ["temprature tomorrow", "weather__forecast"],
    ["custmoer bills", "shop__list_invoices"],
  ])("a slip of the keyboard is understood: %s", (query, name) => {
    expect(first(query)).toBe(name);
  });

  test.each([
    ["git__*", ["git__create_branch"]],
    ["*_room", ["travel__reserve_room"]],
    ["/^shop__.*invoices$/", ["shop__list_invoices"]],
    ["/FORE/i", ["weather__forecast"]],
    ["/FORE/", []],
    ["*nothing*", []],
  ])("a pattern finds names: %s", (query, expected) => {
    expect(shop.search(query).tools.map(({ name }) => name)).toEqual(expected);
  });

  test("pages follow one another without a gap or a repetition", () => {
    const pages = [0, 2].map((offset) => shop.search("", { limit: 2, offset }));
    expect(pages.map(({ hasMore, total }) => [hasMore, total])).toEqual([
      [true, 4],
      [false, 4],
    ]);
    expect(pages.flatMap(({ tools }) => tools.map(({ name }) => name))).toEqual(shop.tools.map(({ name }) => name));
  });
});

test("a text longer than all before is split like a short one, and the next one too", () => {
  const long = "readFile Größe 搜索 ".repeat(3_000);
  expect(splitTerms(long)).toEqual(Array.from({ length: 3_000 }, () => ["read", "file", "große", "搜索"]).flat());
  expect(joinedTerms(long)).toHaveLength(3_000);
  expect(splitTerms("getURLs")).toEqual(["get", "urls"]);
});

test("without vectors a search goes by words", () => {
  const index = withoutVectors(
    createToolCatalog([tool("travel", "reserve_room", { description: "Reserve a hotel room." })]),
  );
  expect(["hotel", "accommodation", "palace"].map((query) => index.search(query, {}).total)).toEqual([1, 1, 0]);
  expect(["hotel", "accommodation"].map((query) => index.search(query, {}).isWeak)).toEqual([undefined, true]);
});

function withoutVectors(catalog: Catalog) {
  const steps = createSearchIndex(catalog, { words: null });
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

test("a search that comes again finds the same, whatever was done with what it found and was asked between", () => {
  const catalog = createToolCatalog(realTools());
  const first = catalog.search("send a letter", { limit: 3 });
  const kept = [...first.tools];
  Array.prototype.reverse.call(first.tools);
  expect(catalog.search("send a letter", { limit: 3 }).tools).toEqual(kept);
  for (let other = 0; other < 100; other += 1) catalog.search(`list files ${other}`);
  expect(catalog.search(" send a letter ", { limit: 3 }).tools).toEqual(kept);
});

test("searches for the same words that are narrowed otherwise have results of their own", () => {
  const catalog = createToolCatalog([tool("a", "read", { deferLoading: true }), tool("b", "read")]);
  const found = (options: Parameters<Catalog["search"]>[1]): string[] =>
    catalog.search("read", options).tools.map(({ name }) => name);
  for (let time = 0; time < 2; time += 1) {
    expect(found({})).toEqual(["a__read", "b__read"]);
    expect(found({ limit: 1 })).toEqual(["a__read"]);
    expect(found({ limit: 1, offset: 1 })).toEqual(["b__read"]);
    expect(found({ includeDeferred: false })).toEqual(["b__read"]);
    expect(found({ server: "b" })).toEqual(["b__read"]);
    expect(found({ server: "undefined" })).toEqual([]);
    expect(found({ limit: Number.POSITIVE_INFINITY })).toEqual(["a__read", "b__read"]);
    expect(found({ limit: Number.NaN })).toEqual([]);
  }
});
