# Calls that do not depend on each other run side by side; at most 16 are in progress, the others wait their turn.
import asyncio

from generated.servers.filesystem import read_text_file

names = ["part1", "part2", "part3", "part4"]
texts = await asyncio.gather(*(read_text_file(path=f"data/{name}.txt") for name in names))
sum(len(text) for text in texts)
