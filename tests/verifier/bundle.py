"""A whole bundle (docs/format.md §12): its logs, then the manifest and every file, then media, then the readable view."""

import hashlib
import math
import os
import re
import tempfile

from . import anchors, cid, jcs, keys, source
from .compare import Evidence
from .entry import is_int
from .errors import Fault, signed_twice
from .log import Log
from .logfile import SHARED, LogFile
from .view import KNOWN, REPEATED

CHUNK = 1 << 20
LENGTHS_MAX = {"manifest.json": 256 << 20, "bundle.json": 256 << 20, "anchors.json": 64 << 20}
SPLIT_MAX = (4 << 30) - 1
KINDS = ["owner", "node"]
ALWAYS = ("log.sqlite", "bundle.json", "index.html")
MANIFEST = {"v", "did", "head", "counts", "files", "split", "exported_at", "node", "signer", "signature"}
VIEW = {"v", "did", "exported_at", "node", "sections", "signer", "signature"}
PART = re.compile(r"(.*)\.([0-9]{3})\Z")
SIGNATURE = re.compile(r"[0-9a-f]{128}\Z")


class Bundle:
    """A bundle's files as wholes: a split file is its parts, one after the other."""

    def __init__(self, source):
        self.source, self.wholes = source, {}
        for name in sorted(source.sizes):
            match = PART.match(name)
            self.wholes.setdefault(match[1] if match else name, []).append(name)
        for name, parts in self.wholes.items():
            if parts != [name] and parts != [f"{name}.{n:03}" for n in range(len(parts))]:
                raise Fault("manifest", f"{name} is there both whole and in parts, or lacks a part", file=name)
            if self.size(name) > LENGTHS_MAX.get(name, math.inf):
                raise Fault("manifest", f"{name} is too large to be read", file=name)
        self.temp = tempfile.TemporaryDirectory(prefix="verifier-")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.temp.cleanup()

    def size(self, name):
        return sum(self.source.sizes[part] for part in self.wholes[name])

    def chunks(self, name):
        for part in self.wholes[name]:
            with self.source.open(part) as file:
                while chunk := file.read(CHUNK):
                    yield chunk

    def read(self, name):
        if name not in self.wholes:
            raise Fault("manifest", f"the bundle has no {name}", file=name)
        return b"".join(self.chunks(name))

    def local_path(self, name):
        """A path at which SQLite can open a file of the bundle."""
        if self.wholes[name] == [name] and self.source.path(name):
            return self.source.path(name)
        path = os.path.join(self.temp.name, f"{len(os.listdir(self.temp.name))}.sqlite")
        with open(path, "wb") as out:
            for chunk in self.chunks(name):
                out.write(chunk)
        return path


def verify(files, did=None, head=None, published=None):
    """(the verified main Log, Evidence of its logs, report), or the first Fault, in the order of §12. `published` is where published
    anchors are read."""
    with Bundle(files) as bundle:
        if "log.sqlite" not in bundle.wholes:
            raise Fault("manifest", "the bundle has no log.sqlite", file="log.sqlite")
        with LogFile(bundle.local_path("log.sqlite"), in_bundle=True) as store:
            log = Log(store, did).run(head)
            _ends_with_head(log)
            evidence = [Evidence(log)]
            others, unknown, named = _other_logs(bundle, log)
        evidence += others
        manifest = _manifest(bundle, log)
        media = _files(bundle, manifest)
        _counts(manifest, log, media)
        _media(log, media, named)
        unproved = _view(bundle, log, media)
        nodes = _anchors(bundle, log)
        report = log.report()
        report["unproved_views"], report["signers_word"] = unproved, ["index.html"]
        owned = {name.split("/")[1].replace("_", ":") for name in bundle.wholes if name.startswith("owned/")}
        report["left_out"] = log.view.things.without(owned)
        if unknown and report["valid"]:
            report["verdict"], report["valid"] = "unknown entries", False
        if published:
            report["anchors"] = anchors.check(log, nodes, published)
        return log, evidence, report


