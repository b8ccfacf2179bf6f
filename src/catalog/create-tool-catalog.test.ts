import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { briefLine } from "./brief.ts";
import { createToolCatalog } from "./create-tool-catalog.ts";
import type { ToolDefinition } from "./tool.ts";

function tool(serverName: string, toolName: string, more: Partial<ToolDefinition> = {}): ToolDefinition {
  return { name: `${serverName}__${toolName}`, serverName, description: "", inputSchema: { type: "object" }, ...more };
}

const many = (count: number): ToolDefinition[] =>
  Array.from({ length: count }, (_, index) =>
    tool(`server${index % 40}`, `do_thing_${index}`, { description: `Does thing ${index}.` }),
  );

describe("what a server writes in front of every description", () => {
  const START = "This tool belongs to the shop, which sells things to people. Tool description: ";
  const briefs = (descriptions: readonly string[]): readonly string[] =>
    createToolCatalog(descriptions.map((description, at) => tool("shop", `t${at}`, { description }))).tools.map(
      briefLine,
    );

  test.each<[string, readonly string[], readonly string[]]>([
    [
      "is left out of short views",
      [`${START}Sell a book.`, `${START}Sell a pen.`, `${START}Sell no more.`],
      ["shop__t0: Sell a book.", "shop__t1: Sell a pen.", "shop__t2: Sell no more."],
    ],
    [
      "ends where a sentence ends",
      ["Works on the shop. Sell a book.", "Works on the shop. Sell a pen.", "Works on the shop. Sell no more."],
      ["shop__t0: Sell a book.", "shop__t1: Sell a pen.", "shop__t2: Sell no more."],
    ],
    [
      "may stand on lines of its own",
      ["For the shop of Anna:\n\nSell.", "For the shop of Anna:\n\nBuy.", "For the shop of Anna:\n\nLend."],
      ["shop__t0: Sell.", "shop__t1: Buy.", "shop__t2: Lend."],
    ],
    [
      "stays where two tools have it",
      ["Works on the shop here. Sell.", "Works on the shop here. Buy."],
      ["shop__t0: Works on the shop here. Sell.", "shop__t1: Works on the shop here. Buy."],
    ],
    [
      "stays where one tool says nothing else",
      ["Works on the shop here. Sell.", "Works on the shop here. ", "Works on the shop here. Lend."],
      [
        "shop__t0: Works on the shop here. Sell.",
        "shop__t1: Works on the shop here.",
        "shop__t2: Works on the shop here. Lend.",
      ],
    ],
    [
      "stays where all say the same",
      ["Works on the shop here.", "Works on the shop here.", "Works on the shop here."],
      [0, 1, 2].map((at) => `shop__t${at}: Works on the shop here.`),
    ],
    [
      "is not the first words of sentences that go on differently",
      [
        "Returns the list of books that are sold.",
        "Returns the list of books that are lent.",
        "Returns the list of books that are old.",
      ],
      ["sold", "lent", "old"].map((end, at) => `shop__t${at}: Returns the list of books that are ${end}.`),
    ],
    ["may be missing altogether", ["", "", ""], ["shop__t0", "shop__t1", "shop__t2"]],
  ])("%s", (_, descriptions, expected) => {
    expect(briefs(descriptions)).toEqual(expected);
  });

  test("stays in the description itself, and one server does not change another", () => {
    const own = [0, 1, 2].map((at) => tool("shop", `t${at}`, { description: `${START}Sell ${at}.` }));
    const catalog = createToolCatalog([...own, tool("other", "t", { description: `${START}Lend.` })]);
    expect(catalog.get("shop__t0")?.description).toBe(`${START}Sell 0.`);
    expect(briefLine(catalog.get("other__t") ?? Object.assign({}, catalog.tools[0]))).toContain("This tool belongs");
  });
});

