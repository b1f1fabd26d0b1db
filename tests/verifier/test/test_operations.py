"""Tables of operations and the bodies of `auth.` operations (docs/format.md §8): each is valid except for one change."""

import copy
import json
import unittest

from verifier import cid, ops, times
from verifier.errors import Fault, Unusable

from .build import Key, Person
from .support import Case

RULE = {"op": "gardens.opened", "place": "parties", "at_most": 1, "equal": []}
ROWS = [{"op": "gardens.create", "by": "any", "body": "mine", "bound": "nothing", "derives": [RULE]},
        {"op": "gardens.opened", "by": "derived", "body": "mine", "bound": "intent", "derives": []}]


class Tables(Case):
    def setUp(self):
        super().setUp()
        self.addCleanup(ops.load)
        with open(ops.DEFAULT, encoding="utf-8") as file:
            self.table = json.load(file)

    def load(self, change=lambda table, make, made: None):
        table = copy.deepcopy(self.table)
        make, made = copy.deepcopy(ROWS)
        table["operations"] += [make, made]
        change(table, make, made)
        with open(self.path("operations.json"), "w", encoding="utf-8") as file:
            json.dump(table, file)
        ops.load(self.path("operations.json"))

    def bad(self, change, name):
        with self.assertRaises(Unusable, msg=name):
            self.load(change)

    def test_a_newer_table_adds(self):
        self.load()
        self.assertEqual(ops.DERIVES["gardens.create", "gardens.opened"], ops.Rule(RULE))

    def test_what_is_equal_is_one_rule_for_ref_then_one_for_the_fact(self):
        for equal, expected in (["fact"], (None, "fact")), (["ref_is_intent_ref"], ("ref", None)), (["ref_is_intent_author", "same_fact"], ("author", "same_fact")):
            self.load(lambda table, make, _, equal=equal: make["derives"][0].update(equal=equal))
            rule = ops.DERIVES["gardens.create", "gardens.opened"]
            self.assertEqual((rule.ref, rule.fact), expected)
            ops.load()
        for equal in (["fact", "fact"], ["fact", "ref_is_intent_ref"], ["ref_is_intent_did", "ref_is_intent_ref", "fact"], "fact", ["body"]):
            self.bad(lambda table, make, _, equal=equal: make["derives"][0].update(equal=equal), equal)

    def test_what_is_member_of_comes_from_somewhere_and_not_with_the_whole_fact(self):
        sources = {"by": "author", "kind": "=cancelled", "price": "piece", "who": "only_did", "n": "fact.n", "of": "ref"}
        self.load(lambda table, make, _: make["derives"][0].update(members=sources, own=["ref"]))
        self.assertEqual(ops.DERIVES["gardens.create", "gardens.opened"].members, sources)
        ops.load()
        for change in {"members": {"by": "body"}}, {"members": {"by": "fact."}}, {"members": {"by": "="}}, {"members": ["by"]}, {"members": sources, "equal": ["fact"]}:
            self.bad(lambda table, make, _, change=change: make["derives"][0].update(change), change)

    def test_an_erasure_says_what_it_reaches_and_nothing_else_does(self):
        erasing = {**RULE, "op": "auth.body.erased"}
        for erases in ([{"ops": ["gardens.opened"], "equal": {"ref": "ref", "fact.in": "fact.of", "did": "author"}, "below": "gardens.create"}],
                       [{"ops": [], "equal": {}}]):
            self.load(lambda table, make, _, erases=erases: make.update(derives=[{**erasing, "erases": erases}]))
            self.assertEqual(ops.DERIVES["gardens.create", "auth.body.erased"].erases, erases)
            ops.load()
        good = {"ops": ["gardens.opened"], "equal": {"ref": "ref"}}
        for erases in ([], [{}], {}, "all", [{**good, "ops": []}], [{**good, "equal": {}}], [{**good, "more": 1}], [{**good, "equal": {"body": "ref"}}],
                       [{**good, "equal": {"ref": "fact."}}], [{**good, "ops": ["Gardens"]}], [{**good, "below": 1}],
                       [{"ops": [], "equal": {}, "below": "gardens.create"}], [{**good, "ops": "gardens.opened"}], [{**good, "equal": ["ref"]}]):
            self.bad(lambda table, make, _, erases=erases: make.update(derives=[{**erasing, "erases": erases}]), erases)
        self.bad(lambda table, make, _: make.update(derives=[erasing]), "an erasure without")
        self.bad(lambda table, make, _: make["derives"][0].update(erases=[good]), "another with it")

    def test_a_document_has_two_members_and_a_version(self):
        self.bad(lambda table, *_: table.update(more=1), "more")
        self.bad(lambda table, *_: table.update(v=2), "v")
        self.bad(lambda table, *_: table.pop("operations"), "operations")

    def test_a_row_has_its_form(self):
        for change in ({"more": 1}, {"op": "Gardens.create"}, {"op": "profile.update"}, {"by": "everybody"}, {"body": "theirs"}, {"bound": "loosely"},
                       {"body": None, "bound": "intent"}):
            self.bad(lambda table, make, _: make.update(change), change)
        # The body of a derived entry needs a binding.
        self.bad(lambda table, _, made: made.update(bound="nothing"), "bound")
        self.bad(lambda table, _, made: made.update(by="any", bound="nothing"), "bound of what somebody may also will")

    def test_what_follows_has_its_form(self):
        for change in ({"more": 1}, {"place": "anywhere"}, {"at_most": 0}, {"at_most": "1"}, {"at_most": True}, {"equal": ["x"]},
                       {"equal": ["ref_is_intent_did", "ref_is_intent_ref"]}, {"op": "gardens.unheard"}):
            self.bad(lambda table, make, _: make["derives"][0].update(change), change)
        self.bad(lambda table, make, _: make["derives"].append(RULE), "twice")

    def test_what_is_known_is_there_and_stays_as_it_is(self):
        def change(name, **more):
            def spoil(table, *_):
                next(row for row in table["operations"] if row["op"] == name).update(more)
            return spoil
        self.bad(lambda table, *_: table["operations"].remove(next(row for row in table["operations"] if row["op"] == "auth.node.claim")), "missing")
        self.bad(change("profile.follow", by="own_key"), "by")
        self.bad(change("profile.update", body="evidence"), "body")
        self.bad(change("pay.receipt", bound="node"), "bound")
        scope = {"ops": ["profile.update"], "equal": {"ref": "ref"}}
        erasing = {"op": "auth.body.erased", "place": "same_log", "at_most": 1, "equal": [], "erases": [scope]}
        self.bad(change("profile.handle.claim", derives=[erasing]), "auth")
        self.bad(change("links.remove", derives=[erasing]), "what an erasure reaches")


