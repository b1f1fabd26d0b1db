"""Rules that a single check enforces: these logs pass all other checks."""

import unittest

from verifier import causes, cbor, cid, keys, times
from verifier.entry import BODY_MAX, TO_MAX

from . import stories
from .build import ABSENT, Key, LogMaker, Person, b64, both, canonical, follow, follow_again, open_txn, salt
from .support import Case


def pair():
    """Alice's log and Bob's, of one node."""
    bob = LogMaker(Person("bob"), Person("node one"))
    bob.begin()
    return stories.short(), bob


def drop(log):
    """Takes the last entry out of a log; its CID and header."""
    log.ats.pop()
    return log.cids.pop(), log.headers.pop()


def opening(did, op, n, more=None):
    return cbor.encode({"did": did, "service": op.split(".")[0], "op": op, "body": None, "salt": salt(n), **(more or {})})


class Intents(Case):
    """Intents in another log."""

    def bad(self, code, log, bob, **more):
        follow(log, bob, **more)
        self.assertEqual(self.fault(bob), (code, 1), more)

    def test_an_intent_of_this_log_stands_in_it(self):
        log = stories.short()
        intent = log.add("auth.delete", {"counts": {}}, to=[log.owner.did])
        data = log.bodies.pop(4)
        log.causes[intent] = drop(log)[1], data
        log.erase(1, will="derived", cause=intent)
        self.assertEqual(self.fault(log), ("cause", 4))

    def test_nothing_follows_from_a_consequence(self):
        self.bad("cause", *pair(), op="zzz.do", derived="zzz.done", will="derived", cause=cid.of_cbor(b"x"))

    def test_nothing_of_auth_follows_from_an_unknown_operation(self):
        self.bad("cause", *pair(), op="zzz.do", derived="auth.attestation.declined")

    def test_the_row_of_a_cause_is_the_entry_that_its_cid_names(self):
        log, bob = pair()
        first, second = follow(log, bob), follow(log, bob)
        bob.causes[first] = bob.causes[second]
        self.assertEqual(self.fault(bob), ("cause", 1))

    def test_an_intent_that_is_not_the_first_entry_has_a_prev(self):
        self.bad("cause", *pair(), header={"prev": ABSENT})

    def test_a_body_of_a_cause_is_the_one_that_its_header_names(self):
        log, bob = pair()
        intent = follow(log, bob)
        bob.causes[intent] = bob.causes[intent][0], cbor.encode({"salt": bytes(16)})
        self.assertEqual(self.fault(bob), ("cause", 1))
        log, bob = pair()
        name, said = stories.said(log.owner, bob.owner, "x")
        intent = both(log, bob, "issue", "received", name, said)
        bob.causes[intent] = bob.causes[intent][0], cbor.encode({**said, "salt": bytes(16)})
        self.assertEqual(self.fault(bob), ("cause", 1))

    def test_a_body_of_a_cause_has_its_form(self):
        log, bob = pair()
        name, said = stories.said(log.owner, bob.owner, "x")
        bodies = [{**said, "salt": salt(n), **more} for n, more in enumerate(({"more": "x"}, {}))]
        cids = [cid.of_cbor(cbor.encode(body)) for body in bodies]
        ops = ("auth.attestation.issue", "auth.attestation.received")
        txn, listed, openings = open_txn((log.owner.did, ops[0], cids[0]), (bob.owner.did, ops[1], cids[1]))
        intent = log.add(ops[0], bodies[0], ref=name, fact={"dids": [bob.owner.did]}, to=[bob.owner.did], txn=txn)
        bob.know(log.owner)
        bob.causes[intent], bob.txns[txn], bob.openings = (log.headers[-1], cbor.encode(bodies[0])), listed, openings
        bob.add(ops[1], bodies[1], will="derived", author=log.owner, cause=intent, txn=txn, ref=name)
        self.assertEqual(self.fault(bob), ("cause", 1))

    def test_a_cause_has_the_fields_of_its_will(self):
        self.bad("cause", *pair(), op="zzz.do", derived="zzz.done", will="custodial", header={"via": ABSENT})

    def test_nobody_becomes_a_nodes_owner_by_the_nodes_own_word(self):
        node, alice = Person("node one"), Person("alice")
        own, log = LogMaker(node, node), LogMaker(alice, node)
        own.begin()
        txn, listed, openings = open_txn((alice.did, "auth.identity.create", None), (node.did, "auth.node.claim", None))
        intent = log.add("auth.identity.create", will="custodial", txn=txn)
        own.know(alice)
        own.causes[intent], own.txns[txn], own.openings = (log.headers[0], None), listed, openings
        own.add("auth.node.claim", ref=alice.did, will="derived", author=alice, cause=intent, txn=txn)
        self.assertEqual(self.fault(own), ("cause", 1))

    def test_the_key_of_an_intent_is_its_authors_and_in_force(self):
        log, bob = pair()
        self.bad("key", log, bob, kid=f"{Person('eve').did}#{log.owner.auth.id}")
        self.bad("key", *pair(), proof={"chain": cid.of_cbor(b"")})
        log, bob = pair()
        self.bad("key", log, bob, key=Key("eve"))
        log, bob = pair()
        log.owner.operate("delete", {})
        self.bad("key", log, bob)

    def test_the_log_is_named_by_the_fact_of_the_intent(self):
        log, bob = pair()
        self.bad("cause", log, bob, fact={"dids": [Person("eve").did]}, to=[bob.owner.did])

    def test_what_is_erased_in_a_log_follows_from_an_entry_of_that_log(self):
        log, bob = pair()
        bob.add("profile.update", {"bio": "x"})
        data = bob.bodies.pop(1)
        erasure = cbor.encode({"salt": bytes(16), "bodies": [cid.of_cbor(data)]})
        parts = [(log.owner.did, "auth.delete", None), (bob.owner.did, "auth.body.erased", cid.of_cbor(erasure))]
        txn, listed, openings = open_txn(*parts)
        intent = log.add("auth.delete", {"counts": {}}, to=[bob.owner.did], txn=txn)
        bob.know(log.owner)
        bob.causes[intent], bob.txns[txn], bob.openings = (log.headers[-1], None), listed, openings
        bob.add("auth.body.erased", body_bytes=erasure, will="derived", author=log.owner, cause=intent, txn=txn)
        self.assertEqual(self.fault(bob), ("cause", 2))

    def test_what_is_unknown_may_follow_from_what_is_known_and_is_not_proved(self):
        log, bob = pair()
        follow(log, bob, derived="profile.zzz")
        report = self.report(bob)
        self.assertEqual((report["verdict"], report["unknown_ops"]), ("unknown entries", ["profile.zzz"]))

    def test_a_consequence_of_another_log_comes_between_no_intent_and_its_own(self):
        log, bob = pair()
        bob.add("profile.update", {"bio": "x"})
        own = bob.add("auth.delete", {"counts": {}})
        follow(log, bob)
        bob.erase(1, will="derived", cause=own)
        self.assertEqual(self.fault(bob), ("cause", 4))

    def test_consequences_stand_right_behind_their_intent(self):
        log = stories.short()
        first = log.add("auth.delete", {"counts": {}})
        log.add("auth.delete", {"counts": {}})
        log.erase(1, will="derived", cause=first)
        self.assertEqual(self.fault(log), ("cause", 6))


