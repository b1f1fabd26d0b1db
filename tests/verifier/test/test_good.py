"""Valid logs and their reports."""

from verifier import cbor, cid, keys

from . import stories
from .build import Key, LogMaker, Person, follow, open_txn, salt
from .support import Case


class Good(Case):
    def test_short(self):
        log = stories.short()
        report = self.report(log, did=log.owner.did, head=log.cids[2])
        self.assertEqual(report["by_will"], {"signed": 4, "custodial": 0, "derived": 0, "node": 0})
        self.assertEqual((report["entries"], report["attested_to"], report["unknown_ops"]), (4, 3, []))
        self.assertEqual(report["head"], {"epoch": 1, "seq": 3, "cid": str(log.cids[3]), "node": log.node.did})

    def test_rich(self):
        log, friends = stories.rich()
        report = self.report(log)
        self.assertEqual(report["by_will"]["derived"], 4)
        self.assertEqual((report["erased"], report["withheld"], report["head"]["epoch"]), (1, 0, 2))
        for friend in friends:
            self.assertTrue(self.report(friend)["valid"])

    def test_bare_key(self):
        self.assertTrue(self.report(stories.bare())["node_word_only"])

    def test_bare_key_adopts_a_chain(self):
        log = stories.bare()
        log.owner.operate("create", log.owner.role_keys())
        log.add("auth.identity.create", {"token": log.owner.tokens[0], "home": log.home(), "scope": "actor"})
        log.add("profile.update", {"displayName": "Dora D"})
        self.assertFalse(self.report(log)["node_word_only"])

    def test_bare_key_moves_by_the_nodes_word(self):
        log = stories.bare()
        two = Person("node two")
        log.head()
        log.epoch, log.node, log.url = 2, two, "https://two.example"
        log.add("auth.home", log.home(), will="custodial")
        self.assertEqual(self.report(log)["attested_to"], 1)

    def test_a_node_and_who_claims_it(self):
        node, alice = Person("node one"), Person("alice")
        own, log = LogMaker(node, node), LogMaker(alice, node)
        own.begin()
        body = {"token": alice.tokens[0], "home": log.home(), "scope": "actor"}
        link = cid.of_cbor(cbor.encode({"salt": salt("alice", 0), **body}))
        txn, listed, openings = open_txn((alice.did, "auth.identity.create", link), (node.did, "auth.node.claim", None))
        intent = log.add("auth.identity.create", body, to=[node.did], txn=txn)
        log.txns[txn], log.openings = listed, dict(openings)
        own.know(alice)
        own.causes[intent] = log.headers[0], None
        own.txns[txn], own.openings = listed, dict(openings)
        own.add("auth.node.claim", ref=alice.did, will="derived", author=alice, cause=intent, txn=txn)
        own.head()
        self.assertTrue(self.report(log)["valid"])
        self.assertEqual(self.report(own)["withheld"], 1)

    def test_delete_derives_erasures(self):
        log = stories.short()
        intent = log.add("auth.delete", {"counts": {"profile": {"entries": 3}}})
        log.erase(1, will="derived", cause=intent)
        log.erase(2, 3, will="derived", cause=intent)
        self.assertEqual(self.report(log)["erased"], 3)

    def test_unknown_ops_are_reported(self):
        log = stories.short()
        log.add("gardens.create", {"title": "x"})
        log.add("gardens.started", will="node", author=log.node)
        report = self.report(log)
        self.assertEqual((report["verdict"], report["valid"], report["unknown_entries"]), ("unknown entries", False, 2))
        self.assertEqual(report["unknown_ops"], ["gardens.create", "gardens.started"])
        self.assertEqual(report["unknown"][0], {"seq": 4, "op": "gardens.create", "of": "gardens.create"})

    def test_what_follows_from_an_unknown_op_is_unknown(self):
        log = stories.short()
        intent = log.add("gardens.create", {"title": "x"}, will="custodial")
        log.add("profile.follower", ref=log.owner.did, will="derived", cause=intent)
        log.head()
        self.assertEqual(self.report(log)["unknown"][1], {"seq": 5, "op": "profile.follower", "of": "gardens.create"})
        log.erase(1, will="derived", cause=log.add("gardens.erase", will="custodial"))
        self.assertEqual(self.fault(log), ("body", 1))

    def test_another_author_signs(self):
        log, eve = stories.short(), Person("eve")
        log.know(eve)
        log.add("events.comment", {"text": "hi"}, author=eve)
        eve.rotate("eve 2")
        log.know(eve)
        log.add("events.comment", {"text": "ho"}, author=eve, proof={"seen": {"cid": log.cids[1], "seq": 1}})
        self.assertEqual(self.report(log)["unknown_ops"], ["events.comment"])

    def test_delegates_intent_reaches_another_log(self):
        log, bob, phone = stories.short(), LogMaker(Person("bob"), Person("node one")), Key("phone")
        bob.begin()
        delegation = log.delegate(phone, ["profile.follow"])
        header, body = log.headers[-1], log.bodies[4]
        follow(log, bob, key=phone, kid=f"{keys.did_of(phone.public)}#{phone.id}", via=delegation)
        bob.causes[delegation] = header, body
        self.assertTrue(self.report(log)["valid"] and self.report(bob)["valid"])
        bob.causes[delegation] = header, None
        self.assertEqual(self.fault(bob), ("delegation", 1))

    def test_custodial_follow(self):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow(log, bob, will="custodial")
        self.assertTrue(self.report(log)["valid"] and self.report(bob)["valid"])

    def test_parties_are_named_by_to_or_by_txn(self):
        bob, none = LogMaker(Person("bob"), Person("node one")), {"amount": 1}
        bob.begin()
        signed, unsigned = stories.short(), stories.bare()
        follow(signed, bob, op="pay.emt.confirm", derived="pay.credit", fact=none)
        follow(unsigned, bob, op="pay.emt.confirm", derived="pay.credit", fact=none, will="custodial")
        for log in signed, unsigned, bob:
            self.assertTrue(self.report(log)["valid"])

    def test_deleted_identity_restored(self):
        log = stories.short()
        alice = log.owner
        for kind in ("delete", "restore"):
            token = alice.operate(kind, {})
            log.add("auth.identity.update", {"token": token}, proof={"chain": alice.ops[-2]})
        log.add("profile.update", {"bio": "back"})
        self.assertTrue(self.report(log)["valid"])

    def test_the_same_home_again_after_an_old_card(self):
        log = stories.short()
        newer = stories.short()
        newer.add("profile.update", {"bio": "lost"})
        head = newer.head()
        log.move(log.node, log.url, abandons=head)
        log.head()
        self.assertEqual(self.report(log)["head"]["epoch"], 2)
