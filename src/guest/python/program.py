"""Compiles a program so that it has a value: its last expression, what it returns, or what its only function does."""

import ast
import functools
import re

from .missing_await import mark_uses

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
# What a program that has yet to be started is made of.
DEFINITIONS = (*FUNCTIONS, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Pass)
VALUELESS = (
    ((ast.For, ast.AsyncFor, ast.While), "a loop"),
    (ast.ClassDef, "the definition of a class"),
    (FUNCTIONS, "the definition of a function"),
    ((ast.Import, ast.ImportFrom), "an import"),
    ((ast.Assign, ast.AugAssign), "an assignment"),
    (ast.Delete, "`del`"),
    (ast.Pass, "`pass`"),
)
START_NAMES = frozenset("main amain _main async_main run execute handler program start".split())
VALUE_NAME = "__value_of_program__"
# Signs of a program that is no expression, or of one whose reading may warn: a warning would come twice.
NO_EXPRESSION = re.compile(r"[\\;=]|\n\s*\S|\A\s*(?:import|from|def|class|async|for|while|if|with|try|return|raise|del|pass|assert|global|nonlocal|break|continue)\b")


class Program:
    """Code objects to run in turn; the value of the last one is the program's, unless `captures` says that it stands in a variable."""

    def __init__(self, source, filename):
        self._source, self._filename = source, filename
        self.captures = False
        code = _expression(source, filename)
        if code is not None:
            self.steps = [code]
            return
        tree = ast.parse(source, filename)
        self.body = list(tree.body)
        if "async" in source:
            mark_uses(tree)
        self.steps = self._returning(tree, filename) if _has_return(tree.body) else self._plain(tree, filename)

    @functools.cached_property
    def body(self):
        """Its statements; of one that is a single expression they are read when they are asked for."""
        return ast.parse(self._source, self._filename).body

    def _plain(self, tree, filename):
        body = tree.body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        self.captures = last is None and _capture(body)
        steps = []
        if body:
            steps.append(compile(tree, filename, "exec", TOP_LEVEL_AWAIT, dont_inherit=True))
        if last is not None:
            steps.append(compile(ast.Expression(last.value), filename, "eval", TOP_LEVEL_AWAIT, dont_inherit=True))
        return steps

    def _returning(self, tree, filename):
        """A function around the program, whose names are still the session's, since Python returns from nothing else."""
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            tree.body[-1] = ast.copy_location(ast.Return(last.value), last)
        _drop_annotations(tree)
        names = sorted(_bound_names(tree.body))
        start = [ast.Global(names, lineno=1, col_offset=0)] if names else []
        arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
        function = ast.AsyncFunctionDef("program", arguments, [*start, *tree.body], [], None, lineno=1, col_offset=0, type_params=[])
        module = ast.fix_missing_locations(ast.Module([function], []))
        outer = compile(module, filename, "exec", dont_inherit=True)
        code = next(each for each in outer.co_consts if hasattr(each, "co_code"))
        return [code.replace(co_name="<module>", co_qualname="<module>")]

    def uncalled_functions(self):
        """The functions of a program that defines things and does nothing; empty for every other program."""
        if not all(isinstance(each, DEFINITIONS) or _is_text(each) for each in self.body):
            return []
        functions = [each for each in self.body if isinstance(each, FUNCTIONS)]
        started = {name for each in self.body if isinstance(each, (ast.Assign, ast.AnnAssign)) for name in _called_names(each)}
        return [] if started & {each.name for each in functions} else functions

    def last_assigned(self):
        """The variable that the last statement sets; None when it does something else."""
        last = self.body[-1] if self.body else None
        targets = last.targets if isinstance(last, ast.Assign) else [last.target] if isinstance(last, (ast.AnnAssign, ast.AugAssign)) else []
        return targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else None

    def valueless_end(self):
        """What the program ends with, in words, where that is a statement that never has a value."""
        last = self.body[-1] if self.body else None
        return next((words for kinds, words in VALUELESS if isinstance(last, kinds)), None)


def _expression(source, filename):
    """The code of a program of one line that is one expression, as many of a session are; None for most others."""
    if NO_EXPRESSION.search(source):
        return None
    try:
        return compile(source, filename, "eval", TOP_LEVEL_AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def start_of(functions):
    """The one function of several that a program is started with; None when that is not clear."""
    starts = functions if len(functions) == 1 else [each for each in functions if each.name in START_NAMES]
    return starts[0] if len(starts) == 1 else None


def required_parameters(function):
    """Names of the parameters a call must pass."""
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    required = positional[: len(positional) - len(spec.defaults)]
    return [each.arg for each in (*required, *(key for key, default in zip(spec.kwonlyargs, spec.kw_defaults) if default is None))]


def _capture(body):
    """Has the expressions that a body may end with kept in a variable; the answer is whether there are any."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, ast.Expr):
        target = ast.copy_location(ast.Name(VALUE_NAME, ast.Store()), last)
        body[-1] = ast.copy_location(ast.Assign([target], last.value), last)
        return True
    return any([_capture(part) for part in _endings(last)])


def _endings(statement):
    if isinstance(statement, ast.If):
        return [statement.body, statement.orelse]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [statement.body]
    if isinstance(statement, (ast.Try, ast.TryStar)):
        return [statement.orelse or statement.body, *(each.body for each in statement.handlers)]
    if isinstance(statement, ast.Match):
        return [each.body for each in statement.cases]
    return []


def _is_text(statement):
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _has_return(body):
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return):
            return True
        if isinstance(node, ast.stmt) and not isinstance(node, SCOPES):
            waiting.extend(each for each in ast.iter_child_nodes(node) if isinstance(each, (ast.stmt, ast.excepthandler, ast.match_case)))
        elif isinstance(node, (ast.excepthandler, ast.match_case)):
            waiting.extend(node.body)
    return False


def _drop_annotations(tree):
    """Names cannot be both annotated and the session's."""

    class Dropper(ast.NodeTransformer):
        def visit_AnnAssign(self, node):
            if not isinstance(node.target, ast.Name):
                return node
            value = node.value or node.annotation
            return ast.copy_location(ast.Expr(value) if node.value is None else ast.Assign([node.target], value), node)

        def visit_FunctionDef(self, node):
            return node

        visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = visit_FunctionDef

    Dropper().visit(tree)


def _bound_names(body):
    """Every name that the statements bind outside functions and classes."""
    names, waiting = set(), list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names.add(node.name)
            waiting.extend(node.decorator_list)
            continue
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((each.asname or each.name.partition(".")[0]) for each in node.names)
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        waiting.extend(_parts_in_scope(node))
    return names


def _parts_in_scope(node):
    """Children whose bindings belong to the enclosing scope; of comprehensions only what `:=` binds."""
    if isinstance(node, ast.Lambda):
        return ()
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return (each.target for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
    return ast.iter_child_nodes(node)


def _called_names(node):
    return {each.func.id for each in ast.walk(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)}
