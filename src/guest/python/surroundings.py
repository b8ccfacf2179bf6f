"""Parts of the standard library that ask the machine: they ask the host, or say that it is not there."""

import base64
import io
import locale
import os
import zoneinfo

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
