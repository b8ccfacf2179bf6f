"""Methods of other languages, and what Python writes for them."""

import difflib

ANYTHING = {
    "length": "len({0})",
    "size": "len({0})",
    "count": "len({0})",
    "toString": "str({0})",
    "includes": "value in {0}",
    "contains": "value in {0}",
    "has": "value in {0}",
}

TEXT = {
    **ANYTHING,
    "toUpperCase": "{0}.upper()",
    "toLowerCase": "{0}.lower()",
    "trim": "{0}.strip()",
    "startsWith": "{0}.startswith(...)",
    "endsWith": "{0}.endswith(...)",
    "indexOf": "{0}.find(...)",
    "substring": "{0}[start:end]",
    "substr": "{0}[start:end]",
    "slice": "{0}[start:end]",
    "charAt": "{0}[index]",
    "replaceAll": "{0}.replace(...)",
    "padStart": "{0}.rjust(...)",
    "padEnd": "{0}.ljust(...)",
    "match": "re.search(pattern, {0})",
    "matchAll": "re.finditer(pattern, {0})",
    "concat": "{0} + other",
}

LIST = {
    **ANYTHING,
    "map": "[... for item in {0}]",
    "filter": "[item for item in {0} if ...]",
    "forEach": "for item in {0}:",
    "each": "for item in {0}:",
    "reduce": "sum(... for item in {0})",
    "find": "next((item for item in {0} if ...), None)",
    "some": "any(... for item in {0})",
    "every": "all(... for item in {0})",
    "push": "{0}.append(...)",
    "add": "{0}.append(...)",
    "concat": "{0} + other",
    "join": '", ".join({0})',
    "slice": "{0}[start:end]",
    "indexOf": "{0}.index(...)",
    "flat": "[item for each in {0} for item in each]",
    "first": "{0}[0]",
    "last": "{0}[-1]",
    "at": "{0}[index]",
    "groupBy": "itertools.groupby(sorted({0}, key=...), key=...)",
    "toSorted": "sorted({0})",
}

DICT = {
    **ANYTHING,
    "hasOwnProperty": "key in {0}",
    "has_key": "key in {0}",
    "entries": "{0}.items()",
    "iteritems": "{0}.items()",
    "forEach": "for key, value in {0}.items():",
    "map": "[... for key, value in {0}.items()]",
    "filter": "{{key: value for key, value in {0}.items() if ...}}",
}

NUMBER = {
    "toFixed": "f\"{{{0}:.2f}}\"",
    "toString": "str({0})",
    "toLocaleString": "f\"{{{0}:,}}\"",
}

TABLES = {str: TEXT, list: LIST, tuple: LIST, dict: DICT, int: NUMBER, float: NUMBER}


def instead_of_method(value, name, shown):
    """What to write for a method that a value does not have; None where nothing is near."""
    written = TABLES.get(type(value), {}).get(name)
    if written is not None:
        return written.format(shown)
    near = difflib.get_close_matches(name, [each for each in dir(value) if not each.startswith("_")], 1, 0.75)
    return f"{shown}.{near[0]}" if near else None
