#!/usr/bin/env python3
"""What is in an image, and what rpi-imager shows of it, as JSON on standard output.

  describe.py parts     --version V --packages DIR              CycloneDX 1.5: the Debian packages and the Rust crates
  describe.py manifest  --version V --image FILE --download FILE   a list for rpi-imager (`rpi-imager --repo`)

The same input gives the same bytes: times come from SOURCE_DATE_EPOCH, and the serial number from the parts.
"""

import argparse
import datetime
import hashlib
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import quote

TARGET = "aarch64-unknown-linux-gnu"


def moment():
    return datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def packages(folder):
    """The packages that were unpacked, each with the digest of the file that it came in."""
    for path in sorted(Path(folder).glob("*.deb")):
        fields = subprocess.run(
            ["dpkg-deb", "-f", str(path), "Package", "Version", "Architecture"],
            check=True, capture_output=True, text=True,
        ).stdout
        found = dict(line.split(": ", 1) for line in fields.splitlines())
        name, version = found["Package"], found["Version"]
        url = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={found['Architecture']}&distro=trixie"
        yield {
            "type": "library", "bom-ref": url, "name": name, "version": version, "purl": url,
            "hashes": [{"alg": "SHA-256", "content": sha256(path)}],
        }


def crates():
    """What the program is linked from, as cargo resolves it for the Pi."""
    said = subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET],
        check=True, capture_output=True, text=True,
    ).stdout
    data = json.loads(said)
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    known = {package["id"]: package for package in data["packages"]}
    start = next(package["id"] for package in data["packages"] if package["name"] == "imajin")
    seen, waiting = set(), [start]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        for dependency in nodes[one]["deps"]:
            # What only builds or tests it is not in it.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    for package in sorted((known[one] for one in seen), key=lambda p: (p["name"], p["version"])):
        url = f"pkg:cargo/{quote(package['name'])}@{quote(package['version'])}"
        part = {"type": "library", "bom-ref": url, "name": package["name"], "version": package["version"], "purl": url}
        if package.get("license"):
            part["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        yield part


def parts(arguments):
    listed = [*packages(arguments.packages), *crates()]
    digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).digest()
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}",
        "version": 1,
        "metadata": {
            "timestamp": moment().isoformat().replace("+00:00", "Z"),
            "component": {"type": "operating-system", "name": "imajin-image", "version": arguments.version},
        },
        "components": listed,
    }


def manifest(arguments):
    download = Path(arguments.download)
    return {
        "os_list": [{
            "name": f"Imajin node {arguments.version}",
            "description": "A sovereign node for your home: plug it into your router and open http://imajin.local",
            # Beside this file, wherever both are published.
            "url": download.name,
            "release_date": moment().date().isoformat(),
            "extract_size": os.path.getsize(arguments.image),
            "extract_sha256": sha256(arguments.image),
            "image_download_size": download.stat().st_size,
            "image_download_sha256": sha256(download),
            "devices": ["pi5-64bit", "pi4-64bit", "pi3-64bit"],
            # The box reads imajin.toml and authorized_keys; it takes no other settings.
            "init_format": "none",
        }]
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("parts")
    one.add_argument("--version", required=True)
    one.add_argument("--packages", required=True)
    other = commands.add_parser("manifest")
    other.add_argument("--version", required=True)
    other.add_argument("--image", required=True)
    other.add_argument("--download", required=True)
    arguments = parser.parse_args()
    made = parts(arguments) if arguments.command == "parts" else manifest(arguments)
    json.dump(made, sys.stdout, indent=1, sort_keys=True)
    print()


main()
