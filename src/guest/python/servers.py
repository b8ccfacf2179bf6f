"""The tools of a catalog as Python objects: one namespace per server, all of them in `servers`."""

import inspect
import keyword

from .errors import ToolError, UnknownAttributeError, UnknownToolError, listed, nearest, quoted
from .tool_call import ToolCall


# What keywords of Python are written as where a parameter is called so, as in `from_="a"`.
EVADING = frozenset(f"{word}_" for word in keyword.kwlist)


def make_tool(calls, qualname, target):
    """A function that takes one dict, keywords, or values in the order of the tool's parameters, and calls one target."""
    name = qualname.partition(".")[2]

    async def perform(positional, keywords):
        return await calls.call(target, await arguments_of(calls, (name, target), positional, keywords), name)

    def tool(*positional, **keywords):
        # Most calls are spared the second coroutine.
        coroutine = calls.call(target, keywords, name) if not positional and EVADING.isdisjoint(keywords) else perform(positional, keywords)
        coroutine.__qualname__ = qualname
        return ToolCall(coroutine, calls)

    tool.__name__, tool.__qualname__ = name, qualname
    tool.__doc__ = f'`await codemode.describe("{target}")` returns what it does, its parameters and its result.'
    return inspect.markcoroutinefunction(tool)


async def arguments_of(calls, tool, positional, keywords):
    """The arguments of a call as one dict; `tool` is the name shown and the full name."""
    name, target = tool
    keywords = await under_own_names(calls, target, keywords)
    if not positional:
        return keywords
    if len(positional) == 1 and (positional[0] is None or isinstance(positional[0], dict)):
        return merge_arguments(name, positional[0], keywords)
    parameters = await parameters_of(calls, target)
    if parameters == []:
        raise ToolError(f"{name} takes no arguments.", "invalid_arguments", tool=name, hint=f"Write {name}().")
    parameters = parameters or []
    if not 0 < len(positional) <= len(parameters):
        shown = ", ".join(f"{each}=…" for each in parameters[:6]) or "parameter=value"
        raise ToolError(
            f"{name} takes one dict or keywords, not {_kinds(positional)}.",
            "invalid_arguments",
            tool=name,
            hint=f"Name each argument: {name}({shown}).",
        )
    arguments = dict(zip(parameters, positional))
    if twice := arguments.keys() & keywords.keys():
        raise ToolError(f"{name} got two values for {sorted(twice)[0]!r}.", "invalid_arguments", tool=name, hint="Name each argument once.")
    return {**arguments, **keywords}


async def under_own_names(calls, target, keywords):
    """The same where `from_` stands for a parameter `from`, which cannot be written as a keyword."""
    if EVADING.isdisjoint(keywords):
        return keywords
    parameters = set(await parameters_of(calls, target) or ())
    own = {each: each[:-1] for each in EVADING.intersection(keywords) if each not in parameters and each[:-1] in parameters and each[:-1] not in keywords}
    return {own.get(each, each): value for each, value in keywords.items()}


async def parameters_of(calls, target):
    """Names of a tool's parameters, required ones first; None when they are not known."""
    try:
        schema = (await calls.call("codemode:describe", {"name": target, "detail": "full"}, "describe"))["inputSchema"]
        properties, required = schema.get("properties") or {}, schema.get("required") or []
    except (ToolError, TypeError, KeyError, AttributeError):
        return None
    return [*required, *(name for name in properties if name not in required)]


def _kinds(values):
    return f"a {type(values[0]).__name__}" if len(values) == 1 else f"{len(values)} values without names"


def merge_arguments(name, arguments, kwargs):
    if arguments is None:
        return kwargs
    if not isinstance(arguments, dict):
        raise ToolError(
            f"{name} takes one dict or keywords, not a {type(arguments).__name__}.",
            "invalid_arguments",
            tool=name,
            hint=f"Name each argument: {name}(parameter=value).",
        )
    if kwargs:
        raise ToolError(
            f"{name} takes one dict or keywords, not both.",
            "invalid_arguments",
            tool=name,
            hint="Put everything in the dict, or use keywords only.",
        )
    return arguments


