"""Writes `tests/vectors/seal.json`: the results of Python's `cryptography` for edge cases of keys, wraps, boxes and keyrings.

    python3 -m verifier.test.judge >vectors/seal.json      (in tests/)

Every answer is that library's: what is sealed here is sealed step by step (RFC 9180) where a case needs a key or a shared secret that its
HPKE never makes, and then given to its HPKE to open. The other implementations must answer the same (see docs/testing.md).
"""

import hashlib
import hmac
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.exceptions import InvalidTag

from verifier import cbor, keys, sealed

P = 2**255 - 19
KEM, SUITE = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x02"
BASE58 = keys.BASE58


class Draws:
    """Bytes that are the same in every run."""

    def __init__(self, seed):
        self.seed, self.n = seed, 0

    def __call__(self, length=32):
        self.n += 1
        return hashlib.shake_256(f"{self.seed} {self.n}".encode()).digest(length)


draw = Draws("judge")


def did(data):
    n, text = int.from_bytes(data, "big"), ""
    while n:
        n, rest = divmod(n, 58)
        text = BASE58[rest] + text
    return "did:imajin:" + text


def extract(suite, salt, label, ikm):
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def expand(suite, prk, label, info, length):
    return HKDFExpand(hashes.SHA256(), length, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info).derive(prk)


def derived(ikm):
    """The private key that comes of a seed (RFC 9180, DeriveKeyPair)."""
    return expand(KEM, extract(KEM, b"", b"dkp_prk", ikm), b"sk", b"", 32)


def public(private):
    return sealed.Secret(private).public


def agreed(private, other):
    return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(other))


def seal(dh, enc, key, info, text):
    """A sealed text whose two sides agree on `dh`."""
    prk = extract(KEM, b"", b"eae_prk", dh)
    shared = expand(KEM, prk, b"shared_secret", enc + key, 32)
    context = b"\0" + extract(SUITE, b"", b"psk_id_hash", b"") + extract(SUITE, b"", b"info_hash", info)
    prk = extract(SUITE, shared, b"secret", b"")
    raw, iv = expand(SUITE, prk, b"key", context, 32), expand(SUITE, prk, b"base_nonce", context, 12)
    return enc + AESGCM(raw).encrypt(iv, text, b"")


def opened(private, info, data):
    """The text that the library's HPKE opens, or None."""
    try:
        return sealed.HPKE.decrypt(data, sealed.Secret(private).private, info)
    except (InvalidTag, ValueError):
        return None


def edges():
    """Public keys at the edges of the curve, by name: those of small order first."""
    order_8 = ("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")
    small = [0, 1, P - 1, P, P + 1, *(int.from_bytes(bytes.fromhex(text), "little") for text in order_8)]
    for n, u in enumerate(small):
        yield f"small order {n}", u.to_bytes(32, "little")
        yield f"small order {n}, high bit", (u | 1 << 255).to_bytes(32, "little")
    yield "not reduced", (P + 9).to_bytes(32, "little")
    yield "not reduced, on the twist", (P + 2).to_bytes(32, "little")
    yield "on the twist", (2).to_bytes(32, "little")
    yield "the largest", bytes([255] * 32)
    yield "high bit", (9 | 1 << 255).to_bytes(32, "little")


def is_refused(private, other):
    try:
        agreed(private, other)
        return False
    except ValueError:
        return True


