# What is needed again and again comes with the module `codemode`: try again, wait for something, keep to a limit.
from codemode import parallel, retry, run_with_timeout, wait_for
from generated.servers.filesystem import create_directory, list_directory, read_text_file, write_file

attempts = 0


async def attempt():
    global attempts
    attempts += 1
    return await read_text_file(path="data/missing.txt" if attempts < 3 else "data/part1.txt")


async def length(name):
    return len(await read_text_file(path=f"data/{name}.txt"))


async def is_done():
    return "done.txt" in await list_directory(path="work")


text = await retry(attempt, max_attempts=5, delay=0.01)
lengths = await parallel([length(name) for name in ("part1", "part2", "part3", "part4")], limit=2)

await create_directory(path="work")
await write_file(path="work/done.txt", content="")
done = await wait_for(is_done, interval_seconds=0.01, timeout_seconds=5)
await run_with_timeout(list_directory(path="data"), timeout=5)
[attempts, text.strip(), lengths, done]
