import asyncio
from collections import Counter

from generated import ToolError
from generated.servers.filesystem import list_directory, read_text_file


async def main() -> None:
    listing = await list_directory(path=".")
    names = [line.replace("[FILE] ", "") for line in listing.splitlines()]
    texts = await asyncio.gather(*(read_text_file(path=name) for name in names))

    sums: Counter[str] = Counter()
    for line in "".join(texts).splitlines():
        fruit, count = line.split()
        sums[fruit] += int(count)
    print(dict(sums))
    assert sums == {"apples": 8, "pears": 4}

    try:
        await read_text_file(path="sunday.txt")
    except ToolError as error:
        assert (error.code, error.tool) == ("tool_error", "filesystem__read_text_file")
    else:
        raise AssertionError("a missing file is no error")
    print("ok")


asyncio.run(main())
