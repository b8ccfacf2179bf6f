// The first program of a session: what it names at the top level stays.
import { read_text_file } from "generated/servers/filesystem";

const seen: string[] = [];
async function note(name: string): Promise<void> {
  seen.push((await read_text_file({ path: `data/${name}.txt` })).trim());
}
await note("part1");
