"""The bindings of a derived entry's body (docs/format.md §8): each text is valid except for one change, and signed."""

import json
import unittest

from verifier import bound, cbor, cid, fair

from . import stories
from .build import Key, LogMaker, Person, both, canonical, open_thing, open_txn, salt
from .support import Case

ABSENT = object()


def set_off(log, other, op, derived, fact, made, ref=None, willed=None):
    """`op` in the first log with the fact `willed`, and what follows from it in the other: a body `made` with a `fact`."""
    body = {**made, "salt": salt(derived)}
    parts = [(log.owner.did, op, None), (other.owner.did, derived, cid.of_cbor(cbor.encode(body)))]
    txn, listed, openings = open_txn(*parts)
    intent = log.add(op, fact=willed, to=[other.owner.did], txn=txn)
    other.know(log.owner)
    other.causes[intent], other.txns[txn], other.openings = (log.headers[-1], None), listed, openings
    other.add(derived, body, will="derived", author=log.owner, cause=intent, txn=txn, ref=ref, fact=fact)
    return other


def changed(members, more):
    return {name: value for name, value in {**members, **more}.items() if value is not ABSENT}


class Tickets(Case):
    def ticket(self, more=None, fact=None, ref="tkt_1", willed=None, key=None, signature=None, place="event", beside=None):
        """The log of an event with a ticket that Alice bought."""
        log, event = stories.short(), LogMaker(Person("event"), Person("node one"))
        stranger = LogMaker(Person("eve"), Person("node one"))
        event.begin()
        stranger.begin()
        members = {"event": event.owner.did, "holder": log.owner.did, "issue": 1, "issuedAt": 1_790_000_000_000, "seat": "A1",
                   "ticket": "tkt_1", "type": "regular", "v": 1}
        members = changed(members, more or {})
        text = canonical(members)
        signature = signature or (key or event.owner.auth).sign(text).hex()
        said = {name: members.get(name) for name in bound.TICKET_FACT} | {"price": 500, "currency": "CHF"}
        willed = {"quantity": 2, "amount": 1000, "currency": "CHF", **(willed or {})}
        other = {"event": event, "stranger": stranger}[place]
        other.know(event.owner)
        return set_off(log, other, "events.buy", "events.ticket", changed(said, fact or {}), {"ticket": text.decode(), "signature": signature, **(beside or {})},
                       ref=ref, willed=willed)

    def bad(self, **more):
        self.assertEqual(self.fault(self.ticket(**more)), ("cause", 1), more)

    def test_good(self):
        report = self.report(self.ticket())
        self.assertTrue(report["valid"])
        self.assertEqual(report["home_words"], {})

    def test_a_ticket_has_its_eight_members(self):
        for more in ({"more": 1}, {"issuedAt": ABSENT}, {"v": 2}, {"v": True}, {"holder": "evt_1"}):
            self.bad(more=more)

    def test_a_ticket_is_the_one_that_the_entry_names(self):
        self.bad(ref="tkt_2")
        other = Person("bob").did
        for fact in ({"event": other}, {"holder": other}, {"issue": 2}, {"seat": "A2"}, {"type": "reduced"}, {"seat": ABSENT}):
            self.bad(fact=fact)

    def test_only_numbers_and_texts_of_one_kind_are_the_same(self):
        self.bad(more={"issue": True}, fact={"issue": 1})
        self.bad(more={"seat": None}, fact={"seat": ABSENT})
        self.bad(more={"seat": ["A1"]}, fact={"seat": ["A1"]})

    def test_a_ticket_is_what_its_buyer_asked_for(self):
        self.assertTrue(self.report(self.ticket(willed={"type": "regular", "holder": Person("alice").did}))["valid"])
        for willed in ({"type": "reduced"}, {"holder": Person("bob").did}, {"event": Person("bob").did}):
            self.bad(willed=willed)

    def test_a_ticket_costs_what_its_buyer_signed(self):
        for fact in ({"price": 499}, {"price": ABSENT}, {"price": "500"}, {"currency": "EUR"}, {"currency": ABSENT}):
            self.bad(fact=fact)
        for willed in ({"amount": 999}, {"quantity": 3}, {"quantity": "2"}, {"currency": "EUR"}):
            self.bad(willed=willed)

    def test_what_stands_beside_a_ticket_is_the_homes_word(self):
        for more in ({"fact": {"payment": "pay_1"}}, {"beside": {"title": "Party"}}):
            self.assertEqual(self.report(self.ticket(**more))["home_words"], {"events.ticket": 1})

    def test_a_ticket_stands_with_its_event_or_its_holder(self):
        self.bad(place="stranger")

    def test_a_ticket_is_signed_by_its_event(self):
        self.bad(key=Key("eve"))
        text = self.ticket().bodies[1]
        good = cbor.decode(text)["signature"]
        self.assertTrue(self.report(self.ticket(signature=good))["valid"])
        for signature in (good[:2] + " " + good[2:], good[:-2], "00" * 64):
            self.bad(signature=signature)


