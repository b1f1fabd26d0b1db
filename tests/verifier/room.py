"""A conversation against the fifteen rules of docs/conversations.md. `Room(known).judge(shown)` returns the report, as plain values."""

import hashlib
import re
import uuid

from . import chatops, cid, dfos, keys, sealed, times
from .chains import chain_of
from .chatops import RANK, leads
from .entry import Header, decode_body, is_int
from .errors import Fault

HOUR_MS = 3_600_000
MONTH_MS = 30 * 24 * HOUR_MS
# Time until others must know of a first key, in milliseconds.
KEYLESS_MS = 300_000


class Stop(Exception):
    """The first fault that an honest node cannot cause."""

    def __init__(self, seq, code):
        super().__init__(code)
        self.finding = [seq, code]


def need(holds, seq, code):
    if not holds:
        raise Stop(seq, code)


def read(seq, code, reader, *arguments):
    """The result of a reader; a Stop if it refuses."""
    try:
        return reader(*arguments)
    except (ValueError, Fault, RecursionError, KeyError, TypeError):
        raise Stop(seq, code) from None


def header_of(data):
    header = Header(data)
    header.check_will_fields()
    return header


def encryption_keys(services):
    found = []
    for service in services:
        text, of = service.get("key"), service.get("of")
        if service["type"] != "ImajinEncryption" or not isinstance(text, str) or text[:1] != "z":
            continue
        if not isinstance(of, str) or of == "" or service.get("sheet", True) is not True:
            continue
        try:
            data = keys.base58_decode(text[1:])
        except ValueError:
            continue
        if len(data) == 34 and data[:2] == b"\xec\x01":
            found.append(data[2:])
    return sorted(set(found[:8]))


class Person:
    """A verified chain, with what each operation says of encryption keys."""

    def __init__(self, did, tokens):
        self.chain = chain_of(did, tokens)
        self.tokens, self.at, self.encryption, services, self.conversation = tokens, [], [], [], None
        for state, token in zip(self.chain.states, tokens):
            payload = dfos.parse(token)[1]
            if payload["type"] in ("create", "update"):
                services = payload.get("services", [])
            if not self.at:
                self.conversation = conversation_name(services)
            self.at.append(times.milliseconds(payload["createdAt"]))
            self.encryption.append([] if state.deleted else encryption_keys(services))

    def index(self, operation):
        return self.chain.by_op.get(operation.raw, -1) if operation else -1

    def has(self, text):
        """Whether an operation is one of this chain's, by its CID's text."""
        try:
            return self.index(cid.parse(text)) >= 0
        except ValueError:
            return False


