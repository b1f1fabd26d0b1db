"""Operations over several logs (docs/format.md §7): intents in other logs, `txns` and `openings`."""

from collections import Counter

from . import cbor, chains, cid, keys, ops
from .delegation import Delegation
from .entry import Header, decode_body, is_link
from .errors import Fault, signed_twice

LIST_MAX = 100_000


class Causes:
    """The table `causes`: intents of other logs (and the delegations behind them), verified once each."""

    def __init__(self, store, did, chain_for):
        self._store, self._did, self._chain_for = store, did, chain_for
        self._intents, self.used, self.withheld = {}, set(), 0
        self.seen, self.bodies, self.texts = {}, {}, {}

    def intent(self, cause):
        """The header of an intent that is not in this log."""
        if cause.raw not in self._intents:
            header, self.bodies[cause.raw] = self._read(cause)
            if header.did == self._did:
                raise Fault("cause", f"cause {cause} is of this log but does not stand in it")
            if header.will == "derived":
                raise Fault("cause", "the cause is itself derived")
            self._check_will(header)
            self._intents[cause.raw] = header
        return self._intents[cause.raw]

    def _read(self, cause):
        row = self._store.cause(cause.raw)
        if row is None:
            raise Fault("cause", f"the cause {cause} is neither in this log nor in table causes")
        data, body = row
        if cid.of_cbor(data) != cause:
            raise Fault("cause", f"the header of cause {cause} is another")
        try:
            header = Header(data)
            header.check_will_fields()
            body = self._body(header, body)
        except Fault as fault:
            raise Fault("cause", f"cause {cause}: {fault.message}") from None
        if (header.prev is None) != (header.seq == 0):
            raise Fault("cause", f"cause {cause}: prev is absent exactly at seq 0")
        self.used.add(cause.raw)
        self.seen[header.did, header.seq] = cause.raw
        return header, body

    def _body(self, header, data):
        if data is None:
            self.withheld += header.body is not None
            return None
        if header.body is None or cid.of_cbor(data) != header.body:
            raise Fault("cause", "its body is not the one that the header names")
        body = decode_body(data)
        ops.check_body(header.op, body)
        return body

    def _check_will(self, header):
        if header.op in ops.OPS and header.will not in ops.wills_of(header.op, has_chain=False):
            raise Fault("cause", f"the cause is {header.op}, which may not be {header.will}")
        if ops.is_anothers(header):
            raise Fault("cause", f"the cause is {header.op}, but not by its log's owner")
        if header.will != "signed":
            return
        if header.via is not None:
            key = self._delegated_key(header)
        else:
            key = self._author_key(header)
        if not header.proof_verifies(key, header.proof_payload()):
            raise Fault("proof", "the proof of the cause does not verify")
        text, place = header.signed_text(), (header.did, header.cid.raw)
        if self.texts.setdefault(text, place) != place:
            raise signed_twice(self.texts[text][1], header.cid.raw)

    def _author_key(self, header):
        if header.proof.kid_did != header.author:
            raise Fault("key", "the proof of the cause is not by its author")
        known = ops.OPS.get(header.op)
        role = "controller" if known and known.by == ops.CONTROLLER else "auth"
        return chains.key_in(self._chain_for(header.author), header.author, header.proof, role)[0]

    def _delegated_key(self, header):
        if self._store.cause(header.via.raw) is None:
            raise Fault("delegation", "the delegation of the cause is not in table causes")
        entry, body = self._read(header.via)
        if entry.op != "auth.delegation.create" or body is None:
            raise Fault("delegation", "the delegation of the cause is none, or its body is withheld")
        if entry.did != header.did or entry.author != entry.did or entry.seq >= header.seq:
            raise Fault("delegation", "the delegation of the cause is not its author's, or came later")
        self._check_will(entry)
        return Delegation(entry.cid, body).check(header)

    def finish(self):
        for key in self._store.cause_keys():
            if key not in self.used:
                raise Fault("stray", "table causes has a row to which nothing refers")


