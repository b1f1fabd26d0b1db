#!/usr/bin/env python3
"""image/packages.lock: each package of the image with its version and digest, and when Debian offered them.

  lock.py names                  NAME=VERSION of each, as apt-get download takes them
  lock.py gone <OFFERED          a sentence for each that Debian no longer offers, and 1 if there is one; apt-cache madison says what it offers
  lock.py snapshots              the times for Debian's archive of old versions, as snapshot.debian.org writes them
  lock.py write --at TIME <ROWS  rows of name, version and digest become the lock, unless it has the same ones already
  lock.py check <ROWS            a sentence for each row that differs from the lock, and 1 if there is one
"""

import argparse
import datetime
import sys
from pathlib import Path

LOCK = Path(__file__).resolve().parent / "packages.lock"
HEAD = "# The packages of the image: name, version, SHA-256. Written by image/build --update-packages.\n# Debian as of {}\n"
# snapshot.debian.org takes a picture every six hours. What was new when the lock was written may be in the next one only.
NEXT = datetime.timedelta(hours=12)
# As snapshot.debian.org writes times, and as people read them.
WRITTEN, READ = "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"


def rows(text):
    """Each package's version and digest, by its name."""
    split = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {name: (version, digest) for name, version, digest in split}


def gone(locked, offered):
    """A sentence for each package that is not offered in its locked version."""
    versions = {}
    for line in offered.splitlines():
        name, version = (word.strip() for word in line.split("|")[:2])
        versions.setdefault(name, []).append(version)
    for name, (version, _) in locked.items():
        there = sorted(set(versions.get(name, ())))
        if version not in there:
            yield f"{name}: the lock has {version}, and Debian offers {' and '.join(there) or 'no such package'}."


def differing(locked, fetched):
    """A sentence for each package that was fetched otherwise than the lock has it."""
    for name in sorted(locked.keys() | fetched.keys()):
        if name not in fetched:
            yield f"{name} is in the lock, and was not fetched."
        elif name not in locked:
            yield f"{name} was fetched, and is not in the lock."
        elif locked[name][0] != fetched[name][0]:
            yield f"{name}: the lock has {locked[name][0]}, and {fetched[name][0]} was fetched."
        elif locked[name] != fetched[name]:
            yield f"{name} {locked[name][0]}: the lock has SHA-256 {locked[name][1]}, and the fetched file has {fetched[name][1]}."


def snapshots(text):
    """Debian when the lock was written, and a little later."""
    at = next(line.removeprefix("# Debian as of ") for line in text.splitlines() if line.startswith("# Debian as of "))
    moment = datetime.datetime.strptime(at, READ)
    return [moment.strftime(WRITTEN), (moment + NEXT).strftime(WRITTEN)]


def written(text, fetched, at):
    """The lock with these rows: as it is where it has them already, so that its time is when a row last changed."""
    if rows(text) == rows(fetched):
        return text
    return HEAD.format(at) + "".join(f"{name} {version} {digest}\n" for name, (version, digest) in sorted(rows(fetched).items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("names", "gone", "snapshots", "check"):
        commands.add_parser(name)
    commands.add_parser("write").add_argument("--at", required=True)
    given = parser.parse_args()
    text = LOCK.read_text()
    sentences = []
    match given.command:
        case "names":
            print(*(f"{name}={version}" for name, (version, _) in rows(text).items()), sep="\n")
        case "snapshots":
            print(*snapshots(text), sep="\n")
        case "gone":
            sentences = list(gone(rows(text), sys.stdin.read()))
        case "check":
            sentences = list(differing(rows(text), rows(sys.stdin.read())))
        case "write":
            LOCK.write_text(written(text, sys.stdin.read(), given.at))
    for sentence in sentences:
        print(f"image/packages.lock: {sentence}", file=sys.stderr)
    sys.exit(1 if sentences else 0)


if __name__ == "__main__":
    main()
