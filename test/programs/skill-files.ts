/** Skills of code in both languages, and a folder with scripts, by their path. */
export const SKILL_FILES: Readonly<Record<string, string>> = {
  "total_of.ts": `import { get_order } from "generated/servers/shop";

/** Adds up the totals of orders. */
export async function total_of(ids: string[], factor: number = 1): Promise<number> {
  let sum = 0;
  for (const id of ids) sum += ((await get_order({ id })) as { total: number }).total;
  return sum * factor;
}

/** Names of the customers. */
export async function customers(limit: number): Promise<string[]> {
  const { orders } = await shop.list_orders({ limit });
  return orders.map((order) => order.customer);
}
`,
  "label.py": `"""Labels of orders."""
from generated.servers.shop import get_order, note


async def label(order_id: str, *, upper: bool = False) -> str:
    """Gives the label of one order."""
    order = await get_order(id=order_id)
    text = f"{order['id']}-{order['customer']}"
    return text.upper() if upper else text


def plain(text: str, times: int = 1) -> str:
    """Repeats a text."""
    return text * times


async def write_all(ids: list[str]) -> int:
    """Writes labels down."""
    for each in ids:
        await note(text=await label(each))
    return len(ids)
`,
  "report/SKILL.md": `---
name: report
description: Makes a report of the shop.
---

Run \`scripts/make.py --limit N\` or \`scripts/sum.ts\`.
`,
  "report/scripts/make.py": `import argparse
import asyncio
import json


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, required=True)
    args = parser.parse_args()
    orders = (await shop.list_orders(limit=args.limit))["orders"]
    print(json.dumps([o["customer"] for o in orders]))
    return 0


if __name__ == "__main__":
    import sys
    sys.exit(asyncio.run(main()))
`,
  "report/scripts/sum.ts": `const { orders } = await shop.list_orders({});
console.log("orders", orders.length);
return orders.length;
`,
  "report/scripts/bad.py": `def helper(x):
    return x["missing"]


helper({})
`,
};
