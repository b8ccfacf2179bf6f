import assert from "node:assert/strict";
import { list_directory, read_text_file } from "./generated/servers/filesystem.ts";

const listing = await list_directory({ path: "." });
const names = listing.split("\n").map((line) => line.replace("[FILE] ", ""));
const texts = await Promise.all(names.map((name) => read_text_file({ path: name })));

const sums = new Map<string, number>();
for (const line of texts.flatMap((text) => text.trim().split("\n"))) {
  const [fruit = "", count = "0"] = line.split(" ");
  sums.set(fruit, (sums.get(fruit) ?? 0) + Number(count));
}
console.log(Object.fromEntries(sums));
assert.deepEqual(Object.fromEntries(sums), { apples: 8, pears: 4 });

// What the server reports as a failure is thrown, with the server's own message.
await assert.rejects(read_text_file({ path: "sunday.txt" }), { code: "tool_error", message: /sunday\.txt/ });
console.log("ok");
