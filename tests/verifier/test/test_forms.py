"""Files, tokens and texts that pass every other rule: of bundles, databases, homes and encodings."""

import json
import os
import sqlite3
import unittest

from verifier import cbor, cid, keys
from verifier.__main__ import verify
from verifier.anchors import Path, trie_root
from verifier.errors import Fault, Unusable

from . import stories
from .build import SCHEMA, Key, LogMaker, Person, canonical, write_bundle, write_tar
from .support import Case


class Bundles(Case):
    def bundle(self, name="bundle", log=None, **more):
        log = log or stories.rich()[0]
        return log, write_bundle(log, self.path(name), stories.rich_sections(log), [stories.MEDIA], **more)

    def edited(self, name, change):
        """A bundle whose view was changed and signed again."""
        log, folder = self.bundle(name)
        path = os.path.join(folder, "bundle.json")
        with open(path, "rb") as file:
            view = json.load(file)
        del view["signature"]
        more = change(view) or {}
        view["signature"] = log.owner.auth.sign(canonical(view)).hex()
        with open(path, "wb") as file:
            file.write(canonical({**view, **more}))
        return folder

    def test_a_signer_is_a_kind_and_a_key_and_nothing_else(self):
        self.assertTrue(verify(self.edited("good", lambda view: None))[1]["valid"])
        for n, more in enumerate(({"more": 1}, {"kind": "x"})):
            folder = self.edited(f"bad{n}", lambda view, more=more: view["signer"].update(more))
            self.assertEqual(self.fault_at(folder), ("view", None), more)
        self.assertEqual(self.fault_at(self.edited("number", lambda view: {"signature": 5})), ("view", None))

    def test_another_log_is_the_one_that_its_folder_names(self):
        event = LogMaker(Person("event", controllers=[Person("alice").genesis]), Person("node one"))
        event.begin()
        event.head()
        for n, (owner, code) in enumerate(((event.owner, None), (Person("eve"), "manifest"))):
            name = f"owned/{owner.did.replace(':', '_')}/log.sqlite"
            folder = self.bundle(f"b{n}", others=[(name, event)])[1]
            if code:
                self.assertEqual(self.fault_at(folder), (code, None))
            else:
                self.assertTrue(verify(folder)[1]["valid"])

    def test_nothing_in_a_bundle_is_a_link(self):
        _, folder = self.bundle()
        page = os.path.join(folder, "index.html")
        os.rename(page, self.path("elsewhere"))
        os.symlink(self.path("elsewhere"), page)
        with self.assertRaisesRegex(Fault, "not a plain file"):
            verify(folder)

    def test_no_part_of_a_tar_is_a_link(self):
        with open(write_tar(self.bundle()[1], self.path("bundle.tar")), "rb") as file:
            data = file.read()
        folder, elsewhere = self.path("parts"), self.path("elsewhere")
        os.mkdir(folder)
        for path, part in ((os.path.join(folder, "bundle.tar.000"), data[:-1024]), (elsewhere, data[-1024:])):
            with open(path, "wb") as file:
                file.write(part)
        last = os.path.join(folder, "bundle.tar.001")
        os.symlink(elsewhere, last)
        self.assertEqual(self.fault_at(folder), ("tar", None))
        os.replace(elsewhere, last)
        self.assertTrue(verify(folder)[1]["valid"])

    def test_what_is_judged_is_not_reached_by_a_link(self):
        _, folder = self.bundle()
        for target in (folder, os.path.join(folder, "log.sqlite")):
            os.symlink(target, self.path("link"))
            with self.assertRaises(Unusable):
                verify(self.path("link"))
            os.remove(self.path("link"))


