"""A .fair as a file (docs/works.md): a manifest, and the signatures of contributors who agree."""

import os
import re

from . import cid, es6, fair, keys
from .errors import Fault

MEMBERS = {"manifest", "agreed"}
MARKS = {"manifest", "contributors", "attribution"}
SIGNATURES = ("signature", "platformSignature")
HEX = re.compile("(?:[0-9a-fA-F]{2})+")
BYTES_MAX, AGREED_MAX = 256 * 1024, 65


def looks_so(data):
    """Whether JSON is a .fair and no certificate."""
    try:
        value = es6.loads(data)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and not MARKS.isdisjoint(value)


def verify(data, name):
    """The report of a .fair. A signature that only a later key can have made is not proved; a malformed file is a Fault."""
    try:
        return _report(data, name)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Fault("file", f"it is no .fair: {error}") from None


def _report(data, name):
    if len(data) > BYTES_MAX:
        raise ValueError("it is too large")
    both = es6.loads(data)
    if "manifest" not in both:
        both = {"manifest": both}
    if not both.keys() <= MEMBERS:
        raise ValueError("a .fair has no other members than manifest and agreed")
    document, agreed = both["manifest"], both.get("agreed", [])
    manifest = fair.Manifest(es6.dumps(document).decode())
    fair.check(document)
    _check_integrity(document)
    people = list(dict.fromkeys(([fair._did(document["owner"])] if document.get("owner") else []) + [did for did, _, _ in manifest.people]))
    signed = es6.dumps({member: value for member, value in document.items() if member not in SIGNATURES})
    signer = _signer(people, signed, document["signature"])
    unproved = [] if signer else ["signature"]
    _check_form(agreed, people)
    unproved += [one["did"] for one in agreed if not _is_by(one["did"], signed, one["signature"])]
    have = {signer, *(one["did"] for one in agreed)} - set(unproved)
    missing = list(dict.fromkeys(did for did, _, weight in manifest.people if weight and did not in have))
    found = {"signer": signer, "agreed": [one["did"] for one in agreed if one["did"] in have], "missing": missing, "unproved": unproved,
             "work": _work(document.get("work"), name)}
    return {"verdict": "not proved" if unproved else "valid", "valid": not unproved, "did": signer, "fault": None, "fair": found}


def _check_form(agreed, people):
    if not isinstance(agreed, list) or len(agreed) > AGREED_MAX:
        raise ValueError("agreed is no list of at most 65")
    dids = [one["did"] for one in agreed]
    if len(set(dids)) != len(dids) or any(one.keys() != {"did", "signature"} for one in agreed):
        raise ValueError("agreed is not a list of {did, signature}, each DID once")
    for did in dids:
        if did not in people:
            raise ValueError(f"{did} agreed, and is neither a contributor nor the owner")


def _signer(people, text, signature):
    """The contributor who signed, who must match the signature's claim, if it has one."""
    if signature is None:
        return None
    data, claim = fair.read_signature(signature)
    named = [did for did in people if keys.is_did(did) and claim in (None, did, keys.did_key(did))]
    return next((did for did in named if keys.verify(keys.did_key(did), text, data)), None)


def _is_by(did, text, signature):
    """Whether the key in a DID's name made the signature; a .fair contains no later keys."""
    if not isinstance(signature, str) or not fair.SIGNATURE.match(signature):
        return False
    return keys.is_did(did) and keys.verify(keys.did_key(did), text, bytes.fromhex(signature))


def _check_integrity(document):
    """`integrity` of versions with attribution is of the same file as `work`."""
    work, integrity = document.get("work"), document.get("integrity")
    if work is None or not isinstance(integrity, dict):
        return
    digest, size = integrity.get("hash"), integrity.get("size")
    digest = digest.removeprefix("sha256:") if isinstance(digest, str) else None
    if digest is not None and HEX.fullmatch(digest) and str(cid.Cid(cid.RAW_PREFIX + bytes.fromhex(digest))) != work["cid"]:
        raise ValueError("integrity has the hash of another file than work")
    if isinstance(size, int) and size != work["bytes"]:
        raise ValueError("integrity has another size than work")


def _work(work, name):
    """Whether the adjacent file is the one that the manifest names; None without a file or a name."""
    if work is None:
        return None
    if work.keys() != {"cid", "bytes"} or not cid.parse(work["cid"]).is_raw:
        raise ValueError("work is not exactly the raw CID of a file and its length")
    path = name.removesuffix(".fair.json")
    if path == name or not os.path.isfile(path):
        return None
    with open(path, "rb") as file:
        data = file.read()
    if (str(cid.of_raw(data)), len(data)) != (work["cid"], work["bytes"]):
        raise ValueError("work names another file than the one next to it")
    return True
