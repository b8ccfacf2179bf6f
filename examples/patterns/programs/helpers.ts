// What is needed again and again comes with the module `codemode`: try again, wait for something, keep to a limit.
import { create_directory, list_directory, read_text_file, write_file } from "generated/servers/filesystem";
import { parallel, retry, runWithTimeout, waitFor } from "codemode";

let attempts = 0;
const text = await retry(
  async () => {
    attempts += 1;
    return read_text_file({ path: attempts < 3 ? "data/missing.txt" : "data/part1.txt" });
  },
  { maxAttempts: 5, delayMs: 10 },
);

const names = ["part1", "part2", "part3", "part4"];
const lengths = await parallel(
  names.map((name) => async () => (await read_text_file({ path: `data/${name}.txt` })).length),
  { limit: 2 },
);

await create_directory({ path: "work" });
await write_file({ path: "work/done.txt", content: "" });
const done = await waitFor(async () => (await list_directory({ path: "work" })).includes("done.txt"), {
  intervalMs: 10,
  timeoutMs: 5_000,
});
await runWithTimeout(list_directory({ path: "data" }), 5_000);
[attempts, text.trim(), lengths, done];
