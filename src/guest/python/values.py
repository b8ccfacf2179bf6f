"""Turns any Python value into JSON text, saying what was changed on the way."""

import array
import asyncio
import base64
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import inspect
import io
import itertools
import json
import math
import pathlib
import re
import types
import uuid

from .errors import remember_origin

PLAIN = frozenset((str, int, float, bool, type(None), list, dict))
CONTAINERS = frozenset((list, dict))
SCALARS = PLAIN - CONTAINERS
TEXTS = frozenset((str,))
SAFE_INTEGER = 2**53
# Beyond this Python refuses to write the digits of an integer.
MOST_EXACT_BITS = 13_000
# Fields that are looked at one by one.
FEW = 8
# Iterators may have no end.
MOST_ITERATED = 100_000
LONG_DIGITS = re.compile("[0-9]{16}")
TEXT_TYPES = (decimal.Decimal, uuid.UUID, pathlib.PurePath, fractions.Fraction, complex, re.Pattern)
TIME_TYPES = (datetime.datetime, datetime.date, datetime.time)
# The deepest value that is given; the host and its readers walk values by recursion too.
MOST_DEPTH = 400
PATH_CHARACTERS = 200
LEFT_OUT = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type)
OMIT = object()


class ValueTooLarge(Exception):
    """The value has more parts than its text may have bytes."""


class Unresolved(Exception):
    """The value holds something that has to be awaited first, which `resolve` does.

    `read` has the iterators that are exhausted by now, with their items, by identity.
    """

    def __init__(self, read):
        super().__init__()
        self.read = read


class NotAData(Exception):
    """The value holds something that has no meaning outside the program."""

    def __init__(self, message, hint):
        super().__init__(message)
        self.hint = hint


def to_json(value, limit, root="value", strict=False, for_tool=False):
    """The UTF-8 JSON text of a value and sentences on what was changed.

    What cannot be data, such as a function, is left out with a note, or raises `NotAData` when `strict`,
    and so does NaN when it is `for_tool`.
    """
    if type(value) is str and len(value) > limit:
        raise ValueTooLarge()
    text = _plain_text(value, limit)
    notes = ()
    if text is None:
        conversion = _Conversion(limit, strict, for_tool)
        converted = conversion.convert(value, root)
        if converted is OMIT:
            converted = None
        notes = conversion.sentences()
        text = _writer()(converted)
    try:
        return text.encode("utf-8"), notes
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), separators=(",", ":")).encode(), notes


def from_json(data):
    """The value of UTF-8 JSON text from the host."""
    # The host sends one value and nothing else.
    return _reader()(data.decode().lstrip(), 0)[0]


# Made when first used, since the module has the runtime's own library only once it is imported; `json.dumps` makes one each time.
@functools.cache
def _writer():
    # `JSONEncoder` makes one for each value, to look for cycles, which no value has that is written here.
    names = json.encoder
    write = names.c_make_encoder(None, json.JSONEncoder().default, names.c_encode_basestring, None, ":", ",", False, False, False)
    return lambda value: "".join(write(value, 0))


@functools.cache
def _reader():
    return json.JSONDecoder().scan_once


def _plain_text(value, limit):
    """The text of a value that needs no conversion, as most do; otherwise None."""
    try:
        if not _is_plain(value):
            return None
        text = _writer()(value)
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
        if len(value) <= FEW and _is_flat(value):
            return True
        if not TEXTS.issuperset(map(type, value)):
            return False
        value = value.values()
    elif kind is not list:
        return True
    if SCALARS.issuperset(map(type, value)):
        return True
    return PLAIN.issuperset(map(type, value)) and all(_is_plain(each, depth + 1) for each in value if type(each) in CONTAINERS)


def _is_flat(fields):
    """Whether a dict has nothing but scalars under texts, as the arguments of most calls; of few this takes least."""
    for name, each in fields.items():
        if type(name) is not str or type(each) not in SCALARS:
            return False
    return True


async def resolve(value, read):
    """The value with everything in it awaited that can be, all at the same time; `read` is what `Unresolved` has."""
    if isinstance(value, collections.abc.Iterator) and not isinstance(value, io.IOBase):
        _, value = read.get(id(value)) or (value, _items_of(value))
    if inspect.isawaitable(value):
        try:
            result = await value
        except Exception as error:
            remember_origin(error, value.get_coro() if isinstance(value, asyncio.Task) else value)
            raise
        return await resolve(result, read)
    if isinstance(value, collections.abc.AsyncIterator):
        return [each async for each in value]
    if not _holds_awaitable(value, set()):
        return value
    if isinstance(value, dict):
        return dict(zip(value, await asyncio.gather(*(resolve(each, read) for each in value.values()))))
    if dataclasses.is_dataclass(value):
        return await resolve({field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}, read)
    if hasattr(value, "_asdict"):
        return await resolve(value._asdict(), read)
    return list(await asyncio.gather(*(resolve(each, read) for each in value)))