KEY, DID = Key("phone").multikey, Person("node one").did
HOME = {"node": DID, "url": "https://one.example", "epoch": 1}
LEAF = [bytes(32), 1, 0, cid.of_cbor(b"")]
SAID = {"attestation": "x", "issuer": DID, "signature": "x", "audience": "public"}
GOOD = {
    "auth.identity.create": {"token": "x", "home": HOME, "scope": "actor", "subtype": "person", "encryption_key": bytes(32)},
    "auth.identity.update": {"token": "x"},
    "auth.identity.register": {"key": KEY, "home": HOME, "scope": "actor"},
    "auth.home": {**HOME, "abandons": "x"},
    "auth.delegation.create": {"key": KEY, "scope": ["profile.*"], "until": times.text(0), "uses": 0},
    "auth.body.erased": {"bodies": [cid.of_cbor(b"")]},
    "auth.delete": {"counts": {"profile": {"updates": 3}}},
    "auth.attestation.issue": {**SAID, "expires_at": times.text(0), "author_jws": "x"},
    "auth.attestation.countersign": {"witness_jws": "x"},
}
BAD = {
    "auth.identity.create": [{"token": 1}, {"home": "x"}, {"home": {**HOME, "more": 1}}, {"home": {**HOME, "node": "x"}}, {"home": {**HOME, "url": 1}},
                             {"home": {**HOME, "epoch": 0}}, {"scope": 1}, {"subtype": 1}, {"encryption_key": bytes(31)}, {"encryption_key": "x" * 32}],
    "auth.identity.update": [{"token": None}],
    "auth.identity.register": [{"key": "x"}, {"key": 5}],
    "auth.home": [{"node": "x"}, {"url": 1}, {"epoch": 0}, {"epoch": "1"}, {"abandons": 1}],
    "auth.delegation.create": [{"key": "x"}, {"scope": "profile.*"}, {"scope": [1]}, {"until": "soon"}, {"until": 5}, {"uses": -1}, {"uses": "1"}],
    "auth.body.erased": [{"bodies": "x"}, {"bodies": ["x"]}, {"bodies": [cid.of_raw(b"")]}],
    "auth.delete": [{"counts": 1}, {"counts": {"profile": 1}}, {"counts": {"profile": {"updates": -1}}}, {"counts": {"profile": {"updates": "x"}}}],
    "auth.attestation.issue": [{"attestation": 1}, {"issuer": "x"}, {"signature": 1}, {"audience": "all"}, {"expires_at": "soon"}, {"author_jws": 1}],
    "auth.attestation.countersign": [{"witness_jws": 1}],
}


class Bodies(unittest.TestCase):
    def test_bodies_of_auth_have_their_members_and_no_other(self):
        for name, body in GOOD.items():
            body = {"salt": bytes(16), **body}
            ops.check_body(name, body)
            required, _ = ops.BODIES[name]
            lacking = [{member: body[member] for member in body if member != without} for without in required]
            for bad in ({**body, "more": 1}, *lacking, *({**body, **more} for more in BAD[name])):
                with self.assertRaises(Fault, msg=(name, bad)) as caught:
                    ops.check_body(name, bad)
                self.assertEqual(caught.exception.code, "decode")

    def test_the_leaves_of_an_anchor_are_in_order_and_make_its_root(self):
        def root(*leaves):
            made = [(subject, ops.anchors.leaf_value(epoch, seq, link)) for subject, epoch, seq, link in leaves]
            return '{"$schema":"mjn:anchor/v1","nonce":"%s","root":"%s"}' % ("0f" * 16, ops.anchors.trie_root(made).hex())
        second = [b"\1" * 32, 1, 5, cid.of_cbor(b"")]
        def check(document, heads, **more):
            ops.check_body("auth.anchor", {"salt": bytes(16), "token": "x", "document": document, "heads": heads, **more})
        check(root(LEAF, second), [LEAF, second], grant="x")
        for heads in ([second, LEAF], [LEAF, LEAF], [LEAF], [LEAF[:3], second], [[b"short", *LEAF[1:]], second], [["x" * 32, *LEAF[1:]], second],
                      [[LEAF[0], 0, *LEAF[2:]], second], [[*LEAF[:2], -1, LEAF[3]], second], [[*LEAF[:3], cid.of_raw(b"")], second], {}, ["x"]):
            with self.assertRaises(Fault, msg=heads):
                check(root(LEAF, second), heads)
        with self.assertRaises(Fault):
            check(root(LEAF, second), [LEAF, second], grant=1)
        with self.assertRaises(Fault):
            check("x", [LEAF, second])


if __name__ == "__main__":
    unittest.main()
