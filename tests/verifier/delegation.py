"""Delegations (docs/format.md §6): what a key that is not the owner's may sign."""

from . import keys, ops
from .errors import Fault


class Delegation:
    __slots__ = ("cid", "key_text", "key", "scope", "until", "uses", "used", "ended")

    def __init__(self, cid, body):
        self.cid, self.key_text, self.scope = cid, body["key"], body["scope"]
        self.key, self.until, self.uses = keys.multikey_key(body["key"]), body["until"], body.get("uses")
        self.used, self.ended = 0, False

    @property
    def kid(self):
        return f"{keys.did_of(self.key)}#{keys.key_id(self.key)}"

    def check(self, header):
        """The key for an entry under this delegation, or a Fault."""
        known = ops.OPS.get(header.op)
        if header.author != header.did:
            raise Fault("delegation", "an entry under a delegation is not by the log's owner")
        if known and known.by in (ops.CONTROLLER, ops.OWN_KEY):
            raise Fault("delegation", f"{header.op} can never be delegated")
        if self.ended:
            raise Fault("delegation", "the delegation had ended")
        if header.op not in self.scope and f"{header.service}.*" not in self.scope:
            raise Fault("delegation", f"{header.op} is not in the delegation's scope")
        if not header.at < self.until:
            raise Fault("delegation", "the delegation had expired")
        if self.uses is not None and self.used >= self.uses:
            raise Fault("delegation", "the delegation is used up")
        if header.proof.kid != self.kid:
            raise Fault("delegation", "the proof is not by the key of the delegation")
        if header.proof.chain is not None:
            raise Fault("key", "chain must be null under a delegation")
        return self.key
