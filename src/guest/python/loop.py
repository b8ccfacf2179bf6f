"""An asyncio event loop whose only source of events is the host."""

import asyncio
import functools
import heapq
import inspect
import itertools
import math
import sys
import threading
import time
import weakref
from asyncio import events

from .channel import FAILURE, REPLY, TICK, WAIT

POLL_SECONDS = 0.002
# How long what the program left behind may continue without asking the host for anything.
QUIET_SECONDS = 3.0
GIVE_UP_ROUNDS = 50
# Turns after which a program that can be repeated and is still busy receives something.
BUSY_TURNS = 1_000


class _HostSelector:
    """Stands where asyncio expects a selector: waits for the host instead of sockets."""

    def __init__(self, channel, before_wait):
        self.pending = {}
        self._channel = channel
        self._before_wait = before_wait
        self._polled_at = 0.0
        self._wait = 0
        self._busy = 0
        # End of the wait that was asked for last, while a cell that can be repeated waits for it.
        self._until = None

    def select(self, timeout):
        if self._channel.takes_turns:
            return self._take_turn(timeout)
        if timeout is None:
            self._before_wait()
            return self._channel.receive()
        if timeout > 0:
            self._before_wait()
            return self._pause(timeout)
        now = time.monotonic()
        if not self.pending or 0 <= now - self._polled_at < POLL_SECONDS:
            return ()
        # The guest is busy while calls are in progress: collect what has arrived without waiting for more.
        events = self._pause(0)
        while not any(kind == TICK and identifier == self._wait for kind, identifier, _ in events):
            events += self._channel.receive()
        self._polled_at = time.monotonic()
        return events

    def _take_turn(self, timeout):
        """Whether anything is received depends on what the program did alone, never on what has arrived."""
        if timeout is not None and timeout <= 0:
            self._busy += 1
            if self._busy < BUSY_TURNS or not self.pending:
                return ()
        self._busy = 0
        self._before_wait()
        if timeout is not None and timeout > 0:
            self._ask_to_wait(time.monotonic() + timeout)
        return self._receive_turn()

    def _ask_to_wait(self, when):
        until = math.ceil(when * 1000)
        # A wait that ends earlier serves as well.
        if self._until is None or until < self._until:
            self._wait, self._until = (self._wait + 1) & 0xFFFFFFFF, until
            self._channel.post(WAIT, self._wait, b"%d" % until)

    def _receive_turn(self):
        events = self._channel.receive()
        if any(kind == TICK and identifier == self._wait for kind, identifier, _ in events):
            self._until = None
        return events

    def start(self):
        """Forgets what an earlier cell has waited for."""
        self._until, self._busy = None, 0

    def sleep(self, seconds):
        """Blocks for a while; replies that arrive meanwhile are returned."""
        end, events = time.monotonic() + seconds, []
        while (left := end - time.monotonic()) > 0:
            self._before_wait()
            if self._channel.takes_turns:
                self._ask_to_wait(end)
                events += self._receive_turn()
            else:
                events += self._pause(left)
        return events

    def _pause(self, seconds):
        self._wait = (self._wait + 1) & 0xFFFFFFFF
        self._channel.post(WAIT, self._wait, b"%.3f" % min(seconds * 1000, 2_000_000_000))
        return self._channel.receive()

    def close(self):
        pass


class DeadlockError(RuntimeError):
    """Everything that runs waits for something that nothing is left to bring about."""


_numbers = itertools.count()


class _Task(asyncio.Task):
    """A task whose place in a set does not depend on where it lies in memory."""

    def __init__(self, *args, **options):
        self._number = next(_numbers)
        super().__init__(*args, **options)

    def __hash__(self):
        return self._number


class _Future(asyncio.Future):
    """A future whose place in a set does not depend on where it lies in memory."""

    def __init__(self, *args, **options):
        self._number = next(_numbers)
        super().__init__(*args, **options)

    def __hash__(self):
        return self._number


