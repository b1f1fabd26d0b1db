"""Checks of the card's image and the long tests that need no build and take seconds.

    python3 -m unittest -v tests/image/test_form.py

The end-to-end tests verify units and their exposure (tests/e2e/tests/e2e/systemd.rs).
"""

import datetime
import json
import re
import subprocess
import sys
import tomllib
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
IMAGE = TOP / "image"
sys.path.insert(0, str(TOP / "tests"))
import parts  # noqa: E402


def tracked():
    names = subprocess.run(["git", "-C", TOP, "ls-files", "-z"], capture_output=True, text=True, check=True).stdout
    return [TOP / name for name in names.split("\0") if name and (TOP / name).is_file()]


def rows(path):
    """Returns the lines of a list without its comments."""
    lines = path.read_text().splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


class Targets(unittest.TestCase):
    def test_what_is_not_built_as_a_test_has_no_tests(self):
        checked = 0
        for manifest in tracked():
            if manifest.name != "Cargo.toml" or "fuzz" in manifest.parts:
                continue
            package = tomllib.loads(manifest.read_text())
            source = manifest.parent / "src"
            targets = [("lib", package.get("lib", {}), source), *(("bin", one, manifest.parent / one.get("path", f"src/bin/{one['name']}.rs")) for one in package.get("bin", []))]
            for kind, target, place in targets:
                if target.get("test", True):
                    continue
                checked += 1
                files = sorted(place.rglob("*.rs")) if place.is_dir() else [place]
                for file in files:
                    with self.subTest(file=str(file.relative_to(TOP)), target=kind):
                        self.assertNotRegex(file.read_text(), r"(?m)^\s*#\[(tokio::)?test\b|\bproptest! *\{")
        self.assertGreaterEqual(checked, 5)


class Scripts(unittest.TestCase):
    def test_every_shell_script_can_be_read_by_its_shell(self):
        checked = 0
        for path in tracked():
            with open(path, "rb") as file:
                first = file.readline()
            shell = re.match(rb"#!\s*(?:/usr/bin/env\s+|/bin/)(bash|sh|busybox sh)\b", first)
            if not shell:
                continue
            shell = "bash" if shell[1] == b"bash" else "sh"
            done = subprocess.run([shell, "-n", path], capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, f"{path.relative_to(TOP)}: {done.stderr}")
            checked += 1
        self.assertGreater(checked, 15)


class Lists(unittest.TestCase):
    def test_every_module_pattern_is_a_pattern_of_paths_in_the_kernel(self):
        for name in ("modules", "initrd/modules"):
            patterns = rows(IMAGE / name)
            self.assertEqual(len(patterns), len(set(patterns)), f"image/{name} repeats a line")
            for pattern in patterns:
                with self.subTest(file=name, pattern=pattern):
                    self.assertTrue(pattern.startswith("^kernel/"), "it must start at ^kernel/")
                    self.assertNotIn(" ", pattern)
                    re.compile(pattern)
                    # grep -E, which reads these patterns, has no non-capturing groups or lookarounds.
                    self.assertNotRegex(pattern, r"\(\?")

    def test_what_the_box_leaves_out_has_a_reason(self):
        for line in rows(IMAGE / "modules-without"):
            self.assertRegex(line, r"^([a-z0-9_-]+|brcm/[a-z0-9.-]+) {2,}\S", "a module or a file of firmware, two spaces or more, and why")

    def test_packages_are_names_that_stand_in_one_list_once(self):
        wanted = " ".join(rows(IMAGE / "packages")).split()
        without = " ".join(rows(IMAGE / "packages-without")).split()
        for name in wanted + without:
            self.assertRegex(name, r"^[a-z0-9][a-z0-9+.-]+$")
        both = wanted + without
        self.assertEqual(sorted(set(both)), sorted(both), "a package is named twice")

    def test_the_lock_names_each_package_with_its_version_and_digest(self):
        locked = [line.split(" ") for line in rows(IMAGE / "packages.lock")]
        for row in locked:
            self.assertEqual(len(row), 3, row)
            self.assertRegex(row[2], r"^[0-9a-f]{64}$")
        names = [row[0] for row in locked]
        self.assertEqual(names, sorted(set(names)), "one row for each, in order")
        # image/build --update-packages writes the lock again.
        for line in rows(IMAGE / "packages"):
            for name in line.split():
                self.assertIn(name, names)
        self.assertFalse(set(" ".join(rows(IMAGE / "packages-without")).split()) & set(names))
        self.assertEqual(sum(name.startswith("linux-modules-") for name in names), 1, "one kernel")

    def test_each_unit_of_the_image_is_of_a_kind_that_systemd_knows(self):
        kinds = {".service", ".socket", ".path", ".timer", ".mount", ".target", ".conf", ".slice"}
        units = [path for path in (IMAGE / "root/usr/lib/systemd/system").rglob("*") if path.is_file()]
        self.assertGreater(len(units), 5)
        for path in units:
            self.assertIn(path.suffix, kinds, path.name)

    def test_programs_of_units_are_files_of_the_image(self):
        for unit in (IMAGE / "root/usr/lib/systemd/system").rglob("*.service"):
            for program in re.findall(r"^Exec[A-Za-z]+=[-+!@:]*(/usr/lib/imajin/\S+)", unit.read_text(), re.MULTILINE):
                name = program.rsplit("/", 1)[1]
                found = [IMAGE / "root" / program.lstrip("/"), TOP / "systemd" / name]
                self.assertTrue(any(path.is_file() for path in found), f"{unit.name} runs {program}")