class Room:
    """The state of a conversation after some of its rows."""

    def __init__(self, known):
        self.known, self.me = known, known["me"]
        self.kind = (re.match(r"did:imajin:(dm|group|event):", known["name"]) or [None, "dm"])[1]
        self.log = self.of = self.offered = self.epoch = self.head = None
        self.sealed = self.newer = False
        self.window = self.turns = 0
        self.since, self.messages, self.voids = [], [], []
        self.people, self.cids, self.members, self.uncalled, self.secrets, self.ring = {}, {}, {}, {}, {}, {}
        self.groups, self.pins = {}, {}
        # The logs of conversations that the own log names, in this order, and the newest operation of its owner's chain in it.
        self.logs, self.reached = {}, -1
        # In the own log: whether its owner signed an entry, and the newest operation of their chain that an entry names.
        self.own_signs, self.own_under = False, 0
        self.signed_under, self.used, self.last_by, self.entered, self.texts, self.by_id, self.missing = {}, {}, {}, set(), {}, {}, {}

    def judge(self, shown):
        """The report; never raises, whatever is shown."""
        stop = None
        try:
            self._judge(shown)
        except Stop as found:
            stop = found.finding
        return {
            "stop": stop, "voids": sorted(self.voids, key=lambda found: found[0]), "renew": None if stop else self._renewal(),
            "head": [self.head[0], str(self.head[1])] if self.head else None, "sealed": self.sealed, "epoch": self.epoch["n"] if self.epoch else 0,
            "turns": self.turns, "members": self.members, "newer": self.newer,
            "messages": [[m["seq"], m["state"], m["signed"], *(m["said"] or (None, None))] for m in self.messages],
        }

    def _judge(self, shown):
        for did, tokens in shown["chains"].items():
            self.people[did] = read(None, "other-chain", Person, did, tokens)
        for did, operation in self.known["chains"].items():
            need(did not in self.people or self.people[did].index(cid.parse(operation)) >= 0, None, "other-chain")
        rows = []
        for header, cause, body in shown["rows"]:
            rows.append(read(rows[-1].seq if rows else None, "malformed", Row, header, cause, body))
        self._own_chain()
        self._begin(rows)
        own = self._own(shown["own"])
        for row in rows[1:]:
            self._enter(row)
        for data in shown["reads"]:
            self._read_mark(read(None, "malformed", header_of, data))
        after = self.since[1:] if self.epoch else self.since
        need(not self.sealed or all(seq >= self.window for seq, _ in after), self.window, "gap")
        self._geneses()
        pin = self.known["pin"]
        need(pin is None or self._shows(*pin), pin and pin[0], "changed")
        for sent in self.known["sent"]:
            need(self._shows(*sent), sent[0], "not-entered")
        need(own is None or self._shows(*own), own and own[0], "rolled-back")
        if self.missing:
            raise Stop(min(self.missing), "missing-body")

    def _own_chain(self):
        """A reader who has keys is shown their own chain, with all of them (rule 3)."""
        secrets, person = self.known["secrets"], self.people.get(self.me)
        if secrets or self.me in self.known["chains"]:
            ever = {key for found in person.encryption for key in found} if person else set()
            need(person and all(secret.public in ever for secret in secrets), None, "kept-back")

    def _begin(self, rows):
        need(rows and rows[0].seq == 0, 0, "gap")
        name = read(0, "signature", genesis_name, rows[0])
        need(name == self.known["name"], 0, "other-log")
        self.log = rows[0].header.did
        self._place(rows[0].header)
        n = len(rows) - 1
        while n and rows[n - 1].seq + 1 == rows[n].seq:
            n -= 1
        self.window = rows[n].seq
        need(self.window <= self.known.get("from", float("inf") if self.known["partial"] else 0), self.window, "gap")

    def _place(self, header):
        self.cids[header.seq] = header.cid
        self.head = (header.seq, header.cid)

    def _shows(self, seq, operation):
        operation = cid.parse(operation) if isinstance(operation, str) else operation
        return self.cids[seq] == operation if seq in self.cids else seq < self.window

    def _enter(self, row):
        header, seq, op = row.header, row.seq, row.header.op
        need(header.did == self.log, seq, "other-log")
        need(seq > self.head[0], seq, "gap")
        apart = self.window > 0 and seq <= self.window
        need(apart or (seq == self.head[0] + 1 and header.prev == self.head[1]), seq, "gap")
        is_turn = op in chatops.TURNS
        self.newer = self.newer or (op.startswith("chat.") and op not in chatops.INTENTS)
        need(seq >= self.window or is_turn, seq, "gap")
        need(row.body is None or row.body_cid == header.body, seq, "other-body")
        if op in chatops.INTENTS:
            signed = self._intent(row)
            if signed is not None:
                ACTS[op](self, row, signed)
                self.last_by[header.author] = seq
        self._place(header)
        if is_turn:
            self.turns += 1
            self.since.append((seq, header.cid))

    # Rules 1 to 4.

    def _intent(self, row):
        """Whether the author signed the intent; None for an erasure that is not chat's."""
        header, cause, seq = row.header, row.cause, row.seq
        erases = header.op == "auth.body.erased"
        if cause is None or cause.op not in chatops.INTENTS[header.op]:
            need(erases, seq, "not-the-intent")
            return None
        fits = header.cause == cause.cid and header.author == cause.author == cause.did
        if header.op in chatops.SAME:
            fits = fits and (header.ref, header.fact, header.body) == (cause.ref, cause.fact, cause.body)
        need(fits, seq, "not-the-intent")
        index = self._signed(seq, cause)
        signed = index is not None
        if signed:
            under = self.signed_under.get(cause.author, 0)
            self.signed_under[cause.author] = max(under, index)
            self._use(cause.author, index)
            need(index >= under, seq, "other-chain")
        named = cause.fact is not None and cause.fact.get("log") == self.log
        if header.op in ("chat.admitted", "chat.epoch.made") or cause.op == "chat.forget":
            named = cause.ref == self.log
        elif header.op in ("chat.out", "chat.role"):
            named = True
        need(named and (not signed or self.log in cause.proof.to), seq, "not-for-here")
        entry = (cause.cid, header.op, header.body if erases else header.ref)
        need(entry not in self.entered, seq, "twice")
        self.entered.add(entry)
        if cause.proof is not None:
            need(self.texts.setdefault(cause.signed_text(), cause.cid) == cause.cid, seq, "twice")
        return signed

    def _signed(self, seq, intent):
        """The index of the operation under which the author signed, or None."""
        if intent.proof is None or intent.via is not None:
            return None
        index, verifies = self._signature(intent)
        need(index >= 0, seq, "kept-back")
        need(verifies, seq, "signature")
        return index

    def _signature(self, intent):
        """The index of the operation that a proof names in its author's chain, or -1; and whether it is by a key in force there."""
        person = self.people.get(intent.author)
        index = person.index(intent.proof.chain) if person else -1
        if index < 0:
            return -1, False
        state = person.chain.states[index]
        key = None if state.deleted else state.key("auth", intent.proof.key_id)
        ours = key is not None and intent.proof.kid_did == intent.author
        return index, ours and intent.proof_verifies(key, intent.proof_payload())

    def _use(self, did, index):
        used = self.used.get(did, 0)
        self.used[did] = max(used, index)
        return index >= used

    def _seen(self, row, seen):
        fits = seen[0] < row.seq and self._shows(*seen) and self.last_by.get(row.header.author, 0) <= seen[0]
        need(fits, row.seq, "fork")

    # Rule 7.

    def _opened(self, row, signed):
        seq, author = row.seq, row.header.author
        fact = read(seq, "malformed", chatops.opening, row.header.fact)
        need(row.body is not None, seq, "missing-body")
        members = read(seq, "malformed", chatops.opening_body, row.body)
        need(row.header.ref == self.known["name"] and fact["kind"] == self.kind, seq, "other-log")
        before = self.known["log"]
        if before and before != self.log:
            goes_on = fact.get("after") == before and author in self.known["leaders"] and (fact["sealed"] or not self.known["sealed"])
            need(goes_on, seq, "other-log")
        self._own_record(seq, fact)
        need(self.turns == 0 and self._may_open(author, fact, members), seq, "opened-by")
        need(signed or self._may_open_unsigned(author, fact, members), seq, "unsigned-turn")
        self.sealed, self.of, self.members = bool(fact["sealed"]), fact.get("of"), members
        self._keyless(row, fact["keyless"])

    def _own_record(self, seq, fact):
        """The log is the one that the own log names, or continues an earlier one (rule 1); what was sealed is not opened readable (rule 12)."""
        named = [(log, one) for log, one in self.logs.items() if self._name_of(log) == self.known["name"]]
        here = dict(named).get(self.log)
        need(fact["sealed"] or not (here and here["opened"]), seq, "readable")
        at_home = [log for log, one in named if one["home"]]
        need(not at_home or at_home[-1] == self.log or "after" in fact, seq, "other-log")
        need(here or fact["sealed"] or not named or not named[-1][1]["sealed"], seq, "other-log")

    def _name_of(self, log):
        """The conversation of a log that the own log names; None if neither the own log nor a genesis names it."""
        name, person = self.logs[log]["name"], self.people.get(log)
        return name if name is not None else person and person.conversation

    def _geneses(self):
        """In a readable conversation, of which conversation each log is that was named at home (rule 3)."""
        if self.sealed or self.kind == "event":
            return
        for log, one in self.logs.items():
            told = one["name"] is not None or log == self.log or log in self.people
            need(told or not one["home"], None, "genesis-kept-back")

    def _may_open_unsigned(self, author, fact, members):
        says_why = bool(fact["keyless"]) or len(members) > 256
        return not fact["sealed"] and (self.kind == "event" or says_why or author not in self.people)

    def _may_open(self, author, fact, members):
        if self.kind == "event":
            return not fact["sealed"]
        if self.kind == "dm":
            return len(members) == 2 and author in members and self.known["name"] == direct_name(*members)
        admins, of = self.known["admins"], fact.get("of")
        named = of is not None
        if admins == "own":
            admins, named = self.groups.get(of), named and self.known["name"] == group_name(of)
        return leads(members.get(author)) and named and (admins is None or author == self.me or author in admins)

    def _turn(self, row, signed):
        need(signed or not (self.sealed or row.header.author in self.people), row.seq, "unsigned-turn")

    def _admitted(self, row, signed):
        fact = read(row.seq, "malformed", chatops.admission, row.header.fact)
        self._turn(row, signed)
        rank = RANK.get(self.members.get(row.header.author), -1)
        least = RANK["owner"] if leads(fact["role"]) else RANK["admin"]
        may = self.kind == "group" and rank >= least and fact["role"] != "owner" and fact["turns"] <= self.turns
        need(may, row.seq, "admitted-by")
        for did in fact["dids"]:
            self.members.setdefault(did, fact["role"])

    def _out(self, row, signed):
        who, author, intent = row.header.ref, row.header.author, row.cause
        need(keys.is_did(who), row.seq, "malformed")
        if intent.op == "connections.group.leave":
            need(signed or not self.sealed, row.seq, "unsigned-turn")
            may = who == author and self._is_of(intent)
        else:
            self._turn(row, signed)
            over = self.members.get(author)
            may = self._names(intent, who) and leads(over) and RANK[over] > RANK.get(self.members.get(who), -1)
        need(may, row.seq, "out-by")
        self.members.pop(who, None)
        self.offered = None if self.offered == who else self.offered

    def _role(self, row, signed):
        who, author, intent = row.header.ref, row.header.author, row.cause
        need(keys.is_did(who), row.seq, "malformed")
        role = read(row.seq, "malformed", chatops.role, row.header.fact)
        self._turn(row, signed)
        owns = self.members.get(author) == "owner"
        verb = intent.op.rsplit(".", 1)[1]
        if verb == "role":
            may = owns and role in RANK and role != "owner" and (intent.fact or {}).get("role") == role and who != author and self._names(intent, who)
        elif verb == "offer":
            may = owns and role == "offered" and self._names(intent, who)
        elif role == "owner":
            may = who == author == self.offered and self._is_of(intent)
        else:
            may = role == "admin" and owns and who != author and self.members.get(who) == "owner" and self._is_of(intent)
        need(may, row.seq, "role-by")
        if who not in self.members:
            return
        if role == "offered":
            self.offered = None if self.members[who] == "owner" else who
            return
        self.members[who] = role
        self.offered = None if self.offered == who else self.offered

    def _is_of(self, intent):
        return keys.is_did(intent.ref) and intent.ref == self.of

    def _names(self, intent, who):
        return (intent.fact or {}).get("dids") == [who] and self._is_of(intent)

    # Rules 8 to 10.

    def _epoch_made(self, row, signed):
        seq, author, at = row.seq, row.header.author, row.header.at_ms
        fact = read(seq, "malformed", chatops.epoch, row.header.fact)
        need(row.body is not None, seq, "missing-body")
        suite, check, turns, members = read(seq, "malformed", chatops.epoch_body, row.body)
        need(signed, seq, "unsigned")
        self._seen(row, fact["seen"])
        before = self.epoch
        number = before["n"] + 1 if before else 1
        need(fact["epoch"] == number, seq, "epoch-number")
        need(author in self.members and self.kind != "event", seq, "epoch-maker")
        need(fact["turns"] == self.turns and turns == self.since, seq, "epoch-turns")
        need(members.keys() == self.members.keys(), seq, "epoch-members")
        for did in sorted(members):
            chain, wraps = members[did]
            person = self.people.get(did)
            index = person.index(chain) if person else -1
            need(index >= 0, seq, "kept-back")
            need(self._use(did, index), seq, "epoch-old-state")
            need(wraps and sorted(wraps) == person.encryption[index], seq, "epoch-keys")
        theirs = {did: sorted(wraps) for did, (_, wraps) in members.items()}
        if before and before["seq"] >= self.window and len(self.since) == 1 and before["said"] < 1000 and at - before["at"] < MONTH_MS and theirs == before["keys"]:
            last = self.uncalled.get(author)
            self.uncalled[author] = at
            need(last is None or at - last >= HOUR_MS, seq, "epoch-flood")
        problem = self._take(row, number, suite, check, members)
        self.epoch = {"n": number, "seq": seq, "at": at, "keys": theirs, "said": 0, "problem": problem}
        self.sealed, self.since = True, []

    def _take(self, row, number, suite, check, members):
        """Opens the reader's wrap; returns the code of a fault that only the reader can detect."""
        if suite != sealed.SUITE:
            self.newer = True
            return None
        wraps = members[self.me][1] if self.me in members else {}
        own = next((secret for secret in self.known["secrets"] if secret.public in wraps), None)
        found = None
        if own:
            info = sealed.wrap_info(self.log, number, row.header.author, self.me, own.public, check)
            try:
                found = sealed.unwrap(own, info, wraps[own.public])
            except ValueError:
                return "no-secret"
            if sealed.check_of(found, self.log, number) != check:
                return "no-secret"
        else:
            fitting = (s for s in self.ring.get(number, []) if sealed.check_of(s, self.log, number) == check)
            found = next(fitting, None)
        if found is not None:
            need(found not in self.secrets.values(), row.seq, "epoch-old-secret")
            self.secrets[number] = found
        return None

    def _renewal(self):
        epoch, person = self.epoch, self.people.get(self.me)
        if not epoch or self.me not in self.members:
            return None
        if epoch["problem"]:
            return [epoch["seq"], epoch["problem"]]
        newest = person.encryption[-1] if person else None
        if person is None or epoch["keys"].get(self.me) == newest:
            return None
        since = len(person.at) - 1
        while since and person.encryption[since - 1] == newest:
            since -= 1
        return [epoch["seq"], "old-keys-late" if epoch["at"] - person.at[since] > 60_000 else "old-keys"]

    # Rules 11 to 15.

    def _message(self, row, signed):
        seq, author, name = row.seq, row.header.author, row.header.ref
        fact = read(seq, "malformed", chatops.message, row.header.fact)
        need(isinstance(name, str) and chatops.MESSAGE_ID.match(name), seq, "malformed")
        what, value = read(seq, "malformed", chatops.message_body, row.body) if row.body is not None else (None, None)
        need(name not in self.by_id, seq, "twice")
        self._seen(row, fact["seen"])
        self._sealed(row, signed)
        need(not self.sealed or (what in (None, "box") and fact["epoch"] > 0), seq, "readable")
        need(self.kind == "event" or author in self.members, seq, "stranger")
        if self.epoch:
            need(fact["epoch"] == self.epoch["n"] and len(self.since) == 1, seq, "old-epoch")
            need(fact["turns"] == self.turns, seq, "other-turns")
            self.epoch["said"] += 1
        else:
            need(fact["epoch"] == 0, seq, "old-epoch")
            need(fact["turns"] <= self.turns, seq, "other-turns")
        self._keyless(row, fact["keyless"])
        state, said = self._state(row, fact, what, value)
        message = {"seq": seq, "from": author, "signed": signed, "state": state, "said": said}
        about = self.by_id.get(fact.get("re"))
        by_author = about["from"] == author if about else self.window > 0
        code = "bad-box" if state == "void" else None
        if said and said[0] in ("edit", "reaction.end") and not by_author:
            code = "not-author"
        if code:
            message.update(state="void", said=None)
            self.voids.append([seq, code])
        if what is None and (self.kind == "event" or self.me in self.members):
            self.missing[seq] = message
        self.by_id[name] = message
        self.messages.append(message)

    def _state(self, row, fact, what, value):
        if what != "box":
            return {None: "unseen", "said": "plain", "newer": "newer"}[what], value
        secret = self.secrets.get(fact["epoch"])
        if secret is None:
            return "locked", None
        aad = sealed.place(self.known["name"], self.log, fact["epoch"], row.header.author, row.header.ref, fact.get("re"))
        try:
            what, said = chatops.boxed(sealed.open_box(secret, sealed.MESSAGE, aad, *value))
        except (ValueError, RecursionError):
            return "void", None
        return ("newer", None) if what == "newer" else ("opened", said)

    def _sealed(self, row, signed):
        need(signed or not self.sealed, row.seq, "unsigned")

    def _keyless(self, row, keyless):
        proof = row.cause.proof
        then = (proof.iat * 1000 if proof else row.header.at_ms) - KEYLESS_MS
        for person in filter(None, map(self.people.get, keyless)):
            had = [found for at, found in zip(person.at, person.encryption) if at <= then]
            need(not had or not had[-1], row.seq, "keyless")

    def _hidden(self, row, signed):
        self._sealed(row, signed)
        need(row.header.ref is not None, row.seq, "malformed")
        need(leads(self.members.get(row.header.author)), row.seq, "hidden-by")
        self._end(self.by_id.get(row.header.ref), "hidden")

    def _erased(self, row, signed):
        author = row.header.author
        self._sealed(row, signed)
        if row.body is not None:
            read(row.seq, "malformed", chatops.erased, row.body)
        if row.cause.op == "chat.forget":
            for message in self.messages:
                if message["from"] == author:
                    self._end(message, "deleted")
            return
        need(row.cause.ref is not None, row.seq, "malformed")
        message = self.by_id.get(row.cause.ref)
        if message and message["from"] != author:
            self.voids.append([row.seq, "not-author"])
        else:
            self._end(message, "deleted")

    def _end(self, message, state):
        if message:
            if message["state"] != "deleted":
                message["state"] = state
            message["said"] = None
            self.missing.pop(message["seq"], None)

    # Rules 5 and 6.

    def _mark(self, header):
        fact = header.fact or {}
        log = {"chat.send": fact.get("log"), "chat.epoch": header.ref, "chat.read": header.ref}.get(header.op)
        try:
            return chatops.seen(fact) if log == self.log else None
        except ValueError:
            return None

    def _read_mark(self, header):
        seen = self._mark(header) if header.op == "chat.read" and header.did == header.author else None
        need(seen is not None, None, "malformed")
        index = self._signed(seen[0], header)
        need(index is None or self._shows(*seen), seen[0], "reader-fork")

    def _own(self, rows):
        if rows is None:
            return None
        newest, before, after = None, None, {}
        for data, body in rows:
            header = read(None, "own-gap", header_of, data)
            follows = header.seq == before.seq + 1 and header.prev == before.cid if before else header.seq == 0
            need(follows and header.did == self.me, None, "own-gap")
            if header.proof:
                need(header.proof.after == after.get(header.proof.kid), None, "own-gap")
                after[header.proof.kid] = cid.of_raw(header.proof_payload())
            self.reached = max(self.reached, self._operation(header, body, before))
            before = header
            if header.op == "auth.home" and self._by_controller(header):
                # A move leaves conversations at the home before.
                for log in self.logs.values():
                    log["home"] = False
            if not self._counts(header):
                continue
            mark = self._mark(header)
            if mark and (newest is None or mark[0] >= newest[0]):
                newest = mark
            if header.op == "chat.keyring" and body is not None and cid.of_cbor(body) == header.body:
                self._take_ring(body)
            if header.op == "chat.pin" and header.ref and isinstance((header.fact or {}).get("chain"), str):
                self.pins[header.ref] = header.fact["chain"]
            self._take_group(header)
            self._take_log(header)
        person = self.people.get(self.me)
        encryption = person.encryption if person else []
        late = {key for found in encryption for key in found} - {key for found in encryption[:self.reached + 1] for key in found}
        # The own log of a reader who has a chain begins with the entry that brought it.
        need(rows or person is None, None, "own-gap")
        need(all(secret.public not in late for secret in self.known["secrets"]), None, "own-gap")
        for did, operation in self.pins.items():
            need(did not in self.people or self.people[did].has(operation), None, "other-chain")
        return newest

    def _counts(self, header):
        """Whether the reader signed an entry of their own log that says something here (rule 2)."""
        signed = header.proof is not None and header.via is None
        signed_before, self.own_signs = self.own_signs, self.own_signs or signed
        if header.op not in chatops.OWN:
            return False
        if not signed:
            # Without a chain the whole log is only the node's claim.
            honest = header.op not in chatops.OWN_KEY or (header.will == "custodial" and not signed_before)
            need(honest, None, "own-forged")
            return False
        need(header.author == self.me, None, "own-forged")
        index, verifies = self._signature(header)
        need(index >= 0, None, "kept-back")
        need(verifies and index >= self.own_under, None, "own-forged")
        self.own_under = index
        return True

    def _operation(self, header, data, before):
        """The index of the operation of the chain that an entry brings into the log, signed right after the entry before; or -1."""
        if header.op not in ("auth.identity.create", "auth.identity.update") or data is None or not self._by_controller(header):
            return -1
        try:
            token = decode_body(data).get("token")
        except (ValueError, Fault):
            return -1
        fits = header.proof.seen == (before and (before.seq, before.cid)) and cid.of_cbor(data) == header.body
        tokens = self.people[self.me].tokens
        return tokens.index(token) if fits and token in tokens else -1

    def _by_controller(self, header):
        """Whether a controller key of the reader's signed an entry, in the state that its proof names."""
        person, proof = self.people.get(self.me), header.proof
        index = person.index(proof.chain) if person and proof and header.via is None else -1
        state = person.chain.states[index] if index >= 0 else None
        key = None if state is None or state.deleted else state.key("controller", proof.key_id)
        return key is not None and proof.kid_did == self.me and header.proof_verifies(key, header.proof_payload())

    def _take_log(self, header):
        """Records the log of a conversation that an entry names, its name if the entry has it, and whether it was sealed."""
        fact, ref, op = header.fact or {}, header.ref, header.op
        log = fact.get("log") if op in chatops.IN_FACT else ref if op in chatops.IN_REF else None
        if not keys.is_did(log):
            return
        one = self.logs.setdefault(log, {"name": None, "home": True, "opened": False, "sealed": False})
        one["home"] = True
        if one["name"] is None and op == "chat.open":
            one["name"] = ref
        if one["name"] is None and op == "chat.accept" and keys.is_did(ref):
            one["name"] = direct_name(self.me, ref)
        one["opened"] = one["opened"] or op == "chat.open" and fact.get("sealed") == 1
        wrote = op == "chat.epoch" or op == "chat.send" and is_int(fact.get("epoch"), 1)
        one["sealed"] = one["sealed"] or one["opened"] or wrote

    def _take_group(self, header):
        """The groups that are the reader's own, and the admins that they made."""
        if not header.op.startswith("connections.group."):
            return
        verb, fact = header.op.rsplit(".", 1)[1], header.fact or {}
        if verb in ("create", "take"):
            self.groups[header.ref] = set()
        elif verb in ("offer", "dissolve"):
            self.groups.pop(header.ref, None)
        elif verb == "role" and header.ref in self.groups and isinstance(fact.get("dids"), list) and fact["dids"]:
            admins, who = self.groups[header.ref], fact["dids"][0]
            admins.discard(who)
            admins |= {who} if fact.get("role") == "admin" else set()

    def _take_ring(self, body):
        try:
            wraps, box = chatops.keyring(decode_body(body))
        except (ValueError, Fault):
            return
        for secret in self.known["secrets"]:
            try:
                items = sealed.open_ring(secret, self.me, wraps[secret.public], *box)
            except (KeyError, ValueError):
                continue
            for log, number, one in items:
                if log == self.log:
                    self.ring.setdefault(number, []).append(one)


