"""Two logs against each other (docs/format.md §13), and the command line."""

import contextlib
import io
import json
import os
import subprocess
import sys

from verifier import ops
from verifier.__main__ import main, verify
from verifier.compare import compare

from . import stories
from .build import LogMaker, Person, follow, follow_again, write_bundle
from .support import Case


def friends(follow_bob=True, more=()):
    """Alice's and Bob's logs; Alice follows Bob. `follow_bob` false leaves Bob's entry out, which equivocates."""
    alice, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
    bob.begin()
    follow(alice, bob, only=[bob] if follow_bob else [])
    for op in more:
        alice.add(op)
    alice.head()
    bob.now = alice.now
    bob.add("profile.handle.release")
    bob.head()
    return alice, bob


class Compare(Case):
    def kinds(self, a, b):
        found = compare(verify(a.write(self.path("a.sqlite")))[0], verify(b.write(self.path("b.sqlite")))[0])
        return [item["kind"] for item in found]

    def test_nothing(self):
        self.assertEqual(self.kinds(*friends()), [])
        self.assertEqual(self.kinds(stories.short(), friends()[0]), [])

    def test_two_entries_and_heads(self):
        one, other = stories.short(), stories.short()
        one.add("profile.update", {"bio": "one"})
        other.add("profile.update", {"bio": "other"})
        self.assertEqual(self.kinds(one, other), ["entry"])
        one.head()
        other.head()
        self.assertEqual(self.kinds(one, other), ["head", "entry"])

    def test_an_entry_that_the_other_has_as_a_cause(self):
        _, bob = friends()
        alice = stories.short()
        alice.add("profile.handle.release")
        self.assertEqual(self.kinds(alice, bob), ["entry", "txn"])

    def test_what_was_signed_once_in_two_headers(self):
        alice, bob = stories.short(), LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow(alice, bob, only=[])
        follow_again(alice, bob, 4, seq=9)
        # The first consequence is missing, too.
        self.assertEqual(self.kinds(alice, bob), ["signed", "txn"])
        self.assertEqual(self.kinds(bob, alice), ["signed", "txn"])
        # Its `seq` is that of another entry.
        bob = LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        follow_again(alice, bob, 4, seq=3)
        self.assertEqual(self.kinds(alice, bob), ["entry", "txn"])

    def test_an_opening_without_its_entry(self):
        self.assertEqual(self.kinds(*friends(follow_bob=False)), ["txn"])
        alice, _ = friends(follow_bob=False)
        bob = LogMaker(Person("bob"), Person("node one"))
        bob.begin()
        self.assertEqual(self.kinds(alice, bob), [], "Bob's log may simply be older")


