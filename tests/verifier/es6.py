"""JSON with fractions and its RFC 8785 form: .fair manifests and receipts have weights such as 0.25."""

import json

from . import jcs



def loads(data):
    """JSON bytes as an object; members twice and NaN are refused."""
    value = json.loads(bytes(data).decode("utf-8"), object_pairs_hook=jcs._unique, parse_constant=jcs._never)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    jcs.check_depth(value)
    return value


def dumps(value):
    """RFC 8785 bytes; numbers as ECMAScript writes them."""
    out = []
    _write(value, out)
    return "".join(out).encode("utf-8")


def _write(value, out):
    if isinstance(value, dict):
        for i, key in enumerate(sorted(value, key=lambda k: k.encode("utf-16-be"))):
            out.append(("," if i else "{") + json.dumps(key, ensure_ascii=False) + ":")
            _write(value[key], out)
        out.append("}" if value else "{}")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            out.append("," if i else "[")
            _write(item, out)
        out.append("]" if value else "[]")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        out.append(number(float(value)))
    else:
        out.append(jcs.dumps(value).decode("utf-8"))


def number(value):
    """A double as ECMAScript writes it: the same digits as Python's, in another notation."""
    if value == 0:
        return "0"
    sign, value = ("-", -value) if value < 0 else ("", value)
    digits, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = whole + fraction
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        text = digits + "0" * (point - count)
    elif 0 < point <= 21:
        text = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        mantissa = digits if count == 1 else digits[0] + "." + digits[1:]
        text = f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + text
