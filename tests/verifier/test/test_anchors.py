"""The tree and the paths of docs/format.md §14. The tests that run both verifiers on the same bundles cover whole bundles with anchors."""

import base64
import hashlib
import unittest

from verifier import anchors, cid, keys
from verifier.anchors import Path, trie_root

NONCE = "0f" * 16


def leaf(n):
    return hashlib.sha256(b"subject %d" % n).digest(), anchors.leaf_value(1 + n % 2, n, link(n))


def link(n):
    return cid.of_cbor(b"entry %d" % n)


def way(leaves, subject, depth=0):
    """(siblings, end) of the place of a subject."""
    if len(leaves) < 2:
        return [], leaves[0] if leaves else None
    halves = [[pair for pair in leaves if anchors._bit(pair[0], depth) == side] for side in (0, 1)]
    side = anchors._bit(subject, depth)
    siblings, end = way(halves[side], subject, depth + 1)
    return [anchors._trie(halves[1 - side], depth + 1)] + siblings, end


def path(leaves, n):
    siblings, end = way(sorted(leaves), leaf(n)[0])
    value = {"nonce": NONCE, "siblings": base64.urlsafe_b64encode(b"".join(siblings)).decode().rstrip("=")}
    if end == leaf(n):
        value["head"] = {"cid": str(link(n)), "epoch": 1 + n % 2, "seq": n}
    elif end:
        value["other"] = {"subject": end[0].hex(), "value": end[1].hex()}
    return value


class Tree(unittest.TestCase):
    def test_every_leaf_has_its_path_and_every_other_has_none(self):
        for size in (*range(10), 33, 100):
            leaves = [leaf(n) for n in range(size)]
            root = trie_root(leaves)
            for n in range(size + 5):
                found = Path(path(leaves, n))
                self.assertEqual(found.root(leaf(n)[0]), root)
                self.assertEqual(found.head is not None, n < size)

    def test_an_end_that_is_not_there_leads_elsewhere(self):
        leaves = [leaf(n) for n in range(30)]
        root, subject = trie_root(leaves), leaf(3)[0]
        honest = path(leaves, 3)
        for end in ({}, {"other": {"subject": "00" * 32, "value": "00" * 32}}, {"head": dict(honest["head"], seq=4)}):
            lie = {"nonce": NONCE, "siblings": honest["siblings"], **end}
            self.assertNotEqual(Path(lie).root(subject), root)
        # A path to a leaf at a position that the subject's bits do not lead to proves nothing.
        self.assertIsNone(Path(path(leaves, 40)).root(bytes(b ^ 0xFF for b in leaf(40)[0])))

    def test_roots_that_the_page_gives(self):
        self.assertEqual(trie_root([]), hashlib.sha256(b"\2").digest())
        self.assertEqual(trie_root([leaf(5)]), hashlib.sha256(b"\0" + leaf(5)[0] + leaf(5)[1]).digest())

    def test_what_is_no_path(self):
        good = path([leaf(1), leaf(2)], 1)
        Path(good)
        for bad in ({**good, "more": 1}, {**good, "siblings": "AAAA"}, {**good, "nonce": NONCE.upper()}, {**good, "head": None},
                    {**good, "other": {"subject": "00" * 32, "value": "00" * 32}}, {"nonce": NONCE}, [],
                    {**good, "head": dict(good["head"], epoch=0)}, {**good, "head": dict(good["head"], seq=True)}):
            with self.assertRaises(ValueError):
                Path(bad)

    def test_a_document_has_one_text(self):
        text = '{"$schema":"mjn:anchor/v1","nonce":"%s","root":"%s"}' % (NONCE, "ab" * 32)
        self.assertEqual(anchors.is_document(text), bytes.fromhex("ab" * 32))
        for bad in (text.replace(":", ": "), text.replace("v1", "v2"), text.replace("ab", "AB"), text[:-1], None, 1):
            self.assertIsNone(anchors.is_document(bad))

    def test_a_path_makes_its_document(self):
        salt, did = bytes(16), keys.did_of(bytes(31) + b"\1")
        subject = anchors.sha256(b"mjn:anchor:subject", bytes.fromhex(NONCE), salt, did.encode())
        value = {"nonce": NONCE, "siblings": "", "head": {"cid": str(link(7)), "epoch": 1, "seq": 7}}
        root = hashlib.sha256(b"\0" + subject + anchors.leaf_value(1, 7, link(7))).digest()
        document = {"$schema": anchors.SCHEMA, "nonce": NONCE, "root": root.hex()}
        self.assertEqual(Path(value).document(salt, did), str(cid.of_cbor(anchors.cbor.encode(document))))


if __name__ == "__main__":
    unittest.main()
