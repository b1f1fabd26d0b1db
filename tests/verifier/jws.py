"""Compact JWS (docs/format.md §1): taking tokens apart and checking the two kinds of the format's own, strictly."""

import base64
import functools
import re

from . import jcs, keys

PART = re.compile(r"[A-Za-z0-9_-]*\Z")
TOKEN_MAX = 262_144


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    """base64url without padding, in its one right spelling."""
    if not PART.match(text):
        raise ValueError("not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if b64(data) != text:
        raise ValueError("base64url is not canonical")
    return data


def split(token):
    """(header bytes, payload bytes, signature, signed text) of a compact JWS."""
    if not isinstance(token, str) or len(token) > TOKEN_MAX:
        raise ValueError("not a token, or too long a one")
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("a compact JWS has three parts")
    header, payload, signature = (unb64(p) for p in parts)
    if len(signature) != 64:
        raise ValueError("signature is not 64 bytes")
    return header, payload, signature, (parts[0] + "." + parts[1]).encode()


@functools.lru_cache(maxsize=1024)
def own_header(kid, typ):
    """The header of a token of ours: these three members and no other."""
    return jcs.dumps({"alg": "EdDSA", "kid": kid, "typ": typ})


class Token:
    """A token of ours (`mjn:…`), parsed; its signature is checked by `verify` when the key is known."""

    def __init__(self, text, typ):
        header, payload, self.signature, self.signed = split(text)
        members = jcs.loads_canonical(header)
        if not isinstance(members, dict) or not isinstance(members.get("kid"), str):
            raise ValueError("token has no kid")
        if header != own_header(members["kid"], typ):
            raise ValueError(f"token header is not that of a {typ}")
        self.kid, self.payload = members["kid"], jcs.loads_canonical(payload)
        self.kid_did, self.key_id = keys.split_kid(self.kid)

    def verify(self, key):
        return keys.verify(key, self.signed, self.signature)
