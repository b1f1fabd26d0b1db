#!/usr/bin/env python3
"""What is in an image, and what rpi-imager shows of it, on standard output.

  describe.py parts     --version V --packages DIR              CycloneDX 1.5: the Debian packages and the Rust crates
  describe.py manifest  --version V --image FILE --download FILE   a list for rpi-imager (`rpi-imager --repo`)
  describe.py notices                                           the crates' licences, as text
  describe.py sources   --packages DIR                          the packages' sources, as apt-get source takes them
  describe.py missing   --list FILE --folder DIR                the files of those that are not in a folder as they were published

The same input gives the same bytes: times come from SOURCE_DATE_EPOCH, and the serial number from the parts.
"""

import argparse
import datetime
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path
from urllib.parse import quote

TARGET = "aarch64-unknown-linux-gnu"


def moment():
    return datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def control(path):
    """A package's name, version and architecture, and the sources that it was built from, its own first, each with its version."""
    fields = subprocess.run(
        ["dpkg-deb", "-f", str(path), "Package", "Version", "Architecture", "Source", "Built-Using", "Static-Built-Using"],
        check=True, capture_output=True, text=True,
    ).stdout
    # A long field continues in the next line, after a blank.
    found = dict(line.split(": ", 1) for line in fields.replace("\n ", " ").splitlines())
    # "Source: name (version)", each only where it differs (Debian Policy, 5.6.1); a rebuilt package adds its own +bN.
    source, _, version = found.get("Source", found["Package"]).partition(" ")
    sources = [(source, version.strip("()") or re.sub(r"\+b\d+$", "", found["Version"]))]
    # Sources that are linked into it: "glibc (= 2.41-12), ..." (Debian Policy, 7.8).
    for field in ("Built-Using", "Static-Built-Using"):
        sources += re.findall(r"(\S+) \(= ([^)]+)\)", found.get(field, ""))
    return found["Package"], found["Version"], found["Architecture"], list(dict.fromkeys(sources))


def copyright_of(path, name):
    """The text of a package's licence; none where its documents are another package's."""
    packed = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(path)], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        try:
            file = files.extractfile(f"./usr/share/doc/{name}/copyright")
        except KeyError:
            return None
        return file.read().decode("utf-8", "replace")


def licences(text):
    """The licences that a copyright file names in Debian's form for machines (DEP-5); none where it is free text."""
    if not text.lstrip().startswith("Format:"):
        return []
    named = re.findall(r"^License: *(\S.*?)\s*$", text, re.MULTILINE)
    return sorted(set(named))


def packages(folder):
    """The packages that were unpacked: each with the digest of the file that it came in, its licences and its source."""
    found = [(path, *control(path)) for path in sorted(Path(folder).glob("*.deb"))]
    texts = {name: copyright_of(path, name) for path, name, *_ in found}
    by_source = {}
    for _, name, _, _, built_from in found:
        by_source[built_from[0][0]] = by_source.get(built_from[0][0]) or texts[name]
    for path, name, version, architecture, built_from in found:
        url = f"pkg:deb/debian/{quote(name)}@{quote(version)}?arch={architecture}&distro=trixie"
        named = licences(texts[name] or by_source[built_from[0][0]] or "")
        yield {
            "type": "library", "bom-ref": url, "name": name, "version": version, "purl": url,
            "hashes": [{"alg": "SHA-256", "content": sha256(path)}],
            # Debian's own names, and where the text is in the image.
            "licenses": [{"license": {"name": one}} for one in named]
            or [{"license": {"name": f"see /usr/share/doc/{name}/copyright.gz"}}],
            "externalReferences": [
                {"type": "source-distribution", "url": f"https://snapshot.debian.org/package/{quote(source)}/{quote(of, safe='+~:')}/"}
                for source, of in built_from
            ],
        }


def linked():
    """The crates that the program is linked from, as cargo resolves them for the Pi."""
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
            # Dependencies that only build or test it are not in it.
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                waiting.append(dependency["pkg"])
    return sorted((known[one] for one in seen), key=lambda p: (p["name"], p["version"]))


def crates():
    for package in linked():
        url = f"pkg:cargo/{quote(package['name'])}@{quote(package['version'])}"
        part = {"type": "library", "bom-ref": url, "name": package["name"], "version": package["version"], "purl": url}
        if package.get("license"):
            part["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
        if package["source"] is not None:
            file = f"{package['name']}-{package['version']}.crate"
            part["externalReferences"] = [
                {"type": "source-distribution", "url": f"https://static.crates.io/crates/{package['name']}/{file}"}
            ]
        yield part


# Files of a crate that hold its licence or what the licence asks to be passed on.
NOTICE = re.compile(r"(?i)^(licen[cs]e|copying|copyright|notice|unlicense)")


def notices():
    """The licences of all crates that others wrote, each text once, under the names of those that have it."""
    by_text = {}
    for package in linked():
        # This project's own crates have no source but this.
        if package["source"] is None:
            continue
        folder = Path(package["manifest_path"]).parent
        files = sorted(path for path in folder.iterdir() if path.is_file() and NOTICE.match(path.name))
        texts = [path.read_text("utf-8", "replace").strip() for path in files] or [f"Licence: {package['license']}"]
        for text in texts:
            by_text.setdefault(text, []).append(f"{package['name']} {package['version']}")
    rule = "=" * 100
    return "\n\n".join(f"{rule}\n{', '.join(names)}\n{rule}\n\n{text}" for text, names in by_text.items())


def sources(arguments):
    found = {one for path in Path(arguments.packages).glob("*.deb") for one in control(path)[3]}
    return "\n".join(f"{source}={version}" for source, version in sorted(found))


def missing(arguments):
    """The sources that lack their description or a file that it names, with the digest that it gives."""
    folder, lacking = Path(arguments.folder), []
    for one in Path(arguments.list).read_text().split():
        source, version = one.split("=", 1)
        # A file's name leaves out the version's epoch.
        description = folder / f"{source}_{re.sub(r'^[0-9]+:', '', version)}.dsc"
        if not description.exists():
            lacking.append(description.name)
            continue
        listed = re.search(r"^Checksums-Sha256:\n((?: .*\n)+)", description.read_text(), re.MULTILINE)
        for digest, _, name in (line.split() for line in listed[1].splitlines()):
            if not (folder / name).exists() or sha256(folder / name) != digest:
                lacking.append(name)
    return " ".join(lacking)


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
            # Next to this file, wherever both are published.
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
    commands.add_parser("notices")
    commands.add_parser("sources").add_argument("--packages", required=True)
    last = commands.add_parser("missing")
    last.add_argument("--list", required=True)
    last.add_argument("--folder", required=True)
    arguments = parser.parse_args()
    match arguments.command:
        case "notices":
            print(notices())
        case "sources":
            print(sources(arguments))
        case "missing":
            print(missing(arguments))
        case command:
            made = parts(arguments) if command == "parts" else manifest(arguments)
            json.dump(made, sys.stdout, indent=1, sort_keys=True)
            print()


if __name__ == "__main__":
    main()
