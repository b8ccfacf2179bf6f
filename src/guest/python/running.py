"""What `asyncio` offers to start a loop, in a program that a loop runs already: all of it uses that one loop."""

import asyncio
import concurrent.futures
import contextvars
import sys
import types


class Runner:
    """`asyncio.Runner` on the running loop. The tasks that its runs leave behind are cancelled when it is closed."""

    def __init__(self, *, debug=None, loop_factory=None):
        self._debug = debug
        self._context = None
        self._closed = False
        self._others = frozenset()

    def __enter__(self):
        self._open()
        return self

    def __exit__(self, *_):
        self.close()

    def _open(self):
        if self._closed:
            raise RuntimeError("Runner is closed")
        if self._context is None:
            self._context = contextvars.copy_context()
            self._others = frozenset(asyncio.all_tasks(asyncio.get_running_loop()))

    def close(self):
        """Ends the runner, and the tasks that it leaves behind."""
        if not self._closed and self._context is not None:
            _cancel_tasks(asyncio.get_running_loop(), self._others)
        self._closed = True

    def get_loop(self):
        """The running loop."""
        self._open()
        return asyncio.get_running_loop()

    def run(self, coro, *, context=None):
        """The result of an awaitable."""
        self._open()
        loop = self.get_loop()
        before = loop.get_debug()
        if self._debug is not None:
            loop.set_debug(self._debug)
        try:
            return loop.run_until_complete(coro, context=self._context if context is None else context)
        finally:
            loop.set_debug(before)


def _cancel_tasks(loop, others):
    """Cancels the tasks that are not among `others`, and lets them tidy up."""
    # What was asked of the host is done there all the same.
    loop.finish_calls(others)
    rest = asyncio.all_tasks(loop) - others
    for task in rest:
        # One that the program has cancelled itself is not missed.
        if not task.cancelling():
            loop.before_cancel(task)
        task.cancel()
    if not rest:
        return
    loop.run_until_complete(asyncio.wait(rest))
    for task in rest:
        if not task.cancelled() and task.exception() is not None:
            loop.call_exception_handler({"message": "unhandled exception during asyncio.run() shutdown", "exception": task.exception(), "task": task})


def run(main, *, debug=None, loop_factory=None):
    """The result of an awaitable; what it waits for is waited for here."""
    with Runner(debug=debug, loop_factory=loop_factory) as runner:
        return runner.run(main)


class _Blocking(concurrent.futures.Future):
    """A future whose result is waited for by running the loop."""

    def __init__(self, task):
        super().__init__()
        self._task = task
        task.add_done_callback(self._settle)

    def _settle(self, task):
        if task.cancelled():
            self.cancel()
        elif task.exception() is not None:
            self.set_exception(task.exception())
        else:
            self.set_result(task.result())

    def _wait(self, timeout):
        if not self.done():
            waiting = asyncio.wait({self._task}, timeout=timeout)
            self._task.get_loop().run_until_complete(waiting)
            self._task.get_loop().turn(lambda: self.done() or not self._task.done())

    def result(self, timeout=None):
        self._wait(timeout)
        return super().result(0)

    def exception(self, timeout=None):
        self._wait(timeout)
        return super().exception(0)


def run_coroutine_threadsafe(coro, loop=None):
    """There is one thread: the result waits by running the loop."""
    return _Blocking(asyncio.get_running_loop().create_task(coro))


class InlineExecutor(concurrent.futures.Executor):
    """There are no threads: what is submitted runs at once."""

    def __init__(self, *_, **__):
        pass

    def submit(self, fn, /, *args, **kwargs):
        future = concurrent.futures.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def as_completed(fs, *, timeout=None, _as_completed=asyncio.as_completed):
    """Starts what it is given in the order given; a set of it would have another in another process."""
    return _as_completed([asyncio.ensure_future(each) for each in dict.fromkeys(fs)], timeout=timeout)


async def wait(fs, *, timeout=None, return_when=asyncio.ALL_COMPLETED, _wait=asyncio.wait):
    """Remembers what it leaves behind: a program that goes on with the first result no longer waits for the others."""
    done, pending = await _wait(fs, timeout=timeout, return_when=return_when)
    left = asyncio.get_running_loop().left
    left.difference_update(done)
    left.update(pending)
    return done, pending


def take_over_asyncio():
    """Makes every way to start a loop work inside the running one, and start what is given in its order."""
    asyncio.as_completed = asyncio.tasks.as_completed = as_completed
    asyncio.wait = asyncio.tasks.wait = wait
    for module in (asyncio, asyncio.runners):
        module.run, module.Runner = run, Runner
    for module in (asyncio, asyncio.events):
        module.new_event_loop = asyncio.get_running_loop
    asyncio.run_coroutine_threadsafe = asyncio.tasks.run_coroutine_threadsafe = run_coroutine_threadsafe
    concurrent.futures.ThreadPoolExecutor = InlineExecutor
    # Notebooks need it for what works here without it.
    nested = sys.modules["nest_asyncio"] = types.ModuleType("nest_asyncio", "Nested loops work without it.")
    nested.apply = lambda loop=None: None
