// A call that fails throws a ToolError; what worked is kept.
import { read_text_file } from "generated/servers/filesystem";
import { ToolError } from "codemode";

const results: { file: string; characters?: number; failed?: string }[] = [];
for (const file of ["part1.txt", "missing.txt", "part2.txt"]) {
  try {
    results.push({ file, characters: (await read_text_file({ path: `data/${file}` })).length });
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    results.push({ file, failed: error.code });
  }
}
results;
