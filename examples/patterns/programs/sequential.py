# One call after another: read, change, write.
from generated.servers.filesystem import create_directory, read_text_file, write_file

await create_directory(path="work")
text = await read_text_file(path="data/part1.txt")
await write_file(path="work/upper.txt", content=text.upper())
await read_text_file(path="work/upper.txt")
