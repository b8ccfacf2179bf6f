"""Runs cells, one after the other, in one set of globals."""

import asyncio
import builtins
import errno
import inspect
import json
import random
import sys
import time
import types

from .calls import Calls
from .channel import OPEN, READY, RUN, Channel, limit_memory
from .errors import ToolError
from .faults import Sources, describe_fault, describe_syntax_error, describe_unknown, show_names_of
from .helpers import create_codemode_module
from .loop import DeadlockError, GuestLoop
from .modules import VirtualModules
from .output import create_streams
from .missing_await import take_over_texts
from .program import VALUE_NAME, Program, required_parameters, start_of
from .running import take_over_asyncio
from .servers import ServerTable
from .surroundings import MissedFiles, refuse_processes, take_over_locale, take_over_time_zones
from .unawaited import Unawaited
from .unknown_names import find_unknown, import_known
from .values import Unresolved, ValueTooLarge, from_json, resolve, to_json

CANCEL_ROUNDS = 20
# Of a program's time, what is kept for ending it.
END_SHARE = 0.1
RESERVE_BYTES = 2 << 20
# How most programs end, written once.
PLAIN_HEAD = {"kind": "finished", "notes": [], "dropped": 0}
PLAIN_END = b'{"kind": "finished", "notes": [], "dropped": 0}'
# Released when memory runs out, so that there is room to report it.
_reserve = []


def serve(locked):
    """Serves the host until it hangs up, which ends the process. Only a locked session hides the way to JavaScript."""
    session = Session()
    if locked:
        session.modules.hide_host()
        refuse_processes()
    session.serve()


