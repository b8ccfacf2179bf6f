"""The library as the runtime uses it, which stays as it is whatever a program replaces in its own."""

import builtins
import importlib
import sys
import types
from importlib.machinery import PathFinder

PACKAGE = __name__.rpartition(".")[0]
# Written in Python throughout, so that a copy of its names would go on with what a program makes of its classes.
WHOLE = "json"
# What they hold is what the interpreter itself works with.
SHARED = frozenset(("builtins", "sys"))


def import_runtime():
    """Imports the runtime with built-in functions and modules of its own. To be called before any code of a program runs."""
    finder = _Finder(dict(vars(builtins)))
    sys.meta_path.insert(0, finder)
    programs = _take(WHOLE)
    kept = {WHOLE: importlib.import_module(WHOLE)}
    _take(WHOLE)
    sys.modules.update(programs)
    importlib.import_module(f"{PACKAGE}.session")
    sys.meta_path.remove(finder)
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{PACKAGE}.") and name != __name__:
            _keep(module, kept)


def _take(package):
    """The modules of a package, which is imported anew the next time."""
    names = [name for name in sys.modules if name == package or name.startswith(f"{package}.")]
    return {name: sys.modules.pop(name) for name in names}


def _keep(module, kept):
    for name, value in list(vars(module).items()):
        if isinstance(value, types.ModuleType) and not value.__name__.startswith(PACKAGE):
            vars(module)[name] = _copy(value, kept)


def _copy(module, kept):
    name = module.__name__
    if name in SHARED:
        return module
    if name not in kept:
        copy = kept[name] = Kept(module)
        for key, value in list(vars(module).items()):
            if isinstance(value, types.ModuleType) and value.__name__ == f"{name}.{key}":
                vars(copy)[key] = _copy(value, kept)
    return kept[name]


class Kept(types.ModuleType):
    """The names of a module as they were. What the runtime itself sets is set in the module, for programs to see."""

    def __init__(self, module):
        super().__init__(module.__name__)
        vars(self).update(vars(module))
        vars(self)["__kept__"] = module

    def __setattr__(self, name, value):
        setattr(self.__kept__, name, value)
        vars(self)[name] = value


class _Finder:
    """Has the modules of the runtime look up built-in functions in a table that programs do not reach."""

    def __init__(self, names):
        self._names = names

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in (PACKAGE, WHOLE):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None:
            spec.loader = _Loader(spec.loader, self._names)
        return spec


class _Loader:
    def __init__(self, loader, names):
        self._loader = loader
        self._names = names

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        vars(module)["__builtins__"] = self._names
        exec(self._loader.get_code(module.__name__), vars(module))
