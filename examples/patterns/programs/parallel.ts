// Calls that do not depend on each other run side by side; at most 16 are in progress, the others wait their turn.
import { read_text_file } from "generated/servers/filesystem";

const names = ["part1", "part2", "part3", "part4"];
const texts = await Promise.all(names.map((name) => read_text_file({ path: `data/${name}.txt` })));
texts.reduce((characters, text) => characters + text.length, 0);