class Session:
    """One sandbox's state: globals, imports, tasks and the channel to the host."""

    def __init__(self):
        self.channel = Channel()
        self.budget, self.stdout, self.stderr = create_streams(self.channel)
        self.sources = Sources()
        self.files = MissedFiles(self.sources)
        self.servers = ServerTable()
        self.unawaited = Unawaited(GuestLoop(self.channel, self.flush), self.sources)
        self.loop = self.unawaited.loop
        self.calls = Calls(self.channel, self.unawaited, self.sources)
        self.modules = VirtualModules(self.servers, self.sources, self.calls)
        self._installed = {}
        self._is_new = True
        self._install_globals()

    def serve(self):
        """Answers the host until it hangs up."""
        self._take_over()
        self.channel.open()
        self.channel.post(READY)
        while True:
            for kind, _, payload in self.channel.receive():
                if kind == OPEN:
                    _reserve.append(bytearray(RESERVE_BYTES))
                    limit_memory(from_json(payload)["memoryBytes"])
                elif kind == RUN:
                    self._run(from_json(payload))

    def flush(self):
        # Before every call, and mostly for nothing.
        if self.stdout.parts:
            self.stdout.flush()
        if self.stderr.parts:
            self.stderr.flush()

    def _install_globals(self):
        module = types.ModuleType("__main__")
        self.globals = module.__dict__
        self.globals["__builtins__"] = vars(builtins)
        self.globals["servers"] = self.servers.view
        self.globals["ToolError"] = ToolError
        self._main = module

    def _take_over(self):
        sys.meta_path.insert(0, self.modules)
        sys.modules["__main__"] = self._main
        sys.modules["codemode"] = create_codemode_module(self.calls)
        asyncio.events._set_running_loop(None)
        self._use_loop()
        take_over_asyncio()
        self.unawaited.take_over()
        show_names_of(self.sources)
        take_over_texts(self.calls)
        take_over_time_zones(self.calls)
        take_over_locale()
        self.files.take_over()
        # The interpreter starts from a stored memory image: what was drawn at random in it is the same everywhere.
        random.seed()
        sys.breakpointhook = _no_breakpoint
        builtins.input = _no_input
        self._builtins = dict(vars(builtins))

    def _run(self, request):
        limits = request["limits"]
        self._set_time(request.get("repeatable"))
        # What a program made of them ends with it: the library that reads the next one uses them too.
        vars(builtins).update(self._builtins)
        sys.stdout, sys.stderr = self.stdout, self.stderr
        self.budget.start(limits["logBytes"])
        self.calls.argument_bytes = limits["argumentBytes"]
        if "namespaces" in request:
            self._replace_namespaces(request["namespaces"])
        if "modules" in request:
            self.modules.replace(request["modules"])
        try:
            head, value = self._outcome(request, limits)
        except MemoryError:
            _reserve.clear()
            head, value = _memory_stop(), b""
        except Exception as error:
            head, value = _broken_library(error), b""
        self.flush()
        head["dropped"] = self.budget.dropped
        self.channel.end((PLAIN_END if head == PLAIN_HEAD else json.dumps(head).encode()) + b"\n" + value)
        self.channel.end_turns()

    def _set_time(self, repeatable):
        """Has a cell that can be repeated see nothing of the machine's time and chance."""
        is_new, self._is_new = self._is_new, False
        if repeatable is not None:
            seed = repeatable["seed"] if is_new else ()
            self.channel.take_turns(repeatable["start"]["wallMs"], repeatable["start"]["runningMs"], seed)
            if is_new:
                random.seed(repr(seed))
        self.loop.start()

    def _replace_namespaces(self, table):
        self.servers.replace(table, self.calls)
        self.modules.refresh_servers()
        before, self._installed = self._installed, {}
        for name in self.servers.names():
            self._installed[name] = self.servers.get(name)
        for name in {*before, *self._installed}:
            current = self.globals.get(name)
            if current is not None and current is not before.get(name):
                continue
            if name in self._installed:
                self.globals[name] = self._installed[name]
            else:
                self.globals.pop(name, None)

    def _use_loop(self):
        asyncio.set_event_loop(self.loop)
        self.loop.set_exception_handler(self.unawaited.report)
        self.loop.before_cancel = self.unawaited.note_cancelled
        time.sleep = self.loop.blocking_sleep

    def _outcome(self, request, limits):
        self._started = time.monotonic()
        self.loop.ends_at = self._started + limits["timeMs"] / 1000 * (1 - END_SHARE)
        # A later program of the session may be what calls a function.
        self._alone = request.get("alone", False)
        name = self.sources.add(request["filename"], request["source"])
        try:
            program = Program(request["source"], name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {"kind": "failed", "fault": describe_syntax_error(error, name, self.sources)}, b""
        unknown = find_unknown(program, self.globals, request["source"])
        imported = import_known(unknown, self.globals, program.body) if unknown else ()
        if unknown:
            return {"kind": "failed", "fault": describe_unknown(unknown)}, b""
        self.calls.notes.clear()
        self.files.clear()
        for each in imported:
            self.calls.notes[f"The program uses `{each}` without importing it: it was imported."] = None
        self.unawaited.open()
        self.calls.accepting, self.calls.has_emitted = True, False
        try:
            return self._execute(program, name, limits)
        except MemoryError:
            return _memory_stop(), b""
        except Exception as broken:
            return self._failure(broken, name), b""
        finally:
            self.unawaited.close()
            self.calls.accepting = False
            self._cancel_rest()
            self.unawaited.forget()

    def _execute(self, program, name, limits):
        value, error = self._drive(program)
        if _ends_well(error):
            value, error = error.code, None
            self.unawaited.note("The program ended itself with exit().")
        if error is not None:
            return self._failure(error, name), b""
        head, data = self._finish(value, limits["valueBytes"])
        if head["kind"] != "finished":
            return head, data
        self._settle()
        if failures := self.unawaited.failures():
            return self._failure(failures[0], name), b""
        silent = self._alone and self.budget.is_unused(limits["logBytes"]) and not self.calls.has_emitted
        head["notes"] += [*self.calls.notes, *self.files.notes(), *self.unawaited.notes(), *(_missing_value(program, self._called) if value is None and silent else ())]
        return head, data

    def _drive(self, program):
        """Runs the program to its own end: its value and the error that ended it, one of them None."""
        self._called = None
        task = self.loop.main = self.loop.create_task(self._evaluate(program))
        while not task.done():
            try:
                self.loop.turn(task.done)
            except DeadlockError as deadlock:
                return None, self._end_deadlock(task, deadlock)
            except BaseException as error:
                if not task.done():
                    print(f"A task ended with {type(error).__name__}: {error}", file=self.stderr)
        return task.result()

    def _end_deadlock(self, task, deadlock):
        """The same error at the place where the program waits."""
        task.cancel()
        try:
            self.loop.turn(task.done)
        except BaseException:
            pass
        place = task.result()[1] if task.done() and not task.cancelled() else None
        return deadlock.with_traceback(place.__traceback__ if place is not None else None)

    def _settle(self):
        """Lets work left over from the program finish."""
        self.unawaited.start_held(self.globals)
        # Most programs leave nothing.
        if not self.loop.is_empty():
            self.unawaited.note_unfinished()
            try:
                self.loop.settle(self.loop.ends_at)
            except BaseException as error:
                print(f"A task ended with {type(error).__name__}: {error}", file=self.stderr)
            self.unawaited.note_cut_off()
        if dropped := self.loop.dropped:
            self.unawaited.note(f"{dropped} tool call{' was' if dropped == 1 else 's were'} cancelled at the end, since nothing waited for {'it' if dropped == 1 else 'them'} any more.")

    def _cancel_rest(self):
        self.loop.pending.clear()
        rest = asyncio.all_tasks(self.loop)
        for _ in range(CANCEL_ROUNDS):
            if not rest:
                return
            for task in rest:
                task.cancel()
            rounds = iter((False, True))
            try:
                self.loop.turn(lambda: next(rounds, True))
            except BaseException:
                pass
            rest = asyncio.all_tasks(self.loop)
        self._abandon_loop()

    def _abandon_loop(self):
        """Tasks that refuse to end remain in a loop that never runs again."""
        self.loop.set_exception_handler(lambda loop, context: None)
        self.loop = self.unawaited.loop = GuestLoop(self.channel, self.flush)
        self.loop.start()
        self._use_loop()

    def _failure(self, error, name):
        """The fault of an error; of one whose class refuses even to be asked, only that."""
        try:
            if _is_exhaustion(error):
                return _memory_stop()
            fault = describe_fault(error, name, self.sources)
        except MemoryError:
            return _memory_stop()
        except BaseException:
            message = "The program raised an object whose class refuses to be looked at. Raise an ordinary exception."
            fault = {"name": "Exception", "message": message, "code": "runtime_error", "frames": [], "stack": message}
        # The error itself is not asked, whatever its class: that may raise anything.
        missed = () if fault["name"] == "FileNotFoundError" else self.files.notes()
        if notes := [*self.calls.notes, *missed]:
            fault["notes"] = notes
        return {"kind": "failed", "fault": fault}

    def _finish(self, value, limit):
        try:
            try:
                data, notes = to_json(value, limit)
            except Unresolved as error:
                data, notes = to_json(self.loop.run_until_complete(resolve(value, error.read)), limit)
        except ValueTooLarge as error:
            return _too_large(error.args[0] if error.args else f"more than {limit}", limit), b""
        if len(data) > limit:
            return _too_large(len(data), limit), b""
        return {"kind": "finished", "notes": list(notes)}, data

    async def _evaluate(self, program):
        """The value of the program and the error that ended it, one of them None."""
        value, scope = None, self.globals
        try:
            for code in program.steps:
                value = eval(code, scope)
                if code.co_flags & inspect.CO_COROUTINE:
                    value = await value
            if program.captures:
                value = scope.pop(VALUE_NAME, None)
            if self._alone and value is None and (functions := program.uncalled_functions()):
                value = self._start_function(functions)
            if inspect.isawaitable(value):
                value = await value
        except MemoryError as error:
            _reserve.clear()
            return None, error
        except BaseException as error:
            return None, error
        return value, None

    def _start_function(self, functions):
        start = start_of(functions)
        if start is None or required_parameters(start):
            return None
        self._called = start.name
        self.unawaited.note(f"The program calls nothing, so {start.name}(), which it defines, was called.")
        return self.globals[start.name]()


def _missing_value(program, called):
    """A sentence on what would have been the value of a program without one that printed nothing either."""
    if not program.body:
        return ["Nothing was run: the text holds no code."]
    functions = program.uncalled_functions() if called is None else ()
    if functions:
        calls = ", ".join(f"{each.name}({', '.join(required_parameters(each))})" for each in functions)
        return [f"Nothing was called: the program only defines {calls}. End it with the call whose result is wanted."]
    if name := program.last_assigned():
        return [f"The program has no value, since it ends with an assignment. End it with the line `{name}` to return it."]
    if statement := program.valueless_end():
        return [f"The program has no value, since it ends with {statement}. End it with the expression whose value is wanted, or print it."]
    return []


def _ends_well(error):
    """Whether the program ended itself without a failure; `sys.exit(main())` may be given a result rather than a status."""
    # A class of the program may answer questions about its instances, which isinstance asks.
    if not issubclass(type(error), SystemExit):
        return False
    return error.code in (None, 0) or isinstance(error.code, (dict, list, tuple, float))


def _is_exhaustion(error):
    if issubclass(type(error), MemoryError):
        return True
    # Files are in memory too.
    if issubclass(type(error), OSError) and error.errno == errno.ENOSPC:
        return True
    # Tasks that failed together are raised as one.
    if issubclass(type(error), BaseExceptionGroup):
        return all(map(_is_exhaustion, error.exceptions))
    # Sizes past the 32-bit address space are refused as overflow before memory is asked for.
    said = str(error) if issubclass(type(error), OverflowError) else ""
    return "too long" in said or "index-sized" in said or ("too large" in said and "index" in said)


def _broken_library(error):
    message = f"A part of Python that the sandbox itself needs was replaced by the program, and failed: {type(error).__name__}: {error}"
    hint = "Leave the modules and classes of the library unchanged: define functions of your own, and call those."
    return {"kind": "failed", "fault": {"name": type(error).__name__, "message": message, "code": "runtime_error", "hint": hint, "frames": [], "stack": message}}


def _memory_stop():
    return {"kind": "stopped", "code": "memory_limit"}


def _too_large(size, limit):
    return {"kind": "stopped", "code": "result_too_large", "message": f"The value is {size} bytes of JSON; the limit is {limit}."}


def _no_input(prompt=""):
    raise RuntimeError("input() is not available: no person is there to answer. Put the value into the program.")


def _no_breakpoint(*args, **kwargs):
    raise RuntimeError("breakpoint() is not available: there is no debugger. Print what you want to see.")
