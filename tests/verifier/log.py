"""The rules of a log as one pass over its entries (docs/format.md §2–§9, in the order of §11).

`Log.run` raises the first Fault, or leaves what the report and the readable view need. The rules do not depend on SQLite: a store provides the rows.
"""

from . import bound, cid, derived, erasure, keys, ops, signed
from .causes import Causes, Txns
from .chains import Chains, chain_of
from .delegation import Delegation
from .entry import Header, decode_body, is_cid_text
from .errors import Fault
from .heads import Head, Heads, Home
from .view import View

UNKNOWN_NAMED_MAX = 100
SURPRISES = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError)


class Log:
    """One log. `shared`: a person's view of a shared log, where bodies may be withheld."""

    def __init__(self, store, did=None, shared=False):
        self.store, self.did, self.shared = store, did, shared
        self.cids, self.ats, self.seq_of = [], [], {}
        self.homes, self.chain, self.bare, self.require_signed = [], None, False, False
        self.delegations, self.after, self.texts, self.chain_index, self.bodies = {}, {}, {}, {}, {}
        self.derived, self.run_intent, self.run_body, self.home_words, self.home_divisions = {}, None, None, {}, 0
        self.by_will = {"signed": 0, "custodial": 0, "derived": 0, "node": 0}
        self.body_count = self.erased = self.withheld_bodies = 0
        self.unknown, self.unknown_count, self.unknown_first = set(), 0, []
        self.newest, self.view, self.salt = None, View(), None

    # -- the pass ---------------------------------------------------------------------------------------------------

    def run(self, head=None):
        self.erasures = self.store.erasures(ops.OPS)
        self.chains = Chains(self.store.chain_rows())
        rows = self.store.head_rows()
        self.heads = None
        for seq, header, body in self.store.entries():
            expected = len(self.cids)
            try:
                if seq != expected:
                    raise Fault("seq", f"entry {expected} is missing")
                parsed = Header(header)
                if seq == 0:
                    self._begin(parsed, rows)
                self._entry(parsed, body)
            except Fault as fault:
                raise fault.at(expected) from None
            except SURPRISES as error:
                raise Fault("decode", f"the entry cannot be judged ({type(error).__name__}: {error})", expected) from None
        if not self.cids:
            raise Fault("seq", "the log has no entry", 0)
        self._finish(head)
        return self

    def _begin(self, header, head_rows):
        self.did = self.did or header.did
        self.heads = Heads(head_rows, self.did)
        self.causes = Causes(self.store, self.did, self.chain_for)
        self.txns = Txns(self.store, self.did)

    def _entry(self, header, body_bytes):
        seq = len(self.cids)
        if header.did != self.did:
            raise Fault("did", f"the entry is of {header.did}")
        if header.seq != seq:
            raise Fault("seq", f"the header says seq {header.seq}")
        if (header.prev.raw if header.prev else None) != (self.cids[-1] if seq else None):
            raise Fault("prev", "prev is not the CID of the header before")
        if seq and not header.at > self.ats[-1] and not signed.sets_clock_right(header, self.ats[-1]):
            raise Fault("at", "at is not later than in the entry before")
        body = self._body(header, body_bytes)
        self._check_fields(header)
        home = self._home_at(header, body)
        intent = header
        if header.will == "signed":
            signed.check(self, header, body, home)
        elif header.will == "derived":
            intent = derived.check(self, header)
        if header.txn is not None:
            self.txns.check(header, intent)
        self._op(header, body, intent)
        of_home, before = self._whose_word(header, body, intent)
        self._advance(header, body, home, intent, (of_home, before))

    def _whose_word(self, header, body, intent):
        """Whether nothing but its home vouches for what an entry says (docs/format.md §8), and whether earlier versions said so."""
        if header.will != "derived":
            return (header.will in ("custodial", "node"),) * 2
        intent_body = self.run_body if intent.did == self.did else self.causes.bodies.get(intent.cid.raw)
        known = header.op in ops.OPS and intent.op in ops.OPS
        untied = known and body is not None and bound.check(self, header, body, intent, intent_body)
        rule = ops.DERIVES.get((intent.op, header.op))
        a_fact = header.body is None and header.fact is not None and not (rule and rule.fact == ops.FACT)
        before = intent.will != "signed" or untied or a_fact
        in_part = intent.will == "signed" and not derived.is_backed(header, body, intent, intent_body)
        of_home = intent.will != "signed" or untied or in_part
        if known and (untied or in_part):
            self.home_words[header.op] = self.home_words.get(header.op, 0) + 1
        return of_home, before

    def _body(self, header, data):
        known = ops.OPS.get(header.op)
        if known and (header.body is None) != (known.klass is None):
            raise Fault("body", f"{header.op} " + ("needs a body" if header.body is None else "may not have a body"))
        if header.body is None:
            if data is not None:
                self.store.stray_bodies.append(len(self.cids))
            return None
        erased = self.erasures.get(header.body.raw, -1) > len(self.cids)
        if data is None:
            if (known and known.klass == ops.KEEP) or not (erased or self.shared):
                raise Fault("body", "the body is missing")
            self.erased += erased
            self.withheld_bodies += not erased
            return None
        if erased:
            raise Fault("body", "the body is still there although it was erased")
        if cid.of_cbor(data) != header.body:
            raise Fault("body", "the body is not the one that the header names")
        body = decode_body(data)
        ops.check_body(header.op, body)
        self.body_count += 1
        return body

    # -- the will ---------------------------------------------------------------------------------------------------

    def _check_fields(self, header):
        """Checks the fields of a will, and the wills that an op may have."""
        will, seq = header.will, len(self.cids)
        if seq == 0 and header.op not in ("auth.identity.create", "auth.identity.register"):
            raise Fault("identity", "a log begins with auth.identity.create or auth.identity.register")
        header.check_will_fields()
        if ops.is_anothers(header):
            raise Fault("will", f"{header.op} is only for the log's owner")
        if header.op == "auth.anchor" and header.author != header.did:
            raise Fault("will", "auth.anchor stands in the node's own log")
        if header.op == "auth.identity.register" and seq:
            raise Fault("will", "auth.identity.register may only begin a log")
        if header.op in ops.OPS and will not in ops.wills_of(header.op, self.chain is not None):
            # A derived entry of an op that is never derived is a breach of the table of derivations.
            raise Fault("cause" if will == "derived" else "will", f"{header.op} may not be {will} here")
        if will == "custodial" and self.require_signed:
            raise Fault("will", "the owner has forbidden custodial entries")

    def _home_at(self, header, body):
        """The home in force at this entry; new ones are checked here."""
        if not self.homes:
            home = body["home"]
            if home["epoch"] != 1:
                raise Fault("home", "the first home has epoch 1")
            self.salt = body["salt"]
            return Home(home["node"], home["url"], 1, 0)
        if header.op == "auth.home":
            return self._new_home(header, body)
        home = self.homes[-1]
        if header.will == "node" and header.author != home.node:
            raise Fault("will", "a node entry is not by the home in force")
        return home

    def _new_home(self, header, body):
        old, epoch, seq = self.homes[-1], self.homes[-1].epoch, len(self.cids)
        abandons = self._abandoned(body["abandons"]) if "abandons" in body else None
        if abandons:
            epoch = max(epoch, abandons.epoch)
        if body["epoch"] != epoch + 1:
            raise Fault("home", f"the epoch of the new home is not {epoch + 1}")
        if header.proof and (not header.proof.seen or header.proof.seen[1] != header.prev):
            raise Fault("home", "seen is not the entry before")
        head = self.heads.by_home.get((old.epoch, old.node))
        if head is None or head.seq != seq - 1 or head.cid != header.prev:
            raise Fault("home", "table heads lacks the head of the old home for the entry before")
        return Home(body["node"], body["url"], body["epoch"], seq, abandons)

    def _abandoned(self, text):
        try:
            head = Head(text)
        except (ValueError, RecursionError) as error:
            raise Fault("home", f"abandons: {error}") from None
        if head.did != self.did:
            raise Fault("home", "abandons is not a head of this log")
        # An invalid chain is the same fault wherever it is used.
        chain = self.chain_for(head.node)
        try:
            head.verify(chain)
        except Fault as fault:
            raise Fault("home", f"abandons: {fault.message}") from None
        return head

    def chain_for(self, did):
        if did == self.did:
            return self.chain
        return self.chains.get(did)

    # -- rules of single ops ----------------------------------------------------------------------------------------

    def _op(self, header, body, intent):
        op, fact = header.op, header.fact or {}
        if op not in ops.OPS:
            return
        if op == "auth.identity.register":
            if keys.multikey_key(body["key"]) != keys.did_key(self.did):
                raise Fault("identity", "the registered key is not the one that the DID carries")
        elif op == "auth.delegation.end":
            self._end_delegation(header)
        elif op == "auth.settings.update":
            value = fact.get("require_signed")
            if isinstance(value, bool) or value not in (0, 1):
                raise Fault("decode", "fact of auth.settings.update is not {require_signed: 0 or 1}")
        elif op == "auth.side.adopt":
            if not is_cid_text(header.ref, raw=False):
                raise Fault("decode", "ref is not the CID of an entry")
        elif op == "auth.body.erased":
            self._erase(header, body, intent)
        elif op.startswith("auth.attestation."):
            if not is_cid_text(header.ref, raw=False):
                raise Fault("decode", f"ref of {op} is not the CID of an attestation")
        if op in ops.NAMES_DIDS:
            dids = fact.get("dids")
            if not isinstance(dids, list) or not all(keys.is_did(d) for d in dids):
                raise Fault("decode", f"fact of {op} is not {{dids: [DID]}}")
            if header.proof and set(header.proof.to) != set(dids):
                raise Fault("proof", "to is not the same DIDs as fact.dids")

    def _end_delegation(self, header):
        if not is_cid_text(header.ref, raw=False):
            raise Fault("decode", "ref is not the CID of a delegation entry")
        delegation = self.delegations.get(cid.parse(header.ref).raw)
        if delegation is None:
            raise Fault("delegation", "ref names no delegation of this log")
        delegation.ended = True

    def _erase(self, header, body, intent):
        for link in body["bodies"]:
            if link.raw not in self.bodies:
                raise Fault("erasure", f"{link} is not the body of an earlier entry")
        for link in body["bodies"]:
            for entry in self.bodies[link.raw]:
                known = ops.OPS.get(entry.op)
                if known and known.klass == ops.KEEP:
                    raise Fault("erasure", f"the body of {entry.op} must stay")
                if header.author != self.did and (entry.author != header.author or (known and known.klass != ops.MINE)):
                    raise Fault("erasure", f"the body of {entry.op} is not this author's to erase")
        if header.will == "derived":
            erasure.check(intent, [entry for link in body["bodies"] for entry in self.bodies[link.raw]])

    def _advance(self, header, body, home, intent, of_home):
        op, raw = header.op, header.cid.raw
        if op == "auth.identity.create":
            self.chain, self.bare = chain_of(self.did, [body["token"]]), False
        elif op == "auth.identity.register":
            self.bare = True
        elif op == "auth.identity.update":
            try:
                self.chain.extend(body["token"])
            except (ValueError, RecursionError) as error:
                raise Fault("identity", str(error)) from None
        elif op == "auth.delegation.create":
            self.delegations[raw] = Delegation(header.cid, body)
        elif op == "auth.settings.update":
            self.require_signed = header.fact["require_signed"] == 1
        if not self.homes or home is not self.homes[-1]:
            self.homes.append(home)
            self.chains.refer(home.node)
        self.chains.refer(header.author)
        if intent is not header:
            self.chains.refer(intent.author)
        if self.shared:
            self._refer(body)
        if header.body is not None:
            self.bodies.setdefault(header.body.raw, []).append(erasure.named(header))
        self.seq_of[raw] = len(self.cids)
        self.cids.append(raw)
        self.ats.append(header.at)
        self.by_will[header.will] += 1
        self.run_intent = intent if intent.did == self.did else None
        if intent is header:
            self.run_body = body
        unknown = next((name for name in (op, intent.op) if name not in ops.OPS), None)
        if unknown:
            self._unknown(header, unknown)
        self.view.apply(header, body, unknown is None)
        if unknown is None:
            self.view.words(header, of_home)

    def _refer(self, value):
        """In a shared log, DIDs that are texts in a body have chains, too."""
        if isinstance(value, (dict, list)):
            for item in value.values() if isinstance(value, dict) else value:
                self._refer(item)
        elif isinstance(value, str) and keys.is_did(value):
            self.chains.refer(value)

    def _unknown(self, header, op):
        """An entry that `op`, its own or its intent's, keeps from being proved."""
        self.unknown.add(op)
        self.unknown_count += 1
        if len(self.unknown_first) < UNKNOWN_NAMED_MAX:
            self.unknown_first.append({"seq": header.seq, "op": header.op, "of": op})

    # -- the end ----------------------------------------------------------------------------------------------------

    def _finish(self, head):
        for home in self.homes:
            self.chains.refer(home.node)
        self.txns.finish()
        self.newest = self.heads.check(self.homes, self.cids, self.ats, self.chain_for)
        if head is not None and head.raw not in self.seq_of:
            raise Fault("cut", f"the log lacks the entry {head} that was asked for")
        if self.store.stray_bodies:
            stray = min(self.store.stray_bodies)
            # An entry before the first has no number.
            raise Fault("stray", "table bodies has a body for an entry that is not there or names none", stray if stray >= 0 else None)
        self.causes.finish()
        self.txns.strays()
        self.chains.finish(self.did)

    def report(self):
        return {
            "verdict": "unknown entries" if self.unknown else "valid", "valid": not self.unknown, "did": self.did, "entries": len(self.cids), "by_will": dict(self.by_will),
            "attested_to": self.newest.seq if self.newest else None, "erased": self.erased,
            "withheld": self.causes.withheld + self.withheld_bodies, "unknown_ops": sorted(self.unknown),
            "unknown_entries": self.unknown_count, "unknown": self.unknown_first,
            "home_words": self.home_words, "home_divisions": self.home_divisions,
            "node_word_only": self.bare, "head": self.newest.report() if self.newest else None, "fault": None,
        }
