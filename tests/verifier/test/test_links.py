"""The section `links`: an older verifier's result for a log of a later version."""

import unittest
from types import SimpleNamespace

from .. import cid, keys
from ..view import Links

ONE, TWO, BREAD = (f"itm_{n:024x}" for n in (1, 2, 0xB0))
ADA = keys.did_of(bytes(31) + b"\1")


class Log:
    def __init__(self):
        self.links = Links()

    def enter(self, op, ref, body=None, **fact):
        self.links.apply(SimpleNamespace(op=op, ref=ref, at="2026-11-25T00:00:00.000Z"), fact, body)

    def put(self, ref=ONE, title="rye", url="https://rye.example/", words=(), **fact):
        body = {"title": title, "url": url, **dict(words)}
        self.enter("links.put", ref, {name: value for name, value in body.items() if value is not None}, **fact)

    def titles(self):
        return [item["title"] for item in (self.links.section() or {"links": []})["links"]]


class Section(unittest.TestCase):
    def test_an_entry_of_the_first_version_is_read_as_before(self):
        log = Log()
        log.put(visibility="connections")
        link = {"id": ONE, "title": "rye", "url": "https://rye.example/", "note": None, "visibility": "connections"}
        self.assertEqual(log.links.section(), {"links": [link], "clicks": []})

    def test_what_is_not_known_is_never_shown_to_more_people(self):
        for fact in ({"visibility": "friends"}, {"visibility": 1}, {"visibility": "public", "audience": "few"}):
            log = Log()
            log.put(**fact)
            self.assertEqual(log.links.links[ONE]["visibility"], "private", fact)
            log.put()
            log.enter("links.set", ONE, **fact)
            self.assertEqual(log.links.links[ONE]["visibility"], "private", fact)

    def test_an_item_whose_newest_version_cannot_be_read_is_gone(self):
        unreadable = (
            {"kind": "shelf"}, {"on": 2}, {"from": "soon"}, {"in": "shelf"}, {"title": 1}, {"url": "javascript:alert(1)"},
            {"words": {"slug": "../x"}.items()}, {"url": "https://a b"}, {"url": "https://"}, {"url": "https://" + "x" * 2000},
        )
        for more in unreadable:
            log = Log()
            log.put()
            log.put(**more)
            self.assertEqual(log.titles(), [], more)

    def test_files_are_those_of_the_newest_list_that_can_be_read(self):
        one, two = (str(cid.of_raw(text)) for text in (b"one", b"two"))
        log = Log()
        log.put()
        files = lambda: log.links.section()["links"][0].get("files")
        log.enter("links.attach", ONE, {"alts": ["1", ""]}, media=[one, two])
        self.assertEqual(files(), [{"cid": one, "alt": "1"}, {"cid": two, "alt": ""}])
        log.put(title="spelt")
        log.enter("links.attach", ONE, None, media=[two])
        self.assertEqual(len(files()), 2)
        log.enter("links.attach", ONE, {"alts": []}, media=[two])
        self.assertEqual(files(), [{"cid": two, "alt": ""}])
        for fact in ({"media": [one, "x"]}, {"media": [str(cid.of_cbor(b""))]}, {"media": [one] * 8}, {"media": [one], "pinned": 1}, {}):
            log.enter("links.attach", ONE, {"alts": ["1"]}, media=[one])
            log.enter("links.attach", ONE, {"alts": ["1"]}, **fact)
            self.assertIsNone(files(), fact)
        log.enter("links.attach", ONE, {"alts": ["1"]}, media=[one])
        log.enter("links.remove", ONE)
        log.put()
        self.assertIsNone(files())

    def test_a_collection_is_ordered_by_itself_and_goes_with_what_is_in_it(self):
        log = Log()
        log.put(BREAD, title="Bread", url=None, kind="collection")
        log.put(ONE, **{"in": BREAD})
        log.put(TWO, title="spelt", **{"in": BREAD})
        log.enter("links.sort", None, {"order": [TWO]})
        self.assertEqual(log.titles(), ["rye", "Bread", "spelt"], "the page itself moves up, and of equal places the lower id comes first")
        log.enter("links.sort", BREAD, {"order": [TWO]})
        self.assertEqual(log.titles(), ["spelt", "Bread", "rye"])
        log.enter("links.remove", BREAD)
        self.assertIsNone(log.links.section())

    def test_switching_says_the_whole_state(self):
        log = Log()
        log.put(on=0, **{"from": 5})
        log.enter("links.set", ONE, until=9)
        item = log.links.links[ONE]
        self.assertEqual((item["until"], "on" in item, "from" in item), (9, False, False))

    def test_a_collection_is_followed_until_both_are_named(self):
        log = Log()
        log.enter("links.follow", BREAD, dids=[ADA])
        log.enter("links.unfollow", ONE, dids=[ADA])
        self.assertEqual(len(log.links.section()["follows"]), 1)
        log.enter("links.unfollow", BREAD, dids=[ADA])
        self.assertIsNone(log.links.section())


if __name__ == "__main__":
    unittest.main()
