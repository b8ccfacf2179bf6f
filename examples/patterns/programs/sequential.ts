// One call after another: read, change, write.
import { create_directory, read_text_file, write_file } from "generated/servers/filesystem";

await create_directory({ path: "work" });
const text = await read_text_file({ path: "data/part1.txt" });
await write_file({ path: "work/upper.txt", content: text.toUpperCase() });
await read_text_file({ path: "work/upper.txt" });