WORK = json.dumps({"fair": "1.0", "id": "work", "attribution": [{"did": Person("alice").did, "share": 1}]})
OTHER = json.dumps({"fair": "1.0", "id": "other", "attribution": [{"did": Person("bob").did, "share": 1}]})


def pinned(*texts):
    """The fields of an intent about the manifests that its money follows."""
    digests = [fair.Manifest(text).digest for text in texts]
    return {"fair": digests[0], "follows": bound._digest(digests)}


class Manifests(Case):
    def expected(self, manifests, willed):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        return set_off(log, bob, "events.buy", "pay.expected", None, {"manifests": manifests}, willed=willed)

    def test_manifests_are_those_of_the_intent(self):
        self.assertEqual(self.report(self.expected([WORK, OTHER], pinned(WORK, OTHER)))["home_words"], {})
        for manifests in ([OTHER, WORK], [WORK], [OTHER], [], {WORK: 1, OTHER: 2}, [WORK, OTHER, OTHER]):
            self.assertEqual(self.fault(self.expected(manifests, pinned(WORK, OTHER))), ("cause", 1), manifests)
        self.assertEqual(self.fault(self.expected([OTHER], {"fair": pinned(WORK)["fair"]})), ("cause", 1))

    def test_what_no_intent_names_is_the_homes_word(self):
        for willed in ({"fair": pinned(WORK)["fair"]}, None):
            self.assertEqual(self.report(self.expected([WORK, OTHER], willed))["home_words"], {"pay.expected": 1})