def _items_of(iterator):
    items = list(itertools.islice(iterator, MOST_ITERATED + 1))
    if len(items) > MOST_ITERATED:
        raise ValueTooLarge()
    return items


def _holds_awaitable(value, seen):
    if inspect.isawaitable(value) or isinstance(value, (collections.abc.AsyncIterator, collections.abc.Iterator)):
        return True
    if type(value) in (str, int, float, bool, bytes) or value is None or id(value) in seen:
        return False
    if isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, (list, tuple, set, frozenset, collections.deque)):
        parts = value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    else:
        return False
    seen.add(id(value))
    return any(_holds_awaitable(each, seen) for each in parts)


class _Conversion:
    def __init__(self, limit, strict, for_tool):
        self._left = limit
        self._for_tool = for_tool
        self._strict = strict
        self._inside = set()
        self._read = {}
        self._notes = {}

    def note(self, sentence, path):
        count, first = self._notes.get(sentence, (0, path))
        self._notes[sentence] = (count + 1, first)

    def sentences(self):
        return [
            f"{sentence} ({first.lstrip('.')[:PATH_CHARACTERS]})." if count == 1 else f"{sentence} ({first.lstrip('.')[:PATH_CHARACTERS]} and {count - 1} more)."
            for sentence, (count, first) in self._notes.items()
        ]

    def convert(self, value, path):
        self._left -= 1
        if self._left < 0:
            raise ValueTooLarge()
        if value is None or value is True or value is False:
            return value
        if inspect.isawaitable(value) or isinstance(value, collections.abc.AsyncIterator):
            raise Unresolved(self._read)
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
        if isinstance(value, LEFT_OUT):
            self._refuse(value, path)
            self.note("Functions, classes and modules were left out; call a function to have its result", path)
            return OMIT
        return NotImplemented

    def _refuse(self, value, path):
        if self._strict:
            name = getattr(value, "__name__", type(value).__name__)
            hint = f"Pass data; write {name}(...) to pass the result of a call."
            raise NotAData(f"{path.lstrip('.') or 'an argument'} is the {type(value).__name__} {name}.", hint)

    def _integer(self, value, path):
        # The host reads arguments digit for digit; most readers of the value of a program would round it.
        if self._strict and value.bit_length() <= MOST_EXACT_BITS or -SAFE_INTEGER <= value <= SAFE_INTEGER:
            return value
        self.note("An integer beyond 2**53 was given as text", path)
        if value.bit_length() > 4 * self._left:
            raise ValueTooLarge()
        return str(decimal.Decimal(value)) if value.bit_length() > MOST_EXACT_BITS else str(value)

    def _float(self, value, path):
        if math.isfinite(value):
            return value
        # What follows from a calculation that went wrong must not reach a tool as if nothing were there.
        if self._for_tool and math.isnan(value):
            raise NotAData(f"{path.lstrip('.') or 'an argument'} is NaN, which JSON cannot hold.", "Pass a number, or None where there is none.")
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
        if isinstance(value, io.IOBase):
            self.note(f"A {_class_name(value)} was given as text", path)
            return f"<{_class_name(value)}>"
        if isinstance(value, collections.abc.Iterator):
            self.note("An iterator was read to its end and given as a list", path)
            items = _items_of(value)
            self._read[id(value)] = (value, items)
            return self._list(items, path)
        if isinstance(value, BaseException):
            self.note("An exception was given as text", path)
            return f"{type(value).__name__}: {value}"
        if attributes := _attributes(value):
            self.note(f"An object of class {_class_name(value)} was given as its attributes", path)
            return self._object(attributes.items(), path)
        if self._strict and type(value).__str__ is object.__str__ and type(value).__repr__ is object.__repr__:
            hint = f"Pass the data that is meant; an object of class {_class_name(value)} has no fields of its own."
            raise NotAData(f"{path.lstrip('.') or 'an argument'} is an object of class {_class_name(value)}.", hint)
        self.note(f"A {_class_name(value)} was given as text", path)
        return repr(value)[:10_000]

    def _object(self, items, path):
        result = {}
        for key, each in items:
            converted = self.convert(each, f"{path}.{key}")
            if key in result:
                self.note("Two keys have the same text, so only the later value was kept", f"{path}.{key}")
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
        self.note("A key that is not text was converted to text", path)
        if key is None or isinstance(key, bool):
            return json.dumps(key)
        if isinstance(key, TIME_TYPES):
            return key.isoformat()
        return str(key)


def _attributes(value):
    slots = (slot for kind in type(value).__mro__ for slot in _names(kind.__dict__.get("__slots__", ())))
    found = {name: getattr(value, name) for name in slots if hasattr(value, name)}
    found.update(getattr(value, "__dict__", {}))
    return {name: each for name, each in found.items() if not name.startswith("_")}


def _names(slots):
    return (slots,) if isinstance(slots, str) else slots


def _class_name(value):
    return type(value).__name__[:100]


def _is_sequence(value):
    return isinstance(value, (collections.abc.Sequence, collections.deque, array.array)) and not isinstance(value, str)
