"""One wrong log, at least, for every code of docs/format.md §11."""

import copy
import sqlite3

from verifier import cbor, cid, keys, times

from . import stories
from .build import ABSENT, START_MS, Key, LogMaker, Person, both, follow, follow_again, open_txn, second_header
from .support import Case


class Links(Case):
    def test_decode(self):
        for header in ({"extra": 1}, {"v": 2}, {"v": True}, {"service": "1a", "op": "1a.b"}, {"service": "a" * 17, "op": "a" * 17 + ".b"}, {"will": "wished"}, {"seq": -1}, {"at": "2026-02-30T00:00:00.000Z"}, {"ref": "two words"},
                       {"fact": {}}, {"fact": {"a": "two words"}}, {"fact": {"a": 2**53}}, {"fact": {"a": None}}, {"fact": {"A": 1}},
                       {"fact": {"media": ["x"]}}, {"op": "auth.x"}, {"op": "profile."}, {"author": "did:web:x"}, {"at": ABSENT},
                       {"prev": cid.of_raw(b"")}, {"via": "x"}, {"service": "Profile"}, {"fact": {"a": "x" * 160, "b": "y" * 160, "c": "z" * 160, "d": "0" * 20}}):
            log = stories.short()
            log.add("profile.update", {"bio": "x"}, header=header)
            self.assertEqual(self.fault(log), ("decode", 4), header)

    def test_decode_proof(self):
        for proof in ({"iat": "1"}, {"sig": b"1"}, {"aud": "x"}, {"more": 1}, {"seen": {"cid": cid.of_cbor(b""), "seq": -1}},
                      {"to": ["did:imajin:1"]}, {"after": cid.of_cbor(b"")}):
            log = stories.short()
            log.add("profile.update", {"bio": "x"}, proof={"sig": bytes(64), **proof})
            self.assertEqual(self.fault(log), ("decode", 4), proof)

    def test_decode_bytes(self):
        log = stories.short()
        log.headers[3] += b"\0"
        self.assertEqual(self.fault(log), ("decode", 3))
        log.headers[3] = b"\xbf\xff"
        self.assertEqual(self.fault(log), ("decode", 3))

    def test_decode_body(self):
        nested = {"salt": bytes(16)}
        for _ in range(40):
            nested = {"salt": bytes(16), "a": nested}
        for body in ({}, {"salt": b"short"}, {"salt": bytes(16), "n": 2**53}, nested):
            log = stories.short()
            log.add("profile.update", body_bytes=cbor.encode(body))
            self.assertEqual(self.fault(log), ("decode", 4))
        log = stories.short()
        log.add("profile.update", body_bytes=b"\xa1\x64salt\x58\x10" + bytes(16) + b"\0")
        self.assertEqual(self.fault(log), ("decode", 4))

    def test_decode_of_what_rules_read(self):
        for op, fact in (("auth.settings.update", {"require_signed": 2}), ("profile.follow", {"dids": ["x"]}), ("profile.follow", None)):
            log = stories.short()
            log.add(op, fact=fact)
            self.assertEqual(self.fault(log), ("decode", 4))
        log = stories.short()
        log.delegate(Key("phone"), ["profile.*"], until="soon")
        self.assertEqual(self.fault(log), ("decode", 4))
        log = stories.short()
        log.add("auth.delete", {"counts": {}, "why": "words that could never be erased"})
        self.assertEqual(self.fault(log), ("decode", 4))

    def test_did(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, header={"did": Person("eve").did})
        self.assertEqual(self.fault(log), ("did", 4))
        self.assertEqual(self.fault(stories.short(), did=Person("eve").did), ("did", 0))

    def test_seq(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, header={"seq": 5})
        self.assertEqual(self.fault(log), ("seq", 4))
        log = stories.short()
        path = log.write(self.path("log.sqlite"), "DELETE FROM entries WHERE seq = 2; DELETE FROM bodies WHERE seq = 2;")
        self.assertEqual(self.fault_at(path), ("seq", 2))
        self.assertEqual(self.fault_at(log.write(path, "DELETE FROM entries; DELETE FROM bodies")), ("seq", 0))

    def test_prev(self):
        for prev in (cid.of_cbor(b"other"), ABSENT):
            log = stories.short()
            log.add("profile.update", {"bio": "x"}, header={"prev": prev})
            self.assertEqual(self.fault(log), ("prev", 4))

    def test_at(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, step=0)
        self.assertEqual(self.fault(log), ("at", 4))

    def test_body(self):
        log = stories.short()
        del log.bodies[1]
        self.assertEqual(self.fault(log), ("body", 1))
        log.bodies[1] = log.bodies[3]
        self.assertEqual(self.fault(log), ("body", 1))
        log = stories.short()
        kept = log.bodies[1]
        log.erase(1)
        log.bodies[1] = kept
        self.assertEqual(self.fault(log), ("body", 1))
        log = stories.short()
        log.add("profile.update")
        self.assertEqual(self.fault(log), ("body", 4))
        log = stories.short()
        log.add("profile.handle.release", {"x": 1})
        self.assertEqual(self.fault(log), ("body", 4))


