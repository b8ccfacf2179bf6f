"""Performs the calls of this package through a child process that speaks MCP over its standard input and output."""

import asyncio
import atexit
import json
import os
import shlex
import signal
import subprocess
import sys
from typing import Any, Dict, List, Optional

from ._settings import COMMAND

PROTOCOL = "2025-06-18"
START_SECONDS = 60.0
LINE_BYTES = 256 * 1024 * 1024

# Long values are kept aside, to be read in pieces.
SKILLS_PROGRAM = """const value = (await codemode.skills.KIND(JSON.parse(REQUEST))) ?? null;
JSON.stringify(value).length > 8000 ? { artifact: (await codemode.artifacts.save(value)).id } : { value }"""


class ToolError(Exception):
    """A call that failed: `code` says how, `tool` names it, `hint` what to do next, `content` and `structured_content` are what it answered."""

    def __init__(
        self,
        message: str,
        code: str = "tool_error",
        tool: Optional[str] = None,
        hint: Optional[str] = None,
        content: Optional[List[Any]] = None,
        structured_content: Any = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.tool = tool
        self.hint = hint
        self.content = content
        self.structured_content = structured_content


async def call_tool(name: str, arguments: Optional[Dict[str, Any]] = None, /, **keywords: Any) -> Any:
    """Calls a tool by its full name, `server__tool`, with one dict or with keywords."""
    return await _call_with(name, arguments, keywords)


async def _call_with(name: str, arguments: Optional[Dict[str, Any]], keywords: Dict[str, Any]) -> Any:
    if arguments is not None and not isinstance(arguments, dict):
        raise ToolError(
            f"{name} takes one dict or keywords, not a {type(arguments).__name__}.",
            "invalid_arguments",
            name,
            "Name each argument, as in tool(parameter=value).",
        )
    if arguments is not None and keywords:
        raise ToolError(
            f"{name} takes one dict or keywords, not both.",
            "invalid_arguments",
            name,
            "Put everything in the dict, or use keywords only.",
        )
    connection = await _connection()
    return await connection.call(name, keywords if arguments is None else arguments)


async def _skills(kind: str, request: Dict[str, Any]) -> Any:
    """Lists, loads, reads or runs skills. What a skill prints is printed when it has ended."""
    connection = await _connection()
    return await connection.skills(kind, request)


async def close() -> None:
    """Ends the child process; a later call starts a new one."""
    global _current
    connection, _current = _current, None
    if connection is not None:
        await connection.close()


class _Connection:
    """One child process and the calls that wait for its answers. It belongs to the event loop that made it."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.process: Optional[asyncio.subprocess.Process] = None
        self._pending: Dict[int, "asyncio.Future[Any]"] = {}
        self._next = 0
        self._reader: Optional["asyncio.Task[None]"] = None
        self._writing = asyncio.Lock()
        self._started = asyncio.ensure_future(self._start())

    @property
    def alive(self) -> bool:
        failed = self._started.done() and (self._started.cancelled() or self._started.exception() is not None)
        ended = self.process is not None and self.process.returncode is not None
        return not (failed or ended or self.loop.is_closed())

    async def call(self, name: str, arguments: Dict[str, Any]) -> Any:
        await asyncio.shield(self._started)
        result = await self._use("call_tool", {"tool_name": name, "arguments": arguments}, name)
        structured = result.get("structuredContent")
        if not isinstance(structured, dict) or "value" not in structured:
            return _value_of(result)
        value = structured["value"]
        kept = structured.get("artifacts") or []
        if value is None and kept:
            value = await self._read(kept[0]["id"], name)
        return _with_handed_on(value, (result.get("content") or [])[1:])

    async def skills(self, kind: str, request: Dict[str, Any]) -> Any:
        name = request.get("name", request.get("skill_name"))
        data = json.dumps(json.dumps(request, allow_nan=False))
        program = SKILLS_PROGRAM.replace("KIND", kind).replace("REQUEST", data)
        await asyncio.shield(self._started)
        result = await self._use("execute_code", {"code": program}, f"skills__{name}" if kind == "run" else f"{kind}_skill")
        structured = result["structuredContent"]
        sys.stdout.write(structured.get("stdout", ""))
        answer = structured.get("value")
        if not isinstance(answer, dict):
            return await self._read(structured["artifacts"][-1]["id"], str(name))
        return answer["value"] if "value" in answer else await self._read(answer["artifact"], str(name))

    async def _read(self, artifact: str, name: str) -> Any:
        """Long results are kept by the server and read in pieces."""
        pieces: List[str] = []
        offset: Optional[int] = 0
        mime_type = ""
        while offset is not None:
            result = await self._use("read_artifact", {"id": artifact, "offset": offset}, name)
            part = result["structuredContent"]
            pieces.append(part["text"])
            mime_type = part["mimeType"]
            offset = part.get("nextOffset")
        text = "".join(pieces)
        return json.loads(text) if "json" in mime_type else text

    async def _use(self, tool: str, arguments: Dict[str, Any], name: str) -> Dict[str, Any]:
        result: Dict[str, Any] = await self.request("tools/call", {"name": tool, "arguments": arguments})
        if not result.get("isError"):
            return result
        structured = result.get("structuredContent")
        error = structured.get("error") if isinstance(structured, dict) else None
        report: Dict[str, Any] = error if isinstance(error, dict) else {}
        message = str(report.get("message") or _value_of(result))
        hint = report.get("hint")
        if tool == "call_tool" and "call_tool" in message:
            hint = 'Set "server": { "allowCallTool": true } in the configuration.'
        code = str(report.get("code", "tool_error"))
        raise ToolError(message, code, name, hint, report.get("content"), report.get("structuredContent"))

    async def request(self, method: str, params: Dict[str, Any]) -> Any:
        self._next += 1
        number = self._next
        answer: "asyncio.Future[Any]" = self.loop.create_future()
        self._pending[number] = answer
        try:
            await self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
            return await answer
        except asyncio.CancelledError:
            cancelled = {"requestId": number, "reason": "The program gave the call up."}
            self._send_soon({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled})
            raise
        finally:
            self._pending.pop(number, None)

    async def close(self) -> None:
        self._started.cancel()
        process = self.process
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 3)
        except asyncio.TimeoutError:
            process.kill()
            await process.wait()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)

    def kill(self) -> None:
        """Ends the child process when the program ends and nothing can be awaited any more."""
        if self.process is None or self.process.returncode is not None:
            return
        try:
            os.kill(self.process.pid, signal.SIGTERM)
        except OSError:
            pass

    async def _start(self) -> None:
        command = _command()
        try:
            self.process = await asyncio.create_subprocess_exec(
                *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=LINE_BYTES
            )
        except OSError as error:
            raise ToolError(
                f"{command[0]} cannot be started: {error.strerror}.",
                "server_unavailable",
                hint="Install it, or set CODEMODE_COMMAND to the command that starts the MCP server.",
            ) from None
        self._reader = asyncio.ensure_future(self._read_answers())
        client = {"name": "codemode-python", "version": "1"}
        await asyncio.wait_for(
            self.request("initialize", {"protocolVersion": PROTOCOL, "capabilities": {}, "clientInfo": client}),
            START_SECONDS,
        )
        await self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    async def _send(self, message: Dict[str, Any]) -> None:
        if self.process is None or self.process.stdin is None:
            raise _lost()
        line = json.dumps(message, allow_nan=False).encode() + b"\n"
        async with self._writing:
            try:
                self.process.stdin.write(line)
                await self.process.stdin.drain()
            except (BrokenPipeError, ConnectionResetError):
                raise _lost() from None

    def _send_soon(self, message: Dict[str, Any]) -> None:
        if self.process is not None and self.process.stdin is not None and not self.process.stdin.is_closing():
            self.process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _read_answers(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        try:
            while line := await self.process.stdout.readline():
                self._take(line)
        except ValueError:
            self.process.kill()
        finally:
            for answer in list(self._pending.values()):
                if not answer.done():
                    answer.set_exception(_lost())

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            return
        if not isinstance(message, dict):
            return
        if "method" in message and "id" in message:
            refusal = {"code": -32601, "message": "Not supported."}
            answer = {"result": {}} if message["method"] == "ping" else {"error": refusal}
            self._send_soon({"jsonrpc": "2.0", "id": message["id"], **answer})
            return
        waiting = self._pending.get(message.get("id", 0))
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(ToolError(str(message["error"].get("message", "The server refused.")), "server_unavailable"))
        else:
            waiting.set_result(message.get("result") or {})


def _with_handed_on(value: Any, content: List[Any]) -> Any:
    """Puts pictures and the like, which travel beside the value, back into their places."""
    if isinstance(value, list):
        return [_with_handed_on(item, content) if isinstance(item, dict) else item for item in value]
    place = value.get("handedOn") if isinstance(value, dict) else None
    return content[place] if isinstance(place, int) and place < len(content) else value


def _value_of(result: Dict[str, Any]) -> Any:
    content = result.get("content") or []
    if all(isinstance(item, dict) and item.get("type") == "text" for item in content):
        return "\n".join(str(item.get("text", "")) for item in content)
    return content


def _lost() -> ToolError:
    return ToolError("The connection to the servers was lost.", "server_unavailable", hint="Call again to start it anew.")


def _command() -> List[str]:
    configured = os.environ.get("CODEMODE_COMMAND", "")
    return shlex.split(configured) if configured.strip() else list(COMMAND)


_current: Optional[_Connection] = None


async def _connection() -> _Connection:
    global _current
    if _current is None or not _current.alive or _current.loop is not asyncio.get_running_loop():
        if _current is not None:
            _current.kill()
        _current = _Connection()
    return _current


@atexit.register
def _end() -> None:
    if _current is not None:
        _current.kill()
