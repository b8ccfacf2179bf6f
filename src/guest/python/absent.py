"""Says what to write instead of a name or a thing that is not here."""

import ast
import difflib
import importlib
import linecache
import sys
import types

# Where names live that programs use without importing them.
HOMES = {
    "abc": "ABC abstractmethod",
    "base64": "b64encode b64decode",
    "bisect": "bisect_left bisect_right insort",
    "collections": "Counter defaultdict deque namedtuple OrderedDict ChainMap",
    "collections.abc": "AsyncIterator Mapping Sequence",
    "contextlib": "contextmanager asynccontextmanager suppress",
    "copy": "deepcopy",
    "datetime": "timedelta timezone date",
    "decimal": "Decimal ROUND_HALF_UP",
    "dataclasses": "dataclass field asdict",
    "enum": "Enum IntEnum StrEnum auto",
    "fractions": "Fraction",
    "functools": "partial reduce lru_cache cache cached_property wraps total_ordering",
    "hashlib": "sha256 md5",
    "heapq": "heappush heappop heapify nlargest nsmallest",
    "io": "StringIO BytesIO",
    "itertools": "chain groupby islice product combinations permutations accumulate zip_longest pairwise starmap",
    "json": "loads dumps",
    "math": "sqrt ceil floor isclose",
    "operator": "itemgetter attrgetter",
    "pathlib": "Path",
    "pprint": "pprint",
    "random": "randint choice shuffle",
    "statistics": "mean median stdev",
    "textwrap": "dedent",
    "time": "sleep",
    "traceback": "format_exc print_exc",
    "types": "SimpleNamespace",
    "typing": "Any Optional Union List Dict Tuple TypedDict Callable Literal NamedTuple Protocol Generic TypeVar Iterable Iterator Awaitable",
    "urllib.parse": "urlencode quote unquote urlparse parse_qs urljoin",
    "uuid": "uuid4",
    "zoneinfo": "ZoneInfo",
}
# Helpers whose names mean something else too, where they are not awaited.
COMMON_HELPERS = frozenset("search complete sleep parallel".split())
HOME_OF = {name: home for home, names in HOMES.items() for name in names.split()}


def hint_for_absent(error, frame):
    """For what this sandbox does not have, or has in a module; `frame` is where the program noticed."""
    message = str(error)
    if isinstance(error, NameError) and error.name:
        tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
        stored = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
        return hint_for_name(error.name, tree, {*frame.f_locals, *stored})
    if isinstance(error, AttributeError) and error.name:
        return _hint_for_namesake(error.obj, error.name)
    if isinstance(error, TimeoutError):
        return "What was waited for took longer than the program itself allows: allow more time, or wait for less."
    if isinstance(error, RuntimeError) and "can't start new thread" in message:
        return "There are no threads: run calls side by side with `await asyncio.gather(*calls)`."
    if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
        return "Programs here reach files, processes and the network only through their tools."
    if isinstance(error, FileNotFoundError):
        return "Files of the machine are not here: read them with a tool. What a program writes itself is kept until its session ends."
    return None


def _hint_for_namesake(owner, name):
    """For a module that was taken for its member of the same name, or the other way round."""
    if isinstance(owner, types.ModuleType):
        own = owner.__name__.rpartition(".")[2]
        if hasattr(vars(owner).get(own), name):
            return f"`{own}` is a module here: write `{own}.{own}.{name}`, or import it with `from {owner.__name__} import {own}`."
        return None
    module = sys.modules.get(getattr(owner, "__module__", None) or "")
    own = getattr(owner, "__name__", None)
    if module is None or own != module.__name__ or not hasattr(module, name):
        return None
    if getattr(module, name) is owner:
        return f"`{own}` is that already, not the module: leave out `.{name}`."
    return f"`{own}` is not the module here: write `import {own}` instead of `from {own} import {own}`, or import `{name}` from it too."


def home_of(name, tree):
    """The module that a name which nothing defines belongs to, and its name there, None for the module itself; or None."""
    if name == "codemode":
        return name, None
    if _is_helper(name, tree):
        return "codemode", name
    if name in sys.stdlib_module_names:
        return (name, name) if _is_own_member(name, tree) else (name, None)
    return (HOME_OF[name], name) if name in HOME_OF else None


def hint_for_name(name, tree, known):
    """What to write instead of a name that nothing defines; `known` are the names that something does."""
    if (home := home_of(name, tree)) is not None:
        module, member = home
        return f"Add the line `from {module} import {member}`." if member else f"Add the line `import {module}`."
    if name == "__file__":
        return "The program is not a file, and files of the machine are not here: read them with a tool."
    if (caught := _caught_in_old_style(name, tree)) is not None:
        return f"Write `except {caught} as {name}:`; a comma only names another kind of error."
    near = difflib.get_close_matches(name, [each for each in known if each != name], 1, 0.75)
    return f"Did you mean `{near[0]}`?" if near else None


def _is_helper(name, tree):
    """Whether a name is that of a helper, and means it."""
    if name not in importlib.import_module("codemode").__all__:
        return False
    return name not in COMMON_HELPERS or any(isinstance(node, ast.Await) and _called(node.value) == name for node in ast.walk(tree))


def _called(node):
    return getattr(node.func, "id", None) if isinstance(node, ast.Call) else None


def _is_own_member(name, tree):
    """Whether the member of a module that has its name is meant, as in `datetime.now()` and `pprint(value)`."""
    member = getattr(sys.modules.get(name), name, None)
    for node in ast.walk(tree) if member is not None else ():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            return True
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name:
            return hasattr(member, node.attr) and not hasattr(sys.modules[name], node.attr)
    return False


def _caught_in_old_style(name, tree):
    for node in ast.walk(tree):
        kinds = node.type.elts if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple) else ()
        if len(kinds) > 1 and isinstance(kinds[-1], ast.Name) and kinds[-1].id == name:
            return ", ".join(ast.unparse(kind) for kind in kinds[:-1])
    return None