ACTS = {
    "chat.opened": Room._opened, "chat.admitted": Room._admitted, "chat.out": Room._out, "chat.role": Room._role,
    "chat.epoch.made": Room._epoch_made, "chat.message": Room._message, "chat.hidden": Room._hidden, "auth.body.erased": Room._erased,
    "chat.accepted": Room._sealed,
}


class Row:
    """A decoded row."""

    def __init__(self, header, cause, body):
        self.header = header_of(header)
        self.cause = header_of(cause) if cause is not None else None
        self.body = decode_body(body) if body is not None else None
        self.body_cid = cid.of_cbor(body) if body is not None else None

    @property
    def seq(self):
        return self.header.seq


def direct_name(one, other):
    """The name of the conversation of two people."""
    digest = hashlib.sha256(":".join(sorted((one, other))).encode()).hexdigest()
    return "did:imajin:dm:" + digest[:16]


def conversation_name(services):
    """The name that the services of a genesis give a conversation, or None."""
    for service in services:
        if service["id"] == "conversation" and service["type"] == "ImajinConversation":
            name = service.get("name")
            return name if isinstance(name, str) else None
    return None


def group_name(group):
    """The name of a group's conversation: its DID's digest as an uuid of version 8."""
    digest = bytearray(hashlib.sha256(group.encode()).digest()[:16])
    digest[6], digest[8] = digest[6] & 0x0F | 0x80, digest[8] & 0x3F | 0x80
    return f"did:imajin:group:{uuid.UUID(bytes=bytes(digest))}"


def genesis_name(row):
    """The name that a genesis gives a conversation, signed by its own key; ValueError if it is invalid."""
    header, token = row.header, (row.body or {}).get("token")
    person = Person(header.did, [token])
    proof, state = header.proof, person.chain.states[0]
    if header.op != "auth.identity.create" or header.body != row.body_cid or header.author != header.did or proof is None:
        raise ValueError("not a genesis")
    key = state.key("controller", proof.key_id)
    if proof.kid_did != header.did or proof.chain != state.op or key is None or not header.proof_verifies(key, header.proof_payload()):
        raise ValueError("not signed")
    if person.conversation is None:
        raise ValueError("no name")
    return person.conversation