def _ends_with_head(log):
    last = len(log.cids) - 1
    if log.newest is None or log.newest.seq != last:
        raise Fault("head", "the log does not end with a head", last)


def _anchors(bundle, log):
    if "anchors.json" not in bundle.wholes:
        return {}
    try:
        return anchors.carried(bundle.read("anchors.json"), log)
    except Fault as fault:
        raise fault.within("anchors.json") from None


def _other_logs(bundle, owner):
    """(Evidence of the other logs, whether one has unknown entries, the media that they name and whether each must be there)."""
    evidence, unknown, named, logs = [], False, {}, {None: owner}
    texts = dict(owner.causes.texts)
    for name in sorted(bundle.wholes):
        kind, _, rest = name.partition("/")
        if kind not in ("owned", "shared", "side"):
            continue
        try:
            wanted = owner.did if kind == "side" else rest.partition("/")[0].replace("_", ":")
            with LogFile(bundle.local_path(name), in_bundle=True) as store:
                log = Log(store, None, shared=kind == "shared").run()
                if kind == "owned":
                    _ends_with_head(log)
                if log.did != wanted:
                    raise Fault("manifest", "the log is not the one that its name says")
                if kind == "side" and str(cid.Cid(log.cids[-1])) != rest.removesuffix(".sqlite"):
                    raise Fault("manifest", "the side log does not end with the entry that its name says")
                if kind != "side" and log.did == owner.did:
                    raise Fault("manifest", "the owner's own log is at the top of the bundle")
                if kind == "owned" and not _is_owned(log, owner):
                    raise Fault("manifest", "no key of the bundle's owner controls this log")
                if kind == "shared" and not log.store.is_thing(SHARED):
                    raise Fault("manifest", "under shared/ are logs of events, groups and conversations, and this is none")
                if kind == "shared" and not (log.store.names(owner.did) or owner.store.names(log.did) or log.store.says(owner.did)):
                    raise Fault("manifest", "neither this log nor that of the bundle's owner names the other")
                for file, needed in log.view.media.items():
                    named[file] = named.get(file, False) or (needed and kind == "owned")
                unknown |= bool(log.unknown)
                if kind != "side":
                    # A side log is another branch: the home may have entered the same intents again.
                    _add_causes(texts, log)
                    logs[name] = log
                    evidence.append(Evidence(log))
        except Fault as fault:
            raise fault.within(name) from None
    for name, log in logs.items():
        for text, (seq, raw) in log.texts.items():
            place = texts.get(text, (log.did, raw))
            if place[1] != raw:
                raise signed_twice(raw, place[1]).at(seq).within(name)
    return evidence, unknown, named


def _add_causes(texts, log):
    """Adds the signed texts in the causes of a log, which must have the same headers as in the logs before."""
    for text, place in log.causes.texts.items():
        if texts.setdefault(text, place) != place:
            raise signed_twice(texts[text][1], place[1])


def _is_owned(log, owner):
    """Whether a key that ever controlled the owner controls a log; where none but its own does, whether it is a thing that the owner
    opened or was handed."""
    if log.chain is None:
        return False
    controllers = {key for key, _ in log.chain.state.keys["controller"].values()}
    if controllers == {keys.did_key(log.did)}:
        return log.store.is_thing_of(owner.did)
    ours = owner.chain.ever(None, ("controller",)) if owner.chain else [keys.did_key(owner.did)]
    return any(key in controllers for key in ours)


def _document(bundle, name, members, code):
    """A signed JSON document of the bundle: canonical, with exactly these members."""
    try:
        document = jcs.loads_canonical(bundle.read(name))
    except (ValueError, RecursionError) as error:
        raise Fault(code, str(error), file=name) from None
    if not isinstance(document, dict) or document.keys() != members or not is_int(document["v"], 1, 1):
        raise Fault(code, f"it does not have exactly the members {', '.join(sorted(members))}", file=name)
    signer, signature = document["signer"], document["signature"]
    if not isinstance(signer, dict) or signer.keys() != {"kind", "kid"} or signer["kind"] not in KINDS:
        raise Fault(code, "signer is of a wrong form", file=name)
    if not all(isinstance(text, str) for text in (signature, signer["kid"], *(document[member] for member in ("did", "exported_at", "node")))):
        raise Fault(code, "did, exported_at, node or signature is no text", file=name)
    if "sections" in document and not isinstance(document["sections"], dict):
        raise Fault(code, "sections is of a wrong form", file=name)
    return document