def opens():
    """Sealed texts and what opens of them."""
    private, info, text = draw(), draw(40), draw()
    key = public(private)

    def case(name, data, info=info, private=private):
        found = opened(private, info, data)
        return {"name": name, "private": private.hex(), "info": info.hex(), "sealed": data.hex(), "text": None if found is None else found.hex()}

    for name, enc in edges():
        small = is_refused(private, enc)
        dh = bytes(32) if small else agreed(private, enc)
        found = case(name, seal(dh, enc, key, info, text))
        assert (found["text"] is None) == small, name
        yield found
    ephemeral = draw()
    good = seal(agreed(ephemeral, key), public(ephemeral), key, info, text)
    yield case("good", good)
    yield case("another info", good, info + b"\0")
    yield case("no info", seal(agreed(ephemeral, key), public(ephemeral), key, b"", text), b"")
    yield case("another key", good, private=draw())
    yield case("an empty text", seal(agreed(ephemeral, key), public(ephemeral), key, info, b""))
    for name, at in (("enc", 0), ("text", 40), ("tag, first bit", -16), ("tag, last bit", -1)):
        bad = bytearray(good)
        bad[at] ^= 0x80 if at == -1 else 1
        yield case(f"changed {name}", bytes(bad))
    for length in (0, 1, 31, 32, 33, 47, 48, len(good) - 1):
        yield case(f"{length} bytes", good[:length])
    yield case("one byte more", good + b"\0")
    # An unclamped key equals its clamped form.
    loose = bytes([private[0] | 7]) + private[1:31] + bytes([private[31] | 0xC0])
    yield case("a private key as it was drawn", seal(agreed(ephemeral, public(loose)), public(ephemeral), public(loose), info, text), private=loose)


def seals():
    """Texts sealed under a given ephemeral key; None for keys that must be refused."""
    private, ikm, info, text = draw(), draw(), draw(33), draw()
    ephemeral = derived(ikm)
    for name, key, reader in [*((name, key, None) for name, key in edges()), ("good", public(private), private), ("itself", public(ephemeral), ephemeral)]:
        small = is_refused(ephemeral, key)
        data = None if small else seal(agreed(ephemeral, key), public(ephemeral), key, info, text)
        assert small == is_unwrappable(key) and (reader is None or opened(reader, info, data) == text), name
        yield {"name": name, "key": key.hex(), "seed": ikm.hex(), "ephemeral": ephemeral.hex(), "info": info.hex(), "text": text.hex(), "sealed": data and data.hex()}


def is_unwrappable(key):
    try:
        sealed.HPKE.encrypt(b"x", X25519PublicKey.from_public_bytes(key), b"")
        return False
    except ValueError:
        return True


def checks():
    log = did(draw())
    for epoch in (0, 1, 23, 24, 255, 256, 65_535, 65_536, 2**32 - 1, 2**32, 2**53 - 1):
        secret = draw()
        yield {"secret": secret.hex(), "log": log, "epoch": epoch, "check": sealed.check_of(secret, log, epoch).hex()}


def box_of(secret, aad, nonce, padded, info=sealed.MESSAGE):
    """A box of anything, padded or not."""
    okm = sealed._hkdf(secret, nonce, info.encode(), 76)
    return okm[44:], AESGCM(okm[:32]).encrypt(okm[32:44], padded, aad)


def boxes():
    """Boxes and the texts that open of them."""
    secret, nonce = draw(), draw()
    place = {"name": did(draw()), "log": did(draw()), "epoch": 7, "sender": did(draw()), "id": "msg_" + draw(12).hex(), "re": None}

    def case(what, commit, box, nonce=nonce, secret=secret, **other):
        where = {**place, **other}
        aad = sealed.place(where["name"], where["log"], where["epoch"], where["sender"], where["id"], where["re"])
        try:
            text = sealed.open_box(secret, sealed.MESSAGE, aad, nonce, commit, box).hex()
        except ValueError:
            text = None
        return {"case": what, **where, "secret": secret.hex(), "nonce": nonce.hex(), "commit": commit.hex(), "box": box.hex(), "text": text}

    aad = sealed.place(*place.values())
    for length in (0, 1, 251, 252, 253, 508):
        yield case(f"{length} bytes", *box_of(secret, aad, nonce, sealed.pad(draw(length) if length else b"")))
    text = draw(20)
    commit, box = box_of(secret, aad, nonce, sealed.pad(text))
    for name, at in (("text", 0), ("padding", 200), ("tag, first bit", -16), ("tag, last bit", -1)):
        bad = bytearray(box)
        bad[at] ^= 0x80 if at == -1 else 1
        yield case(f"changed {name}", commit, bytes(bad))
    for length in (0, 1, 12, 15, 16, 17, len(box) - 4, len(box) - 1):
        yield case(f"cut to {length}", commit, box[:length])
    yield case("one byte more", commit, box + b"\0")
    yield case("another commitment", bytes([commit[0] ^ 1]) + commit[1:], box)
    yield case("another nonce", commit, box, nonce=draw())
    yield case("another secret", commit, box, secret=draw())
    for name, value in (("name", did(draw())), ("log", did(draw())), ("epoch", 8), ("sender", did(draw())), ("id", "msg_" + draw(12).hex()), ("re", place["id"])):
        yield case(f"another {name}", commit, box, **{name: value})
    yield case("a keyring's box", *box_of(secret, aad, nonce, sealed.pad(text), sealed.RING))
    good = sealed.pad(text)
    for name, bad in (("nothing", b""), ("three bytes", bytes(3)), ("255 bytes", good[:255]), ("257 bytes", good + b"\0"), ("384 bytes", good + bytes(128)),
                      ("twice as long as needed", good + bytes(256)), ("padding that is not zero", good[:-1] + b"\1"),
                      ("a length beyond the end", (253).to_bytes(4, "big") + good[4:]), ("the longest length", b"\xff" * 4 + good[4:])):
        yield case(f"padded text: {name}", *box_of(secret, aad, nonce, bad))


