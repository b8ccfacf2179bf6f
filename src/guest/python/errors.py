"""Errors the guest's own code may meet and catch."""

import difflib
import json

LISTED = 20


class ToolError(Exception):
    """A call that failed. `code` says how, `hint` what to do next, `content` and `structured_content` are what the tool answered."""

    def __init__(self, message, code="tool_error", tool=None, hint=None, content=None, structured_content=None):
        super().__init__(message)
        self.message = message
        self.code = code
        self.tool = tool
        self.hint = hint
        self.content = content
        self.structured_content = structured_content


class OpaqueResult:
    """Stands where the host does not know the result of a call: any use of it raises the error."""

    __slots__ = ("_details",)

    def __init__(self, details):
        object.__setattr__(self, "_details", details)

    def __getattribute__(self, name):
        if name == "__class__":
            return OpaqueResult
        raise ToolError(*object.__getattribute__(self, "_details"))


def _use(self, *_arguments, **_options):
    raise ToolError(*object.__getattribute__(self, "_details"))


for _name in (
    "bool len iter next str repr format int float complex index abs neg pos invert reversed round hash call getitem setitem delitem contains "
    "lt le gt ge eq ne add sub mul truediv floordiv mod pow and or xor matmul lshift rshift "
    "radd rsub rmul rtruediv rfloordiv rmod rpow rand ror rxor rmatmul rlshift rrshift "
    "setattr delattr enter exit aenter aexit aiter anext await bytes trunc floor ceil"
).split():
    setattr(OpaqueResult, f"__{_name}__", _use)


class UnknownToolError(ToolError):
    """A module, tool or name that does not exist."""

    def __init__(self, message, tool=None, hint=None):
        super().__init__(message, "unknown_tool", tool, hint)


class UnknownModuleError(UnknownToolError, ImportError):
    """The same, for an import."""


class UnknownAttributeError(UnknownToolError, AttributeError):
    """The same, for an attribute, so that `hasattr` and `getattr` with a default work."""


def remember_origin(error, awaitable):
    """Notes on an error where the coroutine that raised it was made, for one that no line of the program awaits."""
    origin = getattr(getattr(awaitable, "coroutine", awaitable), "cr_origin", None)
    if origin and getattr(error, "origin_of_call", None) is None:
        try:
            error.origin_of_call = origin
        except Exception:
            # Some errors take no attributes; they are shown without the place.
            pass


def nearest(name, existing):
    """` Did you mean x?` for the most similar name, or nothing."""
    close = difflib.get_close_matches(str(name), [str(each) for each in existing], n=1, cutoff=0.6)
    return f" Did you mean {close[0]}?" if close else ""


def listed(start, existing):
    """A sentence that names what exists."""
    names = sorted({str(each) for each in existing})
    more = f", … {len(names) - LISTED} more" if len(names) > LISTED else ""
    return f"{start}: {', '.join(names[:LISTED])}{more}."


def quoted(name):
    """A name in displayed form."""
    text = str(name)
    return json.dumps(text if len(text) <= 120 else f"{text[:120]}…", ensure_ascii=False)


for _kind in (ToolError, UnknownToolError, UnknownModuleError, UnknownAttributeError):
    # Tracebacks then show the bare name, as for any built-in exception.
    _kind.__module__ = "builtins"


def remember_call(error, coroutine):
    """Notes on an error the line of the call that raised it, for a task of the call alone: its traceback has no line of the program."""
    try:
        error.called_at = getattr(error, "called_at", None) or coroutine.cr_origin
    except Exception:
        pass
