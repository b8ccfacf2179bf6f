"""The one way out of the guest: length-prefixed messages over a device backed by the process's own pipe."""

import os
import struct

HEADER = struct.Struct("<BII")
DEVICE = "/dev/codemode"
MEMORY_DEVICE = "/dev/codemode-memory"
FLUSH_BYTES = 65_536
READ_BYTES = 65_536

# Host to guest.
OPEN, RUN, REPLY, FAILURE, TICK, REST = 1, 2, 3, 4, 5, 6
# Guest to host.
READY, CALL, WAIT, STDOUT, STDERR, DROPPED, END, RESTED = 1, 2, 3, 4, 5, 6, 7, 8


class Channel:
    """Messages in batches: `post` collects, `flush` and `receive` send everything collected in one write."""

    def __init__(self):
        self._fd = None
        self._incoming = bytearray()
        self._outgoing = bytearray()
        self._read, self._write = os.read, os.write

    def open(self):
        self._fd = os.open(DEVICE, os.O_RDWR)

    def post(self, kind, identifier=0, payload=b""):
        self._outgoing += HEADER.pack(kind, identifier, len(payload))
        self._outgoing += payload
        if len(self._outgoing) > FLUSH_BYTES:
            self.flush()

    def flush(self):
        if self._outgoing:
            data, self._outgoing = self._outgoing, bytearray()
            self._write(self._fd, data)

    def receive(self):
        """Blocks until the host has said something; returns every complete message."""
        self.flush()
        messages = self._take()
        while not messages:
            self._incoming += self._read(self._fd, READ_BYTES)
            messages = self._take()
        return messages

    def _take(self):
        data, messages, position = self._incoming, [], 0
        while len(data) - position >= HEADER.size:
            kind, identifier, length = HEADER.unpack_from(data, position)
            end = position + HEADER.size + length
            if end > len(data):
                break
            messages.append((kind, identifier, bytes(data[position + HEADER.size : end])))
            position = end
        if position:
            del data[:position]
        return messages


def limit_memory(bytes_allowed):
    """Lowers the memory the interpreter may grow by; the device never raises the limit again."""
    device = os.open(MEMORY_DEVICE, os.O_WRONLY)
    try:
        os.write(device, struct.pack("<d", float(bytes_allowed)))
    finally:
        os.close(device)
