"""Files published with a log: content chains, `anchors.json`, chain files, and .fair manifests. Each text is valid except for one change."""

import json
import unittest

from verifier import anchors, cbor, cid, content, fair, jcs, keys, times
from verifier.chains import chain_of
from verifier.errors import Fault, Unusable
from verifier.log import Log
from verifier.logfile import LogFile

from . import stories
from .build import Key, Person, canonical
from .support import Case

DOCUMENT = str(cid.of_cbor(b"a document"))
LATER = stories.short().now


def statement(person, payload, typ="did:dfos:content-op", key=None, header=None, at=0):
    """(token, CID text) of what a person publishes."""
    key = key or person.auth
    payload = {"version": 1, "did": person.dfos, "createdAt": times.text(at), **payload}
    operation = str(cid.of_cbor(cbor.encode(payload)))
    header = {"alg": "EdDSA", "typ": typ, "kid": f"{person.dfos}#{key.id}", "cid": operation, **(header or {})}
    return key.jws(canonical(header), canonical(payload)), operation


CREATE = {"type": "create", "documentCID": DOCUMENT, "baseDocumentCID": None}


class Content(unittest.TestCase):
    def setUp(self):
        self.node = Person("node one")
        self.chain = chain_of(self.node.did, self.node.tokens)

    def test_good(self):
        create, first = statement(self.node, CREATE)
        update, second = statement(self.node, {**CREATE, "type": "update", "previousOperationCID": first, "documentCID": None}, at=1)
        delete, _ = statement(self.node, {"type": "delete", "previousOperationCID": second}, at=2)
        found = content.operations([create, update, delete], self.chain)
        self.assertEqual([(o.cid, o.document) for o in found], [(first, DOCUMENT)])

    def test_what_is_no_operation(self):
        eve = Person("eve")
        without = {k: v for k, v in CREATE.items() if k != "baseDocumentCID"}
        for more in ({"payload": {**CREATE, "type": "move"}}, {"payload": {**CREATE, "documentCID": None}}, {"payload": {**CREATE, "documentCID": 5}},
                     {"payload": without}, {"payload": {**CREATE, "baseDocumentCID": 5}}, {"payload": {**CREATE, "note": "x" * 66_000}},
                     {"payload": {**CREATE, "authorization": 5}}, {"payload": {**CREATE, "did": eve.dfos}}, {"payload": {**CREATE, "createdAt": "soon"}},
                     {"payload": CREATE, "header": {"cid": str(cid.of_cbor(b""))}}, {"payload": CREATE, "header": {"kid": self.node.dfos}},
                     {"payload": CREATE, "header": {"kid": f"{eve.dfos}#{self.node.auth.id}"}}, {"payload": CREATE, "key": eve.auth},
                     {"payload": CREATE, "key": eve.auth, "header": {"kid": f"{self.node.dfos}#{self.node.auth.id}"}},
                     {"payload": {**CREATE, "did": eve.dfos}, "header": {"kid": f"{eve.dfos}#{self.node.auth.id}"}}):
            with self.assertRaises(Unusable, msg=more):
                content.operations([statement(self.node, **more)[0]], self.chain)

    def test_an_operation_follows_an_earlier_one_that_is_no_delete(self):
        create, first = statement(self.node, CREATE, at=5)
        delete, gone = statement(self.node, {"type": "delete", "previousOperationCID": first}, at=6)
        for before, at in ((DOCUMENT, 9), (first, 5), (first, 4), (gone, 9)):
            update, _ = statement(self.node, {**CREATE, "type": "update", "previousOperationCID": before}, at=at)
            with self.assertRaises(Unusable, msg=(before, at)):
                content.operations([create, delete, update], self.chain)
        move, _ = statement(self.node, {**CREATE, "type": "move", "previousOperationCID": first}, at=9)
        with self.assertRaises(Unusable):
            content.operations([create, move], self.chain)

    def test_countersignatures(self):
        def targets(payload, **more):
            token, _ = statement(self.node, {"type": "countersign", "targetCID": DOCUMENT, **payload}, "did:dfos:countersign", **more)
            return content.countersigned([token], self.chain)
        self.assertEqual(targets({"relation": "x" * 64}), {DOCUMENT})
        self.assertEqual(targets({"did": Person("eve").dfos}), set())
        for payload in ({"type": "artifact"}, {"targetCID": 5}, {"relation": ""}, {"relation": "x" * 65}, {"relation": 5}):
            with self.assertRaises(Unusable, msg=payload):
                targets(payload)
        with self.assertRaises(Unusable):
            targets({}, key=Key("eve"), header={"kid": f"{self.node.dfos}#{self.node.auth.id}"})


