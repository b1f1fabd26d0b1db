"""Encodings, keys and identity chains, against published values of DFOS v1 and RFC 8785, if there are any."""

import unittest

from verifier import cbor, cid, dfos, jcs, jws, keys, times

from .build import Key, Person


class Cbor(unittest.TestCase):
    def test_published_values(self):
        for value, data, text in (
            ({"version": 1, "type": "test"}, "a2647479706564746573746776657273696f6e01", "bafyreihp6omsp6icc6ee63ox2ovsaxm6s7ikd2a7k5eh2qz2qd5soh5bsa"),
            ({"n": -(2**53 - 1)}, "a1616e3b001ffffffffffffe", "bafyreie5loen6a2xfhaqq7nhuia22dmeidx3sll65ytfb3ebbigqszrybe"),
            ({"a\u00e9": 1, "azz": 2}, "a263617a7a026361c3a901", "bafyreihtzmqnfk5pk63tew7x2h525ntozjlduzhasiadw6fes4iqcfxcqe"),
        ):
            self.assertEqual(cbor.encode(value).hex(), data)
            self.assertEqual(cbor.decode(bytes.fromhex(data)), value)
            self.assertEqual(str(cid.of_cbor(bytes.fromhex(data))), text)

    def test_links(self):
        link = {"a": cid.of_cbor(b""), "b": [cid.of_raw(b"")]}
        self.assertEqual(cbor.decode(cbor.encode(link)), link)

    def test_refused(self):
        link = cbor.encode(cid.of_raw(b"")).hex()
        for data in ("", "18", "1817", "190017", "1900ff", "1a0000ffff", "1b00000000ffffffff", "1c", "1f", "5f41ff", "7f", "9fff", "bf",
                     "f7", "f97e00", "fb3ff0000000000000", "f820", "ff", "a201000200", "a2616101616102", "a2616201616101", "a26261610161620",
                     "a262616101616202", "61ff", "63eda080", "c0", "d82b00", "d82a00", "d82a40", "d82a4100", link.replace("58", "59", 1),
                     link[:8] + "01" + link[10:], link[:10] + "02" + link[12:], link[:12] + "72" + link[14:], link[:-2], "0000",
                     "9b7fffffffffffffff", "bb7fffffffffffffff", "5b7fffffffffffffff", "81" * 129 + "00", "81" * 100_000):
            with self.assertRaises(ValueError, msg=data[:40]):
                cbor.decode(bytes.fromhex(data if len(data) % 2 == 0 else data + "0"))
        self.assertTrue(cbor.decode(bytes.fromhex("81" * 128 + "00")))

    def test_cid_text(self):
        text = str(cid.of_raw(b"x"))
        self.assertEqual(cid.parse(text), cid.of_raw(b"x"))
        for bad in (text.upper(), text[:-1], text + "a", text[:-1] + ("7" if text[-1] != "7" else "b"), "Qm" + text[2:], None, 5):
            with self.assertRaises(ValueError):
                cid.parse(bad)


class Json(unittest.TestCase):
    def test_canonical(self):
        # The sorting example of RFC 8785, §3.2.3.
        names = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
        self.assertEqual([v for v in jcs.loads(jcs.dumps(names)).values()], [2, 4, 6, 7, 1, 5, 3])
        self.assertEqual(jcs.dumps({"b": ["\u20ac$\x0f\nA'B\"\\\\\"/", None, True], "a": -5}),
                         '{"a":-5,"b":["€$\\u000f\\nA\'B\\"\\\\\\\\\\"/",null,true]}'.encode())

    def test_refused(self):
        for data in (b'{"a":1,"a":1}', b"1.5", b"NaN", b"-Infinity", b"9007199254740992", b"1e400", b'"\xff"', b'"\n"', b"01", b"[1,]",
                     b"", b"9" * 5000, b"\xef\xbb\xbf1"):
            with self.assertRaises(ValueError, msg=data[:20]):
                jcs.loads(data)
        for data in (b'{"b":1,"a":1}', b"1.0", b" 1", b'"\\u0041"', b'"\\ud800"', b"-0"):
            with self.assertRaises(ValueError, msg=data):
                jcs.loads_canonical(data)
        self.assertEqual(jcs.loads(b"[1.0,1e0,-0]"), [1, 1, 0])

    def test_base64url(self):
        self.assertEqual(jws.unb64("_-8"), b"\xff\xef")
        for bad in ("_-9", "_-8=", "+/8", "_", "_- 8", "_-8\n"):
            with self.assertRaises(ValueError, msg=bad):
                jws.unb64(bad)