class Opening(tuple):
    """(did, service, op, body CID bytes or None)."""

    @classmethod
    def of_entry(cls, header):
        return cls((header.did, header.service, header.op, header.body.raw if header.body else None))

    @classmethod
    def parse(cls, data):
        fields = cbor.decode(data)
        if not isinstance(fields, dict) or fields.keys() != {"did", "service", "op", "body", "salt"}:
            raise ValueError("an opening has exactly did, service, op, body and salt")
        body, salt = fields["body"], fields["salt"]
        if not keys.is_did(fields["did"]) or not isinstance(fields["service"], str) or not isinstance(fields["op"], str):
            raise ValueError("did, service or op of an opening is of a wrong form")
        if not (body is None or is_link(body)) or not isinstance(salt, bytes) or len(salt) != 16:
            raise ValueError("body or salt of an opening is of a wrong form")
        return cls((fields["did"], fields["service"], fields["op"], body.raw if body else None))


class Group:
    """The entries of this log with one txn."""

    def __init__(self, intent):
        self.last_seq, self.intent, self.entries, self.at = 0, intent, Counter(), ""


class Txns:
    """The tables `txns` and `openings`."""

    def __init__(self, store, did):
        self._store, self._did = store, did
        self.lists, self.openings, self.groups = {}, {}, {}

    def check(self, header, intent):
        """One entry with a txn; `intent` is the header of the operation's intent (the entry's own if it is the intent)."""
        links = self._list(header.txn)
        wanted = Opening.of_entry(header)
        if not any(self._opening(link) == wanted for link in links):
            raise Fault("txn", "no opening of the txn matches this entry")
        if self._opening(links[0]) != Opening.of_entry(intent):
            raise Fault("txn", "the first opening of the txn is not that of its intent")
        group = self.groups.setdefault(header.txn.raw, Group(intent.cid.raw))
        if group.intent != intent.cid.raw:
            raise Fault("txn", "one txn belongs to two operations")
        group.entries[wanted] += 1
        group.last_seq, group.at = header.seq, header.at
        if group.entries[wanted] > sum(self._opening(link) == wanted for link in links):
            raise Fault("txn", "the txn has fewer openings than there are entries like this")

    def _list(self, txn):
        if txn.raw not in self.lists:
            data = self._store.txn(txn.raw)
            if data is None or cid.of_cbor(data) != txn:
                raise Fault("txn", "table txns lacks the list of this txn, or has another")
            try:
                links = cbor.decode(data)
            except ValueError as error:
                raise Fault("txn", f"the list of the txn: {error}") from None
            if not isinstance(links, list) or not 1 <= len(links) <= LIST_MAX or not all(is_link(link) for link in links):
                raise Fault("txn", "the list of the txn is not a list of links")
            if len(set(links)) != len(links):
                raise Fault("txn", "the list of the txn names an opening twice")
            self.lists[txn.raw] = links
        return self.lists[txn.raw]

    def _opening(self, link):
        if link.raw not in self.openings:
            data = self._store.opening(link.raw)
            if data is not None and cid.of_cbor(data) != link:
                raise Fault("txn", "table openings has another opening than its CID says")
            try:
                self.openings[link.raw] = Opening.parse(data) if data is not None else None
            except ValueError as error:
                raise Fault("txn", f"table openings: {error}") from None
        return self.openings[link.raw]

    def finish(self):
        """Checks that the entries of each list that were opened for this log are the entries that this log has."""
        for txn, group in sorted(self.groups.items(), key=lambda item: item[1].last_seq):
            opened = Counter(opening for opening in map(self._opening, self.lists[txn]) if opening and opening[0] == self._did)
            if opened != group.entries:
                raise Fault("txn", "the txn has an opening for this log and no entry that it opens", group.last_seq)

    def strays(self):
        """A Fault if nothing refers to a row."""
        used = {link.raw for txn in self.groups for link in self.lists[txn]}
        for key in self._store.txn_keys():
            if key not in self.groups:
                raise Fault("stray", "table txns has a row to which nothing refers")
        for key in self._store.opening_keys():
            if key not in used:
                raise Fault("stray", "table openings has a row to which nothing refers")
