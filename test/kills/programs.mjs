// Programs that give the same value and output however often their process is killed.

/** A skill of each language that calls tools itself. */
export const SKILLS = {
  "twice.ts": `/** Looks twice. */
export async function twice(n: number): Promise<number> {
  const first = await judge.look({ n, ms: 5 });
  const second = await judge.put({ n: first.double, ms: 5 });
  console.log("twice", n);
  return second.double;
}
`,
  "twice_py.py": `async def twice_py(n: int) -> int:
    """Looks twice."""
    first = await judge.look(n=n, ms=5)
    second = await judge.put(n=first["double"], ms=5)
    print("twice", n)
    return second["double"]
`,
};

/** What was run before in the session of a program, whose variables it uses. */
export const EARLIER = {
  "session.ts": `
const kept = [];
let factor = 2;
async function step(n) {
  const { double } = await judge.put({ n, ms: 5 });
  kept.push(double * factor);
  return double;
}
await step(100)`,
  "session.py": `
kept, factor = [], 2
async def step(n):
    double = (await judge.put(n=n, ms=5))["double"]
    kept.append(double * factor)
    return double
await step(100)`,
};

export const PROGRAMS = {
  "session.ts": `
for (let i = 0; i < 10; i++) {
  factor += (await judge.pay({ n: i })).n;
  console.log(await step(i), factor);
}
[kept, factor]`,
  "session.py": `
for i in range(10):
    factor += (await judge.pay(n=i))["n"]
    print(await step(i), factor)
[kept, factor]`,
  "sequential.ts": `
let sum = 0;
for (let i = 0; i < 20; i++) {
  const tool = [judge.look, judge.put, judge.pay][i % 3];
  sum += (await tool({ n: i, ms: 8 })).double;
  console.log(i, sum);
}
sum`,
  "parallel.ts": `
const drawn = Math.random();
const all = await Promise.all(Array.from({ length: 20 }, (_, n) => judge.put({ n, ms: 5 + ((n * 7) % 40) })));
const settled = await Promise.allSettled(all.map(({ double }) => judge.look({ n: double, ms: 10 })));
console.log(all.length, drawn >= 0);
settled.map(({ value }) => value.double)`,
  "race.ts": `
const seen = [];
for (let i = 0; i < 6; i++) {
  const fast = judge.look({ n: i, ms: 10 }).then(() => "fast");
  const slow = sleep(2_000).then(() => "slow");
  seen.push(await Promise.race([slow, fast]), await Promise.any([judge.put({ n: i, ms: 10 }).then(() => "any"), slow]));
}
console.log(seen.join());
seen`,
  "timers.ts": `
const began = performance.now();
let ticks = 0;
const every = setInterval(() => ticks++, 10);
const seen = [];
for (let i = 0; i < 10; i++) {
  await sleep(12);
  seen.push((await judge.pay({ n: i })).n);
  console.log("step", i);
}
clearInterval(every);
[seen, ticks > 5, performance.now() - began < 20_000]`,
  "skills.ts": `
import { twice } from "skills/twice";
const seen = [];
for (let i = 0; i < 5; i++) {
  seen.push(await twice(i));
  await judge.pay({ n: i });
}
console.log(await codemode.search("look", { limit: 1 }).then(({ tools }) => tools.length));
seen`,
  "sequential.py": `
total = 0
for i in range(20):
    tool = [judge.look, judge.put, judge.pay][i % 3]
    total += (await tool(n=i, ms=8))["double"]
    print(i, total)
total`,
  "parallel.py": `
import asyncio, random
drawn = random.random()
done = await asyncio.gather(*(judge.put(n=n, ms=5 + (n * 7) % 40) for n in range(20)))
async with asyncio.TaskGroup() as group:
    tasks = [group.create_task(judge.look(n=each["double"], ms=10)) for each in done]
print(len(tasks), drawn >= 0)
[task.result()["double"] for task in tasks]`,
  "race.py": `
import asyncio
seen = []
for i in range(6):
    try:
        async with asyncio.timeout(2):
            seen.append((await judge.look(n=i, ms=10))["n"])
    except TimeoutError:
        seen.append("late")
    tasks = [asyncio.ensure_future(judge.put(n=i, ms=10)), asyncio.ensure_future(asyncio.sleep(2))]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    seen.append(tasks[0] in done)
    for task in rest:
        task.cancel()
print(seen)
seen`,
  "timers.py": `
import asyncio, time
began, seen = time.monotonic(), []
for i in range(10):
    await asyncio.sleep(0.012)
    seen.append((await judge.pay(n=i))["n"])
    print("step", i)
[seen, time.monotonic() - began < 20]`,
  "skills.py": `
from skills.twice_py import twice_py
seen = []
for i in range(3):
    seen.append(await twice_py(i))
    await judge.pay(n=i)
seen`,
};
