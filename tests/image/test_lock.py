"""The messages of image/build about packages that Debian replaced, and the format of their lock."""

import subprocess
import sys
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "image"))
import lock  # noqa: E402

OLD, NEW = "a" * 64, "b" * 64
LOCK = lock.HEAD.format("2026-11-25T20:00:00Z") + f"linux 7.2.1-1 {OLD}\nudev 1:257-1 {OLD}\n"


class Lock(unittest.TestCase):
    def test_what_debian_replaced_is_named_with_both_versions(self):
        offered = " linux | 7.3.4-1 | https://deb.debian.org/debian trixie/main arm64 Packages\n udev | 1:257-1 | https://deb.debian.org/debian trixie/main arm64 Packages\n"
        self.assertEqual(list(lock.gone(lock.rows(LOCK), offered)), ["linux: the lock has 7.2.1-1, and Debian offers 7.3.4-1."])
        self.assertEqual(list(lock.gone(lock.rows(LOCK), "")), [
            "linux: the lock has 7.2.1-1, and Debian offers no such package.",
            "udev: the lock has 1:257-1, and Debian offers no such package.",
        ])
        both = offered + " linux | 7.2.1-1 | https://deb.debian.org/debian trixie/main arm64 Packages\n"
        self.assertEqual(list(lock.gone(lock.rows(LOCK), both)), [])

    def test_a_package_that_is_not_offered_ends_the_build(self):
        done = subprocess.run([sys.executable, TOP / "image/lock.py", "gone"], input="", capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        names = [line.split(": ")[1] for line in done.stderr.splitlines()]
        self.assertEqual(names, list(lock.rows(lock.LOCK.read_text())))

    def test_a_file_that_differs_from_the_lock_is_named(self):
        fetched = lock.rows(f"linux 7.2.1-1 {NEW}\nbash 5-1 {OLD}\n")
        self.assertEqual(list(lock.differing(lock.rows(LOCK), fetched)), [
            "bash was fetched, and is not in the lock.",
            f"linux 7.2.1-1: the lock has SHA-256 {OLD}, and the fetched file has {NEW}.",
            "udev is in the lock, and was not fetched.",
        ])
        self.assertEqual(list(lock.differing(lock.rows(LOCK), lock.rows(LOCK))), [])

    def test_the_time_of_the_lock_changes_with_a_package_only(self):
        same = f"udev 1:257-1 {OLD}\nlinux 7.2.1-1 {OLD}\n"
        self.assertEqual(lock.written(LOCK, same, "2026-11-30T08:00:00Z"), LOCK)
        other = lock.written(LOCK, same.replace("7.2.1", "7.3.4"), "2026-11-30T08:00:00Z")
        self.assertEqual(other, LOCK.replace("7.2.1", "7.3.4").replace("2026-11-25T20", "2026-11-30T08"))

    def test_old_versions_are_looked_for_when_the_lock_was_written_and_in_the_next_snapshot(self):
        self.assertEqual(lock.snapshots(LOCK), ["20261125T200000Z", "20261126T080000Z"])
        self.assertEqual(len(lock.snapshots(lock.LOCK.read_text())), 2)


if __name__ == "__main__":
    unittest.main()
