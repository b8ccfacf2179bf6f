"""Imports of what is not on any disk: servers, skills and other texts that come with a cell."""

import builtins
import importlib
import importlib.abc
import importlib.machinery
import inspect
import sys
import types

from .errors import UnknownModuleError, listed, nearest, quoted
from .servers import unknown_server, unknown_tool
from .tool_call import as_tool_function

SERVER_PACKAGES = ("generated.servers", "generated.mcp")
OWN_ROOTS = ("generated", "skills")
HOST_ROOTS = frozenset(("js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core", "_codemode_guest", "micropip"))
NATIVE_MODULES = frozenset(("ctypes", "_ctypes"))


class VirtualModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds modules in the texts of the running cell and in the table of servers."""

    def __init__(self, servers, sources, calls):
        self._servers = servers
        self._calls = calls
        self._sources = sources
        self._texts = {}
        self._served = {}
        self._hidden = frozenset()

    def hide_host(self):
        """Makes the interpreter's own ways to its host impossible to import."""
        self._hidden = HOST_ROOTS | NATIVE_MODULES
        for name in [each for each in sys.modules if each.partition(".")[0] in self._hidden]:
            del sys.modules[name]
        sys.meta_path[:] = [each for each in sys.meta_path if type(each).__name__ != "JsFinder"]

    def replace(self, texts):
        """Takes the texts of a cell; what was imported stays while its text is the same."""
        wanted = {}
        for key, text in texts.items():
            for name in _spellings(key):
                wanted[name] = text
        self._texts = wanted
        for name, text in list(self._served.items()):
            if self._text_of(name) != text:
                self._forget(name)

    def refresh_servers(self):
        """Forgets modules that were built from an older table."""
        for name in list(self._served):
            if _server_of(name) is not None:
                self._forget(name)

    def find_spec(self, fullname, path=None, target=None):
        root = fullname.partition(".")[0]
        if root in self._hidden:
            raise ImportError(f"{fullname} is not available: programs here reach the outside only through their tools.", name=fullname)
        if self._text_of(fullname) is not None or self._server_names(fullname):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=self._is_package(fullname))
        if root in OWN_ROOTS:
            if self._is_package(fullname):
                return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
            raise self._missing(fullname)
        if self._is_package(fullname):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        name = module.__name__
        text = self._text_of(name)
        self._served[name] = text
        namespace = self._servers.get(_server_of(name))
        module.__dict__.update((each, self._servers.get(each)) for each in self._servers.names())
        if text is not None:
            self._execute(module, text)
            self._mark_calls(module)
        elif namespace is not None:
            module.__dict__.update((tool, namespace[tool]) for tool in namespace)
        if "__getattr__" not in module.__dict__:
            module.__getattr__ = self._attribute_finder(name, namespace)

    def _execute(self, module, text):
        filename = self._sources.add(module.__name__.replace(".", "/") + ".py", text)
        module.__file__ = filename
        module.__dict__["__builtins__"] = vars(builtins)
        exec(compile(text, filename, "exec", dont_inherit=True), module.__dict__)

    def _mark_calls(self, module):
        """Functions that a module of a server or skill defines return calls that stand for their results."""
        server = _server_of(module.__name__)
        if server is None:
            return
        for name, function in list(vars(module).items()):
            if type(function) is types.FunctionType and function.__code__.co_flags & inspect.CO_COROUTINE:
                setattr(module, name, as_tool_function(function, self._calls, f"{server}.{name}"))

    def _attribute_finder(self, module, namespace):
        def find(name):
            if name.startswith("__"):
                raise AttributeError(name)
            full = f"{module}.{name}"
            if self._text_of(full) is not None or self._server_names(full) or self._is_package(full):
                return importlib.import_module(full)
            if namespace is not None and name in namespace:
                return namespace[name]
            if namespace is not None:
                raise UnknownModuleError(*unknown_tool(namespace, name))
            existing = self._children(module) or _public(sys.modules.get(module))
            message = f"Module {quoted(module)} has no export {quoted(name)}.{nearest(name, existing)}"
            raise UnknownModuleError(message, full, listed("It exports", existing))

        return find

    def _text_of(self, name):
        return self._texts.get(name)

    def _server_names(self, name):
        server = _server_of(name)
        return server is not None and server in self._servers

    def _is_package(self, name):
        if name in ("generated", "skills", *SERVER_PACKAGES):
            return True
        return any(each.startswith(f"{name}.") for each in self._texts)

    def _children(self, package):
        start = f"{package}."
        names = {each[len(start) :].partition(".")[0] for each in self._texts if each.startswith(start)}
        if package in SERVER_PACKAGES:
            names.update(self._servers.names())
        if package == "generated":
            names.update(("servers", "mcp"))
        return sorted(names)

    def _missing(self, name):
        package, _, last = name.rpartition(".")
        if package in SERVER_PACKAGES:
            return UnknownModuleError(*unknown_server(self._servers, last))
        known = [f"{package}.{each}" if package else each for each in self._children(package)]
        message = f"There is no module {quoted(name)}.{nearest(name, known)}"
        return UnknownModuleError(message, name, listed("Programs can import", known) if known else "There is none.")

    def _forget(self, name):
        self._served.pop(name, None)
        sys.modules.pop(name, None)
        package, _, last = name.rpartition(".")
        parent = sys.modules.get(package)
        if parent is not None:
            parent.__dict__.pop(last, None)


def _spellings(key):
    name = key.removeprefix("./").removesuffix(".py").replace("/", ".")
    for package, alias in (SERVER_PACKAGES, SERVER_PACKAGES[::-1]):
        if name.startswith(f"{package}."):
            return name, alias + name[len(package) :]
    return (name,)


def _server_of(name):
    package, _, last = name.rpartition(".")
    return last if package in SERVER_PACKAGES else None


def _public(module):
    return [name for name in vars(module) if not name.startswith("_")] if module is not None else []