def _check_signed(document, log, name, code):
    """Checks did, time, node and the signature, which manifest.json and bundle.json have in common."""
    newest = log.newest
    for member, wanted in (("did", log.did), ("exported_at", newest.at), ("node", newest.node)):
        if document[member] != wanted:
            raise Fault(code, f"{member} is not the log's", file=name)
    signer, signature = document["signer"], document["signature"]
    try:
        did, key_id = keys.split_kid(signer["kid"])
    except (ValueError, AttributeError, TypeError):
        raise Fault(code, "the signer has no kid", file=name) from None
    key = _signer_key(log, signer["kind"], did, key_id)
    if key is None:
        raise Fault(code, "the signer is neither a key of the owner in force nor one of the node of the head", file=name)
    unsigned = {k: v for k, v in document.items() if k != "signature"}
    if not SIGNATURE.match(signature) or not keys.verify(key, jcs.dumps(unsigned), bytes.fromhex(signature)):
        raise Fault(code, "the signature does not verify", file=name)


def _signer_key(log, kind, did, key_id):
    if kind == "node" and did == log.newest.node:
        return log.chain_for(did).auth_ever.get(key_id)
    if kind != "owner" or did != log.did:
        return None
    if log.chain is None:
        bare = keys.did_key(did)
        return bare if keys.key_id(bare) == key_id else None
    if log.chain.state.deleted:
        return None
    return next((k for k in (log.chain.state.key(role, key_id) for role in ("auth", "assert", "controller")) if k), None)


def _manifest(bundle, log):
    manifest = _document(bundle, "manifest.json", MANIFEST, "manifest")
    if manifest["head"] != log.newest.text:
        raise Fault("manifest", "head is not the log's newest head", file="manifest.json")
    if not isinstance(manifest["files"], dict) or not all(map(_is_listing, manifest["files"].values())) or not is_int(manifest["split"], 1, SPLIT_MAX):
        raise Fault("manifest", "files or split is of a wrong form", file="manifest.json")
    _check_signed(manifest, log, "manifest.json", "manifest")
    return manifest


def _is_listing(listed):
    """Whether a file is listed in the form that the manifest has."""
    return (isinstance(listed, dict) and {"size", "sha256"} <= listed.keys() <= {"size", "sha256", "parts"} and is_int(listed["size"], 0)
            and isinstance(listed["sha256"], str) and ("parts" not in listed or is_int(listed["parts"], 0)))


def _files(bundle, manifest):
    """Checks every file against the manifest, by name. Returns the sizes of media files by CID."""
    listed, media = manifest["files"], {}
    for name in sorted((bundle.wholes.keys() - {"manifest.json"}) | listed.keys() | set(ALWAYS)):
        if name == "manifest.json" or PART.match(name) or not source.is_name(name):
            raise Fault("manifest", "a bundle lists no file of this name", file=name)
        if name not in bundle.wholes or name not in listed:
            raise Fault("manifest", "the file is not there, or not listed", file=name)
        _check_parts(bundle, name, listed[name], manifest["split"])
        if name != "bundle.json" and listed[name]["size"] != bundle.size(name):
            # Whatever it holds: a file with holes is not read to its end.
            raise Fault("manifest", "the file is not as long as manifest.json says", file=name)
        size, sha256 = _view_digest(bundle) if name == "bundle.json" else _digest(bundle, name)
        if (listed[name]["size"], listed[name]["sha256"]) != (size, sha256):
            raise Fault("manifest", "the file is not the one that manifest.json lists", file=name)
        if name.startswith("media/"):
            text = name.rpartition("/")[2]
            if str(cid.Cid(cid.RAW_PREFIX + bytes.fromhex(sha256))) != text:
                raise Fault("media", "the file does not hold the bytes that its name says", file=name)
            media[text] = size
    return media


