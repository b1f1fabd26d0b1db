"""CIDs of docs/format.md §1: version 1, sha2-256, dag-cbor (0x71) or raw (0x55); as text lower-case base32 after `b`."""

import base64
import hashlib
import re

CBOR_PREFIX = b"\x01\x71\x12\x20"
RAW_PREFIX = b"\x01\x55\x12\x20"
TEXT = re.compile(r"b[a-z2-7]{58}\Z")


class Cid:
    """A CID; equal when its 36 bytes are. Never confused with a byte string, so that links stay links."""

    __slots__ = ("raw", "_text")

    def __init__(self, raw):
        if len(raw) != 36 or raw[:4] not in (CBOR_PREFIX, RAW_PREFIX):
            raise ValueError("a CID must be version 1, dag-cbor or raw, sha2-256, 36 bytes")
        self.raw, self._text = raw, None

    def __eq__(self, other):
        return isinstance(other, Cid) and self.raw == other.raw

    def __hash__(self):
        return hash(self.raw)

    def __repr__(self):
        return f"Cid({self})"

    def __str__(self):
        if self._text is None:
            self._text = "b" + base64.b32encode(self.raw).decode().rstrip("=").lower()
        return self._text

    @property
    def is_raw(self):
        return self.raw[1] == 0x55


def of_cbor(data):
    """The CID of dag-cbor bytes."""
    return Cid(CBOR_PREFIX + hashlib.sha256(data).digest())


def of_raw(data):
    """The CID of any bytes."""
    return Cid(RAW_PREFIX + hashlib.sha256(data).digest())


def parse(text):
    """A CID from its text; ValueError unless it is the one right spelling."""
    if not isinstance(text, str) or not TEXT.match(text):
        raise ValueError("not a CID")
    cid = Cid(base64.b32decode(text[1:].upper() + "======"))
    if str(cid) != text:
        raise ValueError("not the canonical text of a CID")
    return cid
