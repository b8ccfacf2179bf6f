"""The built-in module `codemode`: calls by name, discovery, artifacts, and helpers that programs need beside calls."""

import asyncio
import collections
import inspect
import time
import types

from .errors import ToolError
from .servers import arguments_of, merge_arguments, under_own_names
from .tool_call import as_tool_function


def create_codemode_module(calls):
    """The module object that `import codemode` returns."""
    module = types.ModuleType("codemode", "Calls by name, search, artifacts and helpers for composing calls.")
    module._call_with = call_with(calls)
    awaited = (call_tool_with(calls), *discovery(calls), *server_content(calls))
    for each in awaited:
        each.__qualname__ = each.__name__
    functions = (*(as_tool_function(each, calls, each.__name__) for each in awaited), emit_with(calls), wait_for, retry, run_with_timeout, parallel, sleep)
    for function in functions:
        function.__module__, function.__qualname__ = "codemode", function.__name__
        setattr(module, function.__name__, function)
        # Programs may write names as the other language does.
        first, *rest = function.__name__.split("_")
        setattr(module, "".join((first, *(each.title() for each in rest))), function)
    for kind in (RateLimiter, ToolError):
        setattr(module, kind.__name__, kind)
    module.artifacts = Artifacts(calls)
    module._skills = skills_with(calls)
    module.__all__ = [name for name in vars(module) if not name.startswith("_")]
    return module


def call_with(calls):
    """What functions of generated modules use: no keyword is taken for an option, whatever it is called."""

    async def _call_with(name, arguments, keywords):
        positional = () if arguments is None else (arguments,)
        request = {"name": name, "arguments": await arguments_of(calls, (name, name), positional, keywords)}
        return await calls.call("codemode:call", request, name)

    return _call_with


def call_tool_with(calls):
    async def call_tool(name=None, arguments=None, /, *more, raw=False, timeout=None, **kwargs):
        """Calls a tool by its full name, `server__tool`; arguments as one dict or as keywords.

        raw=True returns the whole MCP result, a dict with `content` and maybe `structuredContent` and `isError`; a
        failure the tool reports is then part of it and not raised. timeout is in seconds and replaces the server's own.
        A parameter of the tool that is itself called raw, timeout or arguments goes into the dict.
        """
        name, arguments = named_call(name, arguments, more, kwargs)
        kwargs = await under_own_names(calls, name, kwargs)
        request = {"name": name, "arguments": merge_arguments(name, arguments, kwargs)}
        options = call_options(name, raw, timeout)
        if options:
            request["options"] = options
        return await calls.call("codemode:call", request, str(name))

    return call_tool


def named_call(name, arguments, more, kwargs):
    """Name and arguments of a call, also where they are given by keyword or in one dict, as clients of MCP take them."""
    if isinstance(name, dict) and arguments is None and not kwargs and name.keys() <= {"name", "arguments"}:
        name, arguments = name.get("name"), name.get("arguments")
    if more or isinstance(arguments, str):
        message = f"call_tool takes the full name of a tool and one dict, not {2 + len(more)} values."
        hint = f'Write call_tool("{name}__{arguments}", {{...}}).' if isinstance(arguments, str) else "Put the arguments into one dict."
        raise ToolError(message, "invalid_arguments", tool=str(name), hint=hint)
    if name is None:
        key = next((each for each in ("name", "tool_name", "tool") if isinstance(kwargs.get(each), str)), None)
        if key is None:
            raise ToolError("call_tool needs the full name of a tool, server__tool.", "invalid_arguments", hint='Write call_tool("server__tool", {...}).')
        name = kwargs.pop(key)
    if arguments is None and list(kwargs) == ["arguments"] and isinstance(kwargs["arguments"], dict):
        arguments = kwargs.pop("arguments")
    return name, arguments


def call_options(name, raw, timeout):
    options = {"raw": True} if raw else {}
    if timeout is not None:
        if isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or not 0 < timeout < 1e9:
            hint = "A parameter of the tool that is called timeout goes into the dict of arguments."
            message = f"timeout is a number of seconds above 0, not {timeout!r}."
            raise ToolError(message, "invalid_arguments", tool=str(name), hint=hint)
        options["timeoutMs"] = max(1, round(timeout * 1000))
    return options


