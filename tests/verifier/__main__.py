"""The command line: `python3 -m verifier PATH [PATH2] [--head CID] [--did DID] [--anchors FILE|URL] [--operations FILE] [--json]`.

Exit 0: valid; 1: not valid; 2: unusable; 3: no rule is broken, but some entries are of unknown operations and so not proved.

`--batch` takes paths from standard input, one a line, and answers each with one line of JSON.
"""

import argparse
import json
import os
import sys

if not __package__:
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    __package__ = "verifier"

try:
    from verifier import anchors, bundle, certificate, cid, keys, ops, source, work
except ModuleNotFoundError as missing:
    if missing.name != "nacl":
        raise
    sys.exit((print("verifier: needs PyNaCl (Debian: python3-nacl)", file=sys.stderr), 2)[1])
from verifier.compare import Evidence, compare
from verifier.errors import Fault, Unusable
from verifier.log import Log
from verifier.logfile import LogFile, is_sqlite

UNKNOWN = 3
# The exit codes from good to bad.
ORDER = (0, UNKNOWN, 1, 2)
AGE = b"age-encryption.org/"


def verify(path, did=None, head=None, published=None):
    """(evidence, report) of a log, a bundle's folder or its tar; Fault or Unusable."""
    try:
        return _verify(path, did, head, published)
    except (Fault, Unusable):
        raise
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}") from None
    except MemoryError:
        raise Unusable(f"{path} is too large for this machine's memory") from None
    except Exception as error:  # noqa: BLE001 - whatever a hostile file provokes is a fault, never a crash
        raise Fault("file", f"it cannot be judged ({type(error).__name__}: {error})") from None


def _verify(path, did, head, published):
    if os.path.islink(path):
        raise Unusable(f"{path} is a link")
    if os.path.isdir(path):
        in_parts = source.parts(path)
        if in_parts and in_parts[1]:
            raise Unusable("the bundle is encrypted: join its parts and decrypt them with age first")
        if in_parts:
            return bundle.verify(source.Tar(in_parts[0]), did, head, published)[1:]
        return bundle.verify(source.Folder(path), did, head, published)[1:]
    if os.path.islink(path) or not os.path.isfile(path):
        raise Unusable(f"there is no log or bundle at {path}")
    if is_sqlite(path):
        with LogFile(path, in_bundle=False) as store:
            log = Log(store, did).run(head)
            report = log.report()
            if published:
                report["anchors"] = anchors.check(log, None, published)
            return [Evidence(log)], report
    with open(path, "rb") as file:
        if file.read(len(AGE)) == AGE:
            raise Unusable("the bundle is encrypted: decrypt it with age first")
    if certificate.looks_so(path):
        with open(path, "rb") as file:
            data = file.read(work.BYTES_MAX + 1)
        return [], work.verify(data, path) if work.looks_so(data) else certificate.verify(path)
    # Whatever begins in no other way is taken for a tar (§12).
    return bundle.verify(source.Tar([path]), did, head, published)[1:]


def failed(fault, did):
    """The report of an invalid path."""
    return {"verdict": "not valid", "valid": False, "did": did, "entries": None, "by_will": None, "attested_to": None, "erased": None, "withheld": None,
            "unknown_ops": None, "node_word_only": None, "head": None,
            "fault": {"seq": fault.seq, "code": fault.code, "message": fault.message, "file": fault.file}}


def one(path, did=None, head=None, published=None):
    """(exit code, report, evidence) of one path."""
    try:
        evidence, report = verify(path, did, head, published)
        return 0 if report["valid"] else UNKNOWN, report, evidence
    except Fault as fault:
        return 1, failed(fault, did), []


