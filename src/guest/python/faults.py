"""Describes an exception by the user's own lines: no frame of the runtime or the library is shown."""

import collections
import json
import linecache
import logging
import os
import traceback
import types
import warnings

from .errors import ToolError
from .hints import hint_for

MESSAGE_CHARACTERS = 20_000
NAME_CHARACTERS = 200
HINT_CHARACTERS = 2_000
STACK_CHARACTERS = 40_000
DEEPEST_FRAMES = 40
# Where the files of this library lie.
LIBRARY = os.path.dirname(__file__) + "/"
OUTERMOST_FRAMES = 10
KEPT_TEXTS = 500
SHOWN_UNKNOWN = 5
SHOWN_RELATED = 12
RELATED_CHARACTERS = 2000


class Sources:
    """Texts of cells and virtual modules, each under a name of its own, so that tracebacks show the right lines."""

    def __init__(self):
        self._shown = {}
        self._latest = {}
        self._kept = collections.deque()

    def add(self, filename, text):
        """Registers a text; the answer is the file name to compile it with."""
        count, latest = self._latest.get(filename, (0, None))
        if latest != text:
            count += 1
            self._latest[filename] = (count, text)
        name = filename if count == 1 else f"{filename}#{count}"
        if latest != text:
            self._shown[name] = filename
            self._keep(name, text)
        return name

    def _keep(self, name, text):
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
        self._kept.append(name)
        if len(self._kept) > KEPT_TEXTS:
            linecache.cache.pop(self._kept.popleft(), None)

    def shown(self, name):
        """The name a person knows the file by; None when it is not the user's."""
        return self._shown.get(name)


def show_names_of(sources):
    """Has warnings and records of logging name texts as a person knows them, and tracebacks leave this library out."""
    plain, make_record = warnings.formatwarning, logging.getLogRecordFactory()

    def format_warning(message, category, filename, lineno, line=None):
        text = linecache.getline(filename, lineno) if line is None else line
        return plain(message, category, sources.shown(filename) or filename, lineno, text)

    def record(name, level, pathname, *details, **more):
        return make_record(name, level, sources.shown(pathname) or pathname, *details, **more)

    walk = traceback._walk_tb_with_full_positions

    def walk_own(step):
        return (each for each in walk(step) if not each[0].f_code.co_filename.startswith(LIBRARY))

    traceback._walk_tb_with_full_positions = walk_own
    warnings.formatwarning = format_warning
    logging.setLogRecordFactory(record)


def describe_fault(error, cell, sources):
    """An exception as the data of a fault. `cell` is the compile name of the running cell."""
    fault = {
        "name": _name(error),
        "message": _with_notes(error),
        "code": _code(error),
        "frames": _frames(error, cell),
    }
    if (hint := hint_for(error, cell)) is not None:
        fault["hint"] = hint
    if related := _related(error, cell):
        fault["related"] = related
    fault["stack"] = _stack(error, sources)
    if isinstance(error, ToolError):
        texts = {"tool": error.tool, "hint": error.hint}
        fault.update({key: value[:HINT_CHARACTERS] for key, value in texts.items() if isinstance(value, str)})
        if isinstance(error.content, list) and _is_json(error.content):
            fault["content"] = error.content
        if error.structured_content is not None and _is_json(error.structured_content):
            fault["structuredContent"] = error.structured_content
    return fault


def describe_syntax_error(error, cell, sources):
    """The same for a text that does not compile."""
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    frame = {"line": line} if line else None
    if frame is not None and column:
        frame["column"] = column
    message = getattr(error, "msg", None) or _message(error) or type(error).__name__
    return {
        "name": "SyntaxError" if not isinstance(error, SyntaxError) else _name(error),
        "message": message[:MESSAGE_CHARACTERS],
        "code": "syntax_error",
        "frames": [frame] if frame else [],
        "stack": _stack(error, sources),
    }


def describe_unknown(errors):
    """The same for what a program surely ends with, found before it runs: the first of them, with the others below it."""
    first, *others = errors[:SHOWN_UNKNOWN]
    line, column = first.at
    fault = {
        "name": _name(first),
        "message": _message(first)[:MESSAGE_CHARACTERS],
        # The codes of what a check refuses: nothing of the program ran.
        "code": "unknown_tool" if isinstance(first, ImportError) else "type_error",
        "frames": [{"line": line, "column": column}],
        "stack": f"{_name(first)}: {_message(first)}",
    }
    if first.hint is not None:
        fault["hint"] = first.hint
    if others:
        fault["related"] = [
            {"relation": "also", "name": _name(each), "message": _message(each), "frames": [{"line": each.at[0], "column": each.at[1]}]}
            for each in others
        ]
    return fault


