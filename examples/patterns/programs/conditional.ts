// What comes next depends on what came back: use the cached report, or make it.
import { create_directory, list_directory, read_text_file, write_file } from "generated/servers/filesystem";

async function report(): Promise<[string, string]> {
  const listing = await list_directory({ path: "work" });
  if (listing.includes("[FILE] report.txt")) return ["cached", await read_text_file({ path: "work/report.txt" })];
  const text = `read ${(await read_text_file({ path: "data/part1.txt" })).trim()}`;
  await write_file({ path: "work/report.txt", content: text });
  return ["made", text];
}

await create_directory({ path: "work" });
[await report(), await report()];
