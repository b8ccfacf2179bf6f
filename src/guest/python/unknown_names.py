"""Finds what a program uses and nothing defines, before any of it runs: a name, or a module that is not here."""

import ast
import builtins
import importlib
import importlib.util
import re
import sys

from .absent import hint_for_name, home_of

# Words of programs that define or look for names in ways their text does not show.
OPAQUE = re.compile(r"\b(?:globals|locals|vars|exec|eval|setattr|__dict__|__builtins__|builtins|NameError|f_globals|f_locals)\b|import\s*\(?\s*\*")
# Words of programs that may make modules of their own.
OWN_MODULES = re.compile(r"\b(?:open|write_text|write_bytes|meta_path|modules|path_hooks|ModuleType)\b|\bsys\.path\b")
# What is not read when a program runs, or is no name.
UNREAD = frozenset(("annotation", "returns", "ctx", "op"))
LEAVES = frozenset((ast.Constant, ast.Pass, ast.Break, ast.Continue))
# Kinds that bind no names themselves.
PLAIN = frozenset((ast.Call, ast.Attribute, ast.Subscript, ast.Expr, ast.Assign, ast.BinOp, ast.Compare, ast.keyword, ast.Await, ast.Return, ast.List, ast.Tuple, ast.Dict, ast.For, ast.comprehension, ast.JoinedStr, ast.FormattedValue, ast.arguments))
# Names of the standard library that are written without an import and mean one thing only, beside its modules and types.
PLAIN_HOMES = frozenset("defaultdict deque namedtuple timedelta timezone dataclass asdict contextmanager itemgetter".split())
GUARDS = frozenset((ast.Try, ast.TryStar, ast.If, ast.With))


def find_unknown(program, scope, source):
    """The exceptions that a program would surely end with, each with its place as `at`; `scope` is what it can see."""
    if not _may_be_unknown(program.steps, scope):
        return []
    reader = _Reader()
    for statement in program.body:
        reader.read(statement, False)
    found = [] if OWN_MODULES.search(source) else [_missing_module(*each) for each in reader.modules if not _is_module(each[0])]
    if not OPAQUE.search(source):
        found += _missing_names(reader, scope, program.body)
    return sorted(found, key=lambda error: error.at)


def import_known(unknown, scope, body):
    """
    Puts into `scope` what a program forgot to import, where the standard library, or `codemode`, is the one thing of that
    name and has all that the program takes from it. Returns the names it put there, and leaves in `unknown` what else stops the program.
    """
    put = []
    for error in list(unknown):
        thing = _forgotten(error.name, body) if isinstance(error, NameError) else None
        if thing is not None:
            scope[error.name] = thing
            put.append(error.name)
            unknown.remove(error)
    return put


def _forgotten(name, body):
    home = home_of(name, tree := ast.Module(body, []))
    if home is None:
        return None
    module, member = home
    # A variable that was never written may have the name of a module: its fields show which is meant.
    parents = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name]
    uses = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
    if member is None and uses > len(parents):
        return None
    if member is not None and not (name in PLAIN_HOMES or name[0].isupper() or name == module or module == "codemode"):
        return None
    try:
        found = importlib.import_module(module)
        thing = found if member is None else getattr(found, member)
    except Exception:
        return None
    return thing if all(hasattr(thing, each.attr) for each in parents) else None


def _may_be_unknown(codes, scope):
    """Whether compiled code has names at all that are neither in scope nor built in; fields are among them."""
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if any(name not in scope and not hasattr(builtins, name) for name in code.co_names):
            return True
        waiting.extend(each for each in code.co_consts if hasattr(each, "co_code"))
    return False


class _Reader:
    """Names that the statements read, names that any of them binds, and the modules that they surely import."""

    def __init__(self):
        self.read_names = []
        self.bound = set()
        self.modules = []

    def read(self, node, is_guarded):
        """`is_guarded` is true where an import may fail, or not happen."""
        waiting = [(node, is_guarded)]
        while waiting:
            node, is_guarded = waiting.pop()
            kind = type(node)
            if kind is ast.Name:
                self._note_name(node)
                continue
            if kind is ast.AugAssign and type(node.target) is ast.Name:
                # It is read before it is written.
                self.read_names.append(node.target)
                waiting.append((node.value, is_guarded))
                continue
            if kind in LEAVES:
                continue
            if kind not in PLAIN:
                self._note(node, is_guarded)
                is_guarded = is_guarded or kind in GUARDS
            for field in kind._fields:
                value = getattr(node, field, None)
                if type(value) is list:
                    waiting += [(part, is_guarded) for part in value if isinstance(part, ast.AST)]
                elif isinstance(value, ast.AST) and field not in UNREAD:
                    waiting.append((value, is_guarded))

    def _note_name(self, node):
        if type(node.ctx) is ast.Load:
            self.read_names.append(node)
        else:
            self.bound.add(node.id)

    def _note(self, node, is_guarded):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._note_import(node, is_guarded)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            self.bound.update(node.names)
        elif isinstance(node, ast.arg):
            self.bound.add(node.arg)
        elif isinstance(node, ast.MatchMapping):
            self.bound.add(node.rest)
        elif isinstance(name := getattr(node, "name", None), str):
            self.bound.add(name)

    def _note_import(self, node, is_guarded):
        self.bound.update(each.asname or each.name.partition(".")[0] for each in node.names)
        if is_guarded or getattr(node, "level", 0):
            return
        names = [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
        self.modules.extend((name, node) for name in names)


def _missing_names(reader, scope, body):
    found, seen = [], set()
    for node in sorted(reader.read_names, key=lambda each: (each.lineno, each.col_offset)):
        name = node.id
        if name in seen or name in reader.bound or name in scope or name.startswith("__") or hasattr(builtins, name):
            continue
        seen.add(name)
        known = {*scope, *reader.bound} - {None}
        found.append(_placed(NameError(f"name {name!r} is not defined", name=name), node, hint_for_name(name, ast.Module(body, []), known)))
    return found


def _is_module(name):
    root = name.partition(".")[0]
    if root in sys.stdlib_module_names or root in sys.modules:
        return True
    try:
        return importlib.util.find_spec(root) is not None
    except (ImportError, ValueError):
        # The import says more.
        return True


def _missing_module(name, node):
    root = name.partition(".")[0]
    return _placed(ModuleNotFoundError(f"No module named {root!r}", name=root), node, None)


def _placed(error, node, hint):
    error.at = (node.lineno, node.col_offset + 1)
    error.hint = hint
    return error
