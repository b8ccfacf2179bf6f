# A loop over what a tool lists. Only the counts go back, not the files.
from generated.servers.filesystem import list_directory, read_text_file

words = {}
for line in (await list_directory(path="data")).splitlines():
    if not line.startswith("[FILE]"):
        continue
    name = line.removeprefix("[FILE] ")
    words[name] = len((await read_text_file(path=f"data/{name}")).split())
words
