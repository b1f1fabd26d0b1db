"""Ed25519 keys: strict verification, multikeys, key ids and the DIDs that carry a key.

Strict means what ed25519-dalek's `verify_strict` means: S < L, no small-order public key or R, cofactorless. libsodium (PyNaCl)
checks all of that; this module repeats the checks so that nothing depends on the build of libsodium.
"""

import functools
import hashlib
import re

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58 = {c: i for i, c in enumerate(BASE58)}
ID_ALPHABET = "2346789acdefhknrtvz"
KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
DID_PREFIX = "did:imajin:"
MULTIKEY_PREFIX = b"\xed\x01"


def _small_order_ys():
    """y of the eight points of small order: ±1, 0 and those of order 8.

    A point of order 8 doubles to one of order 4, whose y is 0; doubling gives y = (x² + y²)/…, so x² = -y² there. In the curve
    -x² + y² = 1 + d·x²·y² that leaves d·z² + 2z - 1 = 0 for z = y², z = (-1 ± √(1 + d))/d.
    """
    d = -121665 * pow(121666, P - 2, P) % P
    ys, root = {0, 1, P - 1}, _sqrt((1 + d) % P)
    for z in ((-1 + root) * pow(d, P - 2, P), (-1 - root) * pow(d, P - 2, P)):
        y = _sqrt(z % P)
        if y is not None:
            ys |= {y, P - y}
    return frozenset(ys)


def _sqrt(n):
    """A square root of n modulo P, or None."""
    root = pow(n, (P + 3) // 8, P)
    if root * root % P != n:
        root = root * pow(2, (P - 1) // 4, P) % P
    return root if root * root % P == n else None


SMALL_ORDER_YS = _small_order_ys()


def is_good_point(encoded):
    """Canonically encoded and not of small order (that it is on the curve, libsodium checks)."""
    y = int.from_bytes(encoded, "little") & ((1 << 255) - 1)
    return y < P and y not in SMALL_ORDER_YS


_good_key = functools.lru_cache(maxsize=4096)(is_good_point)


def verify(key, message, signature):
    """True when `signature` (64 bytes) over `message` is by `key` (32 bytes)."""
    if len(key) != 32 or len(signature) != 64 or int.from_bytes(signature[32:], "little") >= L:
        return False
    if not _good_key(key) or not is_good_point(signature[:32]):
        return False
    try:
        crypto_sign_open(signature + message, key)
        return True
    except BadSignatureError:
        return False


def base58_encode(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def base58_decode(text):
    if len(text) > 128:
        raise ValueError("base58 text is too long")
    number = 0
    for c in text:
        if c not in _BASE58:
            raise ValueError("not base58")
        number = number * 58 + _BASE58[c]
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


@functools.lru_cache(maxsize=4096)
def did_key(did):
    """The 32 bytes of a `did:imajin`; ValueError if the DID is malformed."""
    if not isinstance(did, str) or not did.startswith(DID_PREFIX):
        raise ValueError("not a did:imajin")
    key = base58_decode(did[len(DID_PREFIX):])
    if len(key) != 32:
        raise ValueError("a did:imajin carries 32 bytes")
    return key


def did_of(key):
    return DID_PREFIX + base58_encode(key)


def is_did(value):
    try:
        return isinstance(value, str) and bool(did_key(value))
    except ValueError:
        return False


@functools.lru_cache(maxsize=4096)
def multikey_key(text):
    """The 32 bytes of an Ed25519 multikey."""
    if not isinstance(text, str) or not text.startswith("z"):
        raise ValueError("not a multikey")
    data = base58_decode(text[1:])
    if len(data) != 34 or data[:2] != MULTIKEY_PREFIX:
        raise ValueError("not an Ed25519 multikey")
    return data[2:]


def multikey_of(key):
    return "z" + base58_encode(MULTIKEY_PREFIX + key)


def dfos_id(data):
    """The 31 characters that DFOS derives from bytes."""
    return "".join(ID_ALPHABET[b % 19] for b in hashlib.sha256(data).digest()[:31])


@functools.lru_cache(maxsize=4096)
def key_id(key):
    """The conventional id of a key."""
    return "key_" + dfos_id(key)


def split_kid(kid):
    """(DID, key id) of a `<did>#<key id>`."""
    did, mark, name = kid.partition("#")
    if not mark or not KEY_ID.match(name):
        raise ValueError("kid is not <did>#<key id>")
    did_key(did)
    return did, name
