"""Parts of the standard library that ask the machine: they ask the host, or say that it is not there."""

import base64
import io
import locale
import os
import sys
import zoneinfo

# Modules through which programs look for files.
LOOKING = frozenset(("os", "genericpath", "posixpath", "glob", "pathlib"))
NAMED_FILES = 3
MISSED_FILES = 1000
PATH_CHARACTERS = 200
KNOWN_LOCALES = frozenset(("", "C", "POSIX", "C.UTF-8", "C.utf8"))


def take_over_time_zones(calls):
    """Has `zoneinfo` read its data from the host."""

    def ask(name):
        return calls.ask_machine("python:time-zone", name)

    def load_tzdata(key):
        try:
            return io.BytesIO(base64.b64decode(ask(key)))
        except Exception as error:
            raise zoneinfo.ZoneInfoNotFoundError(str(error)) from None

    zoneinfo._common.load_tzdata = load_tzdata
    zoneinfo.available_timezones = lambda: set(ask(None))


def take_over_locale():
    """Refuses locales, which are accepted here without having any effect."""
    set_locale = locale.setlocale

    def setlocale(category, wanted=None):
        name = wanted if wanted is None or isinstance(wanted, str) else ".".join(str(each) for each in wanted if each)
        if name is not None and name not in KNOWN_LOCALES:
            raise locale.Error(f'unsupported locale setting: {name} is not here, only "C". Format numbers with f"{{value:,.2f}}" and dates with strftime, and replace the signs.')
        return set_locale(category, wanted)

    locale.setlocale = setlocale


def refuse_processes():
    """Says that there are none, where the interpreter would only answer with a status."""

    def system(command):
        raise OSError("os.system is not available: there are no processes and no shell.")

    os.system = system


class MissedFiles:
    """Files that a program looked for and that are not there, of which functions such as `os.walk` say nothing."""

    def __init__(self, sources):
        self._sources = sources
        self._missed = {}
        # A program may put its own in their place.
        self._lstat, self._normpath = os.lstat, os.path.normpath

    def take_over(self):
        """Watches the functions by which files are looked for."""
        for name in ("stat", "lstat", "scandir"):
            setattr(os, name, self._watched(getattr(os, name)))

    def clear(self):
        """Forgets what was looked for."""
        self._missed.clear()

    def notes(self):
        """A sentence on the files that were not there and are not there now, if there are any."""
        missed = list(dict.fromkeys(self._normpath(path) for path in self._missed if not self._exists(path)))
        if not missed:
            return []
        shown = ", ".join(repr(path[:PATH_CHARACTERS]) for path in missed[:NAMED_FILES])
        more = f" and {len(missed) - NAMED_FILES} more" if len(missed) > NAMED_FILES else ""
        return [f"Not found among the program's own files: {shown}{more}. Files of the machine are not here: look for them and read them with a tool."]

    def _exists(self, path):
        try:
            self._lstat(path)
        except (OSError, ValueError):
            return False
        return True

    def _watched(self, look):
        def watched(*path, **options):
            try:
                return look(*path, **options)
            except (FileNotFoundError, NotADirectoryError):
                if len(self._missed) < MISSED_FILES and path and isinstance(path[0], (str, os.PathLike)) and self._is_asked():
                    # A text of the program's own kind may do anything when it is used.
                    self._missed[str.join("", (os.fspath(path[0]),))] = None
                raise

        for kept in (os.supports_follow_symlinks, os.supports_dir_fd, os.supports_fd):
            if look in kept:
                kept.add(watched)
        watched.__name__ = watched.__qualname__ = look.__name__
        watched.__doc__ = look.__doc__
        return watched

    def _is_asked(self):
        """Whether it is the program that looks, and not the library for something of its own."""
        frame = sys._getframe(2)
        while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in LOOKING:
            frame = frame.f_back
        return frame is not None and self._sources.shown(frame.f_code.co_filename) is not None
