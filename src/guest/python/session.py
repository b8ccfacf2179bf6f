"""Runs cells, one after the other, in one set of globals."""

import ast
import asyncio
import inspect
import json
import random
import sys
import time
import types

from .calls import Calls
from .channel import END, OPEN, READY, RUN, Channel, limit_memory
from .errors import ToolError
from .faults import Sources, describe_fault, describe_syntax_error
from .helpers import create_codemode_module
from .loop import GuestLoop
from .modules import VirtualModules
from .output import create_streams
from .servers import Servers
from .values import ValueTooLarge, to_json

TOP_LEVEL_AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
CANCEL_ROUNDS = 20
RESERVE_BYTES = 2 << 20
# Given up when memory runs out, so that there is room to say so.
_reserve = []


def serve(locked):
    """Serves the host until it hangs up, which ends the process. Only a locked session hides the way to JavaScript."""
    session = Session()
    if locked:
        session.modules.hide_host()
    session.serve()


class Session:
    """One sandbox's state: globals, imports, tasks and the channel to the host."""

    def __init__(self):
        self.channel = Channel()
        self.budget, self.stdout, self.stderr = create_streams(self.channel)
        self.sources = Sources()
        self.servers = Servers()
        self.modules = VirtualModules(self.servers, self.sources)
        self.loop = GuestLoop(self.channel, self.flush)
        self.calls = Calls(self.channel, self.loop)
        self._installed = {}
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
                    limit_memory(json.loads(payload)["memoryBytes"])
                elif kind == RUN:
                    self._run(json.loads(payload))

    def flush(self):
        self.stdout.flush()
        self.stderr.flush()

    def _install_globals(self):
        module = types.ModuleType("__main__")
        self.globals = module.__dict__
        self.globals["__builtins__"] = __builtins__
        self.globals["servers"] = self.servers
        self.globals["ToolError"] = ToolError
        self._main = module

    def _take_over(self):
        sys.meta_path.insert(0, self.modules)
        sys.modules["__main__"] = self._main
        sys.modules["codemode"] = create_codemode_module(self.calls)
        asyncio.events._set_running_loop(None)
        asyncio.set_event_loop(self.loop)
        # The interpreter starts from a stored memory image: what was drawn at random in it is the same everywhere.
        random.seed()
        time.sleep = self.loop.blocking_sleep
        sys.breakpointhook = _no_breakpoint
        import builtins

        builtins.input = _no_input

    def _run(self, request):
        limits = request["limits"]
        sys.stdout, sys.stderr = self.stdout, self.stderr
        self.budget.start(limits["logBytes"])
        self.calls.argument_bytes = limits["argumentBytes"]
        if "namespaces" in request:
            self._replace_namespaces(request["namespaces"])
        self.modules.replace(request.get("modules", {}))
        try:
            head, value = self._outcome(request, limits)
        except MemoryError:
            _reserve.clear()
            head, value = _memory_stop(), b""
        self.flush()
        head["dropped"] = self.budget.dropped
        self.channel.post(END, 0, json.dumps(head).encode() + b"\n" + value)
        self.channel.flush()

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

    def _outcome(self, request, limits):
        name = self.sources.add(request["filename"], request["source"])
        try:
            steps = _compile(request["source"], name)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return {"kind": "failed", "fault": describe_syntax_error(error, name, self.sources)}, b""
        value, error = self._execute(steps)
        try:
            if error is not None:
                return self._failure(error, name), b""
            return self._finish(value, limits["valueBytes"])
        except MemoryError:
            return _memory_stop(), b""
        except Exception as broken:
            return self._failure(broken, name), b""

    def _execute(self, steps):
        self.calls.accepting = True
        task = self.loop.main = self.loop.create_task(_evaluate(steps, self.globals))
        task.add_done_callback(lambda _: self.loop.stop())
        self._drive(task)
        self.calls.accepting = False
        self._cancel_rest()
        return task.result()

    def _drive(self, task):
        while not task.done():
            try:
                self.loop.run_forever()
            except BaseException as error:
                if not task.done():
                    print(f"A task ended with {type(error).__name__}: {error}", file=self.stderr)

    def _cancel_rest(self):
        self.loop.pending.clear()
        rest = asyncio.all_tasks(self.loop)
        for _ in range(CANCEL_ROUNDS):
            if not rest:
                return
            for task in rest:
                task.cancel()
            self.loop.call_soon(self.loop.stop)
            try:
                self.loop.run_forever()
            except BaseException:
                pass
            rest = asyncio.all_tasks(self.loop)
        self._abandon_loop()

    def _abandon_loop(self):
        """Tasks that refuse to end stay behind in a loop that never runs again."""
        self.loop.set_exception_handler(lambda loop, context: None)
        self.loop = GuestLoop(self.channel, self.flush)
        self.calls._loop = self.loop
        asyncio.set_event_loop(self.loop)
        time.sleep = self.loop.blocking_sleep

    def _failure(self, error, name):
        if _is_exhaustion(error):
            return _memory_stop()
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return {"kind": "finished", "notes": ["The program ended itself with exit()."]}
        return {"kind": "failed", "fault": describe_fault(error, name, self.sources)}

    def _finish(self, value, limit):
        try:
            data, notes = to_json(value, limit)
        except ValueTooLarge as error:
            return _too_large(error.args[0] if error.args else f"more than {limit}", limit), b""
        if len(data) > limit:
            return _too_large(len(data), limit), b""
        return {"kind": "finished", "notes": list(notes)}, data


async def _evaluate(steps, scope):
    """The value of the last step and the error that ended the program, one of them None."""
    value = None
    try:
        for code in steps:
            value = eval(code, scope)
            if code.co_flags & inspect.CO_COROUTINE:
                value = await value
        if inspect.isawaitable(value):
            value = await value
    except MemoryError as error:
        _reserve.clear()
        return None, error
    except BaseException as error:
        return None, error
    return value, None


def _compile(source, filename):
    """The code of a cell: its statements, then its last expression."""
    tree = ast.parse(source, filename)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    steps = []
    if tree.body:
        steps.append(compile(tree, filename, "exec", TOP_LEVEL_AWAIT, dont_inherit=True))
    if last is not None:
        steps.append(compile(ast.Expression(last.value), filename, "eval", TOP_LEVEL_AWAIT, dont_inherit=True))
    elif not tree.body:
        return []
    else:
        steps.append(compile("None", filename, "eval"))
    return steps


def _is_exhaustion(error):
    if isinstance(error, MemoryError):
        return True
    # Sizes past the 32-bit address space are refused as overflow before memory is asked for.
    return isinstance(error, OverflowError) and ("too long" in str(error) or "too large" in str(error) and "index" in str(error))


def _memory_stop():
    return {"kind": "stopped", "code": "memory_limit"}


def _too_large(size, limit):
    return {"kind": "stopped", "code": "result_too_large", "message": f"The value is {size} bytes of JSON; the limit is {limit}."}


def _no_input(prompt=""):
    raise RuntimeError("input() is not available: nobody is there to answer. Put the value into the program.")


def _no_breakpoint(*args, **kwargs):
    raise RuntimeError("breakpoint() is not available: there is no debugger. Print what you want to see.")
