"""A whole bundle (docs/format.md §12): its logs, then the manifest and every file, then media, then the readable view."""

import hashlib
import os
import re
import tempfile

from . import anchors, cid, jcs, keys
from .compare import Evidence
from .entry import is_int
from .errors import Fault
from .log import Log
from .logfile import LogFile
from .view import KNOWN

CHUNK = 1 << 20
JSON_MAX = 256 << 20
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

    def read(self, name, code):
        if name not in self.wholes:
            raise Fault("manifest", f"the bundle has no {name}")
        if self.size(name) > JSON_MAX:
            raise Fault(code, f"{name} is too large to be read")
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


def verify(source, did=None, head=None, published=None):
    """(the verified main Log, Evidence of its logs, report), or the first Fault. Faults of logs come before those of other files.
    `published` is where published anchors are read."""
    with Bundle(source) as bundle:
        if "log.sqlite" not in bundle.wholes:
            raise Fault("manifest", "the bundle has no log.sqlite")
        with LogFile(bundle.local_path("log.sqlite"), in_bundle=True) as store:
            log = Log(store, did).run(head)
            if log.newest is None or log.newest.seq != len(log.cids) - 1:
                raise Fault("head", "the log of a bundle must end with a head", len(log.cids) - 1)
            evidence = [Evidence(log)]
            others, unknown, named = _other_logs(bundle, log)
        evidence += others
        manifest = _manifest(bundle, log)
        media = _files(bundle, manifest)
        _counts(manifest, log, media)
        _media(log, media, named)
        unproved = _view(bundle, log, media)
        nodes = anchors.carried(bundle.read("anchors.json", "anchor"), log) if "anchors.json" in bundle.wholes else {}
        report = log.report()
        report["unproved_views"], report["signers_word"] = unproved, ["index.html"]
        if unknown and report["valid"]:
            report["verdict"], report["valid"] = "unknown entries", False
        if published:
            report["anchors"] = anchors.check(log, nodes, published)
        return log, evidence, report


def _other_logs(bundle, owner):
    """(Evidence of the other logs, whether one has unknown entries, the media that they name and whether each must be there)."""
    evidence, unknown, named = [], False, {}
    for name in sorted(bundle.wholes):
        kind, _, rest = name.partition("/")
        if kind not in ("owned", "shared", "side"):
            continue
        try:
            wanted = owner.did if kind == "side" else rest.partition("/")[0].replace("_", ":")
            with LogFile(bundle.local_path(name), in_bundle=True) as store:
                log = Log(store, wanted, shared=kind == "shared").run()
                if kind == "side" and str(cid.Cid(log.cids[-1])) != rest.removesuffix(".sqlite"):
                    raise Fault("file", "the side log is not named by its last entry")
                if kind != "side" and log.did == owner.did:
                    raise Fault("manifest", "the owner's own log stands at the top of the bundle")
                if kind == "owned" and not _is_owned(log, owner):
                    raise Fault("manifest", "no key of the bundle's owner controls this log")
                if kind == "shared" and not (log.store.names(owner.did) or owner.store.names(log.did)):
                    raise Fault("manifest", "neither this log nor that of the bundle's owner names the other")
                for file, needed in log.view.media.items():
                    named[file] = named.get(file, False) or (needed and kind == "owned")
                unknown |= bool(log.unknown)
                if kind != "side":
                    evidence.append(Evidence(log))
        except Fault as fault:
            raise fault.within(name) from None
    return evidence, unknown, named


def _is_owned(log, owner):
    """Whether a key that ever controlled the owner controls a log; where none but its own does, whether the owner has an entry there."""
    if log.chain is None:
        return False
    controllers = {key for key, _ in log.chain.state.keys["controller"].values()}
    if controllers == {keys.did_key(log.did)}:
        return log.store.has_author(owner.did)
    ours = owner.chain.ever(None, ("controller",)) if owner.chain else [keys.did_key(owner.did)]
    return any(key in controllers for key in ours)


def _document(bundle, name, members, code):
    """A signed JSON document of the bundle: canonical, with exactly these members."""
    try:
        document = jcs.loads_canonical(bundle.read(name, code))
    except (ValueError, RecursionError) as error:
        raise Fault(code, f"{name}: {error}") from None
    if not isinstance(document, dict) or document.keys() != members or not is_int(document["v"], 1, 1):
        raise Fault(code, f"{name} does not have exactly the members {', '.join(sorted(members))}")
    return document


def _check_signed(document, log, name, code):
    """did, time, node and the signature, which manifest.json and bundle.json have alike."""
    newest = log.newest
    for member, wanted in (("did", log.did), ("exported_at", newest.at), ("node", newest.node)):
        if document[member] != wanted:
            raise Fault(code, f"{member} of {name} is not the log's")
    signer, signature = document["signer"], document["signature"]
    if not isinstance(signer, dict) or signer.keys() != {"kind", "kid"} or not isinstance(signature, str) or not SIGNATURE.match(signature):
        raise Fault(code, f"signer or signature of {name} is of a wrong form")
    try:
        did, key_id = keys.split_kid(signer["kid"])
    except (ValueError, AttributeError, TypeError):
        raise Fault(code, f"the signer of {name} has no kid") from None
    key = _signer_key(log, signer["kind"], did, key_id)
    if key is None:
        raise Fault(code, f"the signer of {name} is neither a key of the owner in force nor one of the node of the head")
    unsigned = {k: v for k, v in document.items() if k != "signature"}
    if not keys.verify(key, jcs.dumps(unsigned), bytes.fromhex(signature)):
        raise Fault(code, f"the signature of {name} does not verify")


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
        raise Fault("manifest", "head of manifest.json is not the log's newest head")
    if not isinstance(manifest["files"], dict) or not is_int(manifest["split"], 1):
        raise Fault("manifest", "files or split of manifest.json is of a wrong form")
    _check_signed(manifest, log, "manifest.json", "manifest")
    return manifest


