"""Calls to the host, as awaitables."""

import json

from .channel import CALL, FAILURE
from .errors import ToolError

_encode_json = json.JSONEncoder(allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode


class Calls:
    """Sends calls while a cell runs; refuses them once it has ended."""

    def __init__(self, channel, loop):
        self._channel = channel
        self._loop = loop
        self._next = 0
        self._heads = {}
        self.accepting = False
        self.argument_bytes = 0

    def start(self, target, arguments, label=None):
        """Sends a call at once; the future gives the kind and bytes of the reply."""
        return self._loop.reply_to(self._post(target, arguments, label))

    async def call(self, target, arguments, label=None):
        """Performs a call and gives its value, or raises a `ToolError`."""
        identifier, loop = self._post(target, arguments, label), self._loop
        if loop.has_nothing_else():
            return _value(loop.wait_for_reply(identifier))
        return _value(await loop.reply_to(identifier))

    def _post(self, target, arguments, label):
        data = self._encode(arguments, label or target)
        if not self.accepting:
            raise ToolError(f"{label or target} was not called: the program has ended.", "cancelled")
        head = self._heads.get(target)
        if head is None:
            head = self._heads[target] = json.dumps(target).encode() + b"\n"
        self._next = identifier = (self._next + 1) & 0xFFFFFFFF
        self._channel.post(CALL, identifier, head + data)
        return identifier

    def begin(self, target, arguments, label=None):
        """The same, started at once even when the result is never awaited."""
        reply = self.start(target, arguments, label)
        result = self._loop.create_future()
        reply.add_done_callback(lambda done: _settle(result, done))
        return result

    def _encode(self, arguments, label):
        try:
            data = _encode_json(arguments).encode("utf-8")
        except UnicodeEncodeError:
            data = json.dumps(arguments, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise ToolError(
                f"The arguments of {label} are not JSON: {error}",
                "invalid_arguments",
                tool=label,
                hint="Pass only dict, list, str, int, float, bool and None; turn dates into text and sets into lists.",
            ) from None
        if len(data) > self.argument_bytes:
            raise ToolError(
                f"The arguments of {label} are {len(data)} bytes of JSON; the limit is {self.argument_bytes}.",
                "invalid_arguments",
                tool=label,
                hint="Send less, or send it in several calls.",
            )
        return data


def _settle(result, reply):
    if result.done() or reply.cancelled():
        return
    try:
        result.set_result(_value(reply.result()))
    except Exception as error:
        result.set_exception(error)


def _value(reply):
    kind, payload = reply
    if kind == FAILURE:
        data = json.loads(payload)
        raise ToolError(
            data.get("message", "The call failed."),
            data.get("code", "tool_error"),
            data.get("tool"),
            data.get("hint"),
            data.get("content"),
            data.get("structuredContent"),
        )
    try:
        return json.loads(payload)
    except RecursionError:
        raise ToolError("The result is nested too deeply to be read.", "response_too_large") from None