class Anchors(Case):
    def log(self):
        log = stories.short()
        with LogFile(log.write(self.path("log.sqlite")), in_bundle=False) as store:
            return log, Log(store).run()

    def carried(self, log, more=None, of_node=None, head=None):
        path = {"nonce": "0f" * 16, "siblings": "", "head": {"cid": str(cid.Cid(log.cids[2])), "epoch": 1, "seq": 2, **(head or {})}}
        node = {"node": log.homes[0].node, "chain": keys.dfos_id(b"chain"), "paths": [path], **(of_node or {})}
        return anchors.carried(jcs.dumps({"v": 1, "did": log.did, "nodes": [node], **(more or {})}), log)

    def test_what_a_bundle_carries(self):
        _, log = self.log()
        self.assertEqual(len(self.carried(log)), 1)
        node = {"node": log.homes[0].node, "chain": keys.dfos_id(b"chain"), "paths": []}
        for code, more in (
                ("anchor", {"more": {"v": 2}}), ("anchor", {"more": {"more": 1}}), ("anchor", {"more": {"did": Person("eve").did}}), ("anchor", {"more": {"did": "x"}}),
                ("anchor", {"more": {"nodes": {}}}), ("anchor", {"more": {"nodes": [node, node]}}), ("anchor", {"more": {"nodes": ["x"]}}),
                ("anchor", {"of_node": {"more": 1}}), ("anchor", {"of_node": {"node": Person("eve").did, "paths": []}}), ("anchor", {"of_node": {"node": "x"}}),
                ("anchor", {"of_node": {"chain": "x"}}), ("anchor", {"of_node": {"chain": 5}}), ("anchor", {"of_node": {"paths": {}}}),
                ("cut", {"head": {"seq": 9}}), ("anchor", {"head": {"seq": 1}}), ("anchor", {"head": {"epoch": 2}})):
            with self.assertRaises(Fault, msg=more) as caught:
                self.carried(log, **more)
            self.assertEqual(caught.exception.code, code, more)

    def published(self, end, countersign=False, nodes=None, **more):
        """The report of a log against one anchor of its home, whose path for it has this end."""
        maker, log = self.log()
        path = {"nonce": "0f" * 16, "siblings": "", **end(log)}
        document = anchors.Path(path).document(log.salt, log.did)
        token, operation = statement(maker.node, {**CREATE, "documentCID": document}, at=LATER - 1500)
        signed = [statement(maker.owner, {"type": "countersign", "targetCID": operation}, "did:dfos:countersign")[0]] if countersign else []
        file = {"v": 1, "node": maker.node.did, "identity": maker.node.tokens, "operations": [token], "countersignatures": signed, "paths": [path], **more}
        with open(self.path("chain.json"), "w") as out:
            json.dump(file, out)
        return anchors.check(log, nodes, self.path("chain.json"))

    @staticmethod
    def head(log):
        return {"head": {"cid": str(cid.Cid(log.cids[2])), "epoch": 1, "seq": 2}}

    @staticmethod
    def nothing(log):
        return {}

    def test_what_was_published(self):
        found = self.published(self.head, countersign=True)["anchored"]
        self.assertEqual([(a["seq"], a["countersigned"]) for a in found], [(2, True)])
        self.assertEqual(self.published(self.nothing)["absent"], 1)
        self.assertEqual(self.published(self.head, paths=[])["silent"], 1)

    def test_what_the_owner_countersigned_holds_the_log(self):
        with self.assertRaises(Fault) as caught:
            self.published(self.nothing, countersign=True)
        self.assertEqual(caught.exception.code, "anchor")

    def test_a_bundle_answers_for_the_anchors_of_its_time(self):
        old, anchors.LATE_MS = anchors.LATE_MS, 0
        self.addCleanup(setattr, anchors, "LATE_MS", old)
        with self.assertRaises(Fault) as caught:
            self.published(self.head, nodes={}, paths=[])
        self.assertEqual(caught.exception.code, "path")

    def test_what_is_no_chain_file(self):
        other = Person("node one")
        other.rotate("another way")
        known = Person("node one")
        known.rotate("one way")
        eve = Person("eve")
        for more in ({"v": 2}, {"more": 1}, {"node": "x"}, {"identity": "x"}, {"operations": [5]}, {"countersignatures": {}}, {"paths": {}}, {"paths": [{}]},
                     {"node": eve.did, "identity": eve.tokens}, {"identity": []}, {"identity": eve.tokens}):
            with self.assertRaises(Unusable, msg=more):
                self.published(self.head, **more)
        maker, log = self.log()
        log.chains._chains[maker.node.did] = chain_of(known.did, known.tokens)
        file = anchors.ChainFile({"v": 1, "node": maker.node.did, "identity": other.tokens, "operations": []})
        with self.assertRaisesRegex(Unusable, "another identity chain"):
            anchors._identity(log, file)


