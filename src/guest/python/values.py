"""Turns any Python value into JSON text, saying what was changed on the way."""

import array
import base64
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import json
import math
import pathlib
import re
import types
import uuid

PLAIN = frozenset((str, int, float, bool, type(None), list, dict))
CONTAINERS = frozenset((list, dict))
SAFE_INTEGER = 2**53
LONG_DIGITS = re.compile("[0-9]{16}")
TEXT_TYPES = (decimal.Decimal, uuid.UUID, pathlib.PurePath, fractions.Fraction, complex, re.Pattern)
TIME_TYPES = (datetime.datetime, datetime.date, datetime.time)
# The deepest value that is given; the host and its readers walk values by recursion too.
MOST_DEPTH = 400
PATH_CHARACTERS = 200
LEFT_OUT = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type)
OMIT = object()
SEPARATORS = (",", ":")


class ValueTooLarge(Exception):
    """The value has more parts than its text may have bytes."""


def to_json(value, limit):
    """The UTF-8 JSON text of a value and sentences on what was changed."""
    if type(value) is str and len(value) > limit:
        raise ValueTooLarge()
    text = _plain_text(value, limit)
    notes = ()
    if text is None:
        conversion = _Conversion(limit)
        converted = conversion.convert(value, "value")
        if converted is OMIT:
            converted = None
        notes = conversion.sentences()
        text = json.dumps(converted, allow_nan=False, ensure_ascii=False, separators=SEPARATORS)
    try:
        return text.encode("utf-8"), notes
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), separators=SEPARATORS).encode(), notes


def _plain_text(value, limit):
    """The text of a value that needs no conversion, as most do; otherwise None."""
    try:
        if not _is_plain(value):
            return None
        text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=SEPARATORS)
    except (ValueError, RecursionError):
        return None
    if len(text) > limit:
        raise ValueTooLarge(len(text))
    return None if LONG_DIGITS.search(text) else text


def _is_plain(value, depth=0):
    kind = type(value)
    if depth > MOST_DEPTH:
        return False
    if kind not in PLAIN:
        return False
    if kind is dict:
        if value and set(map(type, value)) != {str}:
            return False
        value = value.values()
    elif kind is not list:
        return True
    kinds = set(map(type, value))
    if not kinds <= PLAIN:
        return False
    return kinds.isdisjoint(CONTAINERS) or all(_is_plain(each, depth + 1) for each in value if type(each) in CONTAINERS)


class _Conversion:
    def __init__(self, limit):
        self._left = limit
        self._inside = set()
        self._notes = {}

    def note(self, sentence, path):
        count, first = self._notes.get(sentence, (0, path))
        self._notes[sentence] = (count + 1, first)

    def sentences(self):
        return [
            f"{sentence} ({first[:PATH_CHARACTERS]})." if count == 1 else f"{sentence} ({first[:PATH_CHARACTERS]} and {count - 1} more)."
            for sentence, (count, first) in self._notes.items()
        ]

    def convert(self, value, path):
        self._left -= 1
        if self._left < 0:
            raise ValueTooLarge()
        if value is None or value is True or value is False:
            return value
        scalar = self._scalar(value, path)
        if scalar is not NotImplemented:
            return scalar
        if id(value) in self._inside:
            self.note('A cycle was given as "[Circular]"', path)
            return "[Circular]"
        if len(self._inside) >= MOST_DEPTH:
            return self._too_deep(path)
        self._inside.add(id(value))
        try:
            return self._container(value, path)
        except RecursionError:
            return self._too_deep(path)
        finally:
            self._inside.discard(id(value))

    def _too_deep(self, path):
        self.note("A part nested too deeply was given as text", path)
        return "[Too deep]"

    def _scalar(self, value, path):
        if isinstance(value, enum.Enum) and not isinstance(value, (str, int)):
            return self.convert(value.value, path)
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return self._integer(int(value), path)
        if isinstance(value, float):
            return self._float(float(value), path)
        if isinstance(value, (bytes, bytearray, memoryview)):
            self.note("Bytes were given as base64 text", path)
            return base64.b64encode(bytes(value)).decode()
        if isinstance(value, TIME_TYPES):
            self.note("A date or time was given as ISO text", path)
            return value.isoformat()
        if isinstance(value, datetime.timedelta):
            self.note("A time span was given in seconds", path)
            return value.total_seconds()
        if isinstance(value, TEXT_TYPES):
            self.note(f"A {_class_name(value)} was given as text", path)
            return value.pattern if isinstance(value, re.Pattern) else str(value)
        if isinstance(value, LEFT_OUT) or isinstance(value, collections.abc.Coroutine):
            self.note("Functions, classes and modules were left out", path)
            return OMIT
        return NotImplemented

    def _integer(self, value, path):
        if -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        self.note("An integer beyond 2**53 was given as text", path)
        if value.bit_length() > 4 * self._left:
            raise ValueTooLarge()
        return str(decimal.Decimal(value)) if value.bit_length() > 13_000 else str(value)

    def _float(self, value, path):
        if math.isfinite(value):
            return value
        self.note("NaN or infinity was given as null", path)
        return None

    def _container(self, value, path):
        if dataclasses.is_dataclass(value):
            return self._object(((f.name, getattr(value, f.name, None)) for f in dataclasses.fields(value)), path)
        if isinstance(value, tuple) and hasattr(value, "_asdict"):
            return self._object(zip(value._fields, value), path)
        if isinstance(value, collections.abc.Mapping):
            return self._object(((self._key(key, path), each) for key, each in value.items()), path)
        if isinstance(value, (collections.abc.Set, collections.abc.ValuesView)) or _is_sequence(value):
            if isinstance(value, (set, frozenset)):
                self.note("A set was given as a list", path)
            return self._list(value, path)
        if isinstance(value, BaseException):
            self.note("An exception was given as text", path)
            return f"{type(value).__name__}: {value}"
        if vars_of := getattr(value, "__dict__", None):
            self.note(f"An object of class {_class_name(value)} was given as its attributes", path)
            return self._object(((k, v) for k, v in vars_of.items() if not k.startswith("_")), path)
        self.note(f"A {_class_name(value)} was given as text", path)
        return repr(value)[:10_000]

    def _object(self, items, path):
        result = {}
        for key, each in items:
            converted = self.convert(each, f"{path}.{key}")
            if converted is not OMIT:
                result[key] = converted
        return result

    def _list(self, values, path):
        result = []
        for index, each in enumerate(values):
            converted = self.convert(each, f"{path}[{index}]")
            result.append(None if converted is OMIT else converted)
        return result

    def _key(self, key, path):
        if isinstance(key, str):
            return str.__str__(key)
        self.note("A key that is no text was given as text", path)
        if key is None or isinstance(key, bool):
            return json.dumps(key)
        if isinstance(key, TIME_TYPES):
            return key.isoformat()
        return str(key)


def _class_name(value):
    return type(value).__name__[:100]


def _is_sequence(value):
    return isinstance(value, (collections.abc.Sequence, collections.deque, array.array)) and not isinstance(value, str)