class Databases(Case):
    """The log's file in a bundle, which its manifest lists as it is."""

    def bundle(self, name, spoil):
        log, _ = stories.rich()
        write = log.write

        def spoiled(path):
            spoil(log, write, path)
            return path
        log.write = spoiled
        return write_bundle(log, self.path(name), stories.rich_sections(log), [stories.MEDIA])

    def bad(self, name, spoil):
        self.assertEqual(self.fault_at(self.bundle(name, spoil)), ("file", None), name)

    def test_good(self):
        self.assertTrue(verify(self.bundle("good", lambda log, write, path: write(path)))[1]["valid"])

    def test_a_bundle_says_nothing_of_places_on_its_node(self):
        self.bad("local", lambda log, write, path: write(path, "INSERT INTO local_offsets VALUES (0, 1)"))

    def test_the_file_is_in_one_piece_and_ends_with_its_last_page(self):
        self.bad("wal", lambda log, write, path: write(path, "PRAGMA journal_mode = WAL"))

        def longer(log, write, path):
            write(path)
            with open(path, "ab") as file:
                file.write(b"more")
        self.bad("longer", longer)

    def test_damage_that_no_query_meets_is_found(self):
        def freelist(log, write, path):
            write(path)
            with open(path, "r+b") as file:
                file.seek(36)
                file.write(b"\0\0\0\5")
        self.bad("freelist", freelist)

    def test_the_text_in_it_is_utf_8(self):
        path, other = stories.short().write(self.path("log.sqlite")), self.path("other.sqlite")
        source, db = sqlite3.connect(path), sqlite3.connect(other, isolation_level=None)
        db.executescript(f"PRAGMA encoding = 'UTF-16le'; PRAGMA application_id = {0x494D4A4E}; PRAGMA user_version = 1; {SCHEMA}")
        for (table,) in source.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for row in source.execute(f"SELECT * FROM {table}").fetchall():
                db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)
        source.close()
        db.close()
        self.assertEqual(self.fault_at(other), ("file", None))

    def test_a_row_has_the_number_of_its_entry(self):
        log = stories.short()
        log.add("profile.handle.release")
        path = log.write(self.path("log.sqlite"), "UPDATE entries SET seq = 9 WHERE seq = 4")
        self.assertEqual(self.fault_at(path), ("seq", 4))


class Homes(Case):
    def test_who_moves_a_log_has_seen_its_last_entry(self):
        log, two = stories.short(), Person("node two")
        log.epoch, log.node, log.url = 2, two, "https://two.example"
        log.know(two)
        log.add("auth.home", log.home(), proof={"seen": {"cid": log.cids[1], "seq": 1}})
        self.assertEqual(self.fault(log), ("home", 4))

    def test_what_is_abandoned_is_a_branch_of_this_log(self):
        log, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        log.move(Person("node two"), "https://two.example", abandons=bob.head())
        self.assertEqual(self.fault(log), ("home", 4))

    def test_what_is_abandoned_was_signed_by_its_node(self):
        for more in ({"key": Key("eve")}, {"seq": 2, "at": "soon"}):
            other = stories.short()
            log, token = stories.short(), other.head(**more)
            log.move(Person("node two"), "https://two.example", abandons=token, epoch=2)
            self.assertEqual(self.fault(log), ("home", 4), more)
        strange = stories.short()
        strange.node = Person("node three")
        log = stories.short()
        log.move(Person("node two"), "https://two.example", abandons=strange.head(), epoch=2)
        self.assertEqual(self.fault(log), ("home", 4))

    def test_the_last_head_of_the_old_home_is_of_the_entry_before(self):
        for more in ({"seq": 1, "cid": 3}, {"seq": 3, "cid": 1}):
            log = stories.short()
            log.head(seq=more["seq"], cid=str(log.cids[more["cid"]]))
            kept = dict(log.heads)
            log.move(Person("node two"), "https://two.example")
            log.heads.update(kept)
            self.assertEqual(self.fault(log), ("home", 4), more)

    def test_a_bare_key_that_gets_a_chain_stays_where_it_is(self):
        for more, fault in (({}, None), ({"url": "https://eve.example"}, ("home", 2))):
            log = stories.bare()
            dora = log.owner
            dora.operate("create", dora.role_keys(), signer=dora.genesis)
            log.add("auth.identity.create", {"token": dora.tokens[0], "home": {**log.home(), **more}, "scope": "actor"}, key=dora.genesis)
            if fault:
                self.assertEqual(self.fault(log), fault)
            else:
                self.report(log)

    def test_a_chain_is_begun_by_its_own_controller(self):
        for more in ({"proof": {"chain": cid.of_cbor(b"")}}, {"key": Key("eve")}):
            log = LogMaker(*stories.people())
            if "key" in more:
                more = {**more, "kid": log.owner.kid(more["key"])}
            log.add("auth.identity.create", {"token": log.owner.tokens[0], "home": log.home(), "scope": "actor"}, **more)
            self.assertEqual(self.fault(log), ("key", 0), more)


