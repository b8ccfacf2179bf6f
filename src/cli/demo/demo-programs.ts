import type { GuestLanguage } from "../../engines/engine.ts";
import type { DemoFolder } from "./demo-folder.ts";

/** Words the first program writes. */
export const WORD_COUNT = 2000;

/** The program that writes random text to a file. */
export function wordsProgram({ textFile }: DemoFolder, language: GuestLanguage): string {
  const path = JSON.stringify(textFile);
  return language === "python" ? pythonWords(path) : typescriptWords(path);
}

/** The program that reads all shop files at once and stores what it found. */
export function shopsProgram({ shopFolder }: DemoFolder, language: GuestLanguage): string {
  const folder = JSON.stringify(shopFolder);
  return language === "python" ? pythonShops(folder) : typescriptShops(folder);
}

const typescriptWords = (path: string): string => `import { write_file } from "generated/servers/filesystem";

const syllables = ["ba", "cor", "den", "fil", "gra", "lum", "mi", "nor", "pex", "ta", "vel", "zu"];
const syllable = () => syllables[Math.floor(Math.random() * syllables.length)];
const words = Array.from({ length: ${WORD_COUNT} }, () => syllable() + syllable() + syllable());
await write_file({ path: ${path}, content: words.join(" ") });
({ words: words.length, begins: words.slice(0, 4).join(" ") });
`;

const pythonWords = (path: string): string => `import random
from generated.servers.filesystem import write_file

syllables = ["ba", "cor", "den", "fil", "gra", "lum", "mi", "nor", "pex", "ta", "vel", "zu"]
words = ["".join(random.choices(syllables, k=3)) for _ in range(${WORD_COUNT})]
await write_file(path=${path}, content=" ".join(words))
{"words": len(words), "begins": " ".join(words[:4])}
`;

const typescriptShops = (
  folder: string,
): string => `import { list_directory, read_text_file } from "generated/servers/filesystem";
import { create_entities } from "generated/servers/memory";

const folder = ${folder};
const listing = await list_directory({ path: folder });
const names = listing.split("\\n").map((line) => line.replace("[FILE] ", "")).filter((name) => name.endsWith(".csv"));
const shops = await Promise.all(
  names.map(async (name) => {
    const text = await read_text_file({ path: folder + "/" + name });
    const rows = text.trim().split("\\n").slice(1).map((row) => row.split(","));
    const cents = rows.reduce((sum, row) => sum + Number(row[2]) * Number(row[3]), 0);
    return { shop: name.replace(".csv", ""), orders: rows.length, cents };
  }),
);
const orders = shops.reduce((sum, shop) => sum + shop.orders, 0);
const cents = shops.reduce((sum, shop) => sum + shop.cents, 0);
const best = shops.reduce((a, b) => (b.cents > a.cents ? b : a));
const observations = [
  shops.length + " shops, " + orders + " orders, " + cents + " cents",
  "best shop: " + best.shop + " with " + best.cents + " cents",
];
await create_entities({ entities: [{ name: "sales", entityType: "summary", observations }] });
observations;
`;

const pythonShops = (folder: string): string => `import asyncio
from generated.servers.filesystem import list_directory, read_text_file
from generated.servers.memory import create_entities

folder = ${folder}
listing = await list_directory(path=folder)
names = [line.replace("[FILE] ", "") for line in listing.split("\\n") if line.endswith(".csv")]

async def total(name):
    text = await read_text_file(path=f"{folder}/{name}")
    rows = [row.split(",") for row in text.strip().split("\\n")[1:]]
    return {"shop": name.replace(".csv", ""), "orders": len(rows), "cents": sum(int(row[2]) * int(row[3]) for row in rows)}

shops = await asyncio.gather(*[total(name) for name in names])
best = max(shops, key=lambda shop: shop["cents"])
observations = [
    f"{len(shops)} shops, {sum(s['orders'] for s in shops)} orders, {sum(s['cents'] for s in shops)} cents",
    f"best shop: {best['shop']} with {best['cents']} cents",
]
await create_entities(entities=[{"name": "sales", "entityType": "summary", "observations": observations}])
observations
`;
