"""An asyncio event loop whose only source of events is the host."""

import asyncio
import time

from .channel import FAILURE, REPLY, TICK, WAIT

POLL_SECONDS = 0.002


class _HostSelector:
    """Stands where asyncio expects a selector: waits for the host instead of sockets."""

    def __init__(self, channel, before_wait):
        self.pending = {}
        self._channel = channel
        self._before_wait = before_wait
        self._polled_at = 0.0
        self._wait = 0

    def select(self, timeout):
        if timeout is None:
            self._before_wait()
            return self._channel.receive()
        if timeout > 0:
            self._before_wait()
            return self._pause(timeout)
        now = time.monotonic()
        if not self.pending or 0 <= now - self._polled_at < POLL_SECONDS:
            return ()
        # The guest is busy while calls are under way: collect what has arrived without waiting for more.
        events = self._pause(0)
        while not any(kind == TICK and identifier == self._wait for kind, identifier, _ in events):
            events += self._channel.receive()
        self._polled_at = time.monotonic()
        return events

    def sleep(self, seconds):
        """Blocks for a while; replies that arrive meanwhile are returned."""
        end, events = time.monotonic() + seconds, []
        while (left := end - time.monotonic()) > 0:
            self._before_wait()
            events += self._pause(left)
        return events

    def _pause(self, seconds):
        self._wait = (self._wait + 1) & 0xFFFFFFFF
        self._channel.post(WAIT, self._wait, b"%.3f" % min(seconds * 1000, 2_000_000_000))
        return self._channel.receive()

    def close(self):
        pass


class GuestLoop(asyncio.BaseEventLoop):
    """The loop of a session. Timers are kept by the host, so that waiting costs nothing."""

    def __init__(self, channel, before_wait):
        super().__init__()
        self._channel, self._before_wait = channel, before_wait
        self._selector = _HostSelector(channel, before_wait)
        self.pending = self._selector.pending
        self.main = None
        self.set_exception_handler(_report)

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
        """True when only the program's own task could run, so that waiting for the host here keeps nobody waiting."""
        if self._ready or self._scheduled or self.pending:
            return False
        task = asyncio.current_task(self)
        return task is self.main and task is not None and not task.cancelling()

    def wait_for_reply(self, identifier):
        """Blocks until the reply is there, which spares the way through the loop; gives its kind and bytes."""
        self._before_wait()
        while True:
            # A reply to a call nobody waits for any more may come first.
            for kind, number, payload in self._channel.receive():
                if number == identifier and kind in (REPLY, FAILURE):
                    return kind, payload

    def _write_to_self(self):
        pass

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


def _report(loop, context):
    import sys

    error = context.get("exception")
    detail = "" if error is None else f": {type(error).__name__}: {error}"
    print(f"{context.get('message', 'Error in the event loop')}{detail}", file=sys.stderr)