def _files(bundle, manifest):
    """Every file against the manifest. Returns the sizes of media files by CID."""
    listed, split, media = manifest["files"], manifest["split"], {}
    for name in sorted(bundle.wholes.keys() - listed.keys() - {"manifest.json"}):
        raise Fault("manifest", f"{name} is not listed in manifest.json")
    for name in sorted(listed):
        if name not in bundle.wholes or name == "manifest.json":
            raise Fault("manifest", f"{name} is listed in manifest.json but not there")
        digest = hashlib.sha256()
        for chunk in bundle.chunks(name):
            digest.update(chunk)
        _check_parts(bundle, name, listed[name], split)
        size, sha256 = bundle.size(name), digest.hexdigest()
        if name.startswith("media/"):
            text = name.rpartition("/")[2]
            _check_media_name(name, text, digest.digest())
            media[text] = size
        if name == "bundle.json":
            size, sha256 = _view_digest(bundle)
        wanted = {k: v for k, v in listed[name].items() if k != "parts"}
        if wanted != {"size": size, "sha256": sha256} or isinstance(wanted["size"], bool):
            raise Fault("manifest", f"{name} is not the file that manifest.json lists")
    for name in ("log.sqlite", "bundle.json", "index.html"):
        if name not in listed:
            raise Fault("manifest", f"the bundle has no {name}")
    return media


def _check_parts(bundle, name, listed, split):
    if not isinstance(listed, dict):
        raise Fault("manifest", f"{name} in manifest.json is of a wrong form")
    parts = bundle.wholes[name]
    if "parts" not in listed:
        # bundle.json is listed by its unsigned form, but split, like any file, by what it weighs.
        if parts != [name] or bundle.size(name) > split:
            raise Fault("manifest", f"{name} is split otherwise than manifest.json says")
        return
    count = -(-bundle.size(name) // split)
    wanted = [f"{name}.{n:03}" for n in range(count)]
    sizes = [bundle.source.sizes[part] for part in parts]
    if not is_int(listed["parts"], 2) or listed["parts"] != count or parts != wanted or any(s != split for s in sizes[:-1]):
        raise Fault("manifest", f"{name} is split otherwise than manifest.json says")


def _check_media_name(name, text, digest):
    raw = cid.RAW_PREFIX + digest
    if str(cid.Cid(raw)) != text or name != f"media/{text[-2:]}/{text}":
        raise Fault("media", f"{name} does not hold the bytes that its name says")


def _view_digest(bundle):
    view = _document(bundle, "bundle.json", VIEW, "view")
    data = jcs.dumps({k: v for k, v in view.items() if k not in ("signature", "signer")})
    return len(data), hashlib.sha256(data).hexdigest()


def _counts(manifest, log, media):
    wanted = {"entries": len(log.cids), "bodies": log.body_count, "media": len(media), "media_bytes": sum(media.values())}
    if jcs.dumps(manifest["counts"]) != jcs.dumps(wanted):
        raise Fault("manifest", f"counts of manifest.json are not {wanted}")


def _media(log, media, of_others):
    for names in (log.view.media, of_others):
        for name, needed in sorted(names.items()):
            if needed and name not in media:
                raise Fault("media", f"the media file {name} is missing")
    for name in sorted(media.keys() - log.view.media.keys() - of_others.keys()):
        raise Fault("media", f"no entry names the media file {name}")


def _view(bundle, log, media):
    view = _document(bundle, "bundle.json", VIEW, "view")
    _check_signed(view, log, "bundle.json", "view")
    sections, wanted, unproved = view["sections"], log.view.sections(log, media), []
    if not isinstance(sections, dict):
        raise Fault("view", "sections of bundle.json is of a wrong form")
    for name in sorted(sections.keys() | wanted.keys()):
        if name in sections and jcs.dumps(sections[name]) != jcs.dumps(wanted.get(name)) and _is_unknown(name, log.view):
            unproved.append(name)
            continue
        if name not in wanted or name not in sections:
            raise Fault("view", f"section {name} of bundle.json is " + ("missing" if name in wanted else "not of this log"))
        if jcs.dumps(sections[name]) != jcs.dumps(wanted[name]):
            raise Fault("view", f"section {name} of bundle.json is not what the log gives")
    return unproved


def _is_unknown(name, view):
    """Whether entries that are not proved, or a service that this verifier has no view of, may have a part in a section."""
    if name == "media":
        return False
    service = "auth" if name == "identity" else name
    return service in view.unproved or (name not in KNOWN and service in view.services)
