"""Bundles as folders and tars: valid ones, and an invalid one for every rule of docs/format.md §12."""

import json
import os
import random
import shutil

from verifier import cbor, cid, ops, source, times, view
from verifier.errors import Fault, Unusable
from verifier.__main__ import verify

from . import stories
from .build import LogMaker, Person, follow, follow_again, open_thing, write_bundle, write_tar
from .support import Case


class Words(Case):
    def test_a_body_with_a_map_under_the_reserved_member_has_no_json_form(self):
        self.assertEqual(view.words({"salt": bytes(16), "a": b"x"}), {"a": {"/": {"bytes": "eA"}}})
        self.assertIsNone(view.words({"salt": bytes(16), "a": [{"/": 1}]}))
        self.assertIsNone(view.json_or_none({"/": {"bytes": "eA"}}))


class Bundles(Case):
    def rich(self, name="bundle", **more):
        log, _ = stories.rich()
        return log, write_bundle(log, self.path(name), stories.rich_sections(log), [stories.MEDIA], **more)

    def test_folder_and_tar(self):
        log, folder = self.rich()
        report = verify(folder, did=log.owner.did)[1]
        self.assertEqual((report["valid"], report["erased"]), (True, 1))
        self.assertEqual(verify(write_tar(folder, self.path("bundle.tar")))[1], report)

    def test_signed_by_the_node(self):
        self.assertTrue(verify(self.rich(kind="node")[1])[1]["valid"])

    def test_split(self):
        _, folder = self.rich(split=30_000)
        self.assertTrue(os.path.exists(os.path.join(folder, "log.sqlite.001")))
        self.assertTrue(verify(folder)[1]["valid"])
        self.assertTrue(verify(write_tar(folder, self.path("bundle.tar")))[1]["valid"])
        with open(os.path.join(folder, "log.sqlite.000"), "ab") as first, open(os.path.join(folder, "log.sqlite.001"), "r+b") as second:
            data = second.read()
            first.write(data[:1])
            second.seek(0)
            second.truncate()
            second.write(data[1:])
        self.assertEqual(self.fault_at(folder), ("manifest", None))

    def in_parts(self, name, length, whole="bundle.tar"):
        _, bundle = self.rich()
        with open(write_tar(bundle, self.path("bundle.tar")), "rb") as file:
            data = file.read()
        folder = self.path(name)
        os.mkdir(folder)
        for n, start in enumerate(range(0, len(data), length)):
            with open(os.path.join(folder, f"{whole}.{n:03d}"), "wb") as file:
                file.write(data[start:start + length])
        shutil.rmtree(bundle)
        return folder

    def test_tar_in_parts(self):
        for n, length in enumerate((700, 4096, 30_001, 10_000_000)):
            folder = self.in_parts(f"parts{n}", length)
            self.assertTrue(verify(folder)[1]["valid"], length)
        with self.assertRaisesRegex(Unusable, "encrypted"):
            verify(self.in_parts("sealed", 30_000, "bundle.tar.age"))

    def test_tar_in_wrong_parts(self):
        def cut(folder):
            with open(os.path.join(folder, "bundle.tar.001"), "r+b") as part:
                part.truncate(100)
        spoils = (lambda folder: os.remove(os.path.join(folder, "bundle.tar.001")), cut,
                  lambda folder: open(os.path.join(folder, "more.txt"), "w").close(),
                  lambda folder: open(os.path.join(folder, "bundle.tar.009"), "w").close())
        for n, spoil in enumerate(spoils):
            folder = self.in_parts(f"wrong{n}", 30_000)
            spoil(folder)
            self.assertEqual(self.fault_at(folder), ("tar", None))

    def test_bare_key(self):
        log = stories.bare()
        key = log.owner.genesis
        identity = {"did": log.owner.did, "dfos_did": None, "scope": "actor", "subtype": None, "tier": "soft", "home": log.home(),
                    "encryption_key": None, "keys": [{"id": key.id, "key": key.multikey, "roles": []}], "delegations": [],
                    "require_signed": False, "deleted": False, "created_at": log.ats[0], "attestations": []}
        profile = dict.fromkeys(("handle", "bio", "avatar", "banner", "links", "field_visibility", "feature_toggles"))
        profile |= {"display_name": "Dora", "visibility": "public", "following": [], "followers": []}
        folder = write_bundle(log, self.path("bare"), {"identity": identity, "profile": profile})
        self.assertTrue(verify(folder)[1]["node_word_only"])

    def test_other_logs_of_the_bundle(self):
        event = LogMaker(Person("event", controllers=[Person("alice").genesis]), Person("node one"))
        event.begin()
        event.head()
        name = f"owned/{event.owner.did.replace(':', '_')}/log.sqlite"
        _, folder = self.rich(others=[(name, event)])
        self.assertTrue(verify(folder)[1]["valid"])
        event.add("profile.update", {"bio": "x"}, proof={"sig": bytes(64)})
        _, folder = self.rich("second", others=[(name, event)])
        self.assertEqual(self.fault_at(folder), ("proof", 1))

    def test_what_was_signed_once_has_one_header_in_all_logs(self):
        def place(thing):
            return f"owned/{thing.owner.did.replace(':', '_')}/log.sqlite"

        def things(*headers):
            """Alice's log and those of things that she made; a thing has the second header that is given for it."""
            alice, made = stories.short(), []
            for n, header in enumerate(headers):
                thing = LogMaker(Person(f"thing{n}"), Person("node one"))
                thing.begin()
                open_thing(alice, thing, header=header)
                thing.head()
                made.append((place(thing), thing))
            alice.head()
            return alice, sorted(made)

        def fault(name, log, others):
            with self.assertRaises(Fault) as caught:
                verify(write_bundle(log, self.path(name), {"identity": None}, others=others))
            return caught.exception.code, caught.exception.seq, caught.exception.file

        alice, others = things(None, None)
        self.assertEqual(fault("honest", alice, others), ("view", None, "bundle.json"))
        for n, header in enumerate(({"seq": 9}, {"at": times.text(times.milliseconds(alice.ats[5]) + 1)}, {"seq": 1})):
            alice, others = things(None, header)
            self.assertEqual(fault(f"second{n}", alice, others), ("twice", 5, None))
        # Two things with one intent of Bob's, whose log is not in the bundle.
        bob, made = LogMaker(Person("bob"), Person("node one")), []
        bob.begin()
        for n, header in enumerate((None, {"seq": 9})):
            thing = LogMaker(Person(f"thing{n}", controllers=[Person("alice").genesis]), Person("node one"))
            thing.begin()
            made.append(thing)
        follow(bob, *made, only=made[:1])
        follow_again(bob, made[1], 1, seq=9)
        for thing in made:
            thing.head()
        others = [(place(thing), thing) for thing in made]
        self.assertEqual(fault("others", stories.short(), others), ("twice", None, max(map(place, made))))
        # A thing's own intent, which its owner's log has in another header.
        thing, alice = made[0], stories.short()
        follow(thing, alice, only=[])
        follow_again(thing, alice, 2, seq=9)
        for log in (thing, alice):
            log.head()
        self.assertEqual(fault("own", alice, [(place(thing), thing)]), ("twice", 2, place(thing)))

    def test_shared_logs_withhold_bodies(self):
        alice, event = LogMaker(Person("alice"), Person("node one")), LogMaker(Person("bob"), Person("node one"))
        alice.begin()
        event.begin()
        open_thing(alice, event)
        event.add("profile.update", {"bio": "x"})
        event.head()
        del event.bodies[2]
        for kind, fault in (("shared", None), ("owned", ("body", 2))):
            name = f"{kind}/{event.owner.did.replace(':', '_')}/log.sqlite"
            _, folder = self.rich(kind, others=[(name, event)])
            self.assertEqual(fault and self.fault_at(folder), fault)
            self.assertTrue(fault or verify(folder)[1]["valid"])

    def test_conversations_are_shared(self):
        """Whose chains are in it is said by bodies, too, and so is who shares it."""
        for kind, more, fault in (("shared", ["carol"], None), ("shared", ["dora"], ("stray", None)), ("owned", [], ("manifest", None))):
            bob, room = LogMaker(Person("bob"), Person("node one")), LogMaker(Person("room"), Person("node one"))
            bob.begin()
            room.begin()
            open_thing(bob, room, op="chat.open", derived="chat.opened", same=True)
            members = [Person("alice").did, Person("carol").did]
            room.add("profile.update", {"bio": "x", "members": [{"did": did} for did in members]})
            for name in more:
                room.know(Person(name))
            room.head()
            name = f"{kind}/{room.owner.did.replace(':', '_')}/log.sqlite"
            _, folder = self.rich("-".join([kind, *more]), others=[(name, room)])
            if fault:
                self.assertEqual(self.fault_at(folder), fault)
            else:
                self.assertIsNone(verify(folder)[1]["fault"])

    def test_foreign_logs(self):
        for kind, who in (("owned", "bob"), ("owned", "somebody"), ("shared", "somebody"), ("owned", "alice"), ("shared", "alice")):
            foreign = LogMaker(Person(who), Person("node one"))
            foreign.begin()
            foreign.head()
            name = f"{kind}/{foreign.owner.did.replace(':', '_')}/log.sqlite"
            _, folder = self.rich(f"{kind}-{who}", others=[(name, foreign)])
            self.assertEqual(self.fault_at(folder), ("manifest", None), (kind, who))

    def test_things_that_nothing_but_their_own_key_controls(self):
        group = {"op": "connections.group.create", "derived": "connections.group.opened"}
        handed = {"op": "connections.group.take", "derived": "connections.group.handed"}
        for n, (before, made, fault) in enumerate((
                (False, [("alice", {})], None), (False, [("alice", group)], None), (False, [("carol", group), ("alice", handed)], None),
                # A person's log with any content; another person's thing; a thing that was transferred to another person.
                (True, [("alice", {})], "manifest"), (False, [("carol", {})], "manifest"), (False, [], "manifest"),
                (False, [("alice", handed)], "manifest"), (False, [("alice", group), ("carol", handed)], "manifest"))):
            thing = LogMaker(Person("thing"), Person("node one"))
            thing.begin()
            if before:
                thing.add("profile.update", {"bio": "somebody"})
            for who, more in made:
                maker = LogMaker(Person(who), Person("node one"))
                maker.begin()
                open_thing(maker, thing, **more)
            thing.head()
            name = f"owned/{thing.owner.did.replace(':', '_')}/log.sqlite"
            _, folder = self.rich(f"thing{n}", others=[(name, thing)])
            self.assertEqual(fault and self.fault_at(folder), fault and (fault, None), n)
            self.assertTrue(fault or verify(folder)[1]["valid"])

    def test_a_log_with_an_entry_of_the_owners_is_not_theirs(self):
        alice, bob = LogMaker(Person("alice"), Person("node one")), LogMaker(Person("bob"), Person("node one"))
        alice.begin()
        bob.begin()
        follow(alice, bob)
        bob.head()
        # The log is not one of a shared conversation either.
        for kind in ("owned", "shared"):
            _, folder = self.rich(kind, others=[(f"{kind}/{bob.owner.did.replace(':', '_')}/log.sqlite", bob)])
            self.assertEqual(self.fault_at(folder), ("manifest", None))

    def test_files_that_must_be_there(self):
        _, folder = self.rich()
        os.remove(os.path.join(folder, "index.html"))
        self.assertEqual(self.fault_at(folder), ("manifest", None))

    def test_media_that_no_entry_names(self):
        log, _ = stories.rich()
        folder = write_bundle(log, self.path("stray"), stories.rich_sections(log), [stories.MEDIA, b"nobody's"])
        self.assertEqual(self.fault_at(folder), ("media", None))

    def test_side_log(self):
        log = stories.short()
        side = stories.short()
        side.add("profile.update", {"bio": "abandoned"})
        side.head()
        log.add("profile.handle.release")
        log.head()
        sections = {"identity": None}
        for name, code in ((side.cids[-1], "view"), (side.cids[0], "manifest")):
            folder = write_bundle(log, self.path(str(name)), sections, others=[(f"side/{name}.sqlite", side)])
            self.assertEqual(self.fault_at(folder)[0], code)

    def test_no_head_at_the_end(self):
        log, _ = stories.rich()
        log.head(seq=len(log.headers) - 2)
        folder = write_bundle(log, self.path("bundle"), stories.rich_sections(log), [stories.MEDIA])
        self.assertEqual(self.fault_at(folder), ("head", len(log.headers) - 1))

    def test_wrong_files(self):
        def bad(change, code="manifest", wanted=None):
            _, folder = self.rich()
            change(folder)
            self.assertEqual(self.fault_at(folder)[0], code)
            shutil.rmtree(folder)

        def put(name, data=b"x"):
            def change(folder):
                path = os.path.join(folder, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(data)
            return change

        media = "media/x/x"
        bad(put("index.html"))
        bad(put("readme.txt"))
        bad(put("log.sqlite-wal"))
        bad(put(media))
        bad(put("manifest.json"))
        bad(put("manifest.json", b"{}"))
        bad(put("bundle.json", b"{}"), "view")
        bad(lambda folder: os.remove(os.path.join(folder, "index.html")))
        bad(lambda folder: os.remove(os.path.join(folder, "bundle.json")))
        bad(lambda folder: os.remove(os.path.join(folder, "manifest.json")))
        bad(lambda folder: os.remove(os.path.join(folder, "log.sqlite")))
        bad(lambda folder: os.symlink("/etc/passwd", os.path.join(folder, "index.html.000")))

    def test_empty_folders(self):
        _, folder = self.rich("folders")
        os.makedirs(os.path.join(folder, "a", "b"))
        self.assertTrue(verify(folder)[1]["valid"])
        os.mkdir(os.path.join(folder, "a", "b", "c"))
        self.assertEqual(self.fault_at(folder), ("manifest", None))

    def test_wrong_manifest(self):
        changes = (("counts", {}), ("split", 0), ("did", Person("eve").did), ("node", Person("eve").did), ("head", "x"), ("v", 2),
                   ("exported_at", "2026-01-01T00:00:00.000Z"), ("files", []))
        for n, (member, value) in enumerate(changes):
            _, folder = self.rich(str(n), spoil=lambda m: m.update({member: value}))
            self.assertEqual(self.fault_at(folder), ("manifest", None), member)

    def test_wrong_signature(self):
        for name, code in (("manifest.json", "manifest"), ("bundle.json", "view")):
            _, folder = self.rich(code)
            path = os.path.join(folder, name)
            with open(path, "r+b") as file:
                document = json.load(file)
                document["signature"] = "0" * 128
                file.seek(0)
                file.truncate()
                file.write(json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
            self.assertEqual(self.fault_at(folder), (code, None))

    def test_signed_by_a_key_no_longer_in_force(self):
        log, _ = stories.rich()
        log.owner.auth = log.owner.genesis
        folder = write_bundle(log, self.path("bundle"), stories.rich_sections(log), [stories.MEDIA])
        self.assertEqual(self.fault_at(folder), ("manifest", None))

    def test_wrong_view(self):
        changes = (("profile", "bio", "x"), ("identity", "tier", "established"), ("media", "contexts", [1]), ("profile", "following", []))
        for n, (section, member, value) in enumerate(changes):
            log, _ = stories.rich()
            sections = stories.rich_sections(log)
            sections[section][member] = value
            folder = write_bundle(log, self.path(str(n)), sections, [stories.MEDIA])
            self.assertEqual(self.fault_at(folder), ("view", None))
        log, _ = stories.rich()
        folder = write_bundle(log, self.path("more"), {**stories.rich_sections(log), "pay": {}}, [stories.MEDIA])
        self.assertEqual(self.fault_at(folder), ("view", None))

    def test_a_service_without_a_rule_of_its_own_has_its_entries(self):
        self.addCleanup(ops.load)
        with open(ops.DEFAULT, encoding="utf-8") as file:
            table = json.load(file)
        table["operations"].append({"op": "gardens.create", "by": "any", "body": "mine", "bound": "nothing", "derives": []})
        with open(self.path("operations.json"), "w", encoding="utf-8") as file:
            json.dump(table, file)
        ops.load(self.path("operations.json"))
        log, _ = stories.rich()
        log.add("gardens.create", {"title": "x", "picture": cid.of_raw(b"x")}, ref="bed", fact={"size": 3})
        log.add("gardens.create", {"title": "gone"})
        log.erase(len(log.headers) - 1)
        log.head()
        entries = [{"op": "gardens.create", "at": log.ats[-3], "ref": "bed", "fact": {"size": 3},
                    "body": {"title": "x", "picture": {"/": str(cid.of_raw(b"x"))}}},
                   {"op": "gardens.create", "at": log.ats[-2], "ref": None, "fact": None, "body": None}]
        # A newer verifier may have a rule for the section: a difference is not a fault, but unproved.
        for n, (gardens, unproved) in enumerate((({"entries": entries}, []), ({"entries": entries[:1]}, ["gardens"]), (None, []))):
            sections = {**stories.rich_sections(log), **({"gardens": gardens} if gardens else {})}
            report = verify(write_bundle(log, self.path(str(n)), sections, [stories.MEDIA]))[1]
            self.assertEqual((report["valid"], report["unproved_views"]), (True, unproved))

    def test_lists_that_repeat_entries(self):
        log, _ = stories.rich()
        bob = Person("bob").did
        sent = {"log": bob, "epoch": 0, "turns": 0, "seq": 3, "seen": "c"}
        done = [{"lesson": "itm_2", "at": 20}, {"lesson": "itm_1", "at": 10}]
        for op, body, ref, fact in (
            ("chat.send", {"type": "text", "text": "hello"}, "msg_1", sent),
            ("chat.send", {"box": b"x"}, "msg_2", {**sent, "epoch": 2, "re": "msg_1"}),
            ("media.fair", {"manifest": "{}"}, "ast_1", {"fair": "x"}),
            ("learn.progress", {"done": done}, "itm_a", {"teacher": bob}),
            ("learn.progress", {"done": [{"lesson": "itm_2", "at": 15}], "place": "itm_3"}, "itm_a", {"teacher": bob}),
            ("pay.fair.publish", {"manifest": "{ }"}, None, None),
        ):
            log.add(op, body, ref=ref, fact=fact)
        log.head()
        at = log.ats[-6:]
        listed = {}
        for n in range(len(log.headers) - 6, len(log.headers)):
            header = cbor.decode(log.headers[n])
            body = view.as_json({k: v for k, v in cbor.decode(log.bodies[n]).items() if k != "salt"})
            service = header["op"].split(".")[0]
            listed.setdefault(service, []).append(
                {"op": header["op"], "at": header["at"], "ref": header.get("ref"), "fact": header.get("fact"), "body": body})
        message = {"conversation": bob, "re": None, "sealed": False, "type": None, "text": None, "media": None}
        right = {
            "chat": {"messages": [{**message, "id": "msg_1", "at": at[0], "type": "text", "text": "hello"},
                                  {**message, "id": "msg_2", "at": at[1], "re": "msg_1", "sealed": True}]},
            "learn": {"enrollments": [],
                      "progress": [{"course": "itm_a", "teacher": bob, "done": [{"lesson": "itm_1", "at": 10}, {"lesson": "itm_2", "at": 15}],
                                    "place": "itm_3"}]},
            "fair": {"manifests": [{"op": "media.fair", "at": at[2], "ref": "ast_1", "manifest": "{}"},
                                   {"op": "pay.fair.publish", "at": at[5], "ref": None, "manifest": "{ }"}]},
        }
        older = {"chat": {}, "learn": {}}
        cases = [(right, True), (older, True)]
        for section, lists in right.items():
            for name, rows in lists.items():
                cases += [({**right, section: {**lists, name: wrong}}, False) for wrong in (rows[:-1], rows + [{}]) if wrong != rows]
        for n, (lists, is_valid) in enumerate(cases):
            sections = stories.rich_sections(log)
            for name in ("chat", "learn", "pay"):
                sections[name] = {"entries": listed[name], **lists.get(name, {})}
            sections["media"]["entries"] = listed["media"]
            if "fair" in lists:
                sections["fair"] = lists["fair"]
            folder = write_bundle(log, self.path(str(n)), sections, [stories.MEDIA])
            if is_valid:
                self.assertTrue(verify(folder)[1]["valid"], n)
            else:
                self.assertEqual(self.fault_at(folder), ("view", None), lists)

    def test_enrollments_are_those_of_the_student(self):
        def entry(op, at, student="me", teacher="t"):
            return {"op": op, "at": at, "ref": "itm_a", "fact": {"student": student, "teacher": teacher}, "body": None}
        entries = [entry("learn.enrolled", "1"), entry("learn.enrolled", "2"), entry("learn.enrolled", "3", student="you"),
                   entry("learn.dropped", "4", teacher="u"), entry("learn.dropped", "5"), entry("learn.enrolled", "6"),
                   {**entry("learn.enrolled", "7"), "fact": None}]
        row = {"course": "itm_a", "teacher": "t"}
        self.assertEqual(view._enrollments("me", entries), [{**row, "since": "1", "until": "5"}, {**row, "since": "6", "until": None}])

    def test_contexts_of_media(self):
        log, _ = stories.rich()
        poster = {"app": "events", "feature": "poster", "entity": "evt_1"}
        entries = []
        for ref, context in (("ast_b", poster), ("ast_a", poster), ("ast_c", {**poster, "entity": "evt_0"}), ("ast_c", poster), ("ast_d", None),
                             ("ast_e", {**poster, "feature": 7})):
            body = {"name": "a", **({"context": context} if context else {})}
            fact = {"media": [str(cid.of_raw(stories.MEDIA))], "n": 0}
            log.add("media.add", body, ref=ref, fact=fact)
            entries.append({"op": "media.add", "at": log.ats[-1], "ref": ref, "fact": fact, "body": body})
        log.head()
        right = [{**poster, "assets": ["ast_a", "ast_b", "ast_c"]}]
        # Older bundles list none.
        for n, (contexts, is_valid) in enumerate(((right, True), ([], True), (right * 2, False), ([{**poster, "assets": ["ast_a"]}], False))):
            sections = stories.rich_sections(log)
            sections["media"] |= {"contexts": contexts, "entries": entries}
            folder = write_bundle(log, self.path(str(n)), sections, [stories.MEDIA])
            if is_valid:
                self.assertTrue(verify(folder)[1]["valid"], contexts)
            else:
                self.assertEqual(self.fault_at(folder), ("view", None))

    def test_media(self):
        log, _ = stories.rich()
        sections = stories.rich_sections(log)
        folder = write_bundle(log, self.path("missing"), sections)
        self.assertEqual(self.fault_at(folder), ("media", None))
        log, folder = self.rich(spoil=lambda m: m["files"].update(
            {n: {"size": 1, "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}
             for n in m["files"] if n.startswith("media")}))
        for root, _, files in os.walk(os.path.join(folder, "media")):
            for name in files:
                with open(os.path.join(root, name), "wb") as file:
                    file.write(b"x")
        self.assertEqual(self.fault_at(folder), ("media", None))

    def test_media_gone_by_erasure(self):
        log, _ = stories.rich()
        log.erase(2)
        log.head()
        sections = stories.rich_sections(log)
        sections["profile"]["avatar"] = None
        sections["media"]["assets"][0]["size"] = None
        self.assertTrue(verify(write_bundle(log, self.path("bundle"), sections))[1]["valid"])


class Tars(Case):
    def setUp(self):
        super().setUp()
        log = stories.short()
        self.bundle = write_bundle(log, self.path("bundle"), {})
        self.tar = write_tar(self.bundle, self.path("bundle.tar"))
        with open(self.tar, "rb") as file:
            self.data = file.read()

    def spoiled(self, data):
        with open(self.tar, "wb") as file:
            file.write(data)
        return self.fault_at(self.tar)[0]

    def test_order(self):
        write_tar(self.bundle, self.tar, order=lambda names: sorted(names, reverse=True))
        self.assertEqual(self.fault_at(self.tar)[0], "tar")
        write_tar(self.bundle, self.tar, order=lambda names: sorted(names + ["index.html"]))
        self.assertEqual(self.fault_at(self.tar)[0], "tar")

    def test_every_byte_of_a_header(self):
        for offset in range(100, 512):
            data = bytearray(self.data)
            data[offset] ^= 1
            self.assertEqual(self.spoiled(data), "tar", offset)

    def test_ends(self):
        self.assertEqual(self.spoiled(self.data + bytes(512)), "tar")
        self.assertEqual(self.spoiled(self.data[:-512]), "tar")
        self.assertEqual(self.spoiled(self.data[:-1024]), "tar")
        self.assertEqual(self.spoiled(self.data[:700]), "tar")

    def test_padding(self):
        _, size = sorted(source.Tar([self.tar]).sizes.items())[0]
        data = bytearray(self.data)
        data[512 + size] = 1
        self.assertEqual(self.spoiled(data), "tar")

    def test_names(self):
        for name in ("../evil", "/etc/passwd", "media/../../x", "log.sqlite/", "LOG.SQLITE", "manifest.json.000"):
            data = bytearray(self.data)
            data[:512] = source.tar_header(name, int(data[124:135], 8))
            self.assertIn(self.spoiled(data), ("manifest", "tar"))


class Hostile(Case):
    def test_no_byte_of_a_bundle_may_change(self):
        """Random changes of a tar: always a fault with a code, never a crash."""
        log, _ = stories.rich()
        folder = write_bundle(log, self.path("bundle"), stories.rich_sections(log), [stories.MEDIA])
        tar = write_tar(folder, self.path("bundle.tar"))
        with open(tar, "rb") as file:
            good = file.read()
        chance = random.Random(1)
        for _ in range(150):
            data = bytearray(good)
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            with open(tar, "wb") as file:
                file.write(data)
            self.fault_at(tar)

    def test_damaged_logs_never_crash(self):
        path = stories.rich()[0].write(self.path("log.sqlite"))
        with open(path, "rb") as file:
            good = file.read()
        chance = random.Random(2)
        from verifier.errors import Fault
        for _ in range(300):
            data = bytearray(good)
            for _ in range(chance.choice((1, 10, 200))):
                data[chance.randrange(len(data))] = chance.randrange(256)
            with open(path, "wb") as file:
                file.write(data[:chance.choice((len(data), chance.randrange(len(data))))])
            try:
                verify(path)
            except Fault as fault:
                self.assertTrue(fault.code and fault.message)