class Wills(Case):
    def test_proof(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, proof={"sig": bytes(64)})
        self.assertEqual(self.fault(log), ("proof", 4))
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, key=Key("eve"), kid=log.owner.kid())
        self.assertEqual(self.fault(log), ("proof", 4))
        log, bob = stories.short(), Person("bob")
        log.add("profile.follow", fact={"dids": [bob.did]})
        self.assertEqual(self.fault(log), ("proof", 4))

    def test_s_beyond_the_order_is_refused(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"})
        fields = cbor.decode(log.headers[4])
        sig = fields["proof"]["sig"]
        fields["proof"]["sig"] = sig[:32] + (int.from_bytes(sig[32:], "little") + keys.L).to_bytes(32, "little")
        log.headers[4] = cbor.encode(fields)
        self.assertEqual(self.fault(log), ("proof", 4))

    def test_key(self):
        def bad(change):
            log = stories.short()
            change(log)
            self.assertEqual(self.fault(log), ("key", 4))
        bad(lambda log: log.add("profile.update", {"bio": "x"}, key=Key("eve")))
        bad(lambda log: log.add("profile.update", {"bio": "x"}, proof={"chain": None}))
        bad(lambda log: log.add("profile.update", {"bio": "x"}, proof={"chain": cid.of_cbor(b"")}))
        bad(lambda log: log.add("profile.update", {"bio": "x"}, kid=Person("eve").kid(log.owner.auth)))
        bad(lambda log: log.add("events.comment", {"bio": "x"}, author=Person("eve")))

    def test_key_after_rotation(self):
        log = stories.short()
        before, operation = log.owner.auth, log.owner.ops[0]
        log.update_identity()
        log.add("profile.update", {"bio": "x"}, key=before, proof={"chain": operation})
        self.assertEqual(self.fault(log), ("key", 5))
        log = stories.short()
        log.update_identity()
        log.add("auth.delete", {"counts": {}}, key=log.owner.auth)
        self.assertEqual(self.fault(log), ("key", 5))
        log = stories.short()
        log.update_identity()
        log.add("profile.update", {"bio": "x"}, key=log.owner.controller)
        self.assertEqual(self.fault(log), ("key", 5))

    def test_key_of_another_author_goes_back(self):
        log, eve = stories.short(), Person("eve")
        old_key, old = eve.auth, eve.ops[0]
        eve.rotate("eve 2")
        log.know(eve)
        log.add("events.comment", {"text": "hi"}, author=eve)
        log.add("events.comment", {"text": "ho"}, author=eve, key=old_key, proof={"chain": old})
        self.assertEqual(self.fault(log), ("key", 5))

    def test_key_after_the_identity_is_deleted(self):
        log = stories.short()
        token = log.owner.operate("delete", {})
        log.add("auth.identity.update", {"token": token}, proof={"chain": log.owner.ops[-2]})
        log.add("profile.update", {"bio": "x"})
        self.assertEqual(self.fault(log), ("key", 5))

    def test_key_of_a_bare_owner(self):
        log = stories.bare()
        log.add("profile.update", {"bio": "x"})
        self.assertEqual(self.fault(log), ("key", 2))

    def test_order(self):
        for proof in ({"after": None}, {"after": cid.of_raw(b"")}, {"seen": None}, {"seen": {"cid": cid.of_cbor(b""), "seq": 1}},
                      {"seen": {"cid": cid.of_cbor(b""), "seq": 99}}):
            log = stories.short()
            log.add("profile.update", {"bio": "x"}, proof=proof)
            self.assertEqual(self.fault(log), ("order", 4), proof)

    def test_order_what_was_signed_is_dropped_or_repeated(self):
        log = stories.short()
        log.add("profile.update", {"bio": "dropped"})
        dropped = dict(log.after)
        for table in (log.headers, log.cids, log.ats):
            table.pop()
        del log.bodies[4]
        log.after = dropped
        log.add("profile.update", {"bio": "next"})
        self.assertEqual(self.fault(log), ("order", 4))

    def test_aud(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, proof={"aud": Person("node two").did})
        self.assertEqual(self.fault(log), ("aud", 4))

    def test_iat(self):
        log = stories.short()
        log.now += 999
        log.add("profile.update", {"bio": "x"}, proof={"iat": log.now // 1000 + 1 - 300})
        self.assertEqual(self.fault(log), ("iat", 4))
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, proof={"iat": log.now // 1000 + 1 + 300})
        self.report(log)

    def test_will(self):
        def bad(seq, make, log=None):
            log = log or stories.short()
            make(log)
            self.assertEqual(self.fault(log), ("will", seq))
        session = cid.of_raw(b"session")
        bad(4, lambda log: log.add("auth.delete", {"counts": {}}, will="custodial"))
        bad(4, lambda log: log.delegate(Key("phone"), ["profile.*"], will="custodial"))
        bad(4, lambda log: log.add("profile.update", {"bio": "x"}, will="node", author=log.node))
        bad(4, lambda log: log.add("events.x", will="node"))
        bad(4, lambda log: log.add("events.x", will="node", author=log.node, via=session))
        bad(4, lambda log: log.add("profile.update", {"bio": "x"}, will="custodial", via=log.cids[0]))
        bad(4, lambda log: log.add("profile.follower", ref=log.owner.did))
        bad(4, lambda log: log.add("profile.update", {"bio": "x"}, via=session))
        bad(4, lambda log: log.add("profile.update", {"bio": "x"}, header={"cause": log.cids[0]}))
        bad(4, lambda log: log.add("auth.identity.register", {"key": log.owner.genesis.multikey, "home": log.home(), "scope": "actor"}, will="custodial"))
        bad(4, lambda log: log.add("auth.delete", {"counts": {}}, author=Person("eve")))
        bad(4, lambda log: log.add("profile.update", {"bio": "x"}, author=Person("eve")))

    def test_will_of_the_owner_to_sign_everything(self):
        log = stories.short()
        log.add("auth.settings.update", fact={"require_signed": 1})
        log.add("profile.update", {"bio": "x"}, will="custodial")
        self.assertEqual(self.fault(log), ("will", 5))


class Identity(Case):
    def test_beginning(self):
        log = LogMaker(*stories.people())
        log.add("profile.update", {"bio": "x"})
        self.assertEqual(self.fault(log), ("identity", 0))
        log = stories.short()
        log.begin()
        self.assertEqual(self.fault(log), ("identity", 4))

    def test_did_is_not_the_genesis_key(self):
        log, eve = stories.short(), Person("eve")
        log = LogMaker(log.owner, log.node)
        log.add("auth.identity.create", {"token": eve.tokens[0], "home": log.home(), "scope": "actor"}, key=eve.auth, kid=log.owner.kid(eve.auth),
                proof={"chain": eve.ops[0]})
        self.assertEqual(self.fault(log), ("identity", 0))

    def test_tampered_genesis(self):
        log = LogMaker(*stories.people())
        token = log.owner.tokens[0]
        log.add("auth.identity.create", {"token": token[:-8] + "AAAAAAAA", "home": log.home(), "scope": "actor"})
        self.assertEqual(self.fault(log), ("identity", 0))

    def test_update_does_not_extend(self):
        log = stories.short()
        alice = log.owner
        token = alice.operate("update", alice.role_keys(), previousOperationCID=str(cid.of_cbor(b"")))
        log.add("auth.identity.update", {"token": token}, proof={"chain": alice.ops[-2]})
        self.assertEqual(self.fault(log), ("identity", 4))

    def test_update_sees_not_its_prev(self):
        log = stories.short()
        token = log.owner.operate("update", log.owner.role_keys())
        log.add("auth.identity.update", {"token": token}, proof={"chain": log.owner.ops[-2], "seen": {"cid": log.cids[1], "seq": 1}})
        self.assertEqual(self.fault(log), ("order", 4))

    def test_registered_key(self):
        log = LogMaker(Person("dora", bare=True), Person("node one"))
        log.begin(key=Key("eve").multikey)
        self.assertEqual(self.fault(log), ("identity", 0))

    def test_a_bare_key_adopted_by_another_key(self):
        log = stories.bare()
        dora = log.owner
        dora.controller = Key("other")
        dora.operate("create", {**dora.role_keys(), "controllerKeys": [dora.genesis.entry(), dora.controller.entry()]}, signer=dora.genesis)
        log.add("auth.identity.create", {"token": dora.tokens[0], "home": log.home(), "scope": "actor"}, key=dora.controller)
        self.assertEqual(self.fault(log), ("key", 2))

    def test_a_nodes_chain_is_broken(self):
        log = stories.short()
        log.chains[log.node.did] = log.node.tokens + ["x.y.z"]
        self.assertEqual(self.fault(log)[0], "identity")


class Delegations(Case):
    def bad(self, op="profile.update", scope=("profile.*",), before=lambda log, d: None, seq=5, code="delegation", **more):
        log, phone = stories.short(), Key("phone")
        delegation = log.delegate(phone, list(scope), **{k: more.pop(k) for k in ("until", "uses") if k in more})
        before(log, delegation)
        log.by_delegate(more.pop("via", delegation), more.pop("key", phone), op, {"bio": "x"} if op == "profile.update" else more.pop("body", None), **more)
        self.assertEqual(self.fault(log), (code, seq))

    def test_delegation(self):
        self.bad(via=cid.of_cbor(b""))
        self.bad(key=Key("eve"))
        self.bad(scope=["events.*", "profile"])
        self.bad(until=times.text(0))
        self.bad(uses=0)
        self.bad(op="auth.settings.update", scope=["auth.*"], fact={"require_signed": 0})
        self.bad(op="auth.delete", scope=["auth.*"], body={"counts": {}})
        self.bad(before=lambda log, d: log.add("auth.delegation.end", ref=str(d)), seq=6)
        self.bad(author=Person("eve"), code="will")

    def test_a_signature_names_its_delegation(self):
        log, phone = stories.short(), Key("phone")
        once = log.delegate(phone, ["profile.update"], uses=1)
        wide = log.delegate(phone, ["profile.*"])

        def entered(more, **changed):
            """An update by the phone; the home then writes another header with the same proof."""
            made = copy.deepcopy(log)
            made.by_delegate(once, phone, "profile.update", {"bio": "x"}, **more)
            header = cbor.decode(made.headers[-1])
            for place, via in changed.items():
                fields = header["proof"] if place == "proof" else header
                fields.pop("via", None)
                if via is not None:
                    fields["via"] = via
            made.headers[-1] = cbor.encode(header)
            made.cids[-1] = cid.of_cbor(made.headers[-1])
            return made

        newer, older = {}, {"older": True}
        self.assertTrue(self.report(entered(newer))["valid"])
        for changed in ({"proof": wide}, {"proof": None, "header": wide}, {"proof": None, "header": once}):
            self.assertEqual(self.fault(entered(newer, **changed)), ("proof", 6), changed)
        self.assertEqual(self.fault(entered(newer, header=once)), ("will", 6))
        self.assertEqual(self.fault(entered(newer, proof=cid.of_raw(b""))), ("decode", 6))
        # An older signature names none: it holds under either, and can't be shown as one that names it.
        self.assertTrue(self.report(entered(older))["valid"])
        self.assertTrue(self.report(entered(older, header=wide))["valid"])
        self.assertEqual(self.fault(entered(older, header=None, proof=once)), ("proof", 6))

    def test_chain_under_a_delegation(self):
        self.bad(proof={"chain": Person("alice").ops[0]}, code="key")

    def test_used_up(self):
        self.bad(uses=1, seq=6, before=lambda log, d: log.by_delegate(d, Key("phone"), "profile.handle.release"))

    def test_end_of_nothing(self):
        log = stories.short()
        log.add("auth.delegation.end", ref=str(log.cids[0]))
        self.assertEqual(self.fault(log), ("delegation", 4))


class Consequences(Case):
    def pair(self, **more):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        intent = follow(log, bob, **more)
        return log, bob, intent

    def test_cause_is_missing(self):
        _, bob, intent = self.pair()
        header, _ = bob.causes.pop(intent)
        self.assertEqual(self.fault(bob), ("cause", 1))
        bob.causes[intent] = header[:-1] + b"\0", None
        self.assertEqual(self.fault(bob), ("cause", 1))
        bob.causes[intent] = header, b"\xa0"
        self.assertEqual(self.fault(bob), ("cause", 1))

    def test_cause_forbids(self):
        log, bob, _ = self.pair(derived="profile.follower.end")
        self.assertEqual(self.fault(bob), ("cause", 1))
        log, bob, intent = self.pair()
        txn = next(iter(bob.txns))
        bob.add("profile.follower", ref=log.owner.did, will="derived", author=log.owner, cause=intent, txn=txn)
        self.assertEqual(self.fault(bob), ("cause", 2))

    def test_cause_does_not_name_this_log(self):
        log, bob, _ = self.pair(to=[])
        self.assertEqual(self.fault(bob), ("cause", 1))
        self.assertEqual(self.fault(log), ("proof", 4))

    def test_cause_of_a_payment_that_does_not_name_this_log(self):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow(log, bob, op="pay.emt.confirm", derived="pay.credit", fact={"amount": 1}, to=[])
        self.assertEqual(self.fault(bob), ("cause", 1))
        # The node's accounting entries are in the node's log only, no matter which log the intent names.
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow(log, bob, op="pay.topup", derived="pay.held", fact={"amount": 1})
        self.assertEqual(self.fault(bob), ("cause", 1))
        # A txn does not extend the logs that the table names by a fact.
        log, bob = stories.bare(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow(log, bob, fact={"dids": [log.owner.did]}, will="custodial")
        self.assertEqual(self.fault(bob), ("cause", 1))

    def test_cause_of_another_author_or_ref(self):
        for more in ({"author": Person("eve")}, {"ref": Person("eve").did}):
            log, bob, intent = self.pair()
            for table in (bob.headers, bob.cids, bob.ats):
                table.pop()
            txn = next(iter(bob.txns))
            bob.add("profile.follower", **{"ref": log.owner.did, "author": log.owner, **more}, will="derived", cause=intent, txn=txn)
            self.assertEqual(self.fault(bob), ("cause", 1))

    def test_cause_in_this_log_does_not_stand_right_before(self):
        log = stories.short()
        intent = log.add("auth.delete", {"counts": {}})
        log.add("profile.handle.release")
        log.erase(1, will="derived", cause=intent)
        self.assertEqual(self.fault(log), ("cause", 6))

    def test_cause_signature(self):
        log, bob, intent = stories.short(), LogMaker(Person("bob"), Person("node one")), None
        bob.begin()
        follow(log, bob, proof={"sig": bytes(64)})
        self.assertEqual(self.fault(bob), ("proof", 1))
        log, bob, intent = self.pair()
        del bob.chains[log.owner.did]
        self.assertEqual(self.fault(bob), ("key", 1))

    def test_what_was_signed_once_has_one_header(self):
        for fields in ({"seq": 9}, {"at": times.text(START_MS)}, {"prev": cid.of_cbor(b"elsewhere")}, {}):
            log, bob, intent = self.pair()
            self.assertNotEqual(follow_again(log, bob, 4, **fields), intent)
            self.assertEqual(self.fault(bob), ("twice", 2), fields)
        # A delegation has one header, too, even if its headers serve different intents.
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        phone = Key("phone")
        delegation = log.delegate(phone, ["profile.*"])
        kid = f"{keys.did_of(phone.public)}#{phone.id}"
        follow(log, bob, via=delegation, key=phone, kid=kid)
        bob.causes[delegation] = log.headers[4], log.bodies[4]
        again, header = second_header(log, 4, cid.of_cbor(b"txn"))
        bob.causes[again] = header, log.bodies[4]
        self.assertEqual(self.fault(bob), ("stray", None))
        follow(log, bob, op="profile.unfollow", derived="profile.follower.end", via=again, key=phone, kid=kid)
        self.assertEqual(self.fault(bob), ("twice", 2))

    def test_two_intents_after_one_are_two_branches(self):
        """A log continued from an older copy, and another log has a consequence of an intent in the lost branch."""
        lost, log, bob = stories.short(), stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow(lost, bob)
        follow(log, bob, op="profile.unfollow", derived="profile.follower.end")
        self.assertTrue(self.report(bob)["valid"])

    def test_cause_is_anothers_identity(self):
        """Eve signs a creation in Alice's name; the node's log may not take it for Alice's."""
        node, alice, eve = Person("node one"), Person("alice"), Person("eve")
        own, log = LogMaker(node, node), LogMaker(alice, node)
        own.begin()
        txn, listed, openings = open_txn((alice.did, "auth.identity.create", None), (node.did, "auth.node.claim", None))
        intent = log.add("auth.identity.create", author=eve, to=[node.did], txn=txn)
        own.know(eve)
        own.causes[intent], own.txns[txn], own.openings = (log.headers[0], None), listed, openings
        own.add("auth.node.claim", ref=alice.did, will="derived", author=eve, cause=intent, txn=txn)
        self.assertEqual(self.fault(own), ("cause", 1))

    def test_txn(self):
        _, bob, _ = self.pair()
        listed = dict(bob.txns)
        bob.txns.clear()
        self.assertEqual(self.fault(bob), ("txn", 1))
        bob.txns.update(listed)
        for opening in list(bob.openings):
            kept = bob.openings.pop(opening)
            self.assertEqual(self.fault(bob), ("txn", 1))
            bob.openings[opening] = kept

    def test_txn_opens_an_entry_that_is_not_there(self):
        log = stories.short()
        txn, listed, openings = open_txn((log.owner.did, "profile.handle.release", None), (log.owner.did, "profile.handle.release", None))
        log.add("profile.handle.release", txn=txn)
        log.txns[txn], log.openings = listed, openings
        self.assertEqual(self.fault(log), ("txn", 4))

    def test_txn_must_be_there_and_the_intents(self):
        log, bob, intent = self.pair()
        for more in ({}, {"txn": cid.of_cbor(b"")}):
            for table in (bob.headers, bob.cids, bob.ats):
                table.pop()
            bob.add("profile.follower", ref=log.owner.did, author=log.owner, will="derived", cause=intent, **more)
            self.assertEqual(self.fault(bob), ("txn", 1))


class Homes(Case):
    def test_home(self):
        two = Person("node two")
        for more in ({"epoch": 3}, {"epoch": 1}, {"abandons": "x.y.z"}):
            log = stories.short()
            log.move(two, "https://two.example", **more)
            self.assertEqual(self.fault(log), ("home", 4), more)
        log = stories.short()
        log.move(two, "https://two.example")
        del log.heads[1, Person("node one").did]
        self.assertEqual(self.fault(log), ("home", 4))
        log = stories.short()
        log.head(seq=1)
        head = dict(log.heads)
        log.move(two, "https://two.example")
        log.heads.update(head)
        self.assertEqual(self.fault(log), ("home", 4))

    def test_first_home(self):
        log = LogMaker(*stories.people())
        log.epoch = 2
        log.begin()
        self.assertEqual(self.fault(log), ("home", 0))

    def test_old_home_goes_on(self):
        log = stories.short()
        one = log.node
        log.move(Person("node two"), "https://two.example")
        log.add("profile.update", {"bio": "x"}, proof={"aud": one.did})
        self.assertEqual(self.fault(log), ("aud", 5))

    def test_head(self):
        def bad(**more):
            log = stories.short()
            log.head(**more)
            self.assertEqual(self.fault(log)[0], "head")
        bad(cid=str(cid.of_cbor(b"")))
        bad(at=times.text(0))
        bad(key=Key("eve"))
        bad(epoch=2)
        bad(more=1)
        bad(did=Person("eve").did)
        log = stories.short()
        log.epoch = 2
        log.head()
        self.assertEqual(self.fault(log), ("head", 3))
        log = stories.short()
        token = log.heads[1, log.node.did]
        log.heads[1, log.node.did] = token[:-4] + "AAAA"
        self.assertEqual(self.fault(log), ("head", 3))
        del log.chains[log.node.did]
        self.assertEqual(self.fault(log), ("head", 3))

    def test_cut(self):
        log = stories.short()
        for table in (log.headers, log.cids, log.ats):
            table.pop()
        del log.bodies[3]
        self.assertEqual(self.fault(log), ("cut", 3))
        self.assertEqual(self.fault(stories.short(), head=cid.of_cbor(b"")), ("cut", None))


class Rest(Case):
    def test_an_intent_of_one_service_erases_nothing_of_another(self):
        there = {"ref": "msg_1", "fact": {"log": Person("bob").did}}
        for op, more, seq, fault in (("chat.delete", {"will": "custodial", **there}, 4, None), ("chat.delete", {"will": "custodial", **there}, 1, ("cause", 7)),
                                     ("links.remove", {"ref": "itm_1"}, 5, None), ("links.remove", {"ref": "itm_1"}, 4, ("cause", 7)),
                                     ("auth.delete", {"body": {"counts": {}}}, 1, None)):
            log = stories.short()
            log.add("chat.send", {"text": "hello"}, will="custodial", **there)
            log.add("links.put", {"title": "hello"}, will="custodial", ref="itm_1")
            intent = log.add(op, **more)
            log.erase(seq, will="derived", cause=intent)
            if fault:
                self.assertEqual(self.fault(log), fault, op)
            else:
                self.assertTrue(self.report(log)["valid"], op)

    def test_erasure(self):
        log = stories.short()
        log.add("auth.body.erased", {"bodies": [cid.of_cbor(b"nothing")]})
        self.assertEqual(self.fault(log), ("erasure", 4))
        log = stories.short()
        log.delegate(Key("phone"), [])
        log.erase(4)
        self.assertEqual(self.fault(log), ("body", 4))
        log, eve = stories.short(), Person("eve")
        log.know(eve)
        log.erase(1, author=eve)
        self.assertEqual(self.fault(log), ("erasure", 4))

    def test_erased_identity(self):
        log = stories.short()
        log.erase(0)
        self.assertEqual(self.fault(log), ("body", 0))

    def test_stray(self):
        log = stories.short()
        log.chains[Person("eve").did] = Person("eve").tokens
        self.assertEqual(self.fault(log), ("stray", None))
        log = stories.short()
        log.chains[log.owner.did] = log.owner.tokens
        self.assertEqual(self.fault(log), ("stray", None))
        for table in ("causes", "txns", "openings"):
            log = stories.short()
            setattr(log, table, {cid.of_cbor(b"x"): (b"x", None) if table == "causes" else b"x"})
            self.assertEqual(self.fault(log), ("stray", None))
        log = stories.short()
        log.bodies[77] = b"x"
        self.assertEqual(self.fault(log), ("stray", 77))
        log = stories.short()
        log.add("profile.handle.release")
        log.bodies[4] = b"x"
        self.assertEqual(self.fault(log), ("stray", 4))

    def test_file(self):
        path = self.path("log.sqlite")
        for sql in ("CREATE INDEX i ON entries(header)", "CREATE TABLE t (x)", "CREATE VIEW v AS SELECT 1", "PRAGMA user_version = 2",
                    "CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT 1; END", "PRAGMA application_id = 1", "DROP TABLE local_keys",
                    "ANALYZE"):
            self.assertEqual(self.fault_at(stories.short().write(path, sql)), ("file", None), sql)
        with open(path, "wb") as file:
            file.write(b"SQLite format 3\0" + bytes(200))
        self.assertEqual(self.fault_at(path)[0], "file")
        with open(path, "wb") as file:
            file.write(b"x" * 9000)
        # A file that does not begin like a log is treated as a tar (§12).
        self.assertEqual(self.fault_at(path)[0], "tar")

    def test_file_with_values_of_wrong_types(self):
        path = self.path("log.sqlite")
        for sql in ("UPDATE heads SET jws = CAST(jws AS BLOB)", "UPDATE entries SET header = 'text' WHERE seq = 1"):
            stories.short().write(path)
            db = sqlite3.connect(path, isolation_level=None)
            loose = "REPLACE(sql, ' STRICT, WITHOUT ROWID', ' WITHOUT ROWID')"
            db.executescript(f"PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = {loose}; UPDATE sqlite_master SET sql = REPLACE(sql, ' STRICT', '');")
            db.close()
            db = sqlite3.connect(path, isolation_level=None)
            db.executescript(f"{sql}; PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = REPLACE(sql, ' WITHOUT ROWID', ' STRICT, WITHOUT ROWID');"
                             "UPDATE sqlite_master SET sql = sql || ' STRICT' WHERE sql NOT LIKE '%ROWID';")
            db.close()
            self.assertEqual(self.fault_at(path)[0], "file", sql)

    def test_a_live_log_with_its_wal(self):
        path = stories.short().write(self.path("log.sqlite"))
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript("PRAGMA journal_mode = WAL; BEGIN; DELETE FROM entries WHERE seq = 3; DELETE FROM bodies WHERE seq = 3; COMMIT")
        self.assertEqual(self.fault_at(path), ("cut", 3))
        db.close()


class Attestations(Case):
    NAME = str(cid.of_cbor(b"an attestation"))

    def pair(self, name=None, body=None, **more):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        good, said = stories.said(log.owner, bob.owner, "x")
        both(log, bob, "issue", "received", name or good, {**said, **(body or {})}, **more)
        return log, bob

    def test_good(self):
        log, bob = self.pair()
        self.assertTrue(self.report(log)["valid"] and self.report(bob)["valid"])

    def test_form(self):
        self.assertEqual(self.fault(self.pair(name="evt_1")[0]), ("decode", 4))
        for body in ({"audience": "all"}, {"issuer": "did:web:x"}, {"signature": 1}, {"expires_at": "soon"}, {"more": "x"}):
            log, bob = self.pair(body=body)
            self.assertEqual(self.fault(log), ("decode", 4), body)

    def test_words_that_are_not_its_issuers(self):
        other = stories.said(Person("alice"), Person("bob"), "y")[1]["attestation"]
        for body in ({"attestation": other}, {"signature": "00" * 64}, {"issuer": Person("bob").did}, {"attestation": "x"}):
            log, bob = self.pair(body=body)
            self.assertTrue(self.report(log)["valid"], "its issuer signed the entry")
            self.assertEqual(self.fault(bob), ("cause", 1), body)

    def test_about_another_one(self):
        log, bob = self.pair(ref=str(cid.of_cbor(b"another")))
        self.assertEqual(self.fault(bob), ("cause", 1))
        self.assertTrue(self.report(log)["valid"])

    def test_derives_its_own_counterpart_only(self):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        both(log, bob, "revoke", "declined", self.NAME)
        self.assertEqual(self.fault(bob), ("cause", 1))

    def test_nobody_receives_by_asking(self):
        log = stories.short()
        log.add("auth.attestation.revoked", ref=self.NAME)
        self.assertEqual(self.fault(log), ("will", 4))

    def test_the_issuer_may_not_erase_the_copy(self):
        log, bob = self.pair()
        bob.know(log.owner)
        bob.add("auth.body.erased", {"bodies": [cid.of_cbor(bob.bodies.pop(1))]}, author=log.owner)
        self.assertEqual(self.fault(bob), ("erasure", 2))