def _digest(bundle, name):
    digest = hashlib.sha256()
    for chunk in bundle.chunks(name):
        digest.update(chunk)
    return bundle.size(name), digest.hexdigest()


def _check_parts(bundle, name, listed, split):
    """A Fault unless a file is split exactly if it is larger than `split`."""
    parts = bundle.wholes[name]
    sizes, size = [bundle.source.sizes[part] for part in parts], bundle.size(name)
    # bundle.json is listed by its unsigned form, but split, like any file, by its size.
    count = -(-size // split) if size > split else None
    found = None if parts == [name] else len(parts)
    if count != found or listed.get("parts") != found or any(s != split for s in sizes[:-1]) or (found and not 1 <= sizes[-1] <= split):
        raise Fault("manifest", "the file is split otherwise than manifest.json says", file=name)


def _view_digest(bundle):
    view = _document(bundle, "bundle.json", VIEW, "view")
    data = jcs.dumps({k: v for k, v in view.items() if k not in ("signature", "signer")})
    return len(data), hashlib.sha256(data).hexdigest()


def _counts(manifest, log, media):
    wanted = {"entries": len(log.cids), "bodies": log.body_count, "media": len(media), "media_bytes": sum(media.values())}
    if jcs.dumps(manifest["counts"]) != jcs.dumps(wanted):
        raise Fault("manifest", f"counts are not {wanted}", file="manifest.json")


def _media(log, media, of_others):
    """A Fault for the first file by name that is missing or that no entry names."""
    needed = {name for names in (log.view.media, of_others) for name, alive in names.items() if alive}
    path = "media/{0[57]}{0[58]}/{0}".format
    for name in sorted(needed - media.keys(), key=path):
        raise Fault("media", "an entry names this file, and it is not there", file=path(name))
    for name in sorted(media.keys() - log.view.media.keys() - of_others.keys(), key=path):
        raise Fault("media", "no entry names this file", file=path(name))


def _view(bundle, log, media):
    view = _document(bundle, "bundle.json", VIEW, "view")
    _check_signed(view, log, "bundle.json", "view")
    sections, wanted, unproved = view["sections"], log.view.sections(log, media), []
    if not isinstance(sections, dict):
        raise Fault("view", "sections is of a wrong form", file="bundle.json")
    for name in sorted(sections.keys() | wanted.keys()):
        if name in sections and jcs.dumps(sections[name]) != jcs.dumps(wanted.get(name)) and _is_unknown(name, log.view):
            unproved.append(name)
            continue
        if name not in sections and (name in ("fair", "home_words") or name not in KNOWN):
            # Older bundles lack the section; a newer format may have a separate rule for a service.
            continue
        if name not in wanted or name not in sections:
            raise Fault("view", f"section {name} is " + ("missing" if name in wanted else "not of this log"), file="bundle.json")
        if jcs.dumps(sections[name]) not in _forms(name, wanted[name], log.view):
            raise Fault("view", f"section {name} is not what the log gives", file="bundle.json")
    return unproved


def _forms(name, section, view):
    """A section, and its forms in older bundles, which lack some lists or follow a narrower rule."""
    forms = [jcs.dumps(section)]
    if name == "home_words":
        forms.append(jcs.dumps(view.home_words[1].section()))
    if name == "media":
        forms.append(jcs.dumps({**section, "contexts": []}))
    if name in REPEATED:
        forms.append(jcs.dumps({member: value for member, value in section.items() if member not in REPEATED[name]}))
    return forms


def _is_unknown(name, view):
    """Whether unproved entries, or a service without a view in this verifier, may contribute to a section."""
    if name == "media":
        return False
    if name in ("fair", "home_words"):
        return bool(view.unproved)
    service = "auth" if name == "identity" else name
    return service in view.unproved or (name not in KNOWN and service in view.services)