class GuestLoop(asyncio.BaseEventLoop):
    """The loop of a session. Timers are kept by the host, so that waiting costs nothing.

    It can be run again from code that it runs itself: a call that blocks, such as `asyncio.run`, then turns the same
    loop until it has what it waits for, and tasks go on meanwhile.
    """

    def __init__(self, channel, before_wait):
        super().__init__()
        self._channel, self._before_wait = channel, before_wait
        self._selector = _HostSelector(channel, before_wait)
        self._longest_wait = None
        self.pending = self._selector.pending
        self.main = None
        self.before_cancel = lambda task: None
        # When what is left over is waited for no longer.
        self.ends_at = math.inf
        # Tasks that a wait for the first of several has left behind.
        self.left = weakref.WeakSet()
        # Calls of cancelled tasks that had no reply in the end.
        self.dropped = 0
        # References to the tasks of this session, to find those that failed unseen; each goes with its task.
        self.started = set()
        # What the library asks of every task and future that it makes.
        self.get_debug = functools.partial(getattr, self, "_debug")

    def time(self):
        """Its own clock, also in a program that sets `time.monotonic`."""
        return time.monotonic()

    def create_task(self, coro, **options):
        # What the library does too, without asking what never is the case here; programs make thousands.
        task = asyncio.Task(coro, loop=self, **options) if self._task_factory is None else super().create_task(coro, **options)
        self.started.add(weakref.ref(task, self.started.discard))
        return task

    def tasks(self):
        """The tasks made since the cell began that something still holds."""
        return [task for each in list(self.started) if (task := each()) is not None]

    def call_soon(self, callback, *args, context=None):
        """The same, of which every call takes some."""
        if self._debug:
            return super().call_soon(callback, *args, context=context)
        handle = events.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def start(self):
        """Prepares for a new cell."""
        self._selector.start()
        self.dropped = 0
        self.set_task_factory(_new_task if self._channel.takes_turns else None)
        self.create_future = functools.partial(_Future if self._channel.takes_turns else asyncio.Future, loop=self)

    def run_until_complete(self, future, context=None):
        """The result of an awaitable, also while the loop runs."""
        new = not asyncio.isfuture(future)
        if new:
            future = self.create_task(_as_coroutine(future), context=context)
        outer, self.main = self.main, future
        try:
            self.turn(future.done)
        except BaseException as error:
            if new and not future.done():
                self._give_up(future)
            if future.done() and not future.cancelled():
                # The same error may also have come out of the task itself.
                future.exception()
            raise error
        finally:
            self.main = outer
        return future.result()

    def run_forever(self):
        """Runs until `stop()` is called."""
        self._stopping = False
        try:
            self.turn(lambda: self._stopping)
        finally:
            self._stopping = False

    def turn(self, is_done):
        """Runs what is ready, again and again, until `is_done()`; raises `DeadlockError` when nothing can happen any more."""
        before, known = events._get_running_loop(), self._thread_id
        if before is not self:
            self._thread_id = threading.get_ident()
            events._set_running_loop(self)
            hooks = sys.get_asyncgen_hooks()
            sys.set_asyncgen_hooks(firstiter=self._asyncgen_firstiter_hook, finalizer=self._asyncgen_finalizer_hook)
        outer = asyncio.tasks._swap_current_task(self, None)
        try:
            while not is_done():
                self._run_once()
        finally:
            asyncio.tasks._swap_current_task(self, outer)
            if before is not self:
                self._thread_id = known
                events._set_running_loop(before)
                sys.set_asyncgen_hooks(*hooks)

    def is_empty(self):
        """Whether no task, callback, timer or call is left."""
        return not (self._ready or self._scheduled or self.pending or asyncio.all_tasks(self))

    def settle(self, deadline):
        """Runs what is left until nothing is, nothing can happen any more, or nothing has been asked of the host for a while."""
        active = [time.monotonic()]

        def is_over():
            now = time.monotonic()
            asked = bool(self.pending)
            if self.asks() and any(task not in self.left for task in asyncio.all_tasks(self)):
                active[0] = now
            end = min(deadline, active[0] + QUIET_SECONDS)
            self._longest_wait = max(0.0, end - now)
            if now >= end or not (self._ready or asked or self._next_timer() is not None):
                return True
            return not self._ready and not asked and self._next_timer() > end

        self._turn_within(is_over)
        self._drop(self.pending)

    def asks(self):
        """Whether the host was asked for anything that is waited for; the call of a cancelled task is not."""
        return any(not future.done() for future in self.pending.values())

    def finish_calls(self, others):
        """Runs until what the host was asked for by now is there, or no task but `others` waits for it, or the time is nearly up."""
        asked = set(self.pending)
        tasks = asyncio.all_tasks(self) - others
        quiet_at = time.monotonic() + QUIET_SECONDS

        def is_over():
            now = time.monotonic()
            end = self.ends_at if any(task not in self.left and not task.done() for task in tasks) else min(quiet_at, self.ends_at)
            self._longest_wait = max(0.0, end - now) if end < math.inf else None
            return now >= end or asked.isdisjoint(self.pending)

        self._turn_within(is_over)
        self._drop(asked)

    def _drop(self, identifiers):
        """Waits no longer for the replies to calls whose tasks are cancelled."""
        for identifier in [each for each in identifiers if each in self.pending and self.pending[each].done()]:
            del self.pending[identifier]
            self.dropped += 1

    def _turn_within(self, is_over):
        outer = self._longest_wait
        try:
            self.turn(is_over)
        except DeadlockError:
            pass
        finally:
            self._longest_wait = outer

    def _give_up(self, task):
        """Ends a task whose caller no longer waits; it may tidy up, as long as that waits for nothing."""
        task.cancel()
        rounds = iter(range(GIVE_UP_ROUNDS))
        try:
            self.turn(lambda: task.done() or next(rounds, None) is None)
        except DeadlockError:
            pass

    def _next_timer(self):
        """When the next timer is due; None without one."""
        scheduled = self._scheduled
        while scheduled and scheduled[0]._cancelled:
            self._timer_cancelled_count -= 1
            heapq.heappop(scheduled)._scheduled = False
        return scheduled[0]._when if scheduled else None

    def _run_once(self):
        """One turn. What is ready may turn the loop itself, so nothing here relies on what it has seen before."""
        ready, due = self._ready, self._next_timer()
        timeout = 0 if ready else None if due is None else max(0, due - self.time())
        if timeout is None and not self.pending:
            raise DeadlockError("The program waits here for something that will never happen: no call, task or timer is left that could bring it about.")
        if self._longest_wait is not None and (timeout is None or timeout > self._longest_wait):
            timeout = self._longest_wait
        self._process_events(self._selector.select(timeout))
        end = self.time() + self._clock_resolution
        while (due := self._next_timer()) is not None and due < end:
            handle = heapq.heappop(self._scheduled)
            handle._scheduled = False
            ready.append(handle)
        for _ in range(len(ready)):
            if not ready:
                return
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    def _process_events(self, events):
        pending = self.pending
        for kind, identifier, payload in events:
            future = pending.pop(identifier, None) if kind in (REPLY, FAILURE) else None
            if future is not None and not future.done():
                future.set_result((kind, payload))

    def reply_to(self, identifier):
        """A future of the kind and bytes of the reply to a call that was sent."""
        future = self.pending[identifier] = self.create_future()
        return future

    def has_nothing_else(self):
        """True when only the task that everything waits for could run, so that waiting for the host here delays nothing else."""
        if self._ready or self._scheduled or self.pending:
            return False
        task = asyncio.current_task(self)
        return task is self.main and task is not None and not task.cancelling()

    def wait_for_reply(self, identifier):
        """Blocks until the reply is there, which saves the way through the loop; returns its kind and bytes."""
        self._before_wait()
        while True:
            # A reply to a call that is no longer waited for may come first.
            for kind, number, payload in self._channel.receive():
                if number == identifier and kind in (REPLY, FAILURE):
                    return kind, payload

    def wait_aside(self, identifier):
        """Blocks until the reply is there, and nothing else goes on meanwhile. For what the machine alone decides."""
        self._before_wait()
        if self._channel.takes_turns:
            return self._channel.receive_only(identifier)
        return self.run_until_complete(self.reply_to(identifier))

    def _write_to_self(self):
        pass

    def close(self):
        """Nothing: programs close loops they made, and all of them are this one."""

    def blocking_sleep(self, seconds):
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._process_events(self._selector.sleep(seconds))

    def run_in_executor(self, executor, func, *args):
        """There are no threads: the function runs at once, on the caller's turn."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future


def _new_task(loop, coro, **options):
    return _Task(coro, loop=loop, **options)


def _as_coroutine(awaitable):
    if asyncio.iscoroutine(awaitable):
        return awaitable
    if not inspect.isawaitable(awaitable):
        raise TypeError(f"An awaitable is needed, not {type(awaitable).__name__}: call the async function, with its brackets.")
    return _await(awaitable)


async def _await(awaitable):
    return await awaitable
