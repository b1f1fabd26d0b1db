"""Erasures that follow from an intent reach the bodies that it is about, and no other of its service (docs/format.md §9)."""

from verifier import cbor, cid, ops

from .build import LogMaker, Person, open_txn, salt
from .support import Case

ALICE, BOB, CAROL = Person("alice"), Person("bob"), Person("carol")
NODE = Person("node one")


def begin(owner=ALICE):
    log = LogMaker(owner, NODE)
    log.begin()
    return log


def say(op, ref, body=None, **more):
    return {"op": op, "body": body or {"text": "hello"}, "ref": ref, **more}


def erased(entries, intent, *places):
    """These entries in Alice's own log, then an intent and its erasure of some of them."""
    log = begin()
    for entry in entries:
        log.add(**entry)
    cause = log.add(**intent)
    log.erase(*[place + 1 for place in places], will="derived", cause=cause)
    log.head()
    return log


def told(log, intent, op, body=None, body_bytes=None, ref=None):
    """Alice's intent in her own log, and its consequence in this one."""
    alice = begin()
    alice.now += 1000 * len(log.headers)
    data = body_bytes or (cbor.encode({"salt": salt("told", 1), **body}))
    own = data if ops.OPS[intent["op"]].klass else None
    parts = [(alice.owner.did, intent["op"], cid.of_cbor(own) if own else None), (log.owner.did, op, cid.of_cbor(data))]
    txn, listed, openings = open_txn(*parts, name=intent["op"])
    cause = alice.add(**intent, body_bytes=own, to=[log.owner.did], txn=txn)
    log.know(alice.owner)
    log.causes[cause], log.txns[txn] = (alice.headers[-1], own), listed
    log.openings.update(openings)
    log.add(op, body_bytes=data, will="derived", author=alice.owner, cause=cause, txn=txn, ref=ref, fact=intent.get("fact") if ref != ALICE.did else None)
    return data