class Keys(unittest.TestCase):
    def test_published_key(self):
        key = bytes.fromhex("ba421e272fad4f941c221e47f87d9253bdc04f7d4ad2625ae667ab9f0688ce32")
        self.assertEqual(keys.multikey_of(key), "z6MkrzLMNwoJSV4P3YccWcbtk8vd9LtgMKnLeaDLUqLuASjb")
        self.assertEqual(keys.key_id(key), "key_r9ev34fvc23z999veaaft83nn29zvhe")
        self.assertEqual(keys.did_key(keys.did_of(key)), key)
        self.assertEqual(keys.did_key(keys.did_of(bytes(32))), bytes(32))

    def test_strict(self):
        key = Key("k")
        good = key.sign(b"m")
        self.assertTrue(keys.verify(key.public, b"m", good))
        self.assertFalse(keys.verify(key.public, b"n", good))
        beyond = (int.from_bytes(good[32:], "little") + keys.L).to_bytes(32, "little")
        self.assertFalse(keys.verify(key.public, b"m", good[:32] + beyond))
        self.assertEqual(len(keys.SMALL_ORDER_YS), 5)
        for y in keys.SMALL_ORDER_YS:
            for point in (y, y | 1 << 255):
                small = point.to_bytes(32, "little")
                # With a key or an R of small order, S = 0 would verify for many messages.
                self.assertFalse(keys.verify(small, b"m", small + bytes(32)))
                self.assertFalse(keys.verify(key.public, b"m", small + good[32:]))
        self.assertFalse(keys.verify((keys.P + 3).to_bytes(32, "little"), b"m", good))

    def test_dids(self):
        did = Key("k").multikey
        for bad in ("did:imajin:", "did:web:x", did, "did:imajin:0OIl", "did:imajin:" + "1" * 31, "did:imajin:1" + Person("a").did[11:], None, 5, []):
            self.assertFalse(keys.is_did(bad))

    def test_times(self):
        for text in ("2024-02-29T23:59:59.999Z", "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"):
            times.milliseconds(text)
        for text in ("2023-02-29T00:00:00.000Z", "2026-03-07T23:59:60.000Z", "2026-03-07T24:00:00.000Z", "2026-03-07T00:00:00Z",
                     "2026-03-07T00:00:00.000z", "2026-03-07T00:00:00.000Z\n", "٢٠٢٦-03-07T00:00:00.000Z", None):
            with self.assertRaises(ValueError, msg=text):
                times.milliseconds(text)
        self.assertEqual(times.milliseconds("1970-01-02T00:00:00.001Z"), 86_400_001)
        self.assertEqual(times.text(times.milliseconds("2024-12-31T12:34:56.789Z")), "2024-12-31T12:34:56.789Z")


class Chains(unittest.TestCase):
    def chain(self, person):
        chain = dfos.Chain(person.tokens[0])
        for token in person.tokens[1:]:
            chain.extend(token)
        return chain

    def test_life_of_an_identity(self):
        person = Person("p")
        person.rotate("p2")
        person.operate("delete", {})
        person.operate("restore", {})
        person.rotate("p3")
        chain = self.chain(person)
        self.assertEqual([state.deleted for state in chain.states], [False, False, True, False, False])
        self.assertEqual(chain.did, person.dfos)
        self.assertEqual(set(chain.auth_ever), {Key("p").id, Key("p2/auth").id, Key("p3/auth").id})

    def test_refused(self):
        def bad(*steps):
            person = Person("p")
            for kind, members, more in steps:
                members = person.role_keys() if members is None else members
                person.operate(kind, members, **more)
            with self.assertRaises(ValueError):
                self.chain(person)
        bad(("create", None, {}))
        bad(("restore", {}, {}))
        bad(("delete", {}, {}), ("update", None, {}))
        bad(("update", None, {"createdAt": "2026-01-01T00:00:00.000Z"}))
        bad(("update", None, {"previousOperationCID": "x"}))
        bad(("update", None, {"signer": Key("eve")}))
        bad(("update", None, {"version": 2}))
        bad(("update", None, {"controllerKeys": []}))
        bad(("update", None, {"authKeys": None}))
        bad(("update", None, {"authKeys": [{**Key("eve").entry(), "id": Key("p").id}]}))
        bad(("update", None, {"services": [{"id": "a", "type": "DfosRelay"}]}))
        bad(("update", None, {"services": [{"id": "a", "type": "x"}, {"id": "a", "type": "x"}]}))
        bad(("update", None, {"services": [{"id": "a", "type": "x", "blob": "x" * 40_000}]}))
        bad(("unknown", None, {}))
