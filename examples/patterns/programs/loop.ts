// A loop over what a tool lists. Only the counts go back, not the files.
import { list_directory, read_text_file } from "generated/servers/filesystem";

const words: Record<string, number> = {};
for (const line of (await list_directory({ path: "data" })).split("\n")) {
  if (!line.startsWith("[FILE]")) continue;
  const name = line.slice("[FILE] ".length);
  words[name] = (await read_text_file({ path: `data/${name}` })).trim().split(/\s+/).length;
}
words;
