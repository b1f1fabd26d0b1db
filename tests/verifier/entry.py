"""Headers, proofs and bodies of entries (docs/format.md §2, §3): decoding and types. No rule here looks at another entry."""

import hashlib
import json
import re

from . import cbor, cid, jws, keys, times
from .cid import Cid
from .errors import Fault

SAFE = 2**53 - 1
HEADER_MAX = 8 * 1024
BODY_MAX = 1024 * 1024
BODY_DEPTH_MAX = 32
FACT_MAX = 512
TO_MAX = 64

WILLS = ("signed", "custodial", "derived", "node")
ID_TEXT = re.compile(r"[A-Za-z0-9:._%+@/-]{1,160}\Z")
SERVICE = re.compile(r"[a-z][a-z0-9]{0,15}\Z")
OP = re.compile(r"(?=.{1,64}\Z)[a-z0-9]+(\.[a-z0-9]+)+\Z")
FACT_KEY = re.compile(r"[a-z][a-z0-9_]{0,31}\Z")

REQUIRED = frozenset(("v", "did", "seq", "at", "service", "op", "author", "will"))
OPTIONAL = frozenset(("prev", "ref", "body", "fact", "proof", "via", "cause", "txn"))
PROOF_REQUIRED = frozenset(("kid", "aud", "iat", "sig"))
PROOF_OPTIONAL = frozenset(("to", "seen", "after", "chain", "via"))


def bad(message):
    return Fault("decode", message)


def is_int(value, low=-SAFE, high=SAFE):
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def is_link(value):
    """A link to dag-cbor."""
    return isinstance(value, Cid) and not value.is_raw


def is_raw_link(value):
    return isinstance(value, Cid) and value.is_raw


def is_id_text(value):
    return isinstance(value, str) and ID_TEXT.match(value) is not None


def is_cid_text(value, raw):
    try:
        return cid.parse(value).is_raw is raw
    except ValueError:
        return False


class Proof:
    """The parts of a proof of will in a header."""

    __slots__ = ("kid", "kid_did", "key_id", "aud", "to", "seen", "after", "chain", "via", "iat", "sig")

    def __init__(self, fields):
        names = fields.keys() if isinstance(fields, dict) else set()
        if not PROOF_REQUIRED <= names or not names <= PROOF_REQUIRED | PROOF_OPTIONAL:
            raise bad("proof does not have exactly the members kid, aud, to, seen, after, chain, via, iat, sig")
        self.kid, self.aud, self.iat, self.sig = fields["kid"], fields["aud"], fields["iat"], fields["sig"]
        try:
            self.kid_did, self.key_id = keys.split_kid(self.kid)
        except (ValueError, AttributeError, TypeError):
            raise bad("proof.kid is not <did>#<key id>") from None
        if not keys.is_did(self.aud):
            raise bad("proof.aud is not a DID")
        if not is_int(self.iat, 0):
            raise bad("proof.iat is not an integer from 0")
        if not isinstance(self.sig, bytes) or len(self.sig) != 64:
            raise bad("proof.sig is not 64 bytes")
        self.to = fields.get("to", [])
        if not isinstance(self.to, list) or ("to" in fields and not self.to) or len(self.to) > TO_MAX:
            raise bad("proof.to is not a list of 1 to 64 DIDs")
        if not all(keys.is_did(d) for d in self.to) or len(set(self.to)) != len(self.to):
            raise bad("proof.to has something that is no DID, or a DID twice")
        self.after, self.chain = fields.get("after"), fields.get("chain")
        if "after" in fields and not is_raw_link(self.after):
            raise bad("proof.after is not a raw CID")
        if "chain" in fields and not is_link(self.chain):
            raise bad("proof.chain is not a dag-cbor CID")
        self.via = fields.get("via")
        if "via" in fields and not is_link(self.via):
            raise bad("proof.via is not a dag-cbor CID")
        self.seen = self._seen(fields.get("seen")) if "seen" in fields else None

    @staticmethod
    def _seen(seen):
        if not isinstance(seen, dict) or seen.keys() != {"cid", "seq"} or not is_link(seen["cid"]) or not is_int(seen["seq"], 0):
            raise bad("proof.seen is not {cid, seq}")
        return seen["seq"], seen["cid"]