class DelegatedIntents(Case):
    """Intents of another log under a delegation, which the log of the consequence has as well."""

    def pair(self, make):
        """`make(log, phone)`: (the delegation's CID, its row in `causes`, if it has one)."""
        log, bob = pair()
        phone = Key("phone")
        delegation, row = make(log, phone)
        follow(log, bob, key=phone, kid=f"{keys.did_of(phone.public)}#{phone.id}", via=delegation, proof={"chain": None})
        if row:
            bob.causes[delegation] = row
        return bob

    def test_good(self):
        def make(log, phone):
            made = log.delegate(phone, ["profile.*"])
            return made, (log.headers[-1], log.bodies[4])
        self.assertTrue(self.report(self.pair(make))["valid"])

    def test_a_signature_names_its_delegation(self):
        def moved(change):
            """Bob's log with a second header, in which Alice's home names another delegation of the same key."""
            log, bob = pair()
            phone = Key("phone")
            once, wide = log.delegate(phone, ["profile.follow"], uses=1), log.delegate(phone, ["profile.*"])
            row = log.headers[-1], log.bodies[5]
            follow(log, bob, key=phone, kid=f"{keys.did_of(phone.public)}#{phone.id}", via=once, only=())
            proof = cbor.decode(log.headers[-1])["proof"]
            follow_again(log, bob, 6, **change({name: value for name, value in proof.items() if name != "via"}, wide))
            bob.causes[wide] = row
            return bob
        self.assertEqual(self.fault(moved(lambda proof, wide: {"proof": {**proof, "via": wide}})), ("proof", 1))
        self.assertEqual(self.fault(moved(lambda proof, wide: {"proof": proof, "via": wide})), ("proof", 1))

    def test_the_delegation_is_there(self):
        self.assertEqual(self.fault(self.pair(lambda log, phone: (log.delegate(phone, ["profile.*"]), None))), ("delegation", 1))

    def test_a_strangers_delegation_gives_nobody_a_right(self):
        def make(log, phone):
            eves = LogMaker(Person("eve"), log.node)
            eves.begin()
            made = eves.delegate(phone, ["profile.*"])
            log.know(eves.owner)
            return made, (eves.headers[-1], eves.bodies[1])
        bob = self.pair(make)
        bob.know(Person("eve"))
        self.assertEqual(self.fault(bob), ("delegation", 1))

    def test_a_delegation_is_by_the_logs_owner(self):
        def make(log, phone):
            eve = Person("eve")
            made = log.delegate(phone, ["profile.*"], author=eve)
            return made, (log.headers[-1], log.bodies[4])
        bob = self.pair(make)
        bob.know(Person("eve"))
        self.assertEqual(self.fault(bob), ("delegation", 1))

    def test_a_delegation_is_signed(self):
        def make(log, phone):
            made = log.delegate(phone, ["profile.*"], proof={"sig": bytes(64)})
            return made, (log.headers[-1], log.bodies[4])
        self.assertEqual(self.fault(self.pair(make)), ("proof", 1))

    def test_a_later_delegation_does_not_reach_back(self):
        def make(log, phone):
            later = stories.short()
            for _ in range(3):
                later.add("profile.handle.release")
            made = later.delegate(phone, ["profile.*"])
            return made, (later.headers[-1], later.bodies[7])
        self.assertEqual(self.fault(self.pair(make)), ("delegation", 1))

    def test_what_is_no_delegation(self):
        def make(log, phone):
            return log.cids[1], (log.headers[1], log.bodies[1])
        self.assertEqual(self.fault(self.pair(make)), ("delegation", 1))


