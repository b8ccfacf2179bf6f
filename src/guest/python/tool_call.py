"""Result of calling a tool: an awaitable that stands for its result where `await` was forgotten."""

import collections.abc
import inspect
import operator

from .errors import remember_call

UNARY = "bool len iter str int float abs neg pos reversed round".split()
BINARY = "getitem contains lt le gt ge eq ne add sub mul truediv floordiv mod pow and or xor matmul".split()
REFLECTED = "add sub mul truediv floordiv mod pow and or xor".split()
FUNCTIONS = {"bool": bool, "len": len, "iter": iter, "str": str, "int": int, "float": float, "reversed": reversed, "round": round}
# Names that others ask of any awaitable to find out what it is.
ASKED_OF_COROUTINES = ("cr_", "gi_", "ag_", "_")


class ToolCall(collections.abc.Coroutine):
    """A call that starts once it is awaited, or used as if it were its result."""

    __slots__ = ("coroutine", "_calls", "_result", "__weakref__")
    is_unstarted_call = True

    def __init__(self, coroutine, calls):
        self.coroutine = coroutine
        self._calls = calls
        self._result = None

    @property
    def is_unstarted(self):
        return self._result is None and inspect.getcoroutinestate(self.coroutine) == inspect.CORO_CREATED

    def __await__(self):
        return self.coroutine.__await__() if self._result is None else self._known().__await__()

    async def _known(self):
        return self._result[0]

    def send(self, value):
        try:
            return self.coroutine.send(value)
        except StopIteration:
            raise
        except BaseException as error:
            remember_call(error, self.coroutine)
            raise

    def throw(self, *error):
        return self.coroutine.throw(*error)

    def close(self):
        self.coroutine.close()

    def __repr__(self):
        return f"<call of {self.coroutine.__qualname__}, not awaited>"

    def __getattr__(self, name):
        if name.startswith(ASKED_OF_COROUTINES):
            raise AttributeError(name)
        return getattr(result_of(self), name)

    def __format__(self, form):
        return format(result_of(self), form)

    __hash__ = object.__hash__


def result_of(call):
    """The result of a call that was used without `await`: it is waited for now."""
    if call._result is None:
        call._result = (call._calls.wait_for(call.coroutine),)
    return call._result[0]


def _unary(name):
    function = FUNCTIONS.get(name) or getattr(operator, name)
    return lambda self, *rest: function(result_of(self), *rest)


def _binary(name):
    function = getattr(operator, f"__{name}__")
    return lambda self, other: function(result_of(self), result_of(other) if type(other) is ToolCall else other)


def _reflected(name):
    function = getattr(operator, f"__{name}__")
    return lambda self, other: function(other, result_of(self))


for _name in UNARY:
    setattr(ToolCall, f"__{_name}__", _unary(_name))
for _name in BINARY:
    setattr(ToolCall, f"__{_name}__", _binary(_name))
for _name in REFLECTED:
    setattr(ToolCall, f"__r{_name}__", _reflected(_name))
# Setting `__eq__` would take it away.
ToolCall.__hash__ = object.__hash__
ToolCall.__module__ = "builtins"


def as_tool_function(function, calls, qualname):
    """A function whose calls are `ToolCall`s of those of a coroutine function."""

    def tool(*positional, **keywords):
        coroutine = function(*positional, **keywords)
        coroutine.__qualname__ = qualname
        return ToolCall(coroutine, calls)

    tool.__name__, tool.__qualname__, tool.__doc__ = function.__name__, qualname, function.__doc__
    tool.__module__, tool.__wrapped__ = function.__module__, function
    return inspect.markcoroutinefunction(tool)
