"""A certificate's file (docs/api.md, "Certificates"): one attestation with everything that verifies it."""

from . import cbor, chains, cid, jcs, keys
from .bound import ATTESTATION, SIGNATURE
from .errors import Fault

MEMBERS = {"v", "attestation", "signature", "issuer", "chain"}
BYTES_MAX = 1 << 20


def looks_so(path):
    """Whether a file is JSON: no log and no bundle begins like that."""
    with open(path, "rb") as file:
        return file.read(1) == b"{"


def verify(path):
    """The report of a valid certificate; a Fault if it is invalid."""
    with open(path, "rb") as file:
        data = file.read(BYTES_MAX + 1)
    try:
        return _report(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Fault("file", f"it is no certificate: {error}") from None


def _report(data):
    if len(data) > BYTES_MAX:
        raise ValueError("it is too large")
    file = jcs.loads(data)
    if not isinstance(file, dict) or file["v"] != 1 or file.keys() != MEMBERS:
        raise ValueError("not exactly the members of one")
    text, issuer = file["attestation"], file["issuer"]
    said = jcs.loads_canonical(text.encode())
    if said.keys() != ATTESTATION.keys():
        raise ValueError("the attestation has not exactly its six members")
    if not SIGNATURE.match(file["signature"]):
        raise ValueError("signature is not 128 hexadecimal digits")
    signature = bytes.fromhex(file["signature"])
    if not any(keys.verify(key, text.encode(), signature) for key in _keys(issuer, file["chain"])):
        raise ValueError("the attestation is not signed by its issuer")
    row = {"issuerDid": issuer, **{ATTESTATION[name]: value for name, value in said.items()}}
    found = {"type": said["type"], "subject": said["subject_did"], "issuer": issuer, "payload": said["payload"], "cid": str(cid.of_cbor(cbor.encode(row)))}
    return {"verdict": "valid", "valid": True, "did": said["subject_did"], "fault": None, "certificate": found}


def _keys(issuer, tokens):
    """All keys that an issuer ever had: the one in its name, or those of its identity."""
    if not isinstance(tokens, list):
        raise ValueError("chain is no list")
    if not tokens:
        return [keys.did_key(issuer)]
    return chains.chain_of(issuer, tokens).ever()
