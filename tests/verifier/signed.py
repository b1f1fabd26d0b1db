"""Signed entries: the audience of the proof, its key, its signature, its position in the order (docs/format.md §3, §4, §6).

The functions use the state of a `Log` before the entry, and record in it the proof's position, its text and the use of its delegation.
"""

from . import cid, keys, ops, times
from .chains import chain_of, key_in
from .errors import Fault

IAT_SLACK_MS = 300_000


def check(log, header, body, home):
    """A Fault unless the entry is signed as it must be."""
    proof = header.proof
    if log.chain and log.chain.state.deleted and header.op != "auth.identity.update":
        raise Fault("key", "the identity is deleted, which ends the signed entries")
    if proof.aud != home.node:
        raise Fault("aud", "the proof is not addressed to the home in force")
    key = _key(log, header, body)
    payload = header.proof_payload()
    if not header.proof_verifies(key, payload):
        raise Fault("proof", "the signature of the proof does not verify")
    _order(log, header)
    if abs(proof.iat * 1000 - header.at_ms) > IAT_SLACK_MS:
        raise Fault("iat", "iat is more than 300 s from at")
    log.after[proof.kid] = cid.of_raw(payload)
    log.texts[header.signed_text()] = header.seq, header.cid.raw


def sets_clock_right(header, before):
    """Whether the owner's auth.home may be dated before the entry before it, whose date a wrong clock made (§5)."""
    return header.op == "auth.home" and header.will == "signed" and header.proof.iat * 1000 + IAT_SLACK_MS < times.milliseconds(before)


def _key(log, header, body):
    proof = header.proof
    if header.via is not None:
        delegation = log.delegations.get(header.via.raw)
        if delegation is None:
            raise Fault("delegation", "via names no delegation of this log before this entry")
        key = delegation.check(header)
        delegation.used += 1
        return key
    if proof.kid_did != header.author:
        raise Fault("key", "kid is not a key of the author")
    if header.op == "auth.identity.create":
        return _creation_key(log, header, body)
    known = ops.OPS.get(header.op)
    role = "controller" if known and known.by == ops.CONTROLLER else "auth"
    if header.author != log.did:
        last = log.chain_index.get(header.author, -1)
        key, log.chain_index[header.author] = key_in(log.chains.get(header.author), header.author, proof, role, last)
        return key
    if log.chain is None:
        raise Fault("key", "the owner is a bare key, which signs no entries")
    if proof.chain != log.chain.state.op:
        raise Fault("key", "chain is not the owner's newest identity operation")
    key = log.chain.state.key(role, proof.key_id)
    if key is None:
        raise Fault("key", f"{proof.key_id} is not a key in force in the role {role}")
    return key


def _creation_key(log, header, body):
    if log.chain is not None:
        raise Fault("identity", "the log already has its identity")
    proof, chain = header.proof, chain_of(log.did, [body["token"]])
    if proof.chain != chain.state.op:
        raise Fault("key", "chain is not the genesis' own operation")
    key = chain.state.key("controller", proof.key_id)
    if key is None:
        raise Fault("key", f"{proof.key_id} is not a controller key of the genesis")
    if log.cids:
        if key != keys.did_key(log.did):
            raise Fault("key", "a bare key's chain is not begun by that very key")
        home = log.homes[-1]
        if body["home"] != {"node": home.node, "url": home.url, "epoch": home.epoch}:
            raise Fault("home", "the home is not the one in force")
    return key


def _order(log, header):
    proof, seq = header.proof, len(log.cids)
    if proof.seen is None:
        if seq and header.author == log.did:
            raise Fault("order", "seen may be null only in entry 0")
    elif proof.seen[0] >= seq or log.cids[proof.seen[0]] != proof.seen[1].raw:
        raise Fault("order", "seen is not an entry of this log before this one")
    elif header.op in ("auth.identity.create", "auth.identity.update") and proof.seen[1] != header.prev:
        raise Fault("order", "seen is not the entry before")
    if proof.after != log.after.get(proof.kid):
        raise Fault("order", "after is not the proof before by this key: something is missing, repeated or out of order")
