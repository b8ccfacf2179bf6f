import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { createCodemode, defineTool } from "codemode";

const stock = new Map([
  ["tea", { cents: 450, pieces: 12 }],
  ["coffee", { cents: 620, pieces: 0 }],
]);

/** What `execute` returns is the value of the call, typed by `outputSchema`. */
const article = defineTool({
  name: "article",
  description: "Price and stock of an article.",
  inputSchema: { type: "object", properties: { name: { type: "string" } }, required: ["name"] },
  outputSchema: {
    type: "object",
    properties: { cents: { type: "integer" }, pieces: { type: "integer" } },
    required: ["cents", "pieces"],
  },
  annotations: { readOnlyHint: true },
  execute: ({ name }) => {
    const found = stock.get(String(name));
    // What is thrown reaches the program as a ToolError with this message.
    if (found === undefined) throw new Error(`There is no article "${String(name)}".`);
    return found;
  },
});

/** A text stays a text. */
const buy = defineTool({
  name: "buy",
  description: "Buys one piece of an article.",
  inputSchema: { type: "object", properties: { name: { enum: ["tea", "coffee"] } }, required: ["name"] },
  annotations: { destructiveHint: true },
  execute: ({ name }) => {
    const found = stock.get(String(name));
    if (found === undefined || found.pieces === 0) throw new Error(`${String(name)} is sold out.`);
    found.pieces -= 1;
    return `bought ${String(name)}`;
  },
});

let stopped = false;

/** Work that takes long watches `signal`: it aborts when the program is over, whatever the reason. */
const deliver = defineTool({
  name: "deliver",
  description: "Delivers everything; takes an hour.",
  inputSchema: { type: "object" },
  execute: async (_, { signal }) => {
    await wait(3_600_000, undefined, { signal }).catch((error: unknown) => {
      stopped = true;
      throw error;
    });
  },
});

await using codemode = createCodemode({ tools: { shop: [article, buy, deliver] } });
const { executor } = codemode;

const prices = await executor.execute(`
  import { article } from "generated/servers/shop";
  const [tea, coffee] = await Promise.all([article({ name: "tea" }), article({ name: "coffee" })]);
  tea.cents + coffee.cents;
`);
assert.equal(prices.value, 1070);

const bought = await executor.execute(
  `
from codemode import ToolError

answers = []
for name in ("tea", "coffee"):
    try:
        answers.append(await shop.buy(name=name))
    except ToolError as error:
        answers.append(str(error))
answers
`,
  { language: "python" },
);
assert.deepEqual(bought.value, ["bought tea", "coffee is sold out."]);
assert.equal(stock.get("tea")?.pieces, 11);

// Arguments are compared with the schema before the function is called.
const wrong = await executor.execute(`await shop.buy({ name: "milk" })`);
assert.equal(wrong.error?.code, "type_error");

const late = await executor.execute(`await shop.deliver()`, { timeoutMs: 500 });
assert.equal(late.error?.code, "time_limit");
assert.equal(stopped, true);

console.log(prices.value, bought.value, wrong.error.message);
console.log("ok");