def describe(path, report):
    """The report for people."""
    fault = report["fault"]
    if fault:
        where = f"{fault['file']}: " if fault["file"] else ""
        where += "" if fault["seq"] is None else f"entry {fault['seq']}: "
        return f"{path}: INVALID: {where}{fault['code']}: {fault['message']}"
    if "certificate" in report:
        said = report["certificate"]
        return f"{path}: {report['verdict']}: {said['type']} of {said['subject']}, signed by {said['issuer']}"
    if "fair" in report:
        found = report["fair"]
        lists = [f"\n  {name}: {', '.join(found[name])}" for name in ("agreed", "missing", "unproved") if found[name]]
        return f"{path}: {report['verdict']}: signed by {report['did']}" + "".join(lists)
    wills = ", ".join(f"{n} {will}" for will, n in report["by_will"].items())
    attested = "no head attests it yet" if report["attested_to"] is None else f"attested up to entry {report['attested_to']}"
    lines = [f"{path}: {report['verdict']}: {report['did']}", f"  {report['entries']} entries ({wills}); {attested}",
             f"  {report['erased']} bodies erased, {report['withheld']} withheld"]
    if report["unknown_ops"]:
        lines.append(f"  {report['unknown_entries']} entries not proved, since unknown: " + ", ".join(report["unknown_ops"]))
    if "anchors" in report:
        found = report["anchors"]
        lines += [f"  anchored: entry {a['seq']} at {a['at']}" + (", countersigned" if a["countersigned"] else "") for a in found["anchored"]]
        lines.append(f"  {found['absent']} anchors without this log, {found['silent']} of another time, {found['unknown']} paths to others")
    lines += [f"  left out: the {one['kind']} {one['did']}, which its owner has since entry {one['seq']}" for one in report.get("left_out", ())]
    if report["node_word_only"]:
        lines.append("  a bare key: all of it is the node's word only")
    return "\n".join(lines)


def arguments(argv):
    parser = argparse.ArgumentParser(prog="verifier", description="Verifies an Imajin log or bundle, or two against each other.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a log.sqlite, a bundle's folder or its tar")
    parser.add_argument("--head", type=cid.parse, help="CID of an entry that must be in the log")
    parser.add_argument("--did", help="the DID whose log this must be")
    parser.add_argument("--anchors", metavar="FILE|URL", help="what its homes published: a chain file, or the address of a relay")
    parser.add_argument("--operations", metavar="FILE", help="another table of operations than docs/operations.json")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--batch", action="store_true", help="take paths from standard input; one line of JSON for each")
    options = parser.parse_args(argv)
    if options.batch and (options.paths or options.head or options.did or options.anchors):
        parser.error("--batch takes its paths from standard input and nothing else")
    if not options.batch and not 1 <= len(options.paths) <= 2:
        parser.error("one or two paths")
    if options.did is not None and not keys.is_did(options.did):
        parser.error("--did is not a did:imajin")
    return options


def run(options):
    """(exit code, JSON value, text for people)."""
    # --did, --head and --anchors apply to the first path.
    results = [one(options.paths[0], options.did, options.head, options.anchors)] + [one(path) for path in options.paths[1:]]
    texts = [describe(path, result[1]) for path, result in zip(options.paths, results)]
    code = max((result[0] for result in results), key=ORDER.index)
    if len(results) == 1:
        return code, results[0][1], texts[0]
    equivocations = compare(results[0][2], results[1][2])
    texts += [f"EQUIVOCATION: {item['message']}: {item['a']} / {item['b']}" for item in equivocations]
    value = {"valid": code == 0 and not equivocations, "a": results[0][1], "b": results[1][1], "equivocations": equivocations}
    return 1 if equivocations else code, value, "\n".join(texts)


def batch(lines):
    """Answers line by line; returns the worst exit code."""
    worst = 0
    for line in lines:
        try:
            code, report, _ = one(line.rstrip("\n"))
        except Unusable as error:
            code, report = 2, {"valid": False, "error": str(error)}
        worst = max(worst, code, key=ORDER.index)
        print(json.dumps(report, ensure_ascii=True), flush=True)
    return worst


def main(argv=None):
    options = arguments(argv)
    try:
        if options.operations:
            ops.load(options.operations)
        if options.batch:
            return batch(sys.stdin)
        code, value, text = run(options)
    except Unusable as error:
        code, value, text = 2, {"valid": False, "error": str(error)}, str(error)
    try:
        print(json.dumps(value, ensure_ascii=True) if options.json else text.encode("utf-8", "replace").decode(),
              file=sys.stderr if code == 2 and not options.json else sys.stdout, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return code


if __name__ == "__main__":
    sys.exit(main())