class OwnLog(Case):
    def reaches_the_first(self, intent, *entries):
        self.assertTrue(self.report(erased(entries, intent, 0))["valid"], intent)
        for place in range(1, len(entries)):
            for places in ((place,), (0, place)):
                self.assertEqual(self.fault(erased(entries, intent, *places)), ("cause", len(entries) + 2), (intent, entries[place]))

    def test_messages(self):
        here, there = {"fact": {"log": BOB.did}}, {"fact": {"log": CAROL.did}}
        self.reaches_the_first({"op": "chat.delete", "ref": "msg_1", **here}, say("chat.send", "msg_1", **here), say("chat.send", "msg_2", **here),
                               say("chat.send", "msg_1", **there), say("chat.send", "msg_1"), say("chat.keyring", "msg_1", **here))
        self.reaches_the_first({"op": "chat.forget", "ref": BOB.did}, say("chat.send", "msg_1", **here), say("chat.send", "msg_2", **there),
                               say("chat.send", BOB.did), say("chat.keyring", "msg_1", **here))

    def test_words_told_to_others(self):
        to = {"fact": {"dids": [BOB.did]}, "to": [BOB.did]}
        self.reaches_the_first({"op": "coffee.unsay", "ref": "pay_1", **to}, say("coffee.say", "pay_1", **to), say("coffee.say", "pay_2", **to),
                               say("coffee.put", "pay_1"))
        self.reaches_the_first({"op": "market.unreview", "ref": "pay_1", **to}, say("market.review", "pay_1", **to), say("market.review", "pay_2", **to),
                               say("market.put", "pay_1"))
        self.reaches_the_first({"op": "dykil.withdraw", "ref": "itm_1", **to}, say("dykil.answer", "itm_1", **to), say("dykil.answer", "itm_2", **to),
                               say("dykil.put", "itm_1"))

    def test_items(self):
        for service in ("coffee", "dykil", "essays", "learn", "links", "market"):
            put, remove = service + ".put", {"op": service + ".remove", "ref": "itm_1"}
            self.reaches_the_first(remove, say(put, "itm_1"), say(put, "itm_2"), say(service + ".sort", "itm_1"), say(service + ".attach", "itm_2"))

    def test_what_is_below_an_item(self):
        def put(item, parent=None):
            return say("learn.put", item, **({"fact": {"in": parent}} if parent else {}))

        entries = [put("itm_1"), put("itm_2", "itm_1"), put("itm_3", "itm_2"), say("learn.attach", "itm_3"), put("itm_4"), put("itm_5", "itm_1"),
                   put("itm_5", "itm_4")]
        for item, places in (("itm_1", (0, 1, 2, 3)), ("itm_2", (1, 2, 3)), ("itm_3", (2, 3)), ("itm_4", (4, 5, 6))):
            self.assertTrue(self.report(erased(entries, {"op": "learn.remove", "ref": item}, *places))["valid"], item)
        for item, places in (("itm_1", (0, 4)), ("itm_1", (0, 6)), ("itm_1", (0, 5, 6)), ("itm_1", (0, 2)), ("itm_2", (0, 1))):
            self.assertEqual(self.fault(erased(entries, {"op": "learn.remove", "ref": item}, *places)), ("cause", 9), (item, places))
        # A service without levels has nothing below.
        jars = [say("coffee.put", "itm_1"), say("coffee.put", "itm_2", fact={"in": "itm_1"})]
        self.assertEqual(self.fault(erased(jars, {"op": "coffee.remove", "ref": "itm_1"}, 0, 1)), ("cause", 4))

    def test_files_and_pictures(self):
        self.reaches_the_first({"op": "media.erase", "fact": {"assets": ["ast_1", "ast_9"]}}, say("media.add", "ast_1"), say("media.add", "ast_2"),
                               say("media.folder", "ast_1"))
        self.reaches_the_first({"op": "events.erase", "ref": BOB.did}, say("events.picture", BOB.did), say("events.picture", CAROL.did),
                               say("events.refund", BOB.did))

    def test_all(self):
        entries = [say("chat.send", "msg_1"), say("coffee.put", "itm_1"), say("profile.update", None)]
        self.assertTrue(self.report(erased(entries, {"op": "auth.delete", "body": {"counts": {}}}, 0, 1, 2))["valid"])

    def test_what_is_said_twice(self):
        same = {"salt": bytes(16), "text": "the same"}
        put = [say("links.put", "itm_1", same), say("links.put", "itm_2", same)]
        for seconds, fault in (({}, None), ({"will": "custodial"}, ("cause", 4))):
            log = begin()
            log.add(**put[1])
            log.add(**put[0], **seconds)
            cause = log.add("links.remove", ref="itm_1")
            log.erase(1, will="derived", cause=cause)
            log.bodies.pop(2)
            log.head()
            if fault:
                self.assertEqual(self.fault(log), fault)
            else:
                self.assertTrue(self.report(log)["valid"])

    def test_what_is_unknown_is_not_proved(self):
        log = erased([say("chat.zzz", "msg_9"), say("profile.zzz", "msg_9")], {"op": "chat.delete", "ref": "msg_1", "fact": {"log": BOB.did}}, 0)
        self.assertEqual(self.report(log)["verdict"], "unknown entries")
        log = erased([say("profile.zzz", "msg_9")], {"op": "chat.delete", "ref": "msg_1", "fact": {"log": BOB.did}}, 0)
        self.assertEqual(self.fault(log), ("cause", 3))


class LogOfAThing(Case):
    def ended(self, said, derived, ending):
        log = begin(BOB)
        data = told(log, said, derived, {"title": "Words"}, ref=said["ref"] if "fact" in said else ALICE.did)
        told(log, ending, "auth.body.erased", {"bodies": [cid.of_cbor(data)]})
        log.bodies.pop(1)
        log.head()
        return log

    def reaches(self, said, derived, about, other):
        self.assertTrue(self.report(self.ended(said, derived, about))["valid"], about)
        self.assertEqual(self.fault(self.ended(said, derived, other)), ("cause", 2), other)

    def test_things(self):
        for ending, said, derived in (("events.erase", "events.create", "events.opened"),
                                      ("connections.group.dissolve", "connections.group.create", "connections.group.opened")):
            self.reaches({"op": said, "ref": BOB.did}, derived, {"op": ending, "ref": BOB.did}, {"op": ending, "ref": CAROL.did})

    def test_messages(self):
        there = {"fact": {"log": BOB.did}}
        said = {"op": "chat.send", "ref": "msg_1", **there}
        self.reaches(said, "chat.message", {"op": "chat.delete", "ref": "msg_1", **there}, {"op": "chat.delete", "ref": "msg_2", **there})
        self.reaches(said, "chat.message", {"op": "chat.forget", "ref": BOB.did}, {"op": "chat.forget", "ref": CAROL.did})
