"""A .fair as a file (docs/works.md): who signed, who agreed, and whether it is about the file next to it."""

import hashlib
import json
import os
import tempfile
import unittest

from nacl.signing import SigningKey

from verifier import __main__ as program
from verifier import cid, es6, keys, work
from verifier.errors import Fault

KEYS = [SigningKey(bytes([seed] * 32)) for seed in range(1, 5)]
DIDS = [keys.did_of(bytes(key.verify_key)) for key in KEYS]
WORK = b"a song"


def made(signer=0, agreed=(1,), **changes):
    manifest = {"id": "w", "version": "0.3.0", "contributors": [{"id": DIDS[0], "weight": 0.5}, {"id": DIDS[1], "weight": 0.5}, {"id": DIDS[2], "weight": 0}],
                "work": {"cid": str(cid.of_raw(WORK)), "bytes": len(WORK)}, **changes}
    text = es6.dumps(manifest)
    signed = {**manifest, "signature": KEYS[signer].sign(text).signature.hex()}
    return {"manifest": signed, "agreed": [{"did": DIDS[n], "signature": KEYS[n].sign(text).signature.hex()} for n in agreed]}


VECTORS = os.path.join(os.path.dirname(__file__), "..", "..", "vectors", "fair.json")


class Vectors(unittest.TestCase):
    """Forms of signatures, and manifests that are too deep: the cases that the node has, too."""

    def test_vectors(self):
        with open(VECTORS, encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        for case in cases:
            with self.subTest(case["name"]):
                if not case["reads"]:
                    with self.assertRaises(Fault):
                        work.verify(case["manifest"].encode(), "song.fair.json")
                    continue
                report = work.verify(case["manifest"].encode(), "song.fair.json")
                self.assertEqual(report["fair"]["signer"], case["signer"])


class Works(unittest.TestCase):
    def judge(self, file, work=WORK):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "song.mp3.fair.json")
            with open(path, "w", encoding="utf-8") as out:
                json.dump(file, out)
            if work is not None:
                with open(os.path.join(folder, "song.mp3"), "wb") as out:
                    out.write(work)
            return program.verify(path)[1]

    def test_everybody_signed(self):
        report = self.judge(made())
        self.assertTrue(report["valid"])
        self.assertEqual(report["fair"], {"signer": DIDS[0], "agreed": [DIDS[1]], "missing": [], "unproved": [], "work": True})
        alone = self.judge(made()["manifest"], work=None)
        self.assertEqual((alone["valid"], alone["fair"]["missing"], alone["fair"]["work"]), (True, [DIDS[1]], None))

    def test_a_key_that_may_have_come_later_is_not_proved(self):
        for file in (made(signer=3), made(agreed=())):
            file["agreed"] += [{"did": DIDS[2], "signature": "00" * 64}]
            report = self.judge(file)
            self.assertFalse(report["valid"])
            self.assertEqual(report["verdict"], "not proved")
            self.assertIn(DIDS[2], report["fair"]["unproved"])

    def test_what_is_no_fair(self):
        twice = made(agreed=(1, 1))
        for bad in (made(agreed=(3,)), twice, {**made(), "more": 1}, {**made(), "agreed": {}}, made(work={"cid": "x", "bytes": 6}),
                    made(work={"cid": str(cid.of_raw(WORK)), "bytes": 7}), made(contributors=[])):
            with self.assertRaises(Fault):
                self.judge(bad)
        with self.assertRaises(Fault):
            self.judge(made(), work=b"another song")

    def test_contradictions_and_terms(self):
        price = {"consent": "explicit", "price": 9.5, "currency": "CHF"}
        whole = {"hash": hashlib.sha256(WORK).hexdigest(), "size": len(WORK)}
        for more in ({"terms": {"train": "free"}}, {"terms": {"train": price}}, {"terms": {"train": {**price, "price": "9.00"}}},
                     {"terms": {"train": {**price, "price": 900}}}, {"terms": "Ask."}, {"training": {"allowed": True}, "terms": {"train": "free"}},
                     {"terms": {"copy": {"consent": "open", "share": 0.2}}}, {"integrity": whole}):
            self.assertTrue(self.judge(made(**more))["valid"], more)
        for more in ({"terms": {"train": "Free"}}, {"terms": {"train": {**price, "price": "9"}}}, {"terms": {"train": {**price, "price": 0}}},
                     {"terms": {"train": {"consent": "explicit", "price": 9.5}}}, {"terms": {"train": "free"}, "training": {"allowed": False}},
                     {"training": {"allowed": True, "grants": [{"purpose": "art"}]}}, {"terms": {"copy": {"consent": "open"}}},
                     {"attribution": []}, {"integrity": {**whole, "size": 1}}, {"integrity": {**whole, "hash": "00" * 32}},
                     {"derivesFrom": [{"id": "a", "weight": 0.1, "share": 0.2}]}):
            with self.assertRaises(Fault, msg=str(more)):
                self.judge(made(**more))
        shares = [{"did": did, "share": share} for did, share in zip(DIDS, (0.5, 0.5, 0))]
        for more in ({"version": "1.1", "contributors": shares}, {"version": "1.1", "contributors": None, "attribution": shares},
                     {"fair": "1.1", "version": "1.1", "contributors": None, "attribution": shares}):
            self.assertTrue(self.judge(made(**more))["valid"], more)
        with self.assertRaises(Fault):
            self.judge(made(fair="1.1", version="1.0", contributors=None, attribution=shares))
