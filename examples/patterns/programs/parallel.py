# Calls that do not need one another go side by side; at most 16 are under way, the others wait their turn.
import asyncio

from generated.servers.filesystem import read_text_file

names = ["part1", "part2", "part3", "part4"]
texts = await asyncio.gather(*(read_text_file(path=f"data/{name}.txt") for name in names))
sum(len(text) for text in texts)