def rings():
    """Keyrings and what opens of them."""
    private, ring, nonce, owner = draw(), draw(), draw(), did(draw())
    key, log, one = public(private), did(draw()), draw()
    ephemeral = draw()
    info = sealed.ring_info(owner, key)
    wrapped = seal(agreed(ephemeral, key), public(ephemeral), key, info, ring)

    def case(name, commit, box, wrapped=wrapped, did=owner):
        try:
            found = sealed.open_ring(sealed.Secret(private), did, wrapped, nonce, commit, box)
            found = [[log, epoch, secret.hex()] for log, epoch, secret in found]
        except ValueError:
            found = None
        return {"case": name, "did": did, "private": private.hex(), "wrapped": wrapped.hex(), "nonce": nonce.hex(), "commit": commit.hex(), "box": box.hex(), "secrets": found}

    def of(items):
        return box_of(ring, cbor.encode([sealed.RING, owner]), nonce, sealed.pad(cbor.encode(items)), sealed.RING)

    for name, items in (("empty", []), ("one", [[log, 1, one]]), ("two of one epoch", [[log, 1, one], [log, 1, draw()]]), ("a late epoch", [[log, 2**53 - 1, one]]),
                        ("a negative epoch", [[log, -1, one]]), ("a secret of 31 bytes", [[log, 1, one[:31]]]), ("a secret of 33 bytes", [[log, 1, one + b"\0"]]),
                        ("a secret that is a text", [[log, 1, "x" * 32]]), ("an epoch that is a truth value", [[log, True, one]]), ("a log that is no DID", [["log", 1, one]]),
                        ("a log with another's name", [["did:imajin:event:evt_1", 1, one]]), ("an item too long", [[log, 1, one, 1]]), ("an item too short", [[log, 1]]),
                        ("an item that is no list", [log]), ("no list", {"log": log}), ("nothing", None), ("one good and one bad", [[log, 1, one], [log, -1, one]])):
        yield case(name, *of(items))
    commit, box = of([[log, 1, one]])
    yield case("another commitment", bytes(32), box)
    yield case("another owner", commit, box, did=did(draw()))
    yield case("a wrap of 79 bytes", commit, box, wrapped[:-1])
    yield case("a wrap of 81 bytes", commit, box, wrapped + b"\0")
    yield case("a wrap for everybody", commit, box, seal(bytes(32), bytes(32), key, info, ring))
    text = b"\x81" + cbor.encode([log, 1, one])
    yield case("not as it must be encoded", *box_of(ring, cbor.encode([sealed.RING, owner]), nonce, sealed.pad(b"\x98\x01" + text[1:]), sealed.RING))
    yield case("a message's box", *box_of(ring, cbor.encode([sealed.RING, owner]), nonce, sealed.pad(text)))


def written():
    """The whole file: one case a line."""
    draw.n = 0
    parts = {"open": opens(), "seal": seals(), "check": checks(), "box": boxes(), "ring": rings()}
    lines = [f'"{name}":[\n' + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]" for name, cases in parts.items()]
    return '{"v":1,\n' + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(written())
