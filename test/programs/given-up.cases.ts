import type { ProgramCase } from "./program-case.ts";

const LONG = 600_000;
const CUT_OFF = /\d tool calls? (?:was|were) cancelled at the end/;
const LATE = 'new Promise<never>((_, reject) => setTimeout(() => reject(new Error("late")), 20))';

/** A program has its value although a call that it gave up waiting for never ends: it is cut off, and a note says so. */
export const GIVEN_UP_CASES: readonly ProgramCase[] = [
  {
    id: "a call that loses a race with a timer",
    program: `try { await Promise.race([shop.slow({ ms: ${LONG} }), ${LATE}]); } catch (error) { return (error as Error).message; }`,
    value: "late",
    says: [CUT_OFF],
  },
  {
    id: "a call that loses a race with another",
    program: `return await Promise.any([shop.slow({ ms: ${LONG} }).then(() => "slow"), shop.slow({ ms: 1 })]);`,
    value: "done",
    says: [CUT_OFF],
  },
  {
    id: "a function that loses a race while it calls",
    program: `const work = async () => { await shop.count({}); return shop.slow({ ms: ${LONG} }); };\nreturn await Promise.race(new Set([work(), codemode.sleep(20).then(() => "late")]));`,
    value: "late",
    says: [CUT_OFF],
  },
  {
    id: "a call that the helper for time-outs gives up",
    program: `try { await runWithTimeout(shop.slow({ ms: ${LONG} }), 20); } catch (error) { return (error as Error).name; }`,
    value: "TimeoutError",
    says: [CUT_OFF],
  },
  {
    id: "a call that is aborted by its signal",
    program: `const stop = new AbortController();\nsetTimeout(() => stop.abort(new Error("enough")), 20);\ntry { await shop.slow({ ms: ${LONG} }, { signal: stop.signal }); } catch (error) { return (error as Error).message; }`,
    value: "enough",
    says: [CUT_OFF],
    mustNotSay: ["there is no"],
  },
  {
    id: "a call whose signal ends after a time",
    program: `try { await callTool("shop__slow", { ms: ${LONG} }, { signal: AbortSignal.timeout(20) }); } catch (error) { return (error as Error).name; }`,
    value: "TimeoutError",
    says: [CUT_OFF],
  },
  {
    id: "a call with a signal that is aborted already is not made",
    program:
      'try { await shop.note({ text: "a" }, { signal: AbortSignal.abort() }); } catch (error) { return (error as Error).name; }',
    value: "AbortError",
    writes: [],
  },
  {
    id: "a call whose signal is never aborted",
    program: "return await shop.slow({ ms: 1 }, { signal: new AbortController().signal, timeoutMs: 5000 });",
    value: "done",
    mustNotSay: ["cancelled"],
  },
  {
    id: "what loses a race and ends soon is finished",
    program: 'return await Promise.race([1, shop.slow({ ms: 5 }).then(() => shop.note({ text: "a" }))]);',
    value: 1,
    writes: ["a"],
  },
];

export const PYTHON_GIVEN_UP_CASES: readonly ProgramCase[] = [
  {
    id: "a call that wait_for gives up",
    program: `import asyncio\ntry:\n    await asyncio.wait_for(shop.slow(ms=${LONG}), timeout=0.02)\nexcept asyncio.TimeoutError:\n    r = "late"\nr`,
    value: "late",
    says: [CUT_OFF],
  },
  {
    id: "a call that is given up inside asyncio.run",
    program: `import asyncio\nasync def main():\n    try:\n        async with asyncio.timeout(0.02):\n            await shop.slow(ms=${LONG})\n    except TimeoutError:\n        return "late"\nasyncio.run(main())`,
    value: "late",
    says: [CUT_OFF],
  },
  {
    id: "tasks that a wait for the first leaves behind",
    program: `import asyncio\nts = [asyncio.create_task(shop.slow(ms=ms)) for ms in (${LONG}, 1)]\ndone, rest = await asyncio.wait(ts, return_when=asyncio.FIRST_COMPLETED)\n[[t.result() for t in done], len(rest)]`,
    value: [["done"], 1],
    says: ["had not finished when the program ended, so it was cancelled"],
  },
  {
    id: "tasks that a wait for the first leaves behind inside asyncio.run",
    program: `import asyncio\nasync def main():\n    ts = [asyncio.create_task(shop.slow(ms=ms)) for ms in (${LONG}, 1)]\n    done, rest = await asyncio.wait(ts, return_when=asyncio.FIRST_COMPLETED)\n    for t in rest:\n        t.cancel()\n    return [t.result() for t in done]\nasyncio.run(main())`,
    value: ["done"],
    says: [CUT_OFF],
    mustNotSay: ["was not awaited"],
  },
  {
    id: "waits in turn for all that a wait for the first leaves behind",
    program:
      "import asyncio\nrest, n = {asyncio.create_task(shop.slow(ms=ms)) for ms in (1, 5, 9)}, 0\nwhile rest:\n    done, rest = await asyncio.wait(rest, return_when=asyncio.FIRST_COMPLETED)\n    n += len(done)\nn",
    value: 3,
    mustNotSay: ["cancelled"],
  },
];
