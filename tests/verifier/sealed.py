"""The cryptography of sealed conversations (docs/conversations.md), with `cryptography`: opening, and the sealing that its tests need.

Anything that does not open or is malformed is a ValueError.
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from . import cbor, keys
from .entry import is_int

SUITE = 1
WRAP_BYTES = 80
PADDED_MIN, PADDED_MAX = 256, 32_768
RING_MAX = 256
MESSAGE, RING = "mjn:chat:message:1", "mjn:chat:keyring:1"
HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Secret:
    """The private half of an encryption key."""

    def __init__(self, data):
        self.private = X25519PrivateKey.from_private_bytes(data)
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _hkdf(secret, salt, info, length):
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def check_of(secret, log, epoch):
    """The check value of an epoch's secret."""
    return _hkdf(secret, b"mjn:chat:check:1", cbor.encode([log, epoch]), 32)


def wrap_info(log, epoch, maker, member, key, check):
    """The context that a wrap of an epoch's secret is bound to."""
    return cbor.encode(["mjn:chat:wrap:1", log, epoch, maker, member, key, check])


def ring_info(did, key):
    """The context that a wrap of a keyring's key is bound to."""
    return cbor.encode([RING, did, key])


def wrap(key, info, secret):
    """`secret` for the public key `key`."""
    return HPKE.encrypt(secret, X25519PublicKey.from_public_bytes(key), info)


def unwrap(secret, info, wrapped):
    """The 32 bytes in a wrap."""
    if len(wrapped) != WRAP_BYTES:
        raise ValueError("a wrap has 80 bytes")
    try:
        return HPKE.decrypt(wrapped, secret.private, info)
    except (InvalidTag, ValueError) as error:
        raise ValueError("the wrap does not open") from error


def place(name, log, epoch, sender, message, re):
    """The associated data of a message's box."""
    return cbor.encode(["mjn:chat:ad:1", name, log, epoch, sender, message, re])


def pad(text):
    """A text with its length in front and zeros behind."""
    size = PADDED_MIN
    while size < len(text) + 4:
        size *= 2
    if size > PADDED_MAX:
        raise ValueError("the text is too long")
    return len(text).to_bytes(4, "big") + text + bytes(size - 4 - len(text))


def unpad(data):
    """The text of the one form that `pad` writes."""
    text = data[4:4 + int.from_bytes(data[:4], "big")]
    if len(data) < PADDED_MIN or pad(text) != data:
        raise ValueError("not padded")
    return text


def open_box(secret, info, aad, nonce, commit, box):
    """The text in a box whose keys come from `secret`."""
    if len(box) > PADDED_MAX + 16:
        raise ValueError("the box is too long")
    okm = _hkdf(secret, nonce, info.encode(), 76)
    if okm[44:] != commit:
        raise ValueError("the box is under another commitment")
    try:
        return unpad(AESGCM(okm[:32]).decrypt(okm[32:44], box, aad))
    except InvalidTag as error:
        raise ValueError("the box does not open") from error


def seal_box(secret, info, aad, nonce, text):
    """`(commit, box)` of a text."""
    okm = _hkdf(secret, nonce, info.encode(), 76)
    return okm[44:], AESGCM(okm[:32]).encrypt(okm[32:44], pad(text), aad)


def open_ring(secret, did, wrapped, nonce, commit, box):
    """The `[log, epoch, secret]` in a keyring."""
    key = unwrap(secret, ring_info(did, secret.public), wrapped)
    items = cbor.decode(open_box(key, RING, cbor.encode([RING, did]), nonce, commit, box), 2)
    if not isinstance(items, list) or len(items) > RING_MAX:
        raise ValueError("not a keyring")
    if not all(isinstance(item, list) and len(item) == 3 and _is_ring_item(*item) for item in items):
        raise ValueError("not a keyring")
    return items


def _is_ring_item(log, epoch, secret):
    return keys.is_did(log) and is_int(epoch, 0) and isinstance(secret, bytes) and len(secret) == 32


def number(one, other):
    """The twelve groups of digits of two `(DID, Cid)`."""
    both = [list(side) for side in sorted((one, other), key=lambda side: side[0])]
    digest = hashlib.sha512(b"mjn:chat:compare:1" + cbor.encode(both)).digest()
    return [f"{int.from_bytes(digest[n * 5:n * 5 + 5], 'big') % 100_000:05}" for n in range(12)]