class Places(Case):
    def test_anchors_stand_in_the_nodes_own_log(self):
        text = '{"$schema":"mjn:anchor/v1","nonce":"%s","root":"%s"}' % ("0f" * 16, trie_root([]).hex())
        body = {"token": "x", "document": text, "heads": []}
        log = stories.short()
        log.add("auth.anchor", body, will="node", author=log.node)
        self.assertEqual(self.fault(log), ("will", 4))
        own = LogMaker(Person("node one"), Person("node one"))
        own.begin()
        own.add("auth.anchor", body, will="node", author=own.node)
        self.report(own)

    def test_what_ends_is_named_by_its_entry(self):
        log = stories.short()
        log.add("auth.delegation.end", ref=str(cid.of_raw(b"")))
        self.assertEqual(self.fault(log), ("decode", 4))

    def test_what_is_adopted_is_named_by_its_last_entry(self):
        log = stories.short()
        log.add("auth.side.adopt", ref="x")
        self.assertEqual(self.fault(log), ("decode", 4))


class Encodings(unittest.TestCase):
    def test_numbers_and_tags_that_dag_cbor_lacks(self):
        link = cbor.encode(cid.of_raw(b""))
        for data in (b"\x1c" + b"\xff" * 16, b"\x3c" + b"\xff" * 16, b"\xd8\x2b" + link[2:], b"\xd8\x18" + link[2:]):
            with self.assertRaises(ValueError, msg=data.hex()):
                cbor.decode(data)

    def test_a_did_and_a_key_are_of_their_own_kind(self):
        key = Key("alice")
        did = keys.did_of(key.public)
        self.assertTrue(keys.is_did(did))
        self.assertFalse(keys.is_did(did.replace("imajin", "imajim")))
        self.assertEqual(keys.multikey_key(key.multikey), key.public)
        x25519 = "z" + keys.base58_encode(b"\xec\x01" + key.public)
        longer = "z" + keys.base58_encode(keys.MULTIKEY_PREFIX + key.public + b"\1")
        for text in (x25519, longer, "x" + key.multikey[1:], 5):
            with self.assertRaises(ValueError, msg=text):
                keys.multikey_key(text)
        for text in (did, did + "#", did + "#two words", did + "#a#b", "#" + key.id):
            with self.assertRaises(ValueError, msg=text):
                keys.split_kid(text)

    def test_the_parts_of_a_path_of_an_anchor(self):
        head = {"cid": str(cid.of_cbor(b"")), "epoch": 1, "seq": 0}
        path = {"nonce": "0f" * 16, "siblings": "", "head": head}
        Path(path)
        other = {"subject": "00" * 32, "value": "00" * 32}
        Path({**{k: v for k, v in path.items() if k != "head"}, "other": other})
        for bad in ({**path, "siblings": 5}, {**path, "head": {**head, "cid": str(cid.of_raw(b""))}},
                    {"nonce": "0f" * 16, "siblings": "", "other": {**other, "more": 1}}):
            with self.assertRaises(ValueError, msg=bad):
                Path(bad)


if __name__ == "__main__":
    unittest.main()
