"""Deterministic dag-cbor (docs/format.md §1). The decoder takes exactly one spelling of each value and nothing behind it.

Python values: int, str, bytes, bool, None, list, dict (text keys) and Cid. Every refusal is a ValueError.
"""

from .cid import Cid

DEPTH_MAX = 128


def decode(data, depth_max=DEPTH_MAX):
    """The value of strict dag-cbor bytes."""
    try:
        value, end = _item(data, 0, depth_max)
    except IndexError:
        raise ValueError("dag-cbor ends too early") from None
    if end != len(data):
        raise ValueError("bytes follow the dag-cbor value")
    return value


def _argument(data, pos, info):
    """The number in or after an initial byte; refuses longer forms than needed."""
    if info < 24:
        return info, pos
    if info > 27:
        raise ValueError("indefinite or reserved length in dag-cbor")
    width = 1 << (info - 24)
    number = int.from_bytes(data[pos:pos + width], "big")
    if pos + width > len(data):
        raise ValueError("dag-cbor ends too early")
    if number < (24 if width == 1 else 1 << (4 * width)):
        raise ValueError("integer or length in dag-cbor is not the shortest")
    return number, pos + width


def _item(data, pos, depth):
    first = data[pos]
    major, info = first >> 5, first & 31
    if major == 7:
        if first == 0xF4:
            return False, pos + 1
        if first == 0xF5:
            return True, pos + 1
        if first == 0xF6:
            return None, pos + 1
        raise ValueError("float or unknown simple value in dag-cbor")
    number, pos = _argument(data, pos + 1, info)
    if major == 0:
        return number, pos
    if major == 1:
        return -1 - number, pos
    if major == 2 or major == 3:
        end = pos + number
        if end > len(data):
            raise ValueError("dag-cbor ends too early")
        chunk = bytes(data[pos:end])
        return (chunk if major == 2 else chunk.decode("utf-8")), end
    if major == 6:
        return _link(data, pos, number)
    if depth == 0:
        raise ValueError("dag-cbor is nested too deeply")
    # Each item takes a byte at least, so a length over the rest is refused before any work is done.
    if number > len(data) - pos:
        raise ValueError("dag-cbor ends too early")
    return _list(data, pos, number, depth) if major == 4 else _map(data, pos, number, depth)


def _list(data, pos, count, depth):
    items = []
    for _ in range(count):
        value, pos = _item(data, pos, depth - 1)
        items.append(value)
    return items, pos


def _map(data, pos, count, depth):
    items, last = {}, None
    for _ in range(count):
        start = pos
        if data[pos] >> 5 != 3:
            raise ValueError("map key in dag-cbor is not text")
        key, pos = _item(data, pos, 0)
        # Length first, then bytes: with shortest heads this is the order of the encoded keys themselves.
        order = bytes(data[start:pos])
        if last is not None and order <= last:
            raise ValueError("map keys in dag-cbor are not unique and in order")
        last = order
        items[key], pos = _item(data, pos, depth - 1)
    return items, pos


def _link(data, pos, tag):
    if tag != 42:
        raise ValueError(f"tag {tag} in dag-cbor; only links (42) may stand there")
    if data[pos] >> 5 != 2:
        raise ValueError("link in dag-cbor is not a byte string")
    chunk, end = _item(data, pos, 0)
    if chunk[:1] != b"\x00":
        raise ValueError("link in dag-cbor lacks its zero byte")
    return Cid(chunk[1:]), end


def encode(value):
    """The one dag-cbor spelling of a value."""
    out = bytearray()
    _encode(value, out, DEPTH_MAX)
    return bytes(out)


def _head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << (8 * width):
            return bytes([major << 5 | info]) + number.to_bytes(width, "big")
    raise ValueError("integer too large for dag-cbor")


def _encode(value, out, depth):
    if value is None or isinstance(value, bool):
        out.append(0xF6 if value is None else 0xF5 if value else 0xF4)
    elif isinstance(value, int):
        out += _head(0, value) if value >= 0 else _head(1, -1 - value)
    elif isinstance(value, str):
        chunk = value.encode("utf-8")
        out += _head(3, len(chunk)) + chunk
    elif isinstance(value, bytes):
        out += _head(2, len(value)) + value
    elif isinstance(value, Cid):
        out += b"\xd8\x2a" + _head(2, 37) + b"\x00" + value.raw
    elif isinstance(value, (list, dict)) and depth == 0:
        raise ValueError("value is nested too deeply for dag-cbor")
    elif isinstance(value, list):
        out += _head(4, len(value))
        for item in value:
            _encode(item, out, depth - 1)
    elif isinstance(value, dict):
        out += _head(5, len(value))
        for key, item in sorted(((k.encode("utf-8"), v) for k, v in value.items()), key=lambda kv: (len(kv[0]), kv[0])):
            out += _head(3, len(key)) + key
            _encode(item, out, depth - 1)
    else:
        raise ValueError(f"{type(value).__name__} has no dag-cbor form")