class Receipts(Case):
    def receipt(self, more=None, order=None, fact=None, ref="pay_1", willed=None, division=None, manifests=(WORK, OTHER)):
        log, bob, node = stories.short(), LogMaker(Person("bob"), Person("node one")), Person("node one").did
        bob.begin()
        said = {"id": "pay_1", "gross": 1000, "currency": "CHF", "payer": log.owner.did, "seller": bob.owner.did}
        whole = {"v": 1, "type": "mjn:receipt", "order": {**said, **(order or {})}, "manifests": list(manifests),
                 "profile": {"protocol": 10_000, "node": 0, "buyerCredit": 0}, "parties": {"protocol": node, "node": node}}
        whole["division"] = fair.divide(whole)
        whole = changed(whole, more or {})
        if division:
            division(whole["division"])
        known = {name: said[of] for name, of in bound.RECEIPT_FACT.items()}
        return set_off(log, bob, "events.buy", "pay.receipt", changed(known, fact or {}), {"receipt": canonical(whole).decode()},
                       ref=ref, willed=pinned(*manifests) if willed is None else willed)

    def bad(self, **more):
        self.assertEqual(self.fault(self.receipt(**more)), ("cause", 1), more)

    def divided(self, **more):
        return self.report(self.receipt(**more))["home_divisions"]

    def test_good(self):
        self.assertEqual(self.report(self.receipt())["home_words"], {"pay.receipt": 1})
        self.assertEqual(self.divided(), 0)

    def test_a_work_is_sold_by_everybody_who_made_it(self):
        makers = [Person(name).did for name in ("ada", "bob", "cem")]
        song = json.dumps({"id": "song", "version": "0.3.0", "contributors": [{"id": did, "weight": weight} for did, weight in zip(makers, (0.5, 0.3, 0.2))]})
        digest = fair.Manifest(song).digest

        def agreed(*dids, to=digest, signature="0" * 128):
            return {"manifests": (song,), "more": {"agreed": {to: [{"did": did, "signature": signature} for did in dids]}}}

        for dids in (makers, makers[1:], makers[:2]):
            self.assertEqual(self.divided(**agreed(*dids)), 0)
        self.bad(**agreed(makers[0]))
        self.bad(manifests=(song,), more={"agreed": {}})
        self.bad(manifests=(song,), more={"agreed": []})
        self.bad(**agreed(*makers, Person("eve").did))
        self.bad(**agreed(*makers, makers[0]))
        self.bad(**agreed(*makers, to=fair.Manifest(WORK).digest))
        self.bad(**agreed(*makers, signature="0"))

    def test_a_receipt_is_of_the_payment_that_the_entry_names(self):
        self.bad(ref="pay_2")
        other = Person("eve").did
        for fact in ({"amount": 1001}, {"currency": "EUR"}, {"payer": other}, {"seller": other}, {"amount": ABSENT}):
            self.bad(fact=fact)
        self.bad(more={"v": 2})
        self.bad(more={"v": True})
        self.bad(more={"type": "mjn:other"})

    def test_a_receipt_is_of_what_was_willed(self):
        for willed in ({"amount": 999}, {"currency": "EUR"}, {"seller": Person("eve").did}):
            self.bad(willed={**pinned(WORK, OTHER), **willed})

    def test_the_manifests_are_those_of_the_intent(self):
        self.bad(willed=pinned(OTHER, WORK))
        self.bad(willed={"fair": pinned(OTHER)["fair"]})
        self.bad(more={"manifests": {WORK: 1, OTHER: 2}})

    def test_the_division_is_done_again(self):
        def less(division):
            division["lines"][0]["amount"] -= 1
        self.bad(division=less)

    def test_a_division_that_nobody_can_do_again_is_the_homes_word(self):
        def elsewhere(division):
            division["lines"][0]["passedOn"] = "sha256:" + "0" * 64
        self.assertEqual(self.divided(division=elsewhere), 1)
        self.assertEqual(self.divided(willed={"fair": pinned(WORK)["fair"]}), 1)

    def test_debts_are_its_sellers_to_others_and_no_more_than_was_paid(self):
        seller, creditor, other = Person("bob").did, Person("eve").did, Person("carol").did
        debt = {"amount": 400, "creditor": creditor, "debtor": seller}
        self.assertTrue(self.report(self.receipt(more={"debts": [debt, {**debt, "creditor": other, "amount": 600}]}))["valid"])
        for debts in ([], {}, None, [5], [{**debt, "more": 1}], [{**debt, "debtor": other}], [{**debt, "creditor": seller}], [{**debt, "creditor": "x"}],
                      [{**debt, "amount": 0}], [{**debt, "amount": -1}], [{**debt, "amount": True}], [debt, debt], [{**debt, "amount": 1001}],
                      [debt, {**debt, "creditor": other, "amount": 601}]):
            self.bad(more={"debts": debts})


class Words(Case):
    """Bodies that are their intent's."""

    def opened(self):
        log, thing = stories.short(), LogMaker(Person("event"), Person("node one"))
        thing.begin()
        open_thing(log, thing)
        return thing

    def again(self, words, willed={"title": "A concert"}, withheld=False):
        """The event's log, in which these words follow from an intent with other words, or without any."""
        log, thing = stories.short(), LogMaker(Person("event"), Person("node one"))
        thing.begin()
        willed = willed and {**willed, "salt": salt("willed")}
        said = {**words, "salt": salt("said")}
        parts = [(log.owner.did, "events.create", willed and cid.of_cbor(cbor.encode(willed))),
                 (thing.owner.did, "events.opened", cid.of_cbor(cbor.encode(said)))]
        txn, listed, openings = open_txn(*parts)
        intent = log.add("events.create", willed, ref=thing.owner.did, to=[thing.owner.did], txn=txn)
        thing.know(log.owner)
        thing.causes[intent] = log.headers[-1], cbor.encode(willed) if willed and not withheld else None
        thing.txns[txn], thing.openings = listed, openings
        thing.add("events.opened", said, will="derived", author=log.owner, cause=intent, txn=txn, ref=log.owner.did)
        return thing

    def test_the_same_words_with_another_salt_are_the_same(self):
        report = self.report(self.again({"title": "A concert"}))
        self.assertEqual((report["valid"], report["home_words"]), (True, {}))

    def test_the_very_same_body_needs_no_words_of_the_intent(self):
        thing = self.opened()
        intent = next(iter(thing.causes))
        thing.causes[intent] = thing.causes[intent][0], None
        self.assertEqual(self.report(thing)["home_words"], {})

    def test_other_words_are_not_those_of_the_intent(self):
        self.assertEqual(self.fault(self.again({"title": "Another concert"})), ("cause", 1))

    def test_words_of_a_withheld_intent_are_the_homes(self):
        self.assertEqual(self.report(self.again({"title": "Another concert"}, withheld=True))["home_words"], {"events.opened": 1})

    def test_an_intent_without_words_has_none_to_follow(self):
        self.assertEqual(self.fault(self.again({"title": "A concert"}, willed=None)), ("cause", 1))

    def test_what_the_node_alone_says_is_counted(self):
        log, node = stories.short(), LogMaker(Person("node one"), Person("node one"))
        node.begin()
        other = set_off(log, node, "events.buy", "pay.posted", None, {"postings": []})
        self.assertEqual(self.report(other)["home_words"], {"pay.posted": 1})