class Delegated(Case):
    def test_a_delegation_covers_nobody_elses_entries(self):
        log, phone, eve = stories.short(), Key("phone"), Person("eve")
        made = log.delegate(phone, ["zzz.*"])
        log.by_delegate(made, phone, "zzz.do")
        self.assertEqual(self.report(log)["verdict"], "unknown entries")
        log.know(eve)
        log.by_delegate(made, phone, "zzz.do", author=eve)
        self.assertEqual(self.fault(log), ("delegation", 6))


class Operations(Case):
    """Operations over several logs: lists and openings."""

    def joined(self, change=lambda openings: openings, op="profile.follow", derived="profile.follower", times_two=False):
        """Bob's log, with one follow of Alice's by a list that `change` makes of the right one."""
        log, bob = pair()
        openings = change([opening(log.owner.did, op, 0), opening(bob.owner.did, derived, 1)])
        links = [cid.of_cbor(data) for data in openings]
        listed = cbor.encode(links)
        txn = cid.of_cbor(listed)
        intent = log.add(op, fact={"dids": [bob.owner.did]}, to=[bob.owner.did], txn=txn)
        bob.know(log.owner)
        bob.causes[intent], bob.txns[txn] = (log.headers[-1], None), listed
        bob.openings = dict(zip(links, openings))
        for _ in range(1 + times_two):
            bob.add(derived, ref=log.owner.did, will="derived", author=log.owner, cause=intent, txn=txn)
        return log, bob, txn

    def bad(self, bob, seq=1):
        self.assertEqual(self.fault(bob), ("txn", seq))

    def test_good(self):
        self.assertTrue(self.report(self.joined()[1])["valid"])
        self.assertTrue(self.report(self.joined(lambda openings: openings + [opening(Person("eve").did, "profile.follower", 2)])[1])["valid"])

    def test_an_opening_has_one_form(self):
        eve = Person("eve").did
        for more in ({"more": 1}, {"did": "x"}, {"service": 1}, {"op": 1}, {"body": 1}, {"body": cid.of_raw(b"")}, {"salt": b"short"}, {"salt": "x" * 16}):
            self.bad(self.joined(lambda openings: openings + [opening(eve, "profile.follower", 2, more)])[1])

    def test_an_opening_is_the_one_that_its_cid_names(self):
        log, bob, _ = self.joined()
        first = next(iter(bob.openings))
        bob.openings[first] = opening(log.owner.did, "profile.follow", "another salt")
        self.bad(bob)

    def test_a_list_names_no_opening_twice(self):
        other = opening(Person("eve").did, "profile.follower", 2)
        self.bad(self.joined(lambda openings: openings + [other, other])[1])

    def test_a_list_is_of_links_and_not_empty(self):
        listings = [cbor.encode(listed) for listed in ([], {"a": 1}, ["x"], [cid.of_raw(b"x")])]
        for listed in (*listings, b"\xff"):
            log, bob = pair()
            txn = cid.of_cbor(listed)
            intent = log.add("profile.follow", fact={"dids": [bob.owner.did]}, to=[bob.owner.did], txn=txn)
            bob.know(log.owner)
            bob.causes[intent], bob.txns[txn] = (log.headers[-1], None), listed
            bob.add("profile.follower", ref=log.owner.did, will="derived", author=log.owner, cause=intent, txn=txn)
            self.bad(bob)

    def test_a_list_is_the_one_that_its_cid_names(self):
        other = opening(Person("eve").did, "profile.follower", 2)
        _, bob, txn = self.joined(lambda openings: openings + [other])
        bob.txns[txn] = cbor.encode(cbor.decode(bob.txns[txn])[:2])
        del bob.openings[cid.of_cbor(other)]
        self.bad(bob)

    def test_a_list_has_an_end(self):
        for more, code in ((0, None), (1, "txn")):
            log, bob = pair()
            parts = [opening(log.owner.did, "profile.follow", 0), opening(bob.owner.did, "profile.follower", 1)]
            links = [cid.of_cbor(data) for data in parts]
            listed = cbor.encode(links + [cid.of_cbor(b"%d" % n) for n in range(causes.LIST_MAX - 2 + more)])
            txn = cid.of_cbor(listed)
            intent = log.add("profile.follow", fact={"dids": [bob.owner.did]}, to=[bob.owner.did], txn=txn)
            bob.know(log.owner)
            bob.causes[intent], bob.txns[txn], bob.openings = (log.headers[-1], None), listed, dict(zip(links, parts))
            bob.add("profile.follower", ref=log.owner.did, will="derived", author=log.owner, cause=intent, txn=txn)
            self.bad(bob) if code else self.report(bob)

    def test_there_are_no_more_entries_than_openings(self):
        self.bad(self.joined(op="zzz.do", derived="zzz.done", times_two=True)[1], 2)

    def test_one_list_belongs_to_one_operation(self):
        log, bob, txn = self.joined(lambda openings: openings + [opening(Person("bob").did, "profile.follower", 2)])
        second = log.add("profile.follow", fact={"dids": [bob.owner.did]}, to=[bob.owner.did], txn=txn)
        bob.causes[second] = log.headers[-1], None
        bob.add("profile.follower", ref=log.owner.did, will="derived", author=log.owner, cause=second, txn=txn)
        self.bad(bob, 2)

    def test_the_list_is_the_intents(self):
        log, bob, _ = self.joined()
        drop(bob)
        intent = next(iter(bob.causes))
        bob.txns.clear()
        parts = [(log.owner.did, "profile.follow", None), (bob.owner.did, "profile.follower", None)]
        txn, listed, bob.openings = open_txn(*parts, name="another")
        bob.txns[txn] = listed
        bob.add("profile.follower", ref=log.owner.did, will="derived", author=log.owner, cause=intent, txn=txn)
        self.bad(bob)

    def test_an_operation_over_two_logs_has_a_list(self):
        log, bob = pair()
        intent = log.add("profile.follow", fact={"dids": [bob.owner.did]}, to=[bob.owner.did])
        bob.know(log.owner)
        bob.causes[intent] = log.headers[-1], None
        bob.add("profile.follower", ref=log.owner.did, will="derived", author=log.owner, cause=intent)
        self.bad(bob)


