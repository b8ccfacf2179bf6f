"""Says what to write instead, from the values that a failing line had at hand."""

import ast
import asyncio
import collections.abc
import datetime
import inspect
import itertools
import json
import linecache
import operator
import os
import re
import types
from json import JSONDecodeError

from .absent import hint_for_absent
from .errors import ToolError
from .foreign_methods import instead_of_method

SHOWN_KEYS = 12
SHOWN_ITEMS = 20
SHOWN_CHARACTERS = 80
MISSING = object()
AWAITABLE = (types.CoroutineType, asyncio.Future)
JSON_METHODS = ("loads", "load")
# Values of comprehensions that are tried.
MOST_TRIED = 2000
# What is in their frame is still there when they have failed.
OWN_FRAME = (ast.GeneratorExp, ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
PLAIN = (dict, list, tuple, str, int, float, bool, type(None))
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod, ast.Pow: operator.pow, ast.BitOr: operator.or_, ast.BitAnd: operator.and_,
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.In: lambda item, whole: item in whole, ast.NotIn: lambda item, whole: item not in whole,
}
FOREIGN_LISTS = ("map", "filter", "forEach", "append", "length", "sort")
FILLER = ("content", "result", "data", "structuredContent", "structured_content", "text", "value", "json", "output")

# For errors whose words say what is wrong but not what to write.
SAID = (
    ("Unknown format code", "The value is a text: format a number, `{float(value):.2f}`, or `{int(value):d}` for a whole one."),
    ("unsupported format string passed to NoneType", "The value is None: put something else in its place, `{value or 0:.2f}`."),
    ("Passing coroutines is forbidden", "Make tasks of them, `asyncio.wait([asyncio.create_task(call) for call in calls])`, or write `await asyncio.gather(*calls)`."),
    ("offset-naive and offset-aware", "Give both a time zone: `datetime(2025, 1, 1, tzinfo=timezone.utc)`, `datetime.now(timezone.utc)`."),
    ("Invalid format specifier '%", "It is a date as text: make a date of it first, `{datetime.fromisoformat(value):%Y-%m-%d}`, with `from datetime import datetime`."),
    ("expected str instance, NoneType found", "One of the values is None: leave it out, `for item in items if item is not None`, or write `item or ''`."),
    ("expected str instance", "One of the values is no text: make texts of them, `', '.join(map(str, items))`."),
    ("is not JSON serializable", "Have `json.dumps` make text of it, `json.dumps(value, default=str)`, or return the value without json.dumps."),
    ("'async_generator' object is not iterable", "`await` within makes a generator asynchronous: put what it makes into a list, `sum([await call(item) for item in items])`."),
    ("'async for' requires an object with __aiter__", "What is gone through is there already: write `for` without `async`."),
    ("does not support the asynchronous context manager", "Write `with` without `async`, or leave it out: nothing has to be opened here."),
)


def hint_for(error, cell):
    """A sentence that helps to repair the line an error comes from; None when nothing is known."""
    try:
        if isinstance(error, SystemExit):
            return "A status other than 0 means failure. To return a value, end the program with the expression instead of sys.exit()."
        if isinstance(error, asyncio.InvalidStateError) and "not set" in str(error):
            return "The task has not finished: write `await task` instead of `task.result()`."
        if isinstance(error, RuntimeError) and "already awaited" in str(error):
            return "A call can be awaited once: keep its result, `result = await call(...)`, and use that again."
        if isinstance(error, RecursionError):
            return "Functions cannot call each other this deep: use a loop with a list of what is left to do."
        place = _Place.of(error, cell)
        if place is None:
            return None
        if isinstance(error, ToolError):
            return _other_handlers(error, place)
        return _missing_await(error, place) or _wrong_shape(error, place) or hint_for_absent(error, place.frame)
    except (RecursionError, MemoryError):
        raise
    except Exception:
        return None