class Card(unittest.TestCase):
    def test_the_partitions_follow_each_other_and_are_named_by_one_disk(self):
        build = (IMAGE / "build").read_text()
        named = re.search(r"^readonly disk_id=([0-9a-f]{8}) boot_mib=(\d+) root_mib=(\d+) data_mib=(\d+)$", build, re.MULTILINE)
        self.assertIsNotNone(named, "image/build names the disk and its partitions in one line")
        disk, boot, root, data = named[1], *map(int, named.groups()[1:])
        first = int(re.search(r"at_boot=(\d+)", build)[1])
        self.assertEqual(first % 4, 0, "cards erase 4 MiB at a time")
        self.assertEqual([size % 4 for size in (boot, root, data)], [0, 0, 0])
        # The capacity of the smallest cards on sale, and the amount that is copied to them.
        self.assertLessEqual(first + boot + root + data, 1024)
        fstab = (IMAGE / "root/etc/fstab").read_text()
        places = dict(re.findall(r"^PARTUUID=(\S+)\s+(\S+)", fstab, re.MULTILINE))
        self.assertEqual(places, {f"{disk}-01": "/boot/firmware", f"{disk}-02": "/", f"{disk}-03": "/data"})
        self.assertIn(f"root=PARTUUID={disk}-02 ", (IMAGE / "boot/cmdline.txt").read_text())
        for path in (IMAGE / "root/usr/lib/systemd/system").rglob("*"):
            if path.is_file():
                for other in re.findall(r"partuuid[-/]([0-9a-f]{8})(?:-|\\x2d)0", path.read_text()):
                    self.assertEqual(other, disk, path.name)


class LongParts(unittest.TestCase):
    PARTS = json.loads((TOP / "tests/parts.json").read_text())

    def test_every_part_says_what_it_is_and_has_inputs_that_exist(self):
        for name, part in self.PARTS.items():
            with self.subTest(part=name):
                self.assertTrue(part["what"])
                self.assertTrue(part["inputs"])
                for path in part["inputs"]:
                    self.assertTrue((TOP / path).exists(), path)

    def test_every_row_of_what_was_tested_is_well_formed(self):
        tested = json.loads((TOP / "docs/tested.json").read_text())
        for name, row in tested.items():
            with self.subTest(part=name):
                self.assertIn(name, self.PARTS)
                self.assertEqual(set(row), {"commit", "date", "passed", "seconds"} | ({"lock"} & self.PARTS[name].keys()))
                self.assertRegex(row["commit"], r"^[0-9a-f]{40}$")
                datetime.date.fromisoformat(row["date"])
                self.assertGreater(row["passed"], 0)
                self.assertGreaterEqual(row["seconds"], 0)

    def test_the_locked_packages_are_those_that_were_tested(self):
        tested = json.loads((TOP / "docs/tested.json").read_text())
        for name in self.PARTS:
            if "lock" in self.PARTS[name]:
                self.assertEqual(
                    tested[name]["lock"], parts.locked(name)["lock"],
                    f"{self.PARTS[name]['lock']} has other packages than those that passed: run scripts/test {name} and commit docs/tested.json with the lock")


if __name__ == "__main__":
    unittest.main()