class Chains(Case):
    """Malformed tokens of an identity's chain, all signed by its key."""

    def begun(self, header=None, payload=None, cut=lambda token: token):
        node, alice = Person("node one"), Person("alice", bare=True)
        members = {"version": 1, "type": "create", "createdAt": times.text(0), **alice.role_keys(), **(payload or {})}
        operation = cid.of_cbor(cbor.encode(members))
        head = {"alg": "EdDSA", "typ": "did:dfos:identity-op", "kid": alice.genesis.id, "cid": str(operation), **(header or {})}
        alice.dfos = "did:dfos:" + keys.dfos_id(operation.raw)
        alice.tokens, alice.ops = [cut(alice.genesis.jws(canonical(head), canonical(members)))], [operation]
        log = LogMaker(alice, node)
        log.begin()
        log.head()
        return log

    def bad(self, **more):
        self.assertEqual(self.fault(self.begun(**more)), ("identity", 0), more)

    def test_headers(self):
        for header in ({"alg": "none"}, {"typ": "did:dfos:artifact"}, {"kid": 1}, {"crit": []}, {"jwk": {}}, {"x5c": []}, {"cid": str(cid.of_cbor(b""))}):
            self.bad(header=header)

    def test_payloads(self):
        key = Person("alice", bare=True).genesis.entry()
        relay = {"id": "r", "type": "DfosRelay", "endpoint": "https://relay.example"}
        anchor = {"id": "a", "type": "ContentAnchor", "label": "x", "anchor": str(cid.of_cbor(b""))}
        # A malformed encryption key is not used, and its chain is valid.
        malformed = {"id": "e", "type": "ImajinEncryption", "key": "z6LSx", "of": 1}
        self.assertTrue(self.report(self.begun(payload={"services": [relay, anchor, malformed]}))["valid"])
        for payload in ({"version": 2}, {"version": True}, {"authKeys": [{**key, "type": "JsonWebKey"}]}, {"authKeys": ["x"]}, {"authKeys": [key, key]}, {"authKeys": [{**key, "id": 1}]},
                        {"controllerKeys": []}, {"authKeys": [{**Key("eve").entry(), "id": key["id"]}]}, {"note": "x" * 66_000}, {"services": ["x"]},
                        {"services": [relay, relay]}, {"services": [{**relay, "endpoint": ""}]}, {"services": [{**anchor, "label": ""}]},
                        {"services": [{**anchor, "anchor": "x"}]}, {"services": [{**anchor, "anchor": str(cid.of_raw(b""))}]}):
            self.bad(payload=payload)

    def test_tokens(self):
        self.bad(cut=lambda token: token + ".x")
        self.bad(cut=lambda token: token + "=")

    def test_an_update_names_the_identity_whose_it_is(self):
        log = stories.short()
        alice = log.owner
        alice.dfos, own = Person("eve").dfos, alice.dfos
        token = alice.operate("update", alice.role_keys())
        alice.dfos = own
        log.add("auth.identity.update", {"token": token}, proof={"chain": alice.ops[-2]})
        self.assertEqual(self.fault(log), ("identity", 4))


