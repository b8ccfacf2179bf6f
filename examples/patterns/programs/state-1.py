# The first program of a session: what it names at the top level stays.
from generated.servers.filesystem import read_text_file

seen = []


async def note(name):
    seen.append((await read_text_file(path=f"data/{name}.txt")).strip())


await note("part1")