class CommandLine(Case):
    def run_main(self, *argv):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(a) for a in argv])
        return code, out.getvalue(), err.getvalue()

    def test_valid(self):
        log = stories.short()
        path = log.write(self.path("log.sqlite"))
        code, out, _ = self.run_main(path, "--did", log.owner.did, "--head", log.cids[0], "--json")
        self.assertEqual(code, 0)
        self.assertEqual(set(json.loads(out)), {"verdict", "valid", "did", "entries", "by_will", "attested_to", "erased", "withheld",
                                                "unknown_ops", "unknown_entries", "unknown", "home_words", "home_divisions", "node_word_only", "head", "fault"})
        self.assertIn("valid", self.run_main(path)[1])
        # A folder is a bundle, and one without its manifest is not valid.
        code, out, _ = self.run_main(self.folder, "--json")
        self.assertEqual((code, json.loads(out)["fault"]["code"]), (1, "manifest"))

    def test_unknown_entries(self):
        log = stories.short()
        log.add("gardens.create", {"title": "x"})
        path = log.write(self.path("log.sqlite"))
        self.assertEqual(self.run_main(path)[0], 3)
        # A newer table knows them.
        with open(ops.DEFAULT, encoding="utf-8") as file:
            table = json.load(file)
        table["operations"].append({"op": "gardens.create", "by": "any", "body": "mine", "bound": "nothing", "derives": []})
        newer = self.path("operations.json")
        with open(newer, "w", encoding="utf-8") as file:
            json.dump(table, file)
        self.addCleanup(ops.load)
        self.assertEqual(self.run_main(path, "--operations", newer)[0], 0)
        self.assertEqual(self.run_main(path, "--operations", path)[0], 2)
        # A table cannot change a known operation: its row, its derivations, its derivations in auth.
        def spoil(name, change):
            rows = json.loads(json.dumps(table["operations"]))
            change(next(row for row in rows if row["op"] == name))
            with open(newer, "w", encoding="utf-8") as file:
                json.dump({**table, "operations": rows}, file)
            self.assertEqual(self.run_main(path, "--operations", newer)[0], 2, name)
        scope = {"ops": ["profile.update"], "equal": {"ref": "ref"}}
        erasing = {"op": "auth.body.erased", "place": "same_log", "at_most": 1, "equal": [], "erases": [scope]}
        for name, change in (("events.ticket", {"bound": "node"}), ("pay.paid", {"by": "any"}), ("pay.receipt", {"body": "mine"})):
            spoil(name, lambda row: row.update(change))
        spoil("pay.settle", lambda row: row["derives"].pop())
        spoil("pay.settle", lambda row: row["derives"][0].update(at_most=99))
        spoil("profile.update", lambda row: row["derives"].append(erasing))
        spoil("profile.follow", lambda row: row["derives"].append(row["derives"][0]))
        erased = next(row for row in table["operations"] if row["op"] == "auth.body.erased")
        for change in ({"by": "any"}, {"body": "mine"}, {"bound": "intent"}, {"op": "auth.body.gone"}):
            spoiled = {**table, "operations": [{**row, **change} if row is erased else row for row in table["operations"]]}
            with open(newer, "w", encoding="utf-8") as file:
                json.dump(spoiled, file)
            self.assertEqual(self.run_main(path, "--operations", newer)[0], 2, change)

    def test_invalid(self):
        log = stories.short()
        log.add("profile.update", {"bio": "x"}, proof={"sig": bytes(64)})
        path = log.write(self.path("log.sqlite"))
        code, out, _ = self.run_main(path)
        self.assertEqual(code, 1)
        self.assertIn("entry 4: proof:", out)
        fault = json.loads(self.run_main(path, "--json")[1])["fault"]
        self.assertEqual((fault["seq"], fault["code"]), (4, "proof"))

    def test_unusable(self):
        self.assertEqual(self.run_main(self.path("nothing"))[0], 2)
        with open(self.path("x.age"), "wb") as file:
            file.write(b"age-encryption.org/v1\n")
        self.assertEqual(self.run_main(self.path("x.age"))[0], 2)
        with self.assertRaises(SystemExit) as caught:
            self.run_main(self.path("x"), "--head", "x")
        self.assertEqual(caught.exception.code, 2)

    def test_two(self):
        alice, bob = friends(follow_bob=False)
        a, b = alice.write(self.path("a.sqlite")), bob.write(self.path("b.sqlite"))
        code, out, _ = self.run_main(a, b, "--json", "--did", alice.owner.did)
        self.assertEqual((code, len(json.loads(out)["equivocations"])), (1, 1))
        self.assertIn("EQUIVOCATION", self.run_main(a, b)[1])
        alice, bob = friends()
        self.assertEqual(self.run_main(alice.write(a), bob.write(b))[0], 0)

    def test_as_a_program(self):
        log, _ = stories.rich()
        folder = write_bundle(log, self.path("bundle"), stories.rich_sections(log), [stories.MEDIA])
        package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        for command, where in (([package], self.folder), (["-m", "verifier"], os.path.dirname(package))):
            done = subprocess.run([sys.executable, *command, folder, "--json"], cwd=where, capture_output=True, check=False)
            self.assertEqual((done.returncode, json.loads(done.stdout)["valid"]), (0, True), done.stderr)