class Header:
    """A decoded header whose fields have their types; `cid` is its own."""

    __slots__ = ("cid", "did", "seq", "prev", "at", "at_ms", "service", "op", "ref", "body", "fact", "author", "will",
                 "proof", "via", "names_via_twice", "cause", "txn")

    def __init__(self, data):
        fields = _decode_header(data)
        self.cid = cid.of_cbor(data)
        self.did, self.author = fields["did"], fields["author"]
        if not keys.is_did(self.did) or not keys.is_did(self.author):
            raise bad("did or author is not a did:imajin")
        self.seq, self.at = fields["seq"], fields["at"]
        if not is_int(self.seq, 0):
            raise bad("seq is not an integer from 0")
        try:
            self.at_ms = times.milliseconds(self.at)
        except ValueError as error:
            raise bad(f"at: {error}") from None
        self.service, self.op = fields["service"], fields["op"]
        _check_op(self.service, self.op)
        self.will = fields["will"]
        if self.will not in WILLS:
            raise bad("will is none of signed, custodial, derived, node")
        for name in ("prev", "body", "cause", "txn"):
            if name in fields and not is_link(fields[name]):
                raise bad(f"{name} is not a link to dag-cbor")
            setattr(self, name, fields.get(name))
        self.via = fields.get("via")
        if "via" in fields and not isinstance(self.via, Cid):
            raise bad("via is not a link")
        self.ref, self.fact = fields.get("ref"), fields.get("fact")
        if "ref" in fields and not is_id_text(self.ref):
            raise bad("ref is not an id text")
        if "fact" in fields:
            _check_fact(self.fact)
        self.proof = Proof(fields["proof"]) if "proof" in fields else None
        signed_via = self.proof.via if self.proof else None
        self.names_via_twice = self.via is not None and signed_via is not None
        self.via = self.via or signed_via

    def check_will_fields(self):
        """A Fault unless the header has the fields that its will has, and no other."""
        will = self.will
        if (self.proof is not None) != (will == "signed") or (self.cause is not None) != (will == "derived"):
            raise Fault("will", f"a {will} entry may not have, or lacks, a proof or a cause")
        if self.names_via_twice:
            raise Fault("will", "via is in the proof and outside it")
        if will == "custodial" and (self.via is None or not self.via.is_raw):
            raise Fault("will", "a custodial entry names its session, a raw CID, in via")
        if will == "signed" and self.via is not None and self.via.is_raw:
            raise Fault("will", "via of a signed entry is not the CID of an entry")
        if will in ("derived", "node") and self.via is not None:
            raise Fault("will", f"a {will} entry has no via")

    def proof_payload(self):
        """The payload of the proof, byte for byte; its member names are ASCII, where every sorting is RFC 8785's."""
        proof = self.proof
        payload = {
            "v": 1, "aud": proof.aud, "did": self.did, "service": self.service, "op": self.op, "ref": self.ref,
            "body": str(self.body) if self.body else None, "fact": self.fact, "to": proof.to,
            "seen": {"cid": str(proof.seen[1]), "seq": proof.seen[0]} if proof.seen else None,
            "after": str(proof.after) if proof.after else None, "chain": str(proof.chain) if proof.chain else None,
            "iat": proof.iat, **({"via": str(proof.via)} if proof.via else {}),
        }
        return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def proof_verifies(self, key, payload):
        return keys.verify(key, self._signed(payload), self.proof.sig)

    def _signed(self, payload):
        header = jws.own_header(self.proof.kid, "mjn:proof")
        return f"{jws.b64(header)}.{jws.b64(payload)}".encode()

    def signed_text(self):
        """The digest of what the proof signs."""
        return hashlib.sha256(self._signed(self.proof_payload())).digest()


def _decode_header(data):
    if len(data) > HEADER_MAX:
        raise bad("header is over 8 KiB")
    try:
        fields = cbor.decode(data)
    except (ValueError, RecursionError) as error:
        raise bad(f"header: {error}") from None
    if not isinstance(fields, dict):
        raise bad("header is not a map")
    for name in fields.keys() - REQUIRED - OPTIONAL:
        raise bad(f"header has an unknown field {name!r}")
    for name in sorted(REQUIRED - fields.keys()):
        raise bad(f"header lacks {name}")
    if not is_int(fields["v"]) or fields["v"] != 1:
        raise bad("v is not 1")
    return fields


def _check_op(service, op):
    if not isinstance(service, str) or not SERVICE.match(service):
        raise bad("service is not a service's name")
    if not isinstance(op, str) or not OP.match(op) or op.partition(".")[0] != service:
        raise bad("op is not <service>.<verb>")


def _check_fact(fact):
    if not isinstance(fact, dict) or not 1 <= len(fact) <= 16:
        raise bad("fact is not a map of 1 to 16 members")
    for name, value in fact.items():
        if not FACT_KEY.match(name):
            raise bad("fact has a key that is no [a-z][a-z0-9_]{0,31}")
        items = value if isinstance(value, list) else [value]
        if len(items) > 64 or not all(is_int(item) or is_id_text(item) for item in items):
            raise bad(f"fact.{name} is not an integer, an id text or a list of at most 64 of those")
    if len(cbor.encode(fact)) > FACT_MAX:
        raise bad("fact is over 512 bytes")
    media = fact.get("media")
    if media is not None and not (isinstance(media, list) and all(is_cid_text(m, raw=True) for m in media)):
        raise bad("fact.media is not a list of raw CIDs")


def decode_body(data):
    """The map of a body; a Fault unless it is one, with a salt and only such values as bodies may hold."""
    if len(data) > BODY_MAX:
        raise bad("body is over 1 MiB")
    try:
        body = cbor.decode(data, BODY_DEPTH_MAX)
    except (ValueError, RecursionError) as error:
        raise bad(f"body: {error}") from None
    if not isinstance(body, dict):
        raise bad("body is not a map")
    salt = body.get("salt")
    if not isinstance(salt, bytes) or len(salt) != 16:
        raise bad("body has no salt of 16 bytes")
    pending = [body]
    while pending:
        value = pending.pop()
        if isinstance(value, (list, dict)):
            pending.extend(value.values() if isinstance(value, dict) else value)
        elif isinstance(value, int) and not -SAFE <= value <= SAFE:
            raise bad("body has an integer beyond ±(2^53-1)")
    return body
