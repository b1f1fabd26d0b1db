"""The licences, the list of parts and the sources of the image, from small packages that these tests make: no network, no image."""

import argparse
import gzip
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
IMAGE = TOP / "image"
sys.path.insert(0, str(IMAGE))
import describe  # noqa: E402

COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Files: *
License: GPL-2+

Files: doc/*
License: BSD-3-clause
"""


class Packages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.packages = self.folder / "packages"
        self.packages.mkdir()

    def package(self, name, version, fields="", text=None, documents_of=None, also=()):
        """Creates a package with its licence, or with a link to the documents of another package."""
        root = self.folder / name
        documents = root / "usr/share/doc"
        (root / "DEBIAN").mkdir(parents=True)
        documents.mkdir(parents=True)
        (root / "DEBIAN/control").write_text(
            f"Package: {name}\nVersion: {version}\nArchitecture: arm64\nMaintainer: A <a@example.com>\nDescription: d\n{fields}")
        if documents_of:
            (documents / name).symlink_to(documents_of)
        else:
            (documents / name).mkdir()
            for file in also:
                (documents / name / file).write_text("x")
            if text:
                (documents / name / "copyright").write_text(text)
        subprocess.run(["dpkg-deb", "--root-owner-group", "--build", root, self.packages / f"{name}.deb"], check=True, capture_output=True)

    def two(self):
        self.package("tool", "1:2.0-1+b2", "Source: tools (1:2.0-1)\nBuilt-Using: glibc (= 2.41-12),\n zlib (= 1.3-1)\n", COPYRIGHT, also=["changelog.gz"])
        self.package("libtool", "1:2.0-1", "Source: tools\n", documents_of="tool")
        self.package("plain", "3-1+b1", text="You may copy this.\n")

    def test_the_list_of_parts_names_package_version_licence_and_sources(self):
        self.two()
        library, plain, tool = describe.packages(self.packages)
        self.assertEqual((tool["name"], tool["version"], tool["purl"]), ("tool", "1:2.0-1+b2", "pkg:deb/debian/tool@1%3A2.0-1%2Bb2?arch=arm64&distro=trixie"))
        self.assertEqual(tool["hashes"][0]["content"], hashlib.sha256((self.packages / "tool.deb").read_bytes()).hexdigest())
        named = [one["license"]["name"] for one in tool["licenses"]]
        self.assertEqual(named, ["BSD-3-clause", "GPL-2+"])
        self.assertEqual([one["url"].split("/package/")[1] for one in tool["externalReferences"]], ["tools/1:2.0-1/", "glibc/2.41-12/", "zlib/1.3-1/"])
        # The tool's documentation folder is a link to that of a package from the same source.
        self.assertEqual(library["licenses"], tool["licenses"])
        self.assertEqual(plain["licenses"], [{"license": {"name": "see /usr/share/doc/plain/copyright.gz"}}])

    def test_the_sources_are_each_packages_own_and_what_was_linked_into_it(self):
        self.two()
        self.assertEqual(
            describe.sources(argparse.Namespace(packages=self.packages)).split(),
            ["glibc=2.41-12", "plain=3-1", "tools=1:2.0-1", "zlib=1.3-1"])

    def test_a_source_that_was_not_fetched_whole_is_named(self):
        wanted, folder = self.folder / "list", self.folder / "sources"
        wanted.write_text("tools=1:2.0-1\nplain=3-1\n")
        folder.mkdir()
        given = argparse.Namespace(list=wanted, folder=folder)
        self.assertEqual(describe.missing(given), "tools_2.0-1.dsc plain_3-1.dsc")
        for name, archive in (("tools_2.0-1", "tools_2.0.tar.xz"), ("plain_3-1", "plain_3.tar.xz")):
            digest = hashlib.sha256(name.encode()).hexdigest()
            (folder / f"{name}.dsc").write_text(f"Format: 3.0\nChecksums-Sha256:\n {digest} 9 {archive}\nFiles:\n {'0' * 32} 9 {archive}\n")
            (folder / archive).write_text(name)
        self.assertEqual(describe.missing(given), "")
        (folder / "tools_2.0.tar.xz").write_text("cut off")
        (folder / "plain_3.tar.xz").unlink()
        self.assertEqual(describe.missing(given), "tools_2.0.tar.xz plain_3.tar.xz")

    def keep_copyrights(self):
        """Runs this function of image/build in a system with these packages."""
        root = self.folder / "root"
        for package in self.packages.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, root], check=True)
        function = re.search(r"^keep_copyrights\(\) \{.*?^\}", (IMAGE / "build").read_text(), re.MULTILINE | re.DOTALL)[0]
        script = 'set -euo pipefail\ndie() { echo "$*"; exit 2; }\n' + function + "\nkeep_copyrights"
        environment = {**os.environ, "root": str(root), "packages": str(self.packages)}
        return root / "usr/share/doc", subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=environment)

    def test_the_image_keeps_each_packages_licence_compressed_and_no_other_documents(self):
        self.two()
        documents, done = self.keep_copyrights()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(gzip.decompress((documents / "tool/copyright.gz").read_bytes()).decode(), COPYRIGHT)
        self.assertTrue((documents / "libtool/copyright.gz").exists())
        self.assertEqual(sorted(path.name for path in documents.rglob("*") if path.is_file()), ["copyright.gz", "copyright.gz"])

    def test_a_package_without_a_licence_ends_the_build(self):
        self.two()
        self.package("secret", "1-1", also=["readme"])
        _, done = self.keep_copyrights()
        self.assertEqual((done.returncode, done.stdout.strip()), (2, "secret.deb brings no licence"))


if __name__ == "__main__":
    unittest.main()
