// What every loop program shares: a shop of host functions behind an executor, and what the scripted model asks for.
import { createCodemode, defineTool } from "codemode";

/** A PNG of one pixel. */
export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const PRICES = { tea: 300, coffee: 600 };

const PRICE_INPUT = { type: "object", properties: { article: { type: "string" } }, required: ["article"] };

/**
 * Opens the shop. `waiting` resolves when a program has called `shop.wait`, which ends only when it is aborted, and
 * `aborted` when that call was told so.
 */
export function openShop() {
  const { promise: waiting, resolve: isWaiting } = withResolvers();
  const { promise: aborted, resolve: isAborted } = withResolvers();
  const tools = [
    defineTool({
      name: "price",
      description: "The price of an article in cents.",
      inputSchema: PRICE_INPUT,
      outputSchema: { type: "integer" },
      execute: ({ article }) => {
        const price = PRICES[String(article)];
        if (price === undefined) throw new Error(`There is no article called ${String(article)}.`);
        return price;
      },
    }),
    defineTool({
      name: "photo",
      description: "A photo of an article.",
      inputSchema: PRICE_INPUT,
      execute: () => ({ content: [{ type: "image", data: PIXEL, mimeType: "image/png" }] }),
    }),
    defineTool({
      name: "wait",
      description: "Waits until the caller has gone.",
      inputSchema: { type: "object" },
      execute: (_args, { signal }) => {
        signal.addEventListener("abort", () => isAborted(true));
        isWaiting(true);
        return new Promise(() => {});
      },
    }),
  ];
  return { codemode: createCodemode({ tools: { shop: tools } }), waiting, aborted };
}

/** What the scripted model asks for, one call a turn, in this order; then it says `ANSWER`. */
export const STEPS = [
  { step: "search", tool: "search_tools", input: { query: "price of an article" } },
  {
    step: "typescript",
    tool: "execute_code",
    input: {
      code: `import { price } from "generated/servers/shop";
const prices = await Promise.all(["tea", "coffee"].map((article) => price({ article })));
return prices.reduce((sum, each) => sum + each);`,
    },
  },
  {
    step: "python",
    tool: "execute_code",
    input: { language: "python", code: 'sum([await shop.price(article=each) for each in ["tea", "coffee"]]) + 1' },
  },
  { step: "error", tool: "execute_code", input: { code: 'await shop.price({ article: "milk" })' } },
  { step: "repair", tool: "execute_code", input: { code: 'await shop.price({ article: "tea" })' } },
  {
    step: "image",
    tool: "execute_code",
    input: { code: 'for (const item of await shop.photo({ article: "tea" })) codemode.emit(item);\n"one photo"' },
  },
];

/** The program that is aborted while it waits. */
export const WAITING = { step: "abort", tool: "execute_code", input: { code: "await shop.wait({})" } };

/** The last words of the scripted model. */
export const ANSWER = "Tea and coffee cost 900 cents.";

/** Resolves with the number of programs that still run when all should have ended, after 5 s at most. */
export async function runningPrograms({ executor }) {
  const deadline = performance.now() + 5_000;
  while (executor.running().length > 0 && performance.now() < deadline)
    await new Promise((done) => setTimeout(done, 10));
  return executor.running().length;
}

/** Prints one line for the test that runs this program. */
export function report(line) {
  console.log(JSON.stringify(line));
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

/** Programs that call the tools `convert`, `photo` and `fail` of an SDK; `convert` is given what it requires. */
export function ownToolPrograms(required = "") {
  return [
    `import { convert } from "generated/servers/sdk";\nawait convert({ amount: 4${required} })`,
    "(await sdk.photo({})).map((item) => item.type)",
    "await sdk.fail({})",
    `await sdk.convert({ amount: "4"${required} })`,
  ];
}

/** Runs programs that call an SDK's tools, and one in Python, and reports what came of each. */
export async function reportOwnTools(tools, programs = ownToolPrograms()) {
  const codemode = createCodemode({ tools: { sdk: tools } });
  const python = "(await sdk.convert(amount=4, rate=3))['converted']";
  for (const [language, codes] of Object.entries({ typescript: programs, python: [python] })) {
    for (const code of codes) {
      const { value, error } = await codemode.executor.execute(code, { language, typeCheck: false });
      report({ value, code: error?.code, message: error?.message });
    }
  }
  await codemode.close();
}