def _name(error):
    return type(error).__name__[:NAME_CHARACTERS]


def _is_json(value):
    """Whether data can be sent; a program may have put anything in its place."""
    try:
        return json.dumps(value) is not None
    except (TypeError, ValueError, RecursionError):
        return False


def _message(error):
    try:
        return str(error)
    except Exception as broken:
        return f"<the message could not be made: {type(broken).__name__}>"


def _cause(error):
    return error.__cause__ if error.__cause__ is not None or error.__suppress_context__ else error.__context__


def _with_notes(error):
    notes = getattr(error, "__notes__", None)
    shown = [str(each) for each in notes][:SHOWN_RELATED] if isinstance(notes, (list, tuple)) else []
    return "\n".join([_message(error), *shown])[:MESSAGE_CHARACTERS]


def _related(error, cell):
    """The errors that a group gathers, and what an error was raised from, outermost first."""
    found, seen = [], {id(error)}

    def add(relation, other):
        if other is None or id(other) in seen or len(found) >= SHOWN_RELATED:
            return
        seen.add(id(other))
        entry = {"relation": relation, "name": type(other).__name__, "message": _with_notes(other)[:RELATED_CHARACTERS], "frames": _frames(other, cell)}
        if isinstance(other, ToolError) and other.tool:
            entry["tool"] = other.tool
        found.append(entry)
        follow(other)

    def follow(each):
        members = each.exceptions if isinstance(each, BaseExceptionGroup) else ()
        for index, member in enumerate(members):
            add(f"{index + 1} of {len(members)}", member)
        add("cause", _cause(each))

    follow(error)
    return found


def _code(error):
    if isinstance(error, ToolError):
        return error.code if isinstance(error.code, str) else "tool_error"
    return "runtime_error"


def _frames(error, cell):
    own = []
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == cell:
            own.append(step)
        step = step.tb_next
    if not own:
        return _first_line(getattr(error, "called_at", None) or getattr(error, "origin_of_call", None), cell)
    called = _first_line(getattr(error, "called_at", None), cell)
    return [*called, *(_frame(step, step.tb_frame.f_code) for step in own[: -DEEPEST_FRAMES - 1 : -1])]


def _first_line(origin, cell):
    return [{"line": line} for name, line, _ in origin or () if name == cell][:1]


def _frame(step, code):
    frame = {"line": step.tb_lineno}
    positions = list(code.co_positions())
    index = step.tb_lasti // 2
    column = positions[index][2] if 0 <= index < len(positions) else None
    if column is not None:
        frame["column"] = column + 1
    if code.co_name != "<module>":
        frame["function"] = code.co_name
    return frame


def _stack(error, sources):
    try:
        _keep_own_frames(error, sources, set())
        summary = traceback.TracebackException.from_exception(error, compact=True, max_group_width=5)
        _show_names(summary, sources, set())
        return _shorten("".join(summary.format()))
    except (RecursionError, MemoryError):
        raise
    except Exception:
        return _shorten(f"{_name(error)}: {_message(error)}")


def _shorten(stack):
    """The beginning and the end, where the error itself is named."""
    if len(stack) <= STACK_CHARACTERS:
        return stack
    half = STACK_CHARACTERS // 2
    return f"{stack[:half]}\n…\n{stack[-half:]}"


def _keep_own_frames(error, sources, seen):
    """Cuts the frames that are not the user's out of an exception and of those it came from."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    own = []
    step = error.__traceback__
    while step is not None:
        if sources.shown(step.tb_frame.f_code.co_filename) is not None:
            own.append(step)
        step = step.tb_next
    if len(own) > DEEPEST_FRAMES:
        own = own[:OUTERMOST_FRAMES] + own[OUTERMOST_FRAMES - DEEPEST_FRAMES :]
    chain = None
    for step in reversed(own):
        chain = types.TracebackType(chain, step.tb_frame, step.tb_lasti, step.tb_lineno)
    error.__traceback__ = chain
    for other in (error.__cause__, error.__context__, *getattr(error, "exceptions", ())):
        _keep_own_frames(other, sources, seen)


def _show_names(summary, sources, seen):
    if summary is None or id(summary) in seen:
        return
    seen.add(id(summary))
    for frame in summary.stack:
        frame.filename = sources.shown(frame.filename) or frame.filename
    if getattr(summary, "filename", None) is not None:
        summary.filename = sources.shown(summary.filename) or summary.filename
    for other in (summary.__cause__, summary.__context__, *(summary.exceptions or ())):
        _show_names(other, sources, seen)
