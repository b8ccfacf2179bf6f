"""Standard output and error as messages to the host, cut at the cell's limit."""

import io
import time

from .channel import DROPPED, STDERR, STDOUT

CHUNK_CHARACTERS = 16_384
REPORT_SECONDS = 0.05


class OutputBudget:
    """What a cell may still print. Past its end output is only counted."""

    def __init__(self, channel):
        self._channel = channel
        self._reported_at = 0.0
        self.start(0)

    def start(self, limit):
        self.left = limit
        self.dropped = 0

    def is_unused(self, limit):
        """Whether nothing was printed."""
        return self.left == limit

    def send(self, kind, text):
        data = text.encode("utf-8", "backslashreplace")
        kept = data if len(data) <= self.left else self._cut(data)
        if kept:
            self.left -= len(kept)
            self._channel.post(kind, 0, kept)
            self._channel.flush()
        if len(kept) < len(data):
            self.left = 0
            self.drop(len(data) - len(kept))

    def drop(self, count):
        self.dropped += count
        now = time.monotonic()
        if abs(now - self._reported_at) > REPORT_SECONDS:
            self._reported_at = now
            self._channel.post(DROPPED, 0, b"%d" % self.dropped)
            self._channel.flush()

    def _cut(self, data):
        return data[: self.left].decode("utf-8", "ignore").encode("utf-8")


class GuestOutput(io.TextIOBase):
    """A text stream that passes on whole lines as they are written, and the rest when the guest waits or ends."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, name, kind, budget):
        self.name = name
        self._kind = kind
        self._budget = budget
        self.parts = []
        self._length = 0
        self.buffer = _BytesOutput(self)

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if self._budget.left <= 0:
            self._budget.drop(_size(text, 0))
            return len(text)
        if len(text) > CHUNK_CHARACTERS:
            self._write_pieces(text)
            return len(text)
        self.parts.append(text)
        self._length += len(text)
        if "\n" in text or self._length > CHUNK_CHARACTERS:
            self.flush()
        return len(text)

    def flush(self):
        if self.parts:
            text, self.parts, self._length = "".join(self.parts), [], 0
            self._budget.send(self._kind, text)

    def _write_pieces(self, text):
        self.flush()
        for start in range(0, len(text), CHUNK_CHARACTERS):
            if self._budget.left <= 0:
                self._budget.drop(_size(text, start))
                return
            self._budget.send(self._kind, text[start : start + CHUNK_CHARACTERS])


def _size(text, start):
    """Bytes of the text from a place on, without a copy of it."""
    if text.isascii():
        return len(text) - start
    pieces = range(start, len(text), CHUNK_CHARACTERS)
    return sum(len(text[at : at + CHUNK_CHARACTERS].encode("utf-8", "backslashreplace")) for at in pieces)


class _BytesOutput(io.RawIOBase):
    """What `sys.stdout.buffer` is expected to be."""

    def __init__(self, text):
        self._text = text

    def writable(self):
        return True

    def write(self, data):
        data = bytes(data)
        self._text.write(data.decode("utf-8", "backslashreplace"))
        return len(data)

    def flush(self):
        self._text.flush()


def create_streams(channel):
    budget = OutputBudget(channel)
    return budget, GuestOutput("<stdout>", STDOUT, budget), GuestOutput("<stderr>", STDERR, budget)
