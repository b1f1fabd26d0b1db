"""JSON in and out: RFC 8785 text of integers, text, booleans, null, lists and maps; a reader without JSON's leniencies.

Every refusal is a ValueError. No value here is ever a float: the format has none.
"""

import json

SAFE = 2**53 - 1
# Levels of lists and objects in signed JSON, but for identity tokens.
DEPTH_MAX = 64


def dumps(value):
    """RFC 8785 bytes."""
    out = []
    _write(value, out)
    return "".join(out).encode("utf-8")


def _write(value, out):
    if value is None or isinstance(value, bool):
        out.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, int):
        if abs(value) > SAFE:
            raise ValueError("integer beyond ±(2^53-1) has no canonical JSON")
        out.append(str(value))
    elif isinstance(value, str):
        out.append(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            out.append("," if i else "[")
            _write(item, out)
        out.append("]" if value else "[]")
    elif isinstance(value, dict):
        # RFC 8785 sorts by UTF-16 code units.
        for i, key in enumerate(sorted(value, key=lambda k: k.encode("utf-16-be"))):
            out.append(("," if i else "{") + json.dumps(key, ensure_ascii=False) + ":")
            _write(value[key], out)
        out.append("}" if value else "{}")
    else:
        raise ValueError(f"{type(value).__name__} has no canonical JSON")


def loads(data, depth_max=DEPTH_MAX):
    """JSON bytes; duplicate members, fractions, NaN, integers beyond ±(2^53-1), lone surrogates and too many levels are refused."""
    value = json.loads(
        bytes(data).decode("utf-8"), object_pairs_hook=_unique, parse_int=_integer, parse_float=_whole, parse_constant=_never
    )
    check_depth(value, depth_max)
    return value


def check_depth(value, depth_max=DEPTH_MAX):
    """A ValueError if lists and objects are nested too deeply."""
    level = [value]
    for _ in range(depth_max + 1):
        level = [item for item in level if isinstance(item, (list, dict))]
        if not level:
            return
        level = [item for inner in level for item in (inner.values() if isinstance(inner, dict) else inner)]
    raise ValueError(f"the JSON is nested deeper than {depth_max} levels")


def loads_canonical(data):
    """JSON bytes that are their own RFC 8785 form."""
    value = loads(data)
    if dumps(value) != data:
        raise ValueError("JSON is not in its canonical form (RFC 8785)")
    return value


def _unique(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("JSON object has a member twice")
    return members


def _integer(text):
    number = int(text)
    if abs(number) > SAFE:
        raise ValueError("JSON integer beyond ±(2^53-1)")
    return number


def _whole(text):
    """`1.0` and `1e0` are integers (DFOS); anything with a fraction is refused."""
    number = float(text)
    if not number.is_integer() or abs(number) > SAFE:
        raise ValueError("JSON number is not an integer")
    return int(number)


def _never(text):
    raise ValueError(f"JSON number {text} is not an integer")