class _Place:
    """The expression that failed, and the variables it could see."""

    def __init__(self, step, expression, sources):
        self.frame = step.tb_frame
        self.line = step.tb_lineno
        self.expression = expression
        # Sources of the variables of enclosing comprehensions, which are gone by now.
        self._sources = sources
        # Their values; None when it is unclear which. Without one, the first that there was stands for it.
        self._bound = {}

    @staticmethod
    def of(error, cell):
        found = None
        step = error.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename == cell:
                found = step
            step = step.tb_next
        return None if found is None else _Place(found, *_expression_at(found, cell))

    def bind(self, explains):
        """Takes for the variables of comprehensions the first values with which the failing expression fails as it did."""
        if not self._sources:
            return
        for self._bound in itertools.islice(self._environments(list(self._sources.items()), {}), MOST_TRIED):
            if explains():
                return
        self._bound = None

    def _environments(self, sources, bound):
        if not sources:
            yield bound
            return
        (name, source), *others = sources
        self._bound = bound
        items = self.value_of(source)
        for item in items if type(items) in (list, tuple, str, dict) else ():
            yield from self._environments(others, {**bound, name: item})

    def iterated(self, name):
        """What the variable of a loop or comprehension goes through; None when that is unclear."""
        if name in self._sources:
            return self._sources[name]
        tree = ast.parse("".join(linecache.getlines(self.frame.f_code.co_filename)))
        loops = [each for each in ast.walk(tree) if isinstance(each, (ast.For, ast.comprehension)) and isinstance(each.target, ast.Name) and each.target.id == name]
        return loops[0].iter if len(loops) == 1 else None

    def value_of(self, node):
        """What a part of the expression stands for, found without running anything of the program; MISSING when unclear."""
        if isinstance(node, ast.Await):
            node = node.value
        if isinstance(node, ast.Name):
            return self._variable(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.value_of(node.value)
            return vars(owner).get(node.attr, MISSING) if hasattr(owner, "__dict__") and not isinstance(owner, type) else MISSING
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            owner = self.value_of(node.value)
            try:
                return owner[node.slice.value] if type(owner) in (dict, list, tuple, str) else MISSING
            except (LookupError, TypeError):
                return MISSING
        return MISSING

    def others_have(self, name, key):
        """Whether of the dicts that a loop or comprehension goes through some have the key."""
        source = self.iterated(name)
        items = MISSING if source is None else self.value_of(source)
        return type(items) is list and any(type(item) is dict and key in item for item in items[:MOST_TRIED])

    def _variable(self, name):
        if name in self._sources:
            first = MISSING if self._bound is None else _first_of(self.value_of(self._sources[name]))
            return (self._bound or {}).get(name, first)
        scopes = (scope for scope in (self.frame.f_locals, self.frame.f_globals) if name in scope)
        return next(scopes, {}).get(name, MISSING)


def _first_of(value):
    if type(value) in (list, tuple, str) and value:
        return value[0]
    return next(iter(value), MISSING) if type(value) is dict else MISSING


def _expression_at(step, cell):
    """The innermost expression of the step's place, and what the enclosing comprehensions iterate over, by name."""
    positions = list(step.tb_frame.f_code.co_positions())
    index = step.tb_lasti // 2
    line, last, start, end = positions[index] if 0 <= index < len(positions) else (None,) * 4
    node, sources = ast.parse("".join(linecache.getlines(cell))), {}
    found = None
    while node is not None:
        if (getattr(node, "lineno", None), getattr(node, "end_lineno", None), getattr(node, "col_offset", None), getattr(node, "end_col_offset", None)) == (line, last, start, end) and isinstance(node, ast.expr):
            found = node
        if isinstance(node, OWN_FRAME):
            sources.clear()
        for loop in getattr(node, "generators", ()) if not isinstance(node, ast.GeneratorExp) else ():
            if isinstance(loop.target, ast.Name):
                sources[loop.target.id] = loop.iter
        node = next((each for each in _parts(node) if _holds(each, (line, start), (last, end))), None)
    return found, sources


def _parts(node):
    for each in ast.iter_child_nodes(node):
        if hasattr(each, "lineno"):
            yield each
        else:
            yield from _parts(each)


def _holds(node, start, end):
    return (node.lineno, node.col_offset) <= start and end <= (node.end_lineno, node.end_col_offset)


def _missing_await(error, place):
    """For an error that comes from using a coroutine or task as if it were its result."""
    if not isinstance(error, (TypeError, AttributeError)):
        return None
    message = str(error)
    if re.search(r"An asyncio\.Future, a coroutine or an awaitable is required|unhashable type: 'list'", message) and _is_call(place.expression, "gather"):
        return "asyncio.gather takes the awaitables one by one: put a star before the list, `await asyncio.gather(*calls)`."
    if re.search(r"object can't be awaited|can't be used in 'await'", message) and (call := _used_call(place.expression)) is not None:
        rest = ast.unparse(place.expression.value)[len(ast.unparse(call)) :]
        return f"`await` takes in all that follows it: write `(await {ast.unparse(call)}){rest}`."
    if isinstance(node := place.expression, ast.Await) and re.search(r"(?:'list' object can't be awaited|object list can't be used)", message):
        if isinstance(node.value, (ast.List, ast.ListComp)) or any(map(inspect.isawaitable, place.value_of(node.value) or ())):
            return f"A list is not awaited itself: write `await asyncio.gather(*{ast.unparse(node.value)})`."
    if isinstance(node := place.expression, ast.Await) and re.search(r"'(?:function|method|type|builtin_function_or_method)' object can't be awaited", message):
        return f"It is a function: call it, `await {ast.unparse(node.value)}(...)`."
    if match := re.search(r"'(NoneType|list|dict|str|int|float|tuple|bool)' object can't be awaited|object (\w+) can't be used in 'await'", message):
        return f"The value is already there (a {match[1] or match[2]}): leave out `await`."
    if not re.search(r"\b(coroutine|Task|Future|_GatheringFuture|ToolCall|_asyncio\.\w+)\b", message):
        return None
    for node in ast.walk(place.expression) if place.expression is not None else ():
        value = place.value_of(node) if isinstance(node, (ast.Name, ast.Subscript)) else MISSING
        if isinstance(value, AWAITABLE) or isinstance(value, collections.abc.Coroutine):
            return f"`await` is missing: `{ast.unparse(node)}` stands for a result that is not there yet. Write `(await {ast.unparse(node)})`."
        if isinstance(node, ast.Call) and _is_async(place.value_of(node.func)):
            return f"`await` is missing: write `(await {ast.unparse(node)})`."
    return "`await` is missing: a call of an async function returns its result only with `await` before it, `(await call(...))`."


def _used_call(node):
    """The call whose result an `await` uses before it is there, as in `await call().field` and `await call()[0]`."""
    node = node.value if isinstance(node, ast.Await) else None
    inner, steps = node, 0
    while isinstance(inner, (ast.Attribute, ast.Subscript)) or isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
        if steps > 0 and isinstance(inner, ast.Call) and isinstance(inner.func.value, ast.Name):
            return inner
        inner, steps = inner.func if isinstance(inner, ast.Call) else inner.value, steps + 1
    return None


def _is_async(function):
    return function is not MISSING and inspect.iscoroutinefunction(function)


def _is_call(node, name):
    if isinstance(node, ast.Await):
        node = node.value
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", None)) == name


def _wrong_shape(error, place):
    """For an error that comes from taking a value for one of another shape."""
    node = place.expression
    if isinstance(node, ast.Await):
        node = node.value
    place.bind(lambda: _explains(error, node, place))
    if isinstance(error, AttributeError) and error.obj is None and error.name:
        return f"`{_text_of(node, ast.Attribute)}` is None: check it before, `if {_text_of(node, ast.Attribute)} is not None:`."
    if isinstance(error, AttributeError) and error.name:
        return _attribute(error, _text_of(node, ast.Attribute), place)
    if isinstance(error, TypeError) and re.search(r"^object of type 'NoneType' has no len|^'NoneType' object is not iterable", str(error)):
        return _none_given(node)
    if isinstance(node, ast.Subscript):
        value = place.value_of(node.value)
        key = _key_of(node, place)
        if value is not MISSING and isinstance(error, (KeyError, IndexError, TypeError)):
            return _subscript(value, key, _shown(node.value), place)
    if isinstance(error, TypeError) and (server := re.fullmatch(r"(\w+) is a server, not a function\.", str(error))):
        return f"Its tools are its functions: write `await {server[1]}.tool(...)`."
    if isinstance(error, TypeError) and str(error).endswith("expected str instance, dict found"):
        return _joined_dicts(node, place)
    if isinstance(error, (TypeError, ValueError)) and (said := next((hint for words, hint in SAID if words in str(error)), None)):
        return said
    if isinstance(error, TypeError) and isinstance(node, ast.Call) and re.search(r"\(\) (?:got|takes|missing) ", str(error)):
        return _signature(node.func, place)
    if isinstance(error, TypeError) and any(_is_call(node, name) for name in ("sum", "max", "min", "sorted", "sort", "mean", "fsum")):
        return _empty_item(error, node)
    if isinstance(error, TypeError) and isinstance(node, ast.BinOp):
        return _operands((node.left, node.right), place, str(error))
    if isinstance(error, TypeError) and isinstance(node, ast.Compare) and (wrong := re.match(r"argument of type '(\w+)' is not ", str(error))):
        return _searched(node, wrong[1], place)
    if isinstance(error, TypeError) and isinstance(node, ast.Compare):
        return _operands((node.left, *node.comparators), place, str(error))
    if isinstance(error, StopIteration) and _is_call(node, "next"):
        return f"`next` found nothing: give it what to return then, `{ast.unparse(node)[:-1]}, None)`." if len(node.args) == 1 and not isinstance(node.args[0], ast.GeneratorExp) else "`next` found nothing: put a default behind what it goes through, `next((item for item in items if …), None)`."
    if isinstance(error, TypeError) and _is_call(node, "loads") and node.args and (parsed := _parsed(error, node.args[0], place)):
        return parsed
    if isinstance(error, TypeError) and isinstance(node, ast.Call):
        return _none_argument(node, place)
    if isinstance(error, JSONDecodeError):
        return f"The text is not JSON, it is {describe(error.doc)}: {_instead_of_loads(error.doc, node)}"
    if isinstance(error, ValueError) and (_is_call(node, "float") or _is_call(node, "int")) and node.args:
        return _number_in(node, str(error))
    if isinstance(error, ValueError) and "to unpack" in str(error):
        return _unpacked(place)
    if isinstance(error, ValueError) and (wrong := re.match(r"time data ('.*') does not match format", str(error))) and _is_iso(ast.literal_eval(wrong[1])):
        return f"`{ast.unparse(node.args[0])}` is ISO text: write `datetime.fromisoformat({ast.unparse(node.args[0])})`." if isinstance(node, ast.Call) and node.args else None
    return None


def _explains(error, node, place):
    """Whether an expression fails in the same way with the values that its variables have now."""
    if isinstance(node, ast.Subscript):
        return _fails_alike(error, operator.getitem, place.value_of(node.value), _key_of(node, place))
    if isinstance(node, ast.BinOp):
        return _fails_alike(error, OPERATORS.get(type(node.op)), *_samples((node.left, node.right), place))
    if isinstance(node, ast.Compare):
        sides = _samples((node.left, *node.comparators), place)
        return any(_fails_alike(error, OPERATORS.get(type(each)), *sides[at : at + 2]) for at, each in enumerate(node.ops))
    if isinstance(node, ast.Call):
        given = re.search(r"(?:not|got) '?(\w+)'?$", str(error))
        return any(type(value).__name__ == (given[1] if given else "NoneType") for value in map(place.value_of, node.args))
    return False


def _fails_alike(error, operation, *values):
    if operation is None or any(type(value) not in PLAIN for value in values):
        return False
    try:
        operation(*values)
    except Exception as other:
        return type(other) is type(error) and str(other) == str(error)
    return False


def _samples(nodes, place):
    """Values of the same types, with which nothing takes long."""
    values = [each.value if isinstance(each, ast.Constant) else place.value_of(each) for each in nodes]
    return [type(value)() if type(value) in PLAIN else value for value in values]


def _key_of(node, place):
    return node.slice.value if isinstance(node.slice, ast.Constant) else place.value_of(node.slice)


def _empty_item(error, node):
    """A function over many values met one that is None, or a text among numbers."""
    kind = re.search(r"'(NoneType)'", str(error)) or re.search(r"'(str)'", str(error))
    # A list that sorts itself has no arguments but the key.
    if kind is None or not (node.args or _is_call(node, "sort")):
        return None
    loop = node.args[0] if node.args else None
    key = next((each.value.body for each in node.keywords if each.arg == "key" and isinstance(each.value, ast.Lambda)), None)
    item = ast.unparse(loop.elt) if isinstance(loop, (ast.GeneratorExp, ast.ListComp)) else "item" if key is None else ast.unparse(key)
    if kind[1] == "str":
        return f"One of the values is a text: write `float({item})`."
    return f"One of the values is None: write `{item} or {'""' if "'str'" in str(error) else 0}`, or leave it out with `if {item} is not None`."


def _joined_dicts(node, place):
    """A text was to be made of dicts; None where they are not at hand, as those of a call in the same line."""
    given = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else None
    items = place.value_of(given) if given is not None else MISSING
    first = next((each for each in items if type(each) is dict), None) if type(items) in (list, tuple) else None
    if not first:
        return None
    shown = ast.unparse(given)
    key = next((name for name, value in first.items() if isinstance(value, str)), next(iter(first)))
    return f"An item of `{shown}` is {describe(first)}: for one of its values write `', '.join(item[{key!r}] for item in {shown})`."


def _none_given(node):
    """A length was asked of None, or its items."""
    given = node.args[0] if isinstance(node, ast.Call) and len(node.args) == 1 else node
    if not isinstance(given, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
        return None
    shown = ast.unparse(given)
    return f"`{shown}` is None: put something else in its place, `{shown} or ''` for a text, `{shown} or []` for a list."


def _none_argument(node, place):
    """A function of the library was given None."""
    empty = next((ast.unparse(each) for each in node.args if place.value_of(each) is None and not isinstance(each, ast.Constant)), None)
    instead = "0" if any(_is_call(node, name) for name in ("int", "float", "round", "abs")) else "''"
    return empty and f"`{empty}` is None: leave it out, `if {empty} is not None`, or put something else in its place, `{empty} or {instead}`."


def _searched(node, kind, place):
    """Something was looked for in what holds nothing."""
    at = next(at for at, each in enumerate(node.ops) if isinstance(each, (ast.In, ast.NotIn)))
    item, whole = [ast.unparse(each) for each in (node.left, *node.comparators)[at : at + 2]]
    if kind == "NoneType":
        is_text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        return f"`{whole}` is None: write `{item} in ({whole} or {"''" if is_text else '[]'})`."
    value = place.value_of(node.comparators[at])
    return f"`{whole}` is {describe(value)}: write `str({whole})` to look for a text in it." if type(value).__name__ == kind else None


def _other_handlers(error, place):
    """For a call that failed in a `try` whose handlers are for other errors."""
    line = place.line
    tree = ast.parse("".join(linecache.getlines(place.frame.f_code.co_filename)))
    around = [each for each in ast.walk(tree) if isinstance(each, ast.Try) and each.body[0].lineno <= line <= each.body[-1].end_lineno]
    caught = [ast.unparse(handler.type) for each in around for handler in each.handlers if handler.type is not None]
    if not caught or error.hint is not None:
        return None
    return f"A call that fails raises ToolError, and `except {caught[-1]}` is for other errors: write `except ToolError:`, with `from codemode import ToolError`."


def _signature(node, place):
    """What a function of the program or of a skill takes."""
    function = place.value_of(node)
    if not isinstance(function, (types.FunctionType, types.MethodType, type)):
        return None
    return f"`{ast.unparse(node)}` takes {inspect.signature(function)}."


def _operands(nodes, place, message):
    """A text and a number cannot be added or compared, and nothing can be with None."""
    values = [(ast.unparse(each), each.value if isinstance(each, ast.Constant) else place.value_of(each)) for each in nodes]
    # The variable of a comprehension is gone by now, so that its first value stands for it.
    kinds = re.findall(r"'(\w+)'", message.partition(":")[2] if "operand" in message else message.partition("instances of")[2])
    if len(kinds) == len(values) == 2:
        values = [(shown, value if type(value).__name__ == kind else None if kind == "NoneType" else MISSING) for (shown, value), kind in zip(values, kinds)]
    if empty := next((shown for shown, value in values if value is None and shown != "None"), None):
        return f"`{empty}` is None: leave it out, `if {empty} is not None`, or put something else in its place."
    known = [(shown, value) for shown, value in values if isinstance(value, (str, int, float, list, dict)) or value is None]
    if not known:
        return None
    text = next((shown for shown, value in known if isinstance(value, str) and _is_number(value)), None)
    joined = len(known) == 2 and any(isinstance(value, str) for _, value in known)
    other = next((shown for shown, value in known if joined and not isinstance(value, str)), None)
    write = f" Write `float({text})` to calculate with it." if text else f" Write `str({other})` to join them." if other else ""
    written = [ast.unparse(each) for each in nodes if isinstance(each, ast.Constant)]
    return " ".join(f"`{shown}` is {describe(value)}." for shown, value in known if shown not in written) + write


def _is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


def _parsed(error, node, place):
    """What was given to json.loads is the data itself."""
    value = place.value_of(node)
    given = re.search(r"not (dict|list|int|float|bool)$", str(error))
    what = describe(value) if type(value) in (dict, list, int, float, bool) else f"a {given[1]}" if given else None
    return None if what is None else f"`{ast.unparse(node)}` is parsed already: it is {what}. Use it without json.loads."


def _instead_of_loads(text, node):
    """What to write for text that holds JSON, or a literal, and is no JSON."""
    shown = ast.unparse(node.args[0]) if isinstance(node, ast.Call) and node.args else "text"
    lines = text.strip().splitlines()
    if len(lines) > 1 and all(map(_is_json, lines[:2])):
        return f"each line is JSON of its own, so write `[json.loads(line) for line in {_owner(shown)}.splitlines() if line.strip()]`."
    if re.fullmatch(r"\s*```\w*\s*\n.*?\n?```\s*", text, re.DOTALL):
        return "it stands in a code block, so take off the ``` lines first."
    if (begin := re.search(r"[\[{]", text)) and begin.start() > 0 and _is_json(text[begin.start() :]):
        return f"JSON begins at character {begin.start()}, so write `json.loads({_owner(shown)}[{begin.start()}:])`."
    if _parser_of(text) == "ast.literal_eval":
        return f"it is a value written in Python, so write `ast.literal_eval({shown})`, with `import ast`."
    return "use it unchanged."


def _is_json(text):
    try:
        return isinstance(json.loads(text), (dict, list))
    except ValueError:
        return False


def _owner(shown):
    return f"({shown})" if shown.startswith("await ") else shown


def _number_in(node, message):
    """For a text that is a number but for its currency, unit or separators, or that is no whole one."""
    said = re.search(r": ('.*'|\".*\")$", message, re.DOTALL)
    text = ast.literal_eval(said[1]) if said else ""
    digits = re.sub(r"[^\d.-]", "", text)
    if not isinstance(node.func, ast.Name) or not _is_number(digits):
        return None
    shown = ast.unparse(node.args[0])
    if digits == text.strip():
        return f"It is no whole number: write `int(float({shown}))`."
    write = f"float(re.sub(r'[^\\d.-]', '', {shown}))"
    return f"Take out what is no digit first: `{write if node.func.id == 'float' else f'int({write})'}`, with `import re`."


def _unpacked(place):
    """A dict that is gone through yields its keys, also where keys and values were meant."""
    tree = ast.parse("".join(linecache.getlines(place.frame.f_code.co_filename)))
    for loop in ast.walk(tree):
        if isinstance(loop, (ast.For, ast.comprehension)) and isinstance(loop.target, ast.Tuple) and loop.target.lineno == place.line and type(place.value_of(loop.iter)) is dict:
            return f"`{ast.unparse(loop.iter)}` is {describe(place.value_of(loop.iter))}: go through `{_shown(loop.iter)}.items()`."
    return None


def _is_iso(text):
    try:
        datetime.datetime.fromisoformat(text)
        return True
    except ValueError:
        return False


def _text_of(node, kind):
    """The part before the last dot, of the attribute that an expression ends with."""
    if isinstance(node, ast.Call):
        node = node.func
    return _shown(node.value) if isinstance(node, kind) else "it"


def _shown(node):
    """Code of an expression of which a part can be taken."""
    text = ast.unparse(node)
    return f"({text})" if isinstance(node, (ast.Await, ast.BinOp, ast.BoolOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Lambda)) else text


def _attribute(error, shown, place):
    value, name = error.obj, error.name
    is_asked = type(value) is dict and (name in value or name in FOREIGN_LISTS and _list_key(value))
    items = value[0] if type(value) in (list, tuple) and value else None
    if not is_asked and not (type(items) is dict and (name in items or name in FILLER)) and (written := instead_of_method(value, name, shown)):
        return f"`{shown}` is {describe(value)}: write `{written}`."
    if isinstance(value, dict):
        if name in value:
            return f"`{shown}` is a dict: write `{shown}[{name!r}]`."
        if isinstance(value, dict) and name in FOREIGN_LISTS and (key := _list_key(value)):
            return f"`{shown}` is {describe(value)}: the list is in `{shown}[{key!r}]`."
        return f"`{shown}` is {describe(value)}.{_unwrapped(shown, name)}"
    if isinstance(value, (list, tuple)):
        first = value[0] if value else MISSING
        inner = f" Write `{shown}[0]` for one of them, or `for item in {shown}:`." if value and name not in FILLER else ""
        if isinstance(first, dict) and name in first:
            inner = f" Write `[item[{name!r}] for item in {shown}]`, or `{shown}[0][{name!r}]`."
        elif isinstance(first, dict) and name in ("get", "keys", "values", "items"):
            inner = f" Write `{shown}[0].{name}(...)`, or `[item.{name}(...) for item in {shown}]`."
        return f"`{shown}` is {describe(value)}.{inner}{_unwrapped(shown, name) if not inner else ''}"
    if isinstance(value, (str, int, float, bool)) or value is None:
        asked = _asked_key(place) if name == "get" else None
        more = _unwrapped(shown, asked or name) or (_as_date(value, shown, name) or _place_of_text(value, shown, place) if isinstance(value, str) else "")
        return f"`{shown}` is {describe(value)}.{more}"
    return None


def _asked_key(place):
    """The key in `value.get("key")`, the attribute of the place or its call."""
    tree = ast.parse("".join(linecache.getlines(place.frame.f_code.co_filename)))
    wanted = ast.dump(place.expression) if place.expression is not None else ""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant) and wanted in (ast.dump(node), ast.dump(node.func)):
            return node.args[0].value
    return None


def _unwrapped(shown, name):
    """Results come without MCP's envelope."""
    return f" A call returns the result itself, without an envelope: use `{shown}` unchanged." if name in FILLER else ""


def _subscript(value, key, shown, place):
    if isinstance(value, dict):
        if key in FILLER and key not in value:
            return f"`{shown}` is {describe(value)}. A call returns the result itself, without an envelope: use `{shown}` unchanged."
        if isinstance(key, int) and (inside := _list_key(value)):
            return f"`{shown}` is {describe(value)}: the list is in `{shown}[{inside!r}]`."
        absent = f" Others have {key!r}: write `{shown}.get({key!r})` where it may be missing." if isinstance(key, str) and place.others_have(shown, key) else ""
        return f"`{shown}` is {describe(value)}.{absent or _read_as_lines(value, shown, place)}"
    if type(value) is type(os.environ):
        return "Variables of the environment are not visible here: secrets stay with the servers; put other values into the program."
    if isinstance(value, (list, tuple)):
        if isinstance(key, str) and value:
            return f"`{shown}` is {describe(value)}: {_of_items(value, key, shown)}"
        last = f" The last one is `{shown}[-1]`." if isinstance(key, int) and value else ""
        return f"`{shown}` is {describe(value)}.{last}"
    if isinstance(value, str):
        if isinstance(key, str) and _is_json(value):
            read = "" if key in FILLER and key not in json.loads(value) else f"[{key!r}]"
            return f"`{shown}` is text that looks like JSON: write `json.loads({shown}){read}`."
        return f"`{shown}` is {describe(value)}.{_place_of_text(value, shown, place)}"
    if isinstance(value, AWAITABLE) or isinstance(value, collections.abc.Coroutine):
        return f"`await` is missing: write `(await {shown})`."
    if value is None:
        return f"`{shown}` is None: check it before, `if {shown} is not None:`."
    if isinstance(value, (int, float)):
        return f"`{shown}` is {describe(value)}."
    if callable(value):
        return f"`{shown}` is a function: call it first, `(await {shown}(...))`."
    return None


def _of_items(value, key, shown):
    """What to write where a list was asked for a key: an item that has it, or the list itself."""
    owners = [index for index, item in enumerate(value[:SHOWN_ITEMS]) if isinstance(item, dict) and key in item]
    if not owners:
        return f"no item has {key!r}, so use it unchanged." if key in FILLER or key not in FOREIGN_LISTS and isinstance(value[0], dict) else "use it unchanged."
    each = f", or `[item[{key!r}] for item in {shown}]`" if len(owners) == len(value[:SHOWN_ITEMS]) else ""
    return f"write `{shown}[{owners[0]}][{key!r}]`{each}."


def _whose_key(value, place):
    """Iterating over a dict yields its keys, which is often a mistake for the list in it."""
    if not isinstance(value, str):
        return ""
    for name, each in (*place.frame.f_locals.items(), *place.frame.f_globals.items()):
        if type(each) is dict and not name.startswith("__") and value in each and isinstance(each[value], (list, dict)):
            return f" It is a key of `{name}`: go through `{name}[{value!r}]` instead."
    return ""


def _place_of_text(value, shown, place):
    """Where a text comes from that was taken for a dict."""
    return _whose_key(value, place) or _whose_character(value, shown, place) or f" It has no fields: use `{shown}` unchanged."


def _as_date(value, shown, name):
    """For a date that is asked for as such and came as text."""
    if not hasattr(datetime.datetime, name):
        return ""
    if not _is_iso(value):
        return ""
    return f" Write `datetime.fromisoformat({shown}).{name}`, with `from datetime import datetime`."


def _read_as_lines(row, shown, place):
    """A reader of CSV goes through lines, and takes each character of a text for one."""
    source = place.iterated(shown) if all(isinstance(key, str) and len(key) < 2 for key in row) else None
    if not _is_call(source, "DictReader") or not source.args:
        return ""
    text = ast.unparse(source.args[0])
    lines = f"({text})" if isinstance(source.args[0], ast.Await) else text
    return f" `DictReader` took each character of a text for a line: give it `{lines}.splitlines()`."


def _whose_character(value, shown, place):
    """Iterating over a text yields its characters, which is often a mistake for its lines."""
    source = place.iterated(shown) if len(value) == 1 else None
    whole = MISSING if source is None else place.value_of(source)
    if not isinstance(whole, str):
        return ""
    text = ast.unparse(source)
    parsed = _parser_of(whole)
    instead = f"go through `{_shown(source)}.splitlines()` for its lines" if parsed is None else f"it holds a list, so write `{parsed}({text})`{', with `import ast`' if parsed.startswith('ast') else ''}"
    return f" It is one character of `{text}`, which is {describe(whole)}: {instead}."


def _parser_of(text):
    """The function that makes a list or dict of a text that holds one."""
    if _is_json(text):
        return "json.loads"
    try:
        return "ast.literal_eval" if isinstance(ast.literal_eval(text.strip()), (dict, list)) else None
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _list_key(value):
    return next((key for key, each in value.items() if isinstance(each, list)), None)


def describe(value):
    """The shape of a value in a few words."""
    if value is None:
        return "None"
    if isinstance(value, dict):
        keys = [repr(key) for key in value][:SHOWN_KEYS]
        more = len(value) - len(keys)
        return f"a dict with the keys {', '.join(keys)}{f' and {more} more' if more > 0 else ''}" if keys else "an empty dict"
    if isinstance(value, (list, tuple)):
        kind = type(value).__name__
        return f"a {kind} of {len(value)}, each {describe(value[0])}" if value else f"an empty {kind}"
    if isinstance(value, str):
        shown = value if len(value) <= SHOWN_CHARACTERS else f"{value[:SHOWN_CHARACTERS]}…"
        return f"the text {shown!r}"
    if isinstance(value, (bool, int, float)):
        return f"the {type(value).__name__} {value!r}"
    return f"a {type(value).__name__}"
