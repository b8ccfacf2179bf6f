"""Work of a program that nothing waits for: it is finished before the program ends, and its failures are not lost."""

import asyncio
import inspect
import sys
import types
import warnings

from .errors import remember_origin

NOTED = 3
SEARCHED_DEPTH = 3
CONTAINERS = frozenset((dict, list, tuple, set, frozenset))
SCALARS = frozenset((str, int, float, bool, bytes, type(None)))
# What else variables hold that is no coroutine.
LEFT_OUT = SCALARS | frozenset((type, types.FunctionType, types.ModuleType))


class Unawaited:
    """Keeps the promises a running cell left unawaited."""

    def __init__(self, loop, sources):
        self.loop = loop
        self._sources = sources
        self.is_open = False
        self._begin()

    def _begin(self):
        self._tasks = []
        self._failures = []
        self._notes = {}

    def take_over(self):
        """Has dropped coroutines run instead of warned about."""
        sys.set_coroutine_origin_tracking_depth(4)
        warnings._warn_unawaited_coroutine = self._adopt

    def open(self):
        """Starts to keep, for a new cell."""
        self._begin()
        self.is_open = True

    def close(self):
        """Stops; what is dropped from now on is forgotten."""
        self.is_open = False

    def forget(self):
        """Leaves nothing of the cell's tasks to be reported in a later one."""
        for task in self.loop.tasks():
            if task.done():
                task._log_traceback = False
        self.loop.started.clear()

    def _adopt(self, coroutine):
        """Takes a coroutine that was just dropped without ever having run."""
        if self.is_open:
            self._start(coroutine)

    def _start(self, coroutine):
        name, place = describe_coroutine(coroutine, self._sources)
        task = self.loop.create_task(coroutine)
        self._tasks.append(task)
        self.note(f"{name}{place} was never awaited, so its result was not used; it was run before the program ended. Write `await {name}`.")
        return task

    def note(self, sentence):
        """Adds a sentence once."""
        self._notes[sentence] = None

    def notes(self):
        """Sentences on what was not awaited."""
        listed = list(self._notes)
        more = len(listed) - NOTED
        return listed if more <= 0 else [*listed[:NOTED], f"{more} more were not awaited either."]

    def start_held(self, scope):
        """Starts coroutines that variables hold and that nothing has run; the variable then holds the task."""
        for name, value in list(scope.items()):
            kind = type(value)
            if kind in CONTAINERS:
                for each in _inside(value, SEARCHED_DEPTH) if name != "__builtins__" else ():
                    self._start(each)
            elif kind not in LEFT_OUT and is_unstarted(value):
                scope[name] = self._start(value)

    def note_unfinished(self):
        """Says which tasks the program did not wait for."""
        for task in self._unfinished():
            # One that the program has cancelled is not missed.
            if task not in self._tasks and not task.cancelling():
                self.note(self._waited_for(task))

    def note_cut_off(self):
        """Says which tasks are ended now although they are not finished."""
        for task in self._unfinished():
            self._notes.pop(self._waited_for(task), None)
            self.note(f"{self._name(task)} was not awaited and had not finished when the program ended, so it was cancelled.")

    def note_cancelled(self, task):
        """Says that a run that is over cancels a task it has left behind."""
        self.note(f"{self._name(task)} was not awaited and had not finished when asyncio.run() ended, so it was cancelled.")

    def _unfinished(self):
        return sorted(asyncio.all_tasks(self.loop), key=self._name)

    def _waited_for(self, task):
        return f"{self._name(task)} was not awaited; the run waited for it to finish."

    def _name(self, task):
        name, place = describe_coroutine(task.get_coro(), self._sources)
        return f"The task of {name}{place}"

    def report(self, loop, context):
        """Keeps an error that nothing else will see; the exception handler of the loop."""
        error = context.get("exception")
        if error is None:
            print(context.get("message", "Error in the event loop"), file=sys.stderr)
        elif isinstance(error, Exception) and all(error is not each for each in self._failures):
            self._failures.append(error)

    def failures(self):
        """Errors of work that nothing waited for, first ones first."""
        for task in self.loop.tasks():
            if task.done() and not task.cancelled() and task._log_traceback:
                error = task.exception()
                remember_origin(error, task.get_coro())
                self.report(self.loop, {"exception": error})
        return self._failures


def is_unstarted(value):
    """Whether a value is a coroutine that has not begun."""
    if isinstance(value, types.CoroutineType):
        return inspect.getcoroutinestate(value) == inspect.CORO_CREATED
    return getattr(type(value), "is_unstarted_call", False) and value.is_unstarted


def _inside(container, depth):
    parts = container.values() if type(container) is dict else container
    # A session may hold much data, which is passed over at the speed of C.
    if depth == 0 or SCALARS.issuperset(map(type, parts)):
        return
    for each in parts:
        if type(each) in CONTAINERS:
            yield from _inside(each, depth - 1)
        elif is_unstarted(each):
            yield each


def describe_coroutine(coroutine, sources):
    """The call that made a coroutine as text, and where it stands."""
    inner = getattr(coroutine, "coroutine", coroutine)
    name = getattr(inner, "__qualname__", type(inner).__name__)
    origin = [frame for frame in getattr(inner, "cr_origin", None) or () if sources.shown(frame[0]) is not None]
    return f"{name}()", f" in line {origin[0][1]}" if origin else ""

