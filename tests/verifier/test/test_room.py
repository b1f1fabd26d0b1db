"""Conversations (docs/conversations.md) against `tests/vectors/chat.json`, and the cryptography against another library's HPKE."""

import json
import os
import pathlib
import unittest

from verifier import cid, jws, room, sealed

from . import judge

VECTORS = pathlib.Path(__file__).parents[2] / "vectors"
FILE = json.loads((VECTORS / "chat.json").read_text())
ENCRYPTION = json.loads((VECTORS / "encryption.json").read_text())


def piece(place):
    return None if place is None else jws.unb64(FILE["pool"][place])


def pair(value):
    return value and (value[0], cid.parse(value[1]))


def shown_of(case):
    return {
        "rows": [tuple(map(piece, row)) for row in case["rows"]], "own": [tuple(map(piece, row)) for row in case["own"]],
        "reads": list(map(piece, case["reads"])),
        "chains": {did: [FILE["pool"][token] for token in tokens] for did, tokens in case["chains"].items()},
    }


def known_of(case):
    known = case["known"]
    secrets = [sealed.Secret(bytes.fromhex(secret)) for secret in known["secrets"]]
    return {**known, "secrets": secrets, "pin": pair(known["pin"]), "sent": list(map(pair, known["sent"]))}


class EncryptionKeys(unittest.TestCase):
    def test_the_keys_that_services_say(self):
        for case in ENCRYPTION["cases"]:
            with self.subTest(case["name"]):
                self.assertEqual([key.hex() for key in room.encryption_keys(case["services"])], case["keys"])


class Vectors(unittest.TestCase):
    def test_every_case(self):
        self.maxDiff = None
        for case in FILE["cases"]:
            with self.subTest(case["name"]):
                report = room.Room(known_of(case)).judge(shown_of(case))
                self.assertEqual(report, case["report"])

    def test_the_attacks(self):
        """The model's 50, five on what a page takes from its reader's own log and asks for, nine made up there, twelve ways to readable ones."""
        lies = [case for case in FILE["cases"] if case["by"] != "nobody"]
        self.assertEqual(len(lies), 50 + 5 + 9 + 12)
        for case in lies:
            report = case["report"]
            found = report["stop"] or report["renew"] or report["voids"]
            self.assertEqual(bool(found), case["name"] != "second-chain-before-comparing", case["name"])

    def test_hostile_bytes(self):
        case = next(case for case in FILE["cases"] if case["name"] == "group")
        for n in range(300):
            shown = shown_of(case)
            rows = [list(row) for row in shown["rows"]]
            # No successor names the newest header: its time is only the node's claim.
            row = rows[n % (len(rows) - 1)]
            if row[n % 3] is None:
                continue
            data = bytearray(row[n % 3])
            data[n * 37 % len(data)] ^= 1 + n % 255
            row[n % 3] = bytes(data)
            self.assertIsNotNone(room.Room(known_of(case)).judge({**shown, "rows": rows})["stop"], n)


class Cryptography(unittest.TestCase):
    def test_what_the_library_says(self):
        """The other implementations are held to this file: it must say what the library says."""
        self.assertEqual((VECTORS / "seal.json").read_text(), judge.written(), "written anew by verifier.test.judge")

    def test_wrap(self):
        v = FILE["crypto"]["wrap"]
        secret = sealed.Secret(bytes.fromhex(v["private"]))
        check = sealed.check_of(bytes.fromhex(v["secret"]), v["log"], v["epoch"])
        self.assertEqual((secret.public.hex(), check.hex()), (v["key"], v["check"]))
        info = sealed.wrap_info(v["log"], v["epoch"], v["maker"], v["member"], secret.public, check)
        self.assertEqual(sealed.unwrap(secret, info, bytes.fromhex(v["wrapped"])).hex(), v["secret"])
        again = sealed.wrap(secret.public, info, bytes.fromhex(v["secret"]))
        self.assertEqual(sealed.unwrap(secret, info, again).hex(), v["secret"])
        with self.assertRaises(ValueError):
            sealed.unwrap(secret, info + b"x", again)
        with self.assertRaises(ValueError):
            sealed.unwrap(secret, info, again[:-1])

    def test_box(self):
        v = FILE["crypto"]["box"]
        aad = sealed.place(v["name"], v["log"], v["epoch"], v["sender"], v["id"], v["re"])
        secret, nonce, commit, box = (bytes.fromhex(v[name]) for name in ("secret", "nonce", "commit", "box"))
        self.assertEqual(sealed.open_box(secret, sealed.MESSAGE, aad, nonce, commit, box).decode(), v["text"])
        self.assertEqual(sealed.seal_box(secret, sealed.MESSAGE, aad, nonce, v["text"].encode()), (commit, box))
        other = sealed.place(v["name"], v["log"], v["epoch"], v["sender"], v["id"], None)
        for bad in ((secret, sealed.MESSAGE, other, nonce, commit, box), (secret, sealed.MESSAGE, aad, nonce, bytes(32), box),
                    (bytes(32), sealed.MESSAGE, aad, nonce, commit, box), (secret, sealed.RING, aad, nonce, commit, box)):
            with self.assertRaises(ValueError):
                sealed.open_box(*bad)

    def test_keyring_and_number(self):
        v = FILE["crypto"]["ring"]
        parts = [bytes.fromhex(v[name]) for name in ("wrapped", "nonce", "commit", "box")]
        found = sealed.open_ring(sealed.Secret(bytes.fromhex(v["private"])), v["did"], *parts)
        self.assertEqual([[log, epoch, secret.hex()] for log, epoch, secret in found], v["secrets"])
        n = FILE["crypto"]["number"]
        one, other = ((did, cid.parse(text)) for did, text in (n["one"], n["other"]))
        self.assertEqual(sealed.number(one, other), n["groups"])
        self.assertEqual(sealed.number(other, one), n["groups"])

    def test_padding(self):
        self.assertEqual([len(sealed.pad(bytes(n))) for n in (0, 252, 253, 32_764)], [256, 256, 512, 32_768])
        for bad in (b"", bytes(255), bytes(512), b"\xff" * 256, sealed.pad(b"x")[:-1] + b"\1"):
            with self.assertRaises(ValueError):
                sealed.unpad(bad)
        with self.assertRaises(ValueError):
            sealed.pad(bytes(32_765))
        text = os.urandom(300)
        self.assertEqual(sealed.unpad(sealed.pad(text)), text)