class Namespace:
    """The tools of one server, by attribute or by original name in brackets. Its own parts never hide a tool."""

    def __init__(self, name, functions, calls, open_target=None):
        object.__setattr__(self, "_state", (name, dict(functions), {}, calls, open_target))

    def __getattribute__(self, name):
        # Every call of a program asks for a tool that is made already.
        tool = _part_of(self, "_state")[2].get(name)
        if tool is not None:
            return tool
        if _is_special(name):
            return _part_of(self, name)
        tool = _tool(self, name)
        if tool is None:
            raise UnknownAttributeError(*unknown_tool(self, name))
        return tool

    def __getattr__(self, name):
        """Special names that Python itself does not know."""
        tool = _tool(self, name)
        if tool is None:
            raise AttributeError(name) if _is_special(name) else UnknownAttributeError(*unknown_tool(self, name))
        return tool

    def __getitem__(self, name):
        tool = _tool(self, name)
        if tool is None:
            raise UnknownToolError(*unknown_tool(self, name))
        return tool

    def __setattr__(self, name, value):
        raise AttributeError(f"{_state(self)[0]} is read-only.")

    def __contains__(self, name):
        return name in _state(self)[1]

    def __iter__(self):
        return iter(_state(self)[1])

    def __len__(self):
        return len(_state(self)[1])

    def __dir__(self):
        return [name for name in _state(self)[1] if name.isidentifier()]

    def __call__(self, *_values, **_keywords):
        raise TypeError(f"{_state(self)[0]} is a server, not a function.")

    def __repr__(self):
        return f"<server {_state(self)[0]}: {len(self)} tools>"


_part_of = object.__getattribute__


def _is_special(name):
    return name[:2] == "__" == name[-2:]


def _state(namespace):
    return _part_of(namespace, "_state")


def _tool(namespace, name):
    server, targets, tools, calls, open_target = _state(namespace)
    tool = tools.get(name)
    target = targets.get(name)
    if target is None and open_target and isinstance(name, str) and name[:2] != "__":
        # What it has is not known yet: the host waits for it when the tool is called.
        target = open_target + name
    if tool is None and target is not None:
        tool = make_tool(calls, f"{server}.{name}", target)
        # What Python asks of any object is never answered by a tool.
        if not _is_special(name):
            tools[name] = tool
    return tool


def unknown_tool(namespace, name):
    """Message, full name and hint for a tool that a server lacks."""
    server, targets, *_ = _state(namespace)
    names = [each for each in targets if each.isidentifier()] or list(targets)
    hint = listed("It has", names) if names else f"Server {quoted(server)} has no tools at the moment."
    near = nearest(f"{server}__{name}", [f"{server}__{each}" for each in names])
    return f"Server {quoted(server)} has no tool {quoted(name)}.{near}", f"{server}__{name}", hint


class ServerTable:
    """All namespaces of the running cell."""

    def __init__(self):
        self._namespaces = {}
        self.view = Servers(self)
        self._aliases = {}

    def replace(self, table, calls):
        self._namespaces = {each[0]: Namespace(each[0], each[1], calls, *each[3:]) for each in table}
        self._aliases = {each[2]: each[0] for each in table if each[2:] and each[2]}

    def get(self, name):
        return self._namespaces.get(self._aliases.get(name, name))

    def names(self):
        return list(self._namespaces)

    def __contains__(self, name):
        return self.get(name) is not None


class Servers:
    """What programs know as `servers`: all namespaces, by attribute or in brackets."""

    def __init__(self, table):
        object.__setattr__(self, "_table", table)

    def __getattribute__(self, name):
        if name[:2] == "__" == name[-2:]:
            return object.__getattribute__(self, name)
        table = _table(self)
        if name not in table:
            raise UnknownAttributeError(*unknown_server(table, name))
        return table.get(name)

    def __getitem__(self, name):
        table = _table(self)
        if name not in table:
            raise UnknownToolError(*unknown_server(table, name))
        return table.get(name)

    def __contains__(self, name):
        return name in _table(self)

    def __iter__(self):
        return iter(_table(self).names())

    def __len__(self):
        return len(_table(self).names())

    def __dir__(self):
        return _table(self).names()


def _table(servers):
    return object.__getattribute__(servers, "_table")


def unknown_server(table, name):
    """Message, no tool, and hint for a server that does not exist."""
    names = table.names()
    hint = listed("Servers", names) if names else "No server is configured."
    return f"There is no server {quoted(name)}.{nearest(name, names)}", None, hint
