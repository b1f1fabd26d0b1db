"""Homes and heads (docs/format.md §5)."""

from . import cid, jws, keys, times
from .entry import is_int
from .errors import Fault

MEMBERS = {"at", "cid", "did", "epoch", "seq", "v"}


class Home:
    """A home, the entry from which it is in force, and the head that it abandons, if any."""

    __slots__ = ("node", "url", "epoch", "since", "abandons")

    def __init__(self, node, url, epoch, since, abandons=None):
        self.node, self.url, self.epoch, self.since, self.abandons = node, url, epoch, since, abandons


class Head:
    """A parsed head; ValueError if the text is malformed. The signature is checked by `verify`."""

    def __init__(self, text):
        self.text, self.token = text, jws.Token(text, "mjn:head")
        payload = self.token.payload
        if not isinstance(payload, dict) or payload.keys() != MEMBERS or not is_int(payload["v"], 1, 1):
            raise ValueError("head has not exactly the members at, cid, did, epoch, seq, v")
        if not is_int(payload["epoch"], 1) or not is_int(payload["seq"], 0):
            raise ValueError("epoch or seq of the head is not a number")
        times.milliseconds(payload["at"])
        self.cid = cid.parse(payload["cid"])
        if self.cid.is_raw or not keys.is_did(payload["did"]):
            raise ValueError("cid or did of the head is of a wrong form")
        self.did, self.epoch, self.seq, self.at = payload["did"], payload["epoch"], payload["seq"], payload["at"]
        self.node = self.token.kid_did

    def verify(self, chain):
        """A Fault unless the signature is by a key that the node's identity ever named as auth key."""
        key = chain.auth_ever.get(self.token.key_id) if chain else None
        if key is None:
            raise Fault("head", f"the head's key {self.token.kid} was never an auth key of that node", self.seq)
        if not self.token.verify(key):
            raise Fault("head", "the signature of the head does not verify", self.seq)

    def report(self):
        return {"epoch": self.epoch, "seq": self.seq, "cid": str(self.cid), "node": self.node}


class Heads:
    """The table `heads`, parsed; by (epoch, node)."""

    def __init__(self, rows, did):
        self.by_home, self._problem = {}, None
        for epoch, node, text in rows:
            try:
                self.by_home[epoch, node] = self._parse(epoch, node, text, did)
            except Fault as fault:
                # Entries are checked before heads, so this Fault is raised later; home entries treat the head as missing.
                self._problem = self._problem or fault

    @staticmethod
    def _parse(epoch, node, text, did):
        try:
            head = Head(text)
        except (ValueError, RecursionError) as error:
            raise Fault("head", f"the head of epoch {epoch}: {error}") from None
        if head.did != did or head.epoch != epoch or head.node != node:
            raise Fault("head", f"the head of epoch {epoch} is not of this log, this epoch and this node")
        return head

    def check(self, homes, cids, ats, chain_of_node):
        """Every head fits the log and verifies. Returns the newest, or None."""
        if self._problem:
            raise self._problem
        newest, ends = None, {}
        for home, following in zip(homes, homes[1:] + [None]):
            ends[home.epoch, home.node] = home.since, (following.since if following else None)
        for (epoch, node), head in sorted(self.by_home.items()):
            try:
                head.verify(chain_of_node(node))
            except Fault as fault:
                raise fault.at(head.seq) from None
            if head.seq >= len(cids):
                raise Fault("cut", f"the head of epoch {epoch} is of entry {head.seq}, but the log ends with {len(cids) - 1}", head.seq)
            if cids[head.seq] != head.cid.raw or ats[head.seq] != head.at:
                raise Fault("head", f"the head of epoch {epoch} names another entry {head.seq} than the log has", head.seq)
            since, until = ends.get((epoch, node), (None, None))
            if since is None or head.seq < since or (until is not None and head.seq >= until):
                raise Fault("head", f"{node} was not home in epoch {epoch} at entry {head.seq}", head.seq)
            if newest is None or head.seq > newest.seq:
                newest = head
        return newest
