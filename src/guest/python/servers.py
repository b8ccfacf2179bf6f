"""The tools of a catalog as Python objects: one namespace per server, all of them in `servers`."""

from .errors import ToolError, UnknownAttributeError, UnknownToolError, nearest


def make_tool(calls, name, target):
    """A function that takes one dict or keywords and calls one target."""

    async def tool(arguments=None, /, **kwargs):
        return await calls.call(target, merge_arguments(name, arguments, kwargs), name)

    tool.__name__ = tool.__qualname__ = name
    return tool


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
    """The tools of one server, by attribute or by original name in brackets."""

    def __init__(self, name, functions, calls):
        object.__setattr__(self, "_name", name)
        object.__setattr__(self, "_targets", dict(functions))
        object.__setattr__(self, "_tools", {})
        object.__setattr__(self, "_calls", calls)

    def _tool(self, name):
        tool = self._tools.get(name)
        if tool is None and name in self._targets:
            tool = self._tools[name] = make_tool(self._calls, name, self._targets[name])
        return tool

    def __getattr__(self, name):
        tool = self._tool(name)
        if tool is not None:
            return tool
        if name.startswith("__"):
            raise AttributeError(name)
        raise UnknownAttributeError(*self._unknown(name))

    def __getitem__(self, name):
        tool = self._tool(name)
        if tool is None:
            raise UnknownToolError(*self._unknown(name))
        return tool

    def _unknown(self, name):
        return f"{self._name} has no tool {name!r}.", f"{self._name}__{name}", nearest(name, self._targets)

    def __setattr__(self, name, value):
        raise AttributeError(f"{self._name} is read-only.")

    def __contains__(self, name):
        return name in self._targets

    def __iter__(self):
        return iter(self._targets)

    def __len__(self):
        return len(self._targets)

    def __dir__(self):
        return [name for name in self._targets if name.isidentifier()]

    def __repr__(self):
        return f"<server {self._name}: {len(self._targets)} tools>"


class Servers:
    """All namespaces, by attribute or in brackets."""

    def __init__(self):
        self._namespaces = {}
        self._aliases = {}

    def replace(self, table, calls):
        self._namespaces = {name: Namespace(name, functions, calls) for name, functions, *_ in table}
        self._aliases = {each[2]: each[0] for each in table if each[2:] and each[2]}

    def get(self, name):
        return self._namespaces.get(self._aliases.get(name, name))

    def names(self):
        return list(self._namespaces)

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in self._namespaces:
            raise UnknownAttributeError(*self._unknown(name))
        return self._namespaces[name]

    def __getitem__(self, name):
        namespace = self.get(name)
        if namespace is None:
            raise UnknownToolError(*self._unknown(name))
        return namespace

    def _unknown(self, name):
        return f"There is no server {name!r}.", None, nearest(name, self._namespaces)

    def __contains__(self, name):
        return self.get(name) is not None

    def __iter__(self):
        return iter(self._namespaces)

    def __len__(self):
        return len(self._namespaces)

    def __dir__(self):
        return list(self._namespaces)
