"""Certificates (docs/api.md, "Certificates"): a bare key's, and what is wrong with others."""

import json
import os
import tempfile
import unittest

from nacl.signing import SigningKey

from verifier import certificate, jcs, keys
from verifier.errors import Fault

KEY = SigningKey(bytes([1] * 32))
DID = keys.DID_PREFIX + keys.base58_encode(bytes(KEY.verify_key))


def made(**changes):
    said = {"subject_did": DID, "type": "learn.completed", "context_id": None, "context_type": None, "payload": {"course": "Bread"}, "issued_at": 1764000000123}
    text = jcs.dumps(said).decode()
    return {"v": 1, "attestation": text, "signature": KEY.sign(text.encode()).signature.hex(), "issuer": DID, "chain": [], **changes}


class Certificates(unittest.TestCase):
    def judge(self, file):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "certificate.json")
            with open(path, "w", encoding="utf-8") as out:
                json.dump(file, out)
            self.assertTrue(certificate.looks_so(path))
            return certificate.verify(path)

    def test_a_bare_key_needs_no_chain(self):
        report = self.judge(made())
        self.assertTrue(report["valid"])
        self.assertEqual(report["certificate"]["payload"], {"course": "Bread"})

    def test_what_was_changed_is_none(self):
        good = made()
        other = keys.DID_PREFIX + keys.base58_encode(bytes([9] * 32))
        changes = [
            {"v": 2}, {"more": 1}, {"issuer": other}, {"chain": ["x"]}, {"chain": None}, {"signature": "00" * 64},
            {"attestation": good["attestation"].replace("Bread", "Cakes")}, {"attestation": " " + good["attestation"]}, {"attestation": "{}"},
        ]
        for change in changes:
            with self.subTest(change), self.assertRaises(Fault):
                self.judge(made(**change))