def present(**options):
    return {name: value for name, value in options.items() if value is not None}


def discovery(calls):
    async def search(query, limit=None, server=None, include_deferred=None):
        """Searches the tools: a dict with `tools` (each with `name` and `signature`), `total` and `hasMore`."""
        if isinstance(query, dict):
            return await calls.call("codemode:search", query, "search")
        options = present(limit=limit, server=server, includeDeferred=include_deferred)
        return await calls.call("codemode:search", {"query": query, **options}, "search")

    async def describe(name=None, detail=None, tool_name=None):
        """Describes a tool: a dict with `declaration`, `import` and `inputSchema`; detail is brief, signature or full."""
        if isinstance(name, dict):
            return await describe(**name)
        return await calls.call("codemode:describe", {"name": tool_name if name is None else name, **present(detail=detail)}, "describe")

    return search, describe


def server_content(calls):
    """What servers have beside tools."""

    def ask(method, server, label, **params):
        return calls.call("codemode:ask", {"method": method, **present(server=server, params=params or None)}, label)

    async def list_resources(server=None):
        """Lists the resources of a server, or of all: dicts with `server`, `uri`, `name` and what else the server says."""
        return await ask("resources/list", server, "list_resources")

    async def list_resource_templates(server=None):
        """Lists the templates of resources: dicts with `server`, `uriTemplate` and `name`."""
        return await ask("resources/templates/list", server, "list_resource_templates")

    async def read_resource(server, uri):
        """Reads a resource: a list of dicts with `uri`, `mimeType` and either `text` or `blob` (base64)."""
        request = {"name": f"{server}__resources/read", "arguments": {"uri": uri}}
        return await calls.call("codemode:call", request, f"{server}__resources/read")

    async def list_prompts(server=None):
        """Lists the prompts of a server, or of all: dicts with `server`, `name`, `description` and `arguments`."""
        return await ask("prompts/list", server, "list_prompts")

    async def get_prompt(server, name, arguments=None, /, **kwargs):
        """Renders a prompt with its arguments as one dict or as keywords: a dict with `description` and `messages`."""
        request = {"name": name, "arguments": merge_arguments(name, arguments, kwargs)}
        return await calls.call("codemode:call", {"name": f"{server}__prompts/get", "arguments": request}, f"{server}__prompts/get")

    async def complete(server, ref, argument):
        """Completes an argument of a prompt or template: a dict with `values`; ref and argument as MCP defines them."""
        return await ask("completion/complete", server, "complete", ref=ref, argument=argument)

    return list_resources, list_resource_templates, read_resource, list_prompts, get_prompt, complete


def emit_with(calls):
    def emit(item, *more):
        """Hands a text, an MCP content item or a list of them on to the caller of the program; awaiting the result is optional."""
        first = calls.begin("codemode:emit", {"item": item}, "emit")
        for each in more:
            emit(each)
        return first

    return emit


def skills_with(calls):
    """What the generated modules of skills ask their host through."""

    async def _skills(kind, request):
        name = request.get("name", request.get("skill_name"))
        return await calls.call(f"codemode:skill-{kind}", request, f"skills__{name}" if kind == "run" else f"{kind}_skill")

    return _skills


def id_of(artifact):
    """The id of an artifact, or of what saving one returned."""
    return artifact.get("id") if isinstance(artifact, dict) else artifact


