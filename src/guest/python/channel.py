"""The one way out of the guest: length-prefixed messages over a device backed by the process's own pipe."""

import math
import os
import struct

HEADER = struct.Struct("<BII")
HEADER_BYTES = HEADER.size
_pack, _unpack = HEADER.pack, HEADER.unpack_from
DEVICE = "/dev/codemode"
MEMORY_DEVICE = "/dev/codemode-memory"
CLOCK_DEVICE = "/dev/codemode-clock"
# The host works on what it has while the program makes more.
FLUSH_BYTES = 4_096
# Only a read of this size may return less than was asked for.
READ_BYTES = 65_536
TURN = struct.Struct("<dd")

# Host to guest.
OPEN, RUN, REPLY, FAILURE, TICK = 1, 2, 3, 4, 5
# Guest to host.
READY, CALL, WAIT, STDOUT, STDERR, DROPPED, END = 1, 2, 3, 4, 5, 6, 7


class Channel:
    """Messages in batches: `post` collects, `flush` and `receive` send everything collected in one write.

    In a cell that can be repeated one message is read at a time, and as it comes, so that what has arrived already makes no
    difference to the program, not even in where its objects lie. It begins with the time that it brings.
    """

    def __init__(self):
        self._fd = None
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._read, self._write = os.read, os.write
        self._clock = None
        self.takes_turns = False
        self._aside = []

    def open(self):
        self._fd = os.open(DEVICE, os.O_RDWR)

    def take_turns(self, wall, running, seed=()):
        """Reads one message at a time from now on, in a cell that starts at this time; the seed is for a new session."""
        self.takes_turns = True
        self._set_clock(TURN.pack(wall, running) + struct.pack(f"<{len(seed)}i", *seed))

    def end_turns(self):
        """Reads whatever has come, and has the clock of the machine again."""
        if self.takes_turns:
            self.takes_turns = False
            self._aside.clear()
            self._set_clock(TURN.pack(math.nan, math.nan))

    def _set_clock(self, data):
        if self._clock is None:
            self._clock = os.open(CLOCK_DEVICE, os.O_WRONLY)
        self._write(self._clock, data)

    def post(self, kind, identifier=0, payload=b""):
        self._outgoing += _pack(kind, identifier, len(payload))
        self._outgoing += payload
        if len(self._outgoing) > FLUSH_BYTES:
            self.flush()

    def flush(self):
        if self._outgoing:
            data, self._outgoing = self._outgoing, bytearray()
            self._write(self._fd, data)

    def end(self, payload):
        """Sends the last message of a cell, in a write of its own, which goes out once the host is waited for."""
        self.flush()
        self.post(END, 0, payload)
        self.flush()

    def receive(self):
        """Blocks until the host has said something; returns every complete message."""
        self.flush()
        if self.takes_turns:
            return [self._next()]
        messages = None
        while not messages:
            data = self._read(self._fd, READ_BYTES)
            if self._incoming:
                self._incoming += data
                data = self._incoming
            messages = self._take(data)
        return messages

    def receive_only(self, identifier):
        """Blocks until the reply to a call is there that is not part of what is repeated; others wait."""
        self.flush()
        while True:
            message = self._read_message()
            if message[1] == identifier and message[0] in (REPLY, FAILURE):
                return message[0], message[2][TURN.size :]
            self._aside.append(message)

    def _next(self):
        kind, identifier, payload = self._aside.pop(0) if self._aside else self._read_message()
        if kind not in (REPLY, FAILURE, TICK):
            return kind, identifier, payload
        self._set_clock(payload[: TURN.size])
        return kind, identifier, payload[TURN.size :]

    def _read_message(self):
        kind, identifier, length = HEADER.unpack(self._read(self._fd, HEADER_BYTES))
        return kind, identifier, self._read(self._fd, length) if length else b""

    def _take(self, data):
        """The messages that are complete; the beginning of another one is kept for the next read."""
        messages, position, size = [], 0, len(data)
        while size - position >= HEADER_BYTES:
            kind, identifier, length = _unpack(data, position)
            start = position + HEADER_BYTES
            end = start + length
            if end > size:
                break
            messages.append((kind, identifier, bytes(data[start:end])))
            position = end
        if data is self._incoming:
            del data[:position]
        elif position < size:
            self._incoming += data[position:]
        return messages


def limit_memory(bytes_allowed):
    """Lowers the memory the interpreter may grow by; the device never raises the limit again."""
    device = os.open(MEMORY_DEVICE, os.O_WRONLY)
    try:
        os.write(device, struct.pack("<d", float(bytes_allowed)))
    finally:
        os.close(device)