DID, OTHER = Person("alice").did, Person("bob").did


def manifest(**more):
    return json.dumps({"fair": "1.0", "id": "work", "attribution": [{"did": DID, "share": 1}], **more})


class Fair(unittest.TestCase):
    def test_what_is_no_manifest(self):
        fair.Manifest(manifest())
        half = {"did": DID, "share": 0.5}
        source = {"id": "x", "weight": 0.6}
        whole = fair.MANIFEST_MAX
        for more in (
                {"fair": "2.0"}, {"fair": 1}, {"fair": None, "version": "9"}, {"attribution": []}, {"attribution": {}}, {"attribution": [half]}, {"attribution": [half] * 3},
                {"attribution": [{"did": DID, "share": 1 / 128}] * 128}, {"attribution": [{"did": DID, "share": True}]},
                {"attribution": [{"did": DID, "share": "1"}]}, {"attribution": [{"did": DID, "share": 1.5}, {"did": DID, "share": -0.5}]},
                {"attribution": [{"did": "x", "share": 1}]}, {"attribution": [{"did": 5, "share": 1}]},
                {"attribution": [{"did": DID, "share": 1, "role": "x" * (fair.TEXT_MAX + 1)}]}, {"id": "x" * (fair.TEXT_MAX + 1)}, {"type": 5},
                {"derivesFrom": [], "derives_from": []}, {"derivesFrom": {}}, {"derivesFrom": ["x"] * 65}, {"derivesFrom": [source, source]},
                {"derivesFrom": [{"id": ""}]}, {"derivesFrom": [{"weight": 1}]}, {"derivesFrom": [{"id": "x", "fair": "sha256:x"}]},
                {"type": "distribution", "id": DID, "owner": OTHER}, {"signature": "x"}, {"signature": 5}, {"platformSignature": 5}, {"note": "x" * whole}):
            with self.assertRaises(ValueError, msg=str(more)[:200]):
                fair.Manifest(manifest(**more))
        for text in ("[]", "5", '{"fair":"1.0","fair":"1.0"}'):
            with self.assertRaises(ValueError, msg=text):
                fair.Manifest(text)

    def test_parts(self):
        self.assertEqual(fair.split(10, [1, 1, 1]), [4, 3, 3])
        for amount, weights in ((10, [0, 0]), (-1, [1])):
            with self.assertRaises(ValueError):
                fair.split(amount, weights)

    def receipt(self, *manifests, gross=100, share=0, **more):
        node = Person("node one").did
        return {"order": {"gross": gross, "payer": OTHER}, "profile": {"protocol": share, "node": 0, "buyerCredit": 0},
                "parties": {"protocol": node, "node": node}, "manifests": list(manifests or (manifest(),)), **more}

    def test_receipts(self):
        self.assertEqual(fair.divide(self.receipt(share=100_000))["recipients"], [[DID, 90], [Person("node one").did, 10]])
        for bad in (self.receipt(gross=True), self.receipt(gross=-1), self.receipt(gross=fair.AMOUNT_MAX + 1), self.receipt(gross="1"), self.receipt(share=-1),
                    self.receipt(share=True), self.receipt(share=fair.WHOLE + 1), {**self.receipt(), "manifests": []}):
            with self.assertRaises(ValueError, msg=bad):
                fair.divide(bad)

    def test_a_share_for_a_work_goes_to_that_very_work(self):
        work = manifest(id="other", attribution=[{"did": OTHER, "share": 1}])
        of = fair.Manifest(work).digest
        for digest, fits in ((of, True), (fair.Manifest(manifest()).digest, False)):
            above = manifest(derivesFrom=[{"id": "other", "weight": 0.4, "fair": digest}])
            if fits:
                self.assertEqual(fair.divide(self.receipt(above, work))["recipients"], [[DID, 60], [OTHER, 40]])
            else:
                with self.assertRaises(ValueError):
                    fair.divide(self.receipt(above, work))
        # A source with a DID as its id does not fit the work's digest either.
        with self.assertRaises(ValueError):
            fair.divide(self.receipt(manifest(derivesFrom=[{"id": OTHER, "weight": 0.4, "fair": of}])))

    def test_what_goes_round_in_a_circle_stays_with_who_passes_it_on(self):
        def passes(one, to):
            return manifest(type="distribution", id=one, owner=one, attribution=[{"did": to, "share": 1}])
        found = fair.divide(self.receipt(manifest(), passes(DID, OTHER), passes(OTHER, DID)))
        self.assertEqual(found["recipients"], [[DID, 100]])
        self.assertEqual(len(found["lines"]), 3)


if __name__ == "__main__":
    unittest.main()