class Attestations(Case):
    def received(self, text, signature=None, name=None, willed=None):
        """Bob's log with an attestation by Alice of this very text."""
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        row = {"issuerDid": log.owner.did, **{bound.ATTESTATION[name]: value for name, value in text.items() if name in bound.ATTESTATION}}
        signature = signature or log.owner.genesis.sign(canonical(text)).hex()
        body = {"attestation": canonical(text).decode(), "issuer": log.owner.did, "signature": signature, "audience": "parties"}
        both(log, bob, "issue", "received", name or str(cid.of_cbor(cbor.encode(row))), body)
        return bob

    def text(self, **more):
        text = {"subject_did": Person("bob").did, "type": "skill.verified", "context_id": None, "context_type": None,
                "payload": {"says": "x"}, "issued_at": 1_790_000_000_000}
        return changed(text, more)

    def test_an_attestation_has_its_six_members(self):
        self.assertTrue(self.report(self.received(self.text()))["valid"])
        for more in ({"payload": ABSENT}, {"more": 1}):
            self.assertEqual(self.fault(self.received(self.text(**more))), ("cause", 1), more)

    def test_an_attestation_is_the_one_that_both_entries_name(self):
        self.assertEqual(self.fault(self.received(self.text(), name=str(cid.of_cbor(b"another")))), ("cause", 1))

    def test_what_somebody_received_is_about_them(self):
        self.assertEqual(self.fault(self.received(self.text(subject_did=Person("carol").did))), ("cause", 1))

    def test_a_signature_is_hexadecimal_and_nothing_else(self):
        good = Person("alice").genesis.sign(canonical(self.text())).hex()
        self.assertTrue(self.report(self.received(self.text(), signature=good))["valid"])
        self.assertEqual(self.fault(self.received(self.text(), signature=good[:2] + " " + good[2:])), ("cause", 1))


