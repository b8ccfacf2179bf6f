# A call that fails raises ToolError; what worked is kept.
from codemode import ToolError
from generated.servers.filesystem import read_text_file

results = []
for file in ("part1.txt", "missing.txt", "part2.txt"):
    try:
        results.append({"file": file, "characters": len(await read_text_file(path=f"data/{file}"))})
    except ToolError as error:
        results.append({"file": file, "failed": error.code})
results
