"""Calls to the host, as awaitables."""

import json

from .channel import CALL, FAILURE
from .errors import OpaqueResult, ToolError
from .unawaited import describe_coroutine
from .values import NotAData, Unresolved, ValueTooLarge, from_json, resolve, to_json


class Calls:
    """Sends calls while a cell runs; refuses them once it has ended."""

    def __init__(self, channel, unawaited, sources):
        self._channel = channel
        self._unawaited = unawaited
        self._sources = sources
        # What was changed on the way of arguments, and how often.
        self.notes = {}
        self._next = 0
        self._targets = {}
        self.accepting = False
        self.has_emitted = False
        self.argument_bytes = 0

    def start(self, target, arguments, label=None):
        """Sends a call at once; the future holds the kind and bytes of the reply."""
        return self._unawaited.loop.reply_to(self._post(target, arguments, label))

    def wait_for(self, coroutine):
        """The result of a call that was used without `await`."""
        name, place = describe_coroutine(coroutine, self._sources)
        self._unawaited.note(f"{name}{place} was used without `await`, so the program waited for it there. Write `(await {name})`.")
        return self._unawaited.loop.run_until_complete(coroutine)

    def ask_machine(self, target, arguments):
        """The answer to what the machine alone decides, at once."""
        return _value(self._unawaited.loop.wait_aside(self._post(target, arguments, None)))

    async def call(self, target, arguments, label=None):
        """Performs a call and returns its value, or raises a `ToolError`."""
        loop = self._unawaited.loop
        try:
            identifier = self._post(target, arguments, label)
        except Unresolved as error:
            return await self._call_with(target, arguments, label, error.read)
        if loop.has_nothing_else():
            return _value(loop.wait_for_reply(identifier))
        return _value(await loop.reply_to(identifier))

    async def _call_with(self, target, arguments, label, read):
        """A call whose arguments have to be waited for."""
        return await self.call(target, await resolve(arguments, read), label)

    def _post(self, target, arguments, label):
        head, for_tool = self._targets.get(target) or self._learn(target)
        data = self._encode(arguments, label or target, for_tool)
        if not self.accepting:
            raise ToolError(f"{label or target} was not called: the program has ended.", "cancelled")
        if target == "codemode:emit":
            self.has_emitted = True
        self._next = identifier = (self._next + 1) & 0xFFFFFFFF
        self._channel.post(CALL, identifier, head + data)
        return identifier

    def _learn(self, target):
        """How the message of a call begins, and whether its arguments are those of a tool; the same for all calls of it."""
        for_tool = not target.startswith("codemode:") or target == "codemode:call"
        known = self._targets[target] = (json.dumps(target).encode() + b"\n", for_tool)
        return known

    def begin(self, target, arguments, label=None):
        """The same, started at once even when the result is never awaited."""
        try:
            reply = self.start(target, arguments, label)
        except Unresolved as error:
            return self._unawaited.loop.create_task(self._call_with(target, arguments, label, error.read))
        result = self._unawaited.loop.create_future()
        reply.add_done_callback(lambda done: _settle(result, done))
        return result

    def _encode(self, arguments, label, for_tool):
        try:
            data, notes = to_json(arguments, self.argument_bytes, root="", strict=True, for_tool=for_tool)
        except NotAData as error:
            raise ToolError(f"The arguments of {label} cannot be sent: {error}", "invalid_arguments", tool=label, hint=error.hint) from None
        except ValueTooLarge as error:
            raise self._too_long(label, error.args[0] if error.args else f"more than {self.argument_bytes}") from None
        for note in notes:
            self.notes[f"Arguments of {label}: {note}"] = None
        if len(data) > self.argument_bytes:
            raise self._too_long(label, len(data))
        return data

    def _too_long(self, label, size):
        return ToolError(
            f"The arguments of {label} are {size} bytes of JSON; the limit is {self.argument_bytes}.",
            "invalid_arguments",
            tool=label,
            hint="Send less, or send it in several calls.",
        )


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
        data = from_json(payload)
        details = (
            data.get("message", "The call failed."),
            data.get("code", "tool_error"),
            data.get("tool"),
            data.get("hint"),
            data.get("content"),
            data.get("structuredContent"),
        )
        if data.get("opaque"):
            return OpaqueResult(details)
        raise ToolError(*details)
    try:
        return from_json(payload)
    except RecursionError:
        raise ToolError("The result is nested too deeply to be read.", "response_too_large") from None