class Countersignatures(Case):
    NAME = str(cid.of_cbor(b"an attestation"))

    def token(self, by, key=None, header=None, **more):
        payload = {"version": 1, "type": "countersign", "did": by.dfos, "targetCID": self.NAME, "createdAt": "2026-09-21T00:00:00.000Z", **more}
        header = {"alg": "EdDSA", "typ": "did:dfos:countersign", "kid": f"{by.dfos}#{by.auth.id}",
                  "cid": str(cid.of_cbor(cbor.encode(payload))), **(header or {})}
        return (key or by.auth).jws(canonical(header), canonical(payload))

    def countersigned(self, token, willed=None, withheld=False):
        """Bob's log with Alice's countersignature; hers has `willed` if it differs."""
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        both(log, bob, "countersign", "countersigned", self.NAME, {"witness_jws": willed or token})
        intent = next(iter(bob.causes))
        if willed:
            self.put(bob, log, intent, {"witness_jws": token})
        if withheld:
            bob.causes[intent] = bob.causes[intent][0], None
        return bob

    def put(self, bob, log, intent, body):
        """The derived entry once more, with another body; the openings are made to fit."""
        for made in (bob.headers, bob.cids, bob.ats):
            made.pop()
        old, body = bob.bodies.pop(1), {**body, "salt": salt("another")}
        opened = {cid.of_cbor(old): cid.of_cbor(cbor.encode(body))}
        log.headers.pop(), log.cids.pop(), log.ats.pop()
        willed = log.bodies.pop(len(log.headers))
        parts = [(log.owner.did, "auth.attestation.countersign", cid.of_cbor(willed)),
                 (bob.owner.did, "auth.attestation.countersigned", next(iter(opened.values())))]
        txn, listed, bob.openings = open_txn(*parts, name="another")
        log.after.pop(log.owner.kid(), None)
        again = log.add("auth.attestation.countersign", body_bytes=willed, ref=self.NAME, fact={"dids": [bob.owner.did]}, to=[bob.owner.did], txn=txn)
        bob.causes, bob.txns = {again: (log.headers[-1], willed)}, {txn: listed}
        bob.add("auth.attestation.countersigned", body, will="derived", author=log.owner, cause=again, txn=txn, ref=self.NAME)

    def bad(self, token, **more):
        self.assertEqual(self.fault(self.countersigned(token, **more)), ("cause", 1))

    def test_good(self):
        report = self.report(self.countersigned(self.token(Person("alice"))))
        self.assertEqual((report["valid"], report["home_words"]), (True, {}))

    def test_what_is_no_countersignature(self):
        alice = Person("alice")
        self.bad(self.token(alice, type="artifact"))
        self.bad(self.token(alice, targetCID=5))
        self.bad(self.token(alice, did=Person("eve").dfos))
        self.bad(self.token(alice, header={"kid": alice.dfos}))

    def test_a_countersignature_is_its_authors(self):
        alice, eve = Person("alice"), Person("eve")
        self.bad(self.token(alice, did=eve.dfos, header={"kid": f"{eve.dfos}#{alice.auth.id}"}))
        self.bad(self.token(alice, key=eve.auth))
        self.bad(self.token(eve))

    def test_it_is_the_one_that_was_willed(self):
        alice = Person("alice")
        good = self.token(alice)
        self.assertTrue(self.report(self.countersigned(good, willed=good))["valid"])
        another = self.token(alice, targetCID=str(cid.of_cbor(b"another")))
        self.assertEqual(self.report(self.countersigned(another))["home_words"], {})
        self.bad(self.token(alice, createdAt="2026-09-22T00:00:00.000Z"), willed=good)

    def test_where_the_intent_is_withheld_it_names_the_attestation_or_is_the_homes_word(self):
        alice = Person("alice")
        self.assertEqual(self.report(self.countersigned(self.token(alice), withheld=True))["home_words"], {})
        another = self.token(alice, targetCID=str(cid.of_cbor(b"another")))
        self.assertEqual(self.report(self.countersigned(another, withheld=True))["home_words"], {"auth.attestation.countersigned": 1})

    def test_of_an_author_without_a_chain_it_is_what_they_willed_or_the_homes_word(self):
        token = self.token(Person("alice"))
        for withheld, words in ((False, {}), (True, {"auth.attestation.countersigned": 1})):
            dora, bob = stories.bare(), LogMaker(Person("bob"), Person("node one"))
            bob.begin()
            bodies = [{"witness_jws": token, "salt": salt(n)} for n in range(2)]
            cids = [cid.of_cbor(cbor.encode(body)) for body in bodies]
            ops = ("auth.attestation.countersign", "auth.attestation.countersigned")
            txn, listed, openings = open_txn((dora.owner.did, ops[0], cids[0]), (bob.owner.did, ops[1], cids[1]))
            intent = dora.add(ops[0], bodies[0], will="custodial", ref=self.NAME, fact={"dids": [bob.owner.did]}, txn=txn)
            bob.causes[intent] = dora.headers[-1], None if withheld else cbor.encode(bodies[0])
            bob.txns[txn], bob.openings = listed, openings
            bob.add(ops[1], bodies[1], will="derived", author=dora.owner, cause=intent, txn=txn, ref=self.NAME)
            self.assertEqual(self.report(bob)["home_words"], words)


if __name__ == "__main__":
    unittest.main()
