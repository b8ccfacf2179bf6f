/** One file of orders, and what is true of it. */
export interface ShopFile {
  readonly name: string;
  readonly shop: string;
  readonly text: string;
  readonly orders: number;
  readonly cents: number;
}

const SHOPS = 60;
const FEWEST_ORDERS = 8;
const PRODUCTS = ["lamp", "chair", "desk", "shelf", "clock", "plant", "frame", "rug"] as const;

/** Sixty shops with 8 to 19 orders each; the same at every run, so that what a program finds can be checked. */
export function shopFiles(): readonly ShopFile[] {
  const next = sequence(20_251);
  return Array.from({ length: SHOPS }, (_, index) => shopFile(`shop-${String(index + 1).padStart(2, "0")}`, next));
}

function shopFile(shop: string, next: (below: number) => number): ShopFile {
  const orders = FEWEST_ORDERS + next(12);
  const rows = Array.from({ length: orders }, () => ({
    day: 1 + next(28),
    product: PRODUCTS[next(PRODUCTS.length)] ?? PRODUCTS[0],
    quantity: 1 + next(5),
    cents: 500 + next(20_000),
  }));
  const lines = rows.map(
    ({ day, product, quantity, cents }) => `2026-05-${String(day).padStart(2, "0")},${product},${quantity},${cents}`,
  );
  return {
    name: `${shop}.csv`,
    shop,
    text: `${["day,product,quantity,price_cents", ...lines].join("\n")}\n`,
    orders,
    cents: rows.reduce((sum, { quantity, cents }) => sum + quantity * cents, 0),
  };
}

/** Whole numbers that look random and are the same every time. */
function sequence(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
