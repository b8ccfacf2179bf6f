# What comes next depends on what came back: use the cached report, or make it.
from generated.servers.filesystem import create_directory, list_directory, read_text_file, write_file


async def report():
    listing = await list_directory(path="work")
    if "[FILE] report.txt" in listing:
        return "cached", await read_text_file(path="work/report.txt")
    text = f"read {(await read_text_file(path='data/part1.txt')).strip()}"
    await write_file(path="work/report.txt", content=text)
    return "made", text


await create_directory(path="work")
[await report(), await report()]