class Forms(Case):
    def test_no_entry_is_larger_than_the_page_says(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x" * BODY_MAX})
        self.assertEqual(self.fault(log), ("decode", 4))
        for count, code in ((TO_MAX, None), (TO_MAX + 1, ("decode", 4))):
            log = stories.short()
            log.add("profile.update", {"bio": "x"}, to=[keys.did_of(bytes(31) + bytes([n])) for n in range(count)])
            if code:
                self.assertEqual(self.fault(log), code)
            else:
                self.report(log)

    def test_a_head_is_a_token_of_its_own_kind_with_nothing_besides(self):
        for more in ({"typ": "mjn:proof"}, {"more": 1}, {"alg": "none"}):
            log = stories.short()
            _, payload, _ = log.heads[1, log.node.did].split(".")
            header = {"alg": "EdDSA", "kid": log.node.kid(), "typ": "mjn:head", **more}
            signed = f"{b64(canonical(header))}.{payload}"
            log.heads[1, log.node.did] = f"{signed}.{b64(log.node.auth.sign(signed.encode()))}"
            self.assertEqual(self.fault(log)[0], "head", more)

    def test_the_numbers_of_a_head_are_numbers(self):
        for more in ({"cid": str(cid.of_raw(b""))}, {"epoch": 0}, {"epoch": "1"}, {"seq": -1}, {"seq": True}, {"did": "x"}, {"v": 2}):
            log = stories.short()
            log.head(**more)
            self.assertEqual(self.fault(log)[0], "head", more)


if __name__ == "__main__":
    unittest.main()
