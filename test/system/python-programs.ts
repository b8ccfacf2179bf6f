/** A program as people write them, and what it must do. `$` in a program stands for the folder of the files. */
export interface PythonProgram {
  readonly name: string;
  /** Cells of one session, in order. */
  readonly cells: readonly string[];
  readonly stdout?: string;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly line?: number };
}

/** Programs in the style of a code-mode user in Python: sequential, parallel, loops, conditions, errors, state, helpers. */
export const PYTHON_PROGRAMS: readonly PythonProgram[] = [
  {
    name: "reads a file and prints its length",
    cells: [
      `
    from generated.mcp.filesystem import read_file

    content = await read_file({"path": "$/a.txt"})
    print(f"Read {len(content)} characters")
`,
    ],
    stdout: "Read 20 characters\n",
  },
  {
    name: "reads, transforms and writes in sequence",
    cells: [
      `
    from generated.servers.filesystem import read_file, write_file

    content = await read_file({"path": "$/b.txt"})
    transformed = content.upper()
    await write_file({"path": "$/upper.txt", "content": transformed})
    await read_file({"path": "$/upper.txt"})
`,
    ],
    value: "B ".repeat(10),
  },
  {
    name: "takes keywords instead of a dict",
    cells: [`from generated.servers.filesystem import read_file\nawait read_file(path="$/a.txt", head=1)`],
    value: "a ".repeat(10),
  },
  {
    name: "reads files in parallel with gather",
    cells: [
      `
    import asyncio
    from generated.mcp.filesystem import read_file

    files = ["a.txt", "b.txt", "c.txt", "d.txt"]
    contents = await asyncio.gather(*[
        read_file({"path": f"$/{f}"}) for f in files
    ])
    total = sum(len(c) for c in contents)
    print(f"Total: {total} characters from {len(files)} files")
`,
    ],
    stdout: "Total: 80 characters from 4 files\n",
  },
  {
    name: "runs a task group",
    cells: [
      `import asyncio
from generated.servers.filesystem import read_file
async with asyncio.TaskGroup() as group:
    tasks = [group.create_task(read_file(path=f"$/{n}.txt")) for n in "abcd"]
[len(task.result()) for task in tasks]`,
    ],
    value: [20, 20, 20, 20],
  },
  {
    name: "falls back when the first choice fails",
    cells: [
      `
    from generated.mcp.filesystem import read_file, write_file

    try:
        content = await read_file({"path": "$/cache.json"})
        print("Using cached data")
    except:
        content = '{"fresh": true}'
        await write_file({"path": "$/cache.json", "content": content})
        print("Fetched fresh data")
    content = await read_file({"path": "$/cache.json"})
    content
`,
    ],
    stdout: "Fetched fresh data\n",
    value: '{"fresh": true}',
  },
  {
    name: "loops over a directory",
    cells: [
      `
    from generated.mcp.filesystem import list_directory, read_file

    listing = await list_directory({"path": "$"})
    for line in listing.splitlines():
        entry = line.removeprefix("[FILE] ")
        if entry.endswith(".md"):
            content = await read_file({"path": f"$/{entry}"})
            word_count = len(content.split())
            print(f"{entry}: {word_count} words")
`,
    ],
    stdout: "one.md: 4 words\n",
  },
  {
    name: "collects what succeeded and what failed",
    cells: [
      `
    from generated.mcp.filesystem import read_file

    files = ["a.txt", "missing.txt", "c.txt"]
    results = []
    for f in files:
        try:
            content = await read_file({"path": f"$/{f}"})
            results.append({"file": f, "status": "success", "size": len(content)})
        except Exception as e:
            results.append({"file": f, "status": "failed", "error": type(e).__name__})
    successful = [r for r in results if r["status"] == "success"]
    print(f"Processed {len(successful)}/{len(files)} files")
    results
`,
    ],
    stdout: "Processed 2/3 files\n",
    value: [
      { file: "a.txt", status: "success", size: 20 },
      { file: "missing.txt", status: "failed", error: "ToolError" },
      { file: "c.txt", status: "success", size: 20 },
    ],
  },
  {
    name: "tells kinds of failure apart by code, tool and content",
    cells: [
      `from codemode import ToolError
from generated.servers.filesystem import read_file
try:
    await read_file(path="/etc/passwd")
except ToolError as error:
    answer = [error.code, error.tool, error.content[0]["type"], "Access denied" in str(error)]
answer`,
    ],
    value: ["tool_error", "filesystem__read_file", "text", true],
  },
  {
    name: "is told which argument is wrong",
    cells: [
      `from codemode import ToolError
try:
    await filesystem.read_file(pth="x")
except ToolError as error:
    answer = (error.code, "path" in str(error))
answer`,
    ],
    value: ["invalid_arguments", true],
  },
  {
    name: "keeps state over three executions",
    cells: [
      `\n    data = {"count": 0}\n    def bump():\n        data["count"] += 1\n        return data["count"]\n`,
      `\n    from generated.servers.filesystem import read_file\n    bump()\n    text = await read_file(path="$/a.txt")\n`,
      `\n    print(f"Count is now {bump()}")\n    len(await read_file(path="$/b.txt")) + len(text)\n`,
    ],
    stdout: "Count is now 2\n",
    value: 40,
  },
  {
    name: "generates two thousand words of random text and writes them to a file",
    cells: [
      `
    import random, string
    from generated.mcp.filesystem import write_file, read_text_file

    words = ["".join(random.choices(string.ascii_lowercase, k=random.randint(3, 9))) for _ in range(2000)]
    await write_file({"path": "$/words.txt", "content": " ".join(words)})
    len((await read_text_file({"path": "$/words.txt"})).split())
`,
    ],
    value: 2000,
  },
  {
    name: "fans out over fifty files and stores a summary",
    cells: [
      `import asyncio
from generated.servers.filesystem import write_file, get_file_info
from generated.servers.memory import create_entities, search_nodes
paths = [f"$/py-{i}.txt" for i in range(50)]
await asyncio.gather(*(write_file(path=p, content="x" * i) for i, p in enumerate(paths)))
infos = await asyncio.gather(*(get_file_info(path=p) for p in paths))
await create_entities(entities=[{"name": "py-files", "entityType": "summary", "observations": [f"{len(infos)} files"]}])
found = await search_nodes(query="py-files")
found["entities"][0]["observations"]`,
    ],
    value: ["50 files"],
  },
  {
    name: "passes a parameter whose name is a keyword of the language",
    cells: [
      `from generated.servers.memory import create_entities, create_relations
await create_entities(entities=[{"name": n, "entityType": "node", "observations": []} for n in ("left", "right")])
result = await create_relations({"relations": [{"from": "left", "to": "right", "relationType": "beside"}]})
result["relations"][0]["from"]`,
    ],
    value: "left",
  },
  {
    name: "calls a tool whose name is no identifier",
    cells: [`from generated.servers.everything import get_sum\n"5" in await get_sum(a=2, b=3)`],
    value: true,
  },
  {
    name: "calls a tool by its original name",
    cells: [`from codemode import call_tool\n"7" in await call_tool("everything__get-sum", {"a": 3, "b": 4})`],
    value: true,
  },
  {
    name: "gets structured content as a dict",
    cells: [
      `from generated.servers.everything import get_structured_content\nsorted(await get_structured_content(location="Chicago"))`,
    ],
    value: ["conditions", "humidity", "temperature"],
  },
  {
    name: "hands an image on to the caller",
    cells: [
      `from codemode import emit
items = await everything.get_tiny_image()
image = next(item for item in items if item["type"] == "image")
await emit(image)
image["mimeType"]`,
    ],
    value: "image/png",
  },
  {
    name: "waits for a condition",
    cells: [
      `from codemode import wait_for
seen = []
async def ready():
    seen.append(1)
    return len(seen) >= 3
await wait_for(ready, interval_seconds=0.01, timeout_seconds=5)
len(seen)`,
    ],
    value: 3,
  },
  {
    name: "retries what fails at first",
    cells: [
      `from codemode import retry
attempts = 0
async def flaky():
    global attempts
    attempts += 1
    if attempts < 3:
        raise ValueError("not yet")
    return "done"
[await retry(flaky, max_attempts=3, delay=0.01), attempts]`,
    ],
    value: ["done", 3],
  },
  {
    name: "gives up on what takes too long",
    cells: [
      `import asyncio
from codemode import run_with_timeout
try:
    await run_with_timeout(asyncio.sleep(10), timeout=0.05)
    answer = "late"
except TimeoutError:
    answer = "timed out"
answer`,
    ],
    value: "timed out",
  },
  {
    name: "runs awaitables side by side with a limit",
    cells: [
      `from codemode import parallel
from generated.servers.filesystem import read_file
[len(text) for text in await parallel([read_file(path=f"$/{n}.txt") for n in "abcd"], limit=2)]`,
    ],
    value: [20, 20, 20, 20],
  },
  {
    name: "keeps to a rate",
    cells: [
      `import time
from codemode import RateLimiter
limiter = RateLimiter(max_calls=2, period=0.2)
started = time.monotonic()
for _ in range(4):
    async with limiter:
        pass
time.monotonic() - started >= 0.15`,
    ],
    value: true,
  },
  {
    name: "searches and describes tools by itself",
    cells: [
      `from codemode import search, describe
found = await search("read the contents of a file")
details = await describe(found["tools"][0]["name"])
[found["total"] > 0, details["server"]]`,
    ],
    value: [true, "filesystem"],
  },
  {
    name: "uses the standard library on what tools give",
    cells: [
      `import collections, json, re, statistics
tree = json.loads(await filesystem.directory_tree(path="$"))
counts = collections.Counter(re.sub(r".*\\.", "", node["name"]) for node in tree if node["name"] in ("a.txt", "b.txt", "one.md"))
[dict(counts), statistics.mean([1, 2, 3])]`,
    ],
    value: [{ txt: 2, md: 1 }, 2],
  },
  {
    name: "shows the line of an error that nobody caught",
    cells: [`from generated.servers.filesystem import read_file\n\nx = 1\nawait read_file(path="/etc/passwd")`],
    error: { code: "tool_error", line: 4 },
  },
  {
    name: "says that a tool does not exist",
    cells: [`from generated.servers.filesystem import read_fil\nawait read_fil(path="x")`],
    error: { code: "unknown_tool", line: 1 },
  },
];