class Artifacts:
    """Values kept outside the program, under an id."""

    def __init__(self, calls):
        self._calls = calls

    def save(self, value, name=None, mime_type=None):
        """Keeps a value; the result, once awaited, is a dict with `id`, `mimeType`, `bytes` and `preview`."""
        arguments = {"value": value, **present(name=name, mimeType=mime_type)}
        return self._calls.begin("codemode:artifact-save", arguments, "artifacts.save")

    def read(self, id, offset=None, limit=None, pattern=None, path=None):
        """Reads a kept value; a part of its text by offset and limit, lines of it by pattern, a part of a JSON value by path."""
        options = present(offset=offset, limit=limit, pattern=pattern, path=path)
        return self._calls.begin("codemode:artifact-read", {"id": id_of(id), **options}, "artifacts.read")

    def list(self):
        """Lists what is kept."""
        return self._calls.begin("codemode:artifact-list", {}, "artifacts.list")

    def search(self, query, limit=None):
        """Finds what is kept by words in it: a list of dicts with `id` and `snippet`."""
        return self._calls.begin("codemode:artifact-search", {"query": query, **present(limit=limit)}, "artifacts.search")

    def lines(self, id, offset=None, limit=None):
        """Lines of a kept text, 1,000 at a time by default."""
        options = present(offset=offset, limit=limit)
        return self._calls.begin("codemode:artifact-lines", {"id": id_of(id), **options}, "artifacts.lines")

    def whole(self, id):
        """Stands for everything that is kept under an id, as an argument of a tool: it goes there without passing the program."""
        return {"$artifact": str(id_of(id))}

    def rows(self, id, path=None, offset=None, limit=None):
        """Items of a kept JSON list, or rows of kept CSV text as dicts, 1,000 at a time by default."""
        options = present(path=path, offset=offset, limit=limit)
        return self._calls.begin("codemode:artifact-rows", {"id": id_of(id), **options}, "artifacts.rows")


async def sleep(seconds):
    """Waits without blocking other tasks."""
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise TypeError("sleep takes a number of seconds: await sleep(1.5)")
    await asyncio.sleep(seconds)


async def wait_for(condition, interval_seconds=1.0, timeout_seconds=None):
    """Polls until the condition returns something true, and returns that."""
    end = None if timeout_seconds is None else time.monotonic() + timeout_seconds
    while True:
        answer = await _result(condition() if callable(condition) else condition)
        if answer:
            return answer
        if end is not None and time.monotonic() + interval_seconds > end:
            raise TimeoutError(f"The condition did not hold within {timeout_seconds} seconds.")
        await asyncio.sleep(interval_seconds)


async def retry(fn, max_attempts=3, delay=1.0):
    """Calls a function until it does not fail, waiting twice as long each time; the last failure is raised."""
    if not callable(fn):
        raise TypeError("retry takes a function, which it calls again each time: await retry(lambda: server.tool(...), max_attempts=3)")
    for attempt in range(1, max_attempts + 1):
        try:
            return await _result(fn())
        except Exception:
            if attempt >= max_attempts:
                raise
            await asyncio.sleep(delay * 2 ** (attempt - 1))
    raise ValueError("max_attempts must be at least 1.")


async def run_with_timeout(awaitable, timeout):
    """Awaits for at most so many seconds; later it is cancelled and `TimeoutError` raised."""
    return await asyncio.wait_for(awaitable() if callable(awaitable) else awaitable, timeout)


async def parallel(awaitables, limit=None):
    """Awaits many at the same time, at most `limit` of them; results are in the order of the arguments."""
    tasks = [each() if callable(each) else each for each in awaitables]
    if limit is None:
        return list(await asyncio.gather(*tasks))
    places = asyncio.Semaphore(limit)

    async def placed(task):
        async with places:
            return await task

    return list(await asyncio.gather(*(placed(task) for task in tasks)))


class RateLimiter:
    """Lets at most `max_calls` enter `async with` in any `period` seconds; the others wait their turn."""

    def __init__(self, max_calls, period=1.0):
        self._max_calls = max_calls
        self._period = period
        self._entered = collections.deque()
        self._turn = asyncio.Lock()

    async def acquire(self):
        """Waits for a turn."""
        async with self._turn:
            while len(self._entered) >= self._max_calls:
                left = self._entered[0] + self._period - time.monotonic()
                if left <= 0:
                    self._entered.popleft()
                else:
                    await asyncio.sleep(left)
            self._entered.append(time.monotonic())

    async def __aenter__(self):
        await self.acquire()
        return self

    async def __aexit__(self, *_):
        return False


async def _result(value):
    return await value if inspect.isawaitable(value) else value