describe("names", () => {
  test("a tool is found by every spelling of its name", () => {
    const catalog = createToolCatalog([tool("my-server", "read-file")]);
    const spellings = [
      "my-server__read-file",
      "my_server__read_file",
      "my-server.read-file",
      "my_server.read_file",
      "my-server.read_file",
      "my_server__read-file",
    ];
    expect(spellings.map((name) => catalog.get(name)?.name)).toEqual(spellings.map(() => "my-server__read-file"));
    expect(catalog.get("read-file")).toBeUndefined();
    expect(catalog.server("my_server")).toBe(catalog.server("my-server"));
  });

  test("names of object members find nothing unless they are tools", () => {
    const catalog = createToolCatalog([tool("s", "__proto__"), tool("s", "then")]);
    expect(
      ["__proto__", "constructor", "toString", "s__constructor", "s.toString"].map((name) => catalog.get(name)),
    ).toEqual(Array.from({ length: 5 }));
    expect(catalog.get("s____proto__")?.identifier).toBe("__proto___");
    expect(catalog.get("s.then_")?.toolName).toBe("then");
  });

  test("two tools with one full name are both reachable, the same way in any order", () => {
    const definitions = [tool("a__b", "c"), tool("a", "b__c")];
    for (const order of [definitions, [...definitions].reverse()]) {
      const catalog = createToolCatalog(order);
      expect(catalog.get("a__b__c")).toMatchObject({ serverName: "a__b", toolName: "c" });
      expect(catalog.get("a__b__c_2")).toMatchObject({ serverName: "a", toolName: "b__c" });
      expect(catalog.get("a.b__c")?.name).toBe("a__b__c_2");
      expect(catalog.warnings).toEqual([
        'The name "a__b__c" means more than one tool; tool "b__c" of server "a" is called "a__b__c_2".',
      ]);
    }
  });

  test("a server cannot take a name that begins with another server's, not even before that one has any tool", () => {
    const catalog = createToolCatalog([tool("a", "b__c")], { servers: [{ name: "a" }, { name: "a__b" }] });
    expect(catalog.tools.map(({ name }) => name)).toEqual(["a__b__c_2"]);
    expect(catalog.get("a.b__c")?.name).toBe("a__b__c_2");
  });

  test("no full name holds a line end, a control or an invisible character, and each tool is found by its own name", () => {
    const names = ["a\nb__forged: ready", "\u001B[31mred\u001B[0m", "\u202Egnp.exe", "zero\u200Bwidth", "c1\u009B2J"];
    const catalog = createToolCatalog(names.map((name) => tool("s", name)));
    for (const [index, { name, toolName }] of catalog.tools.entries()) {
      expect(name).toMatch(/^[\x20-\x7e]+$/);
      expect(toolName).toBe(names[index]);
      expect(catalog.get(name)).toBe(catalog.tools[index]);
      expect(catalog.get(`s.${toolName}`)).toBe(catalog.tools[index]);
    }
  });

  test("a name that spells out an invisible character and one that has it are two tools", () => {
    const catalog = createToolCatalog([tool("s", "a\u200Bb"), tool("s", "a\\u{200b}b")]);
    expect(catalog.tools.map(({ name }) => name).sort()).toEqual(["s__a\\u{200b}b", "s__a\\u{200b}b_2"]);
  });

  test("names that hide something are reported, names in another script are not", () => {
    const definitions = ["read\u200bfile", "\u202eelif", "p\u0430y", "", "搜索", "файл", "café"].map((name) =>
      tool("s", name),
    );
    const { warnings, tools } = createToolCatalog(definitions);
    expect(warnings).toHaveLength(4);
    expect(warnings.join("")).toContain('Tool "read\\u{200b}file" of server "s"');
    expect(new Set(tools.map((entry) => entry.identifier)).size).toBe(tools.length);
  });

  test("a second definition of the same tool is left out and reported", () => {
    const catalog = createToolCatalog([
      tool("s", "x", { description: "first" }),
      tool("s", "x", { description: "second" }),
    ]);
    expect(catalog.tools.map((entry) => entry.description)).toEqual(["first"]);
    expect(catalog.warnings).toHaveLength(1);
  });

  test("servers keep the order they were given in, with and without tools", () => {
    const catalog = createToolCatalog([tool("b", "x"), tool("a", "y"), tool("b", "z")], {
      servers: [
        { name: "empty", description: "Nothing yet." },
        { name: "a", instructions: "Ask first." },
      ],
    });
    expect(catalog.servers.map((server) => server.name)).toEqual(["empty", "a", "b"]);
    expect(catalog.server("a")).toMatchObject({ instructions: "Ask first." });
    expect(catalog.tools.map((entry) => entry.name)).toEqual(["a__y", "b__x", "b__z"]);
  });

  test("a catalog and what it holds cannot be changed", () => {
    const catalog = createToolCatalog([tool("s", "x")]);
    for (const part of [
      catalog,
      catalog.tools,
      catalog.servers,
      catalog.warnings,
      ...catalog.tools,
      ...catalog.servers,
    ]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test("a hostile name of a megabyte is answered at once", () => {
    const catalog = createToolCatalog(many(20_000));
    const startedAt = performance.now();
    for (const name of ["_".repeat(1_000_000), ".".repeat(1_000_000), "a.".repeat(500_000)]) {
      expect(catalog.get(name)).toBeUndefined();
      catalog.suggest(name);
      catalog.search(name);
    }
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});

describe("version", () => {
  test("equal contents give equal versions in any order, and every part counts", () => {
    const base = [tool("s", "x", { description: "d" }), tool("s", "y")];
    const version = (tools: ToolDefinition[]): string => createToolCatalog(tools).version;
    expect(version([...base].reverse())).toBe(version(structuredClone(base)));
    const changes: Partial<ToolDefinition>[] = [
      { description: "e" },
      { inputSchema: { type: "object", properties: { a: true } } },
      { outputSchema: true },
      { deferLoading: true },
      { annotations: { readOnlyHint: true } },
      { title: "T" },
    ];
    const versions = changes.map((change) =>
      version([{ ...tool("s", "x", { description: "d" }), ...change }, tool("s", "y")]),
    );
    expect(new Set([version(base), ...versions]).size).toBe(changes.length + 1);
    expect(createToolCatalog(base, { servers: [{ name: "s", instructions: "i" }] }).version).not.toBe(version(base));
  });

  test("schemas too deep for JSON.stringify still have a version of their own", () => {
    const deep = (depth: number): Record<string, unknown> => {
      let schema: Record<string, unknown> = { type: "string" };
      for (let level = 0; level < depth; level++) schema = { properties: { a: schema } };
      return schema;
    };
    const version = (depth: number): string =>
      createToolCatalog([tool("s", "x", { inputSchema: deep(depth) })]).version;
    expect(version(20_000)).toBe(version(20_000));
    expect(version(20_000)).not.toBe(version(20_001));
    expect(createToolCatalog([tool("s", "x", { inputSchema: deep(20_000) })]).search("x").total).toBe(1);
  });
});

describe("suggestions", () => {
  const catalog = createToolCatalog([
    tool("filesystem", "read_text_file"),
    tool("filesystem", "write_file"),
    tool("github", "create_issue"),
    tool("gitlab", "create_issue"),
  ]);

  test("case, separators, the server's part and single letters may be wrong", () => {
    expect(catalog.suggest("filesystem__writeFile")[0]).toBe("filesystem__write_file");
    expect(catalog.suggest("fs__write_fil")[0]).toBe("filesystem__write_file");
    expect(catalog.suggest("WRITE-FILE")[0]).toBe("filesystem__write_file");
    expect(catalog.suggest("gitlab__create_isue")).toEqual(["gitlab__create_issue", "github__create_issue"]);
  });

  test("a name like no other has no suggestion", () => {
    expect(catalog.suggest("quantum_entangle")).toEqual([]);
    expect(catalog.suggest("")).toEqual([]);
  });

  test("twenty thousand names are compared in a moment", () => {
    const large = createToolCatalog(many(20_000));
    large.suggest("warm");
    const startedAt = performance.now();
    expect(large.suggest("server7__do_thng_7")[0]).toBe("server7__do_thing_7");
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe("lists of names", () => {
  const catalog = createToolCatalog([
    tool("files", "read", { description: "Reads a Document." }),
    tool("files", "write"),
    tool("mail", "send", { deferLoading: true }),
  ]);

  test("are in catalog order and leave deferred tools out unless asked", () => {
    expect(catalog.listToolNames()).toEqual({ tools: ["files__read", "files__write"], total: 2 });
    expect(catalog.listToolNames({ includeDeferred: true, limit: 1 })).toEqual({ tools: ["files__read"], total: 3 });
  });

  test("are narrowed by server and by any of the keywords", () => {
    expect(catalog.listToolNames({ server: "mail", includeDeferred: true }).tools).toEqual(["mail__send"]);
    expect(catalog.listToolNames({ server: "none" }).total).toBe(0);
    expect(catalog.listToolNames({ keywords: ["document", "SEND"], includeDeferred: true }).tools).toEqual([
      "files__read",
      "mail__send",
    ]);
  });
});

test("whatever names tools have, each is found by its full name and by its identifiers", () => {
  const name = fc.string({ unit: fc.constantFrom("a", "b", "_", "__", ".", "-", "é", "2"), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 12 }), (pairs) => {
      const catalog = createToolCatalog(pairs.map(([serverName, toolName]) => tool(serverName, toolName)));
      expect(catalog.tools).toHaveLength(new Set(pairs.map((pair) => JSON.stringify(pair))).size);
      expect(new Set(catalog.tools.map((entry) => entry.name)).size).toBe(catalog.tools.length);
      for (const entry of catalog.tools) {
        expect(catalog.get(entry.name)).toBe(entry);
        expect(
          catalog.server(entry.serverIdentifier)?.tools.find((found) => found.identifier === entry.identifier),
        ).toBe(entry);
      }
    }),
    { numRuns: 500 },
  );
});
