"""Errors the guest's own code may meet and catch."""


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


class UnknownToolError(ToolError):
    """A module, tool or name that does not exist."""

    def __init__(self, message, tool=None, hint=None):
        super().__init__(message, "unknown_tool", tool, hint)


class UnknownModuleError(UnknownToolError, ImportError):
    """The same, for an import."""


class UnknownAttributeError(UnknownToolError, AttributeError):
    """The same, for an attribute, so that `hasattr` and `getattr` with a default work."""


def nearest(name, existing, limit=12):
    """A sentence that names what exists, most similar names first."""
    import difflib

    names = [str(each) for each in existing]
    if not names:
        return "There is none."
    close = difflib.get_close_matches(str(name), names, n=3, cutoff=0.5)
    rest = [each for each in names if each not in close][: max(0, limit - len(close))]
    more = len(names) - len(close) - len(rest)
    listed = ", ".join(close + rest) + (f" and {more} more" if more else "")
    return f"Did you mean {close[0]}? There are: {listed}." if close else f"There are: {listed}."


for _kind in (ToolError, UnknownToolError, UnknownModuleError, UnknownAttributeError):
    # Tracebacks then show the bare name, as for any built-in exception.
    _kind.__module__ = "builtins"
