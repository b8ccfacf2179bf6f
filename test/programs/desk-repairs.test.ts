import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { deskTools } from "./desk.ts";
import { DESK_REPAIRS } from "./desk-repairs.cases.ts";
import { openShop } from "./shop.ts";

const shop = openShop();
let codemode: Codemode;
beforeAll(async () => {
  codemode = createCodemode({ tools: { shop: shop.tools, desk: deskTools(shop.written) } });
  await codemode.executor.setup();
  await codemode.executor.execute("1", { language: "python" });
}, 180_000);
afterAll(() => codemode.close());

test.each(DESK_REPAIRS)(
  "the text for the $language program $program leads to one that does what was asked for",
  async ({ language, program, says, corrected, value, writes = [] }) => {
    const { error, text } = await codemode.executor.execute(program, { language });
    expect({ failed: error !== null, isShort: text.length <= 1000, text }).toEqual({
      failed: true,
      isShort: true,
      text: expect.stringContaining(says),
    });
    shop.written.length = 0;
    const after = await codemode.executor.execute(corrected, { language });
    expect([after.error, after.value, shop.written]).toEqual([null, value, writes]);
  },
);
