"""Anchors (docs/format.md §14): `anchors.json` of a bundle, and a log against what its homes made public."""

import hashlib
import json
import re

from . import cbor, cid, content, jcs, jws, keys, times
from .chains import chain_of
from .entry import is_int
from .errors import Fault, Unusable

SCHEMA = "mjn:anchor/v1"
LATE_MS = 300_000
HEX16, HEX32 = re.compile(r"[0-9a-f]{32}\Z"), re.compile(r"[0-9a-f]{64}\Z")
CONTENT_ID = re.compile(r"[2346789acdefhknrtvz]{31}\Z")
PAGE_MAX = 64 << 20
HEAD, OTHER, NOTHING = "head", "other", "nothing"


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


class Path:
    """A path in the tree of one document; ValueError if it is malformed."""

    def __init__(self, value):
        known = {"nonce", "siblings", "head", "other"}
        if not isinstance(value, dict) or not {"nonce", "siblings"} <= value.keys() <= known or {"head", "other"} <= value.keys():
            raise ValueError("a path has nonce, siblings, and head or other or neither")
        self.nonce = _hex(value["nonce"], HEX16)
        if not isinstance(value["siblings"], str):
            raise ValueError("siblings is not base64url")
        row = jws.unb64(value["siblings"])
        if len(row) % 32 or len(row) > 256 * 32:
            raise ValueError("siblings are at most 256 hashes")
        self.siblings = [row[at:at + 32] for at in range(0, len(row), 32)]
        self.end, self.head, self.other = NOTHING, None, None
        if "head" in value:
            self.end, self.head = HEAD, Anchored(value["head"])
        elif "other" in value:
            other = value["other"]
            if not isinstance(other, dict) or other.keys() != {"subject", "value"}:
                raise ValueError("other is not {subject, value}")
            self.end, self.other = OTHER, (_hex(other["subject"], HEX32), _hex(other["value"], HEX32))

    def root(self, subject):
        """The root of the path for a subject, or None if the path belongs to another subject."""
        depth = len(self.siblings)
        if self.end == HEAD:
            below = sha256(b"\x00", subject, self.head.value())
        elif self.end == OTHER:
            if self.other[0] == subject or any(_bit(self.other[0], at) != _bit(subject, at) for at in range(depth)):
                return None
            below = sha256(b"\x00", *self.other)
        else:
            below = sha256(b"\x02")
        for at in reversed(range(depth)):
            pair = (self.siblings[at], below) if _bit(subject, at) else (below, self.siblings[at])
            below = sha256(b"\x01", *pair)
        return below

    def document(self, salt, did):
        """The text of the CID of the path's document, or None."""
        root = self.root(sha256(b"mjn:anchor:subject", self.nonce, salt, did.encode()))
        if root is None:
            return None
        return str(cid.of_cbor(cbor.encode({"$schema": SCHEMA, "nonce": self.nonce.hex(), "root": root.hex()})))


class Anchored:
    """An anchored head."""

    def __init__(self, value):
        if not isinstance(value, dict) or value.keys() != {"cid", "epoch", "seq"}:
            raise ValueError("head is not {cid, epoch, seq}")
        if not is_int(value["epoch"], 1) or not is_int(value["seq"], 0):
            raise ValueError("epoch or seq of an anchored head is not a number")
        self.epoch, self.seq, self.cid = value["epoch"], value["seq"], cid.parse(value["cid"])
        if self.cid.is_raw:
            raise ValueError("cid of an anchored head is not that of an entry")

    def value(self):
        return leaf_value(self.epoch, self.seq, self.cid)


def leaf_value(epoch, seq, link):
    """The value of a log's leaf."""
    return sha256(b"mjn:anchor:head", epoch.to_bytes(8, "big"), seq.to_bytes(8, "big"), link.raw)


def trie_root(leaves):
    """The root of the trie of (subject, value) pairs."""
    return _trie(sorted(leaves), 0)


def _trie(leaves, depth):
    if not leaves:
        return sha256(b"\x02")
    if len(leaves) == 1:
        return sha256(b"\x00", *leaves[0])
    ones = [leaf for leaf in leaves if _bit(leaf[0], depth)]
    zeros = [leaf for leaf in leaves if not _bit(leaf[0], depth)]
    return sha256(b"\x01", _trie(zeros, depth + 1), _trie(ones, depth + 1))


def _bit(subject, at):
    return subject[at // 8] >> (7 - at % 8) & 1


def _hex(text, form):
    if not isinstance(text, str) or not form.match(text):
        raise ValueError("not lower-case hexadecimal of the right length")
    return bytes.fromhex(text)


def is_document(text):
    """The root in the text of a document, or None if it is not an anchor document."""
    try:
        document = jcs.loads_canonical(text.encode()) if isinstance(text, str) else None
        if not isinstance(document, dict) or document.keys() != {"$schema", "nonce", "root"} or document["$schema"] != SCHEMA:
            return None
        _hex(document["nonce"], HEX16)
        return _hex(document["root"], HEX32)
    except (ValueError, RecursionError):
        return None


# -- anchors.json ------------------------------------------------------------------------------------------------------


def carried(data, log):
    """The nodes of `anchors.json`, as {(node, chain): [Path]}; a Fault if the file itself is invalid."""
    try:
        document = jcs.loads_canonical(data)
        nodes = _nodes(document)
    except (ValueError, RecursionError) as error:
        raise Fault("anchor", f"anchors.json: {error}") from None
    if document["did"] != log.did:
        raise Fault("anchor", "anchors.json: did is not the log's")
    for (node, _), paths in nodes.items():
        if all(home.node != node for home in log.homes):
            raise Fault("anchor", f"anchors.json: {node} was never home of this log")
        for path in paths:
            if path.head:
                holds(log, path.head, node)
    return nodes


def _nodes(document):
    if not isinstance(document, dict) or document.keys() != {"v", "did", "nodes"} or not is_int(document["v"], 1, 1):
        raise ValueError("it has not exactly the members did, nodes, v")
    if not keys.is_did(document["did"]) or not isinstance(document["nodes"], list):
        raise ValueError("did or nodes is of a wrong form")
    nodes = {}
    for node in document["nodes"]:
        if not isinstance(node, dict) or node.keys() != {"node", "chain", "paths"} or not isinstance(node["paths"], list):
            raise ValueError("a node has not exactly the members chain, node, paths")
        if not keys.is_did(node["node"]) or not isinstance(node["chain"], str) or not CONTENT_ID.match(node["chain"]):
            raise ValueError("node or chain is of a wrong form")
        paths = [Path(path) for path in node["paths"]]
        if nodes.setdefault((node["node"], node["chain"]), paths) is not paths:
            raise ValueError("the same chain of the same node is there twice")
    return nodes


def holds(log, head, node, by=""):
    """A Fault unless the log still contains an anchored head."""
    if _abandoned(log, head):
        return
    if head.seq >= len(log.cids):
        raise Fault("cut", f"the log ends with entry {len(log.cids) - 1}, and entry {head.seq} ({head.cid}) was anchored{by}", head.seq)
    if log.cids[head.seq] != head.cid.raw:
        raise Fault("anchor", f"entry {head.seq} is {cid.Cid(log.cids[head.seq])} in the log, and was anchored as {head.cid}{by}", head.seq)
    home = [home for home in log.homes if home.since <= head.seq][-1]
    if (home.epoch, home.node) != (head.epoch, node):
        raise Fault("anchor", f"{node} was not home of entry {head.seq} in epoch {head.epoch}{by}", head.seq)


def _abandoned(log, head):
    return any(home.epoch > head.epoch and home.since <= head.seq and home.abandons is not None
               and home.abandons.epoch == head.epoch and home.abandons.seq >= head.seq for home in log.homes)


# -- what was made public ----------------------------------------------------------------------------------------------


class ChainFile:
    """The chains that a node published; Unusable if the file is malformed."""

    MEMBERS, MORE = {"v", "node", "identity", "operations"}, {"countersignatures", "paths"}

    def __init__(self, document):
        if not isinstance(document, dict) or not self.MEMBERS <= document.keys() <= self.MEMBERS | self.MORE or not is_int(document["v"], 1, 1):
            raise Unusable("anchors: it has not the members v, node, identity, operations (countersignatures, paths)")
        self.node, self.identity, self.operations = document["node"], document["identity"], document["operations"]
        self.countersignatures, paths = document.get("countersignatures", []), document.get("paths", [])
        lists = (self.identity, self.operations, self.countersignatures)
        if not keys.is_did(self.node) or not all(isinstance(tokens, list) and all(isinstance(t, str) for t in tokens) for tokens in lists):
            raise Unusable("anchors: a member is of a wrong form")
        try:
            self.paths = [Path(path) for path in paths] if isinstance(paths, list) else _never()
        except ValueError as error:
            raise Unusable(f"anchors: a path: {error}") from None


def _never():
    raise ValueError("not a list")


def check(log, nodes, source):
    """Compares a valid log with published anchors. `nodes` is the result of `carried`, {} for a bundle without the file, None for a bare log.
    Returns the report, or raises the first Fault."""
    report = {"anchored": [], "absent": 0, "silent": 0, "unknown": 0}
    for file in _read(log, nodes, source):
        _check_file(log, nodes, file, report)
    return report


def _check_file(log, nodes, file, report):
    identity = _identity(log, file)
    operations = content.operations(file.operations, identity)
    countersigned = content.countersigned(file.countersignatures, log.chain)
    paths, met = {}, set()
    shown = file.paths + [path for (node, _), of_node in (nodes or {}).items() if node == file.node for path in of_node]
    for path in shown:
        document = path.document(log.salt, log.did)
        if document:
            paths[document] = path
    for operation in operations:
        by = f": the anchor {operation.cid} that {file.node} published at {operation.at} holds it"
        path = paths.get(operation.document)
        met.add(operation.document)
        if path is None:
            if nodes is not None and _answers_for(log, operation.at, file.node):
                raise Fault("path", f"the bundle does not say what the anchor {operation.cid} of {operation.at} holds of this log")
            report["silent"] += 1
        elif path.head:
            holds(log, path.head, file.node, by)
            report["anchored"].append({"node": file.node, "operation": operation.cid, "at": operation.at, "epoch": path.head.epoch,
                                       "seq": path.head.seq, "cid": str(path.head.cid), "countersigned": operation.cid in countersigned})
        elif operation.cid in countersigned:
            raise Fault("anchor", f"the anchor {operation.cid} was countersigned by the owner, and does not hold this log")
        else:
            report["absent"] += 1
    report["unknown"] += len(paths.keys() - met)


def _identity(log, file):
    """The node's identity chain: the longer one of the log's and the file's, which must agree."""
    if all(home.node != file.node for home in log.homes):
        raise Unusable(f"anchors: they are those of {file.node}, which was never home of this log")
    try:
        shown = chain_of(file.node, file.identity or [""])
    except Fault as fault:
        raise Unusable(f"anchors: {fault.message}") from None
    known = log.chain_for(file.node)
    if any(one != other for one, other in zip(shown.tokens, known.tokens)):
        raise Unusable("anchors: the node shows another identity chain than the one in the log")
    return max(shown, known, key=lambda chain: len(chain.tokens))


def _answers_for(log, at, node):
    for home, following in zip(log.homes, log.homes[1:] + [None]):
        end = following.since - 1 if following else len(log.cids) - 1
        late = times.milliseconds(log.ats[end]) - times.milliseconds(at) < LATE_MS
        if home.node == node and at > log.ats[home.since] and not late:
            return True
    return False


# -- reading it --------------------------------------------------------------------------------------------------------


def _read(log, nodes, source):
    if not re.match(r"https?://", source):
        try:
            with open(source, "rb") as file:
                return [ChainFile(jcs.loads(file.read(PAGE_MAX)))]
        except OSError as error:
            raise Unusable(f"anchors: {source} cannot be read: {error.strerror or error}") from None
        except (ValueError, RecursionError) as error:
            raise Unusable(f"anchors: {source}: {error}") from None
    relay, files = Relay(source.rstrip("/")), []
    for node in dict.fromkeys(home.node for home in log.homes):
        identity = log.chain_for(node)
        tokens = relay.log(f"/proof/v1/identities/{identity.did}/log")
        if tokens is None:
            continue
        chains = dict.fromkeys([chain for of, chain in nodes or {} if of == node] + relay.anchors_of(identity.did))
        operations = [(entry["cid"], entry["jwsToken"]) for chain in chains for entry in relay.entries(f"/proof/v1/content/{chain}/log") or []]
        signatures = [entry["jwsToken"] for operation, _ in operations
                      for entry in relay.entries(f"/proof/v1/countersignatures/{operation}", "countersignatures") or []]
        files.append(ChainFile({"v": 1, "node": node, "identity": tokens, "operations": [token for _, token in operations],
                                "countersignatures": signatures}))
    if not files:
        raise Unusable("anchors: the relay knows no home of this log")
    return files


class Relay:
    """A DFOS relay, read over HTTP. Its answers are not trusted."""

    def __init__(self, url):
        self.url = url

    def get(self, path, query):
        """The JSON of an answer; None if there is none (404) or the relay does not implement the route (501)."""
        # Imported only here: these modules take a third of this program's start, and most of its runs ask no relay.
        import urllib.error
        import urllib.parse
        import urllib.request
        try:
            with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=30) as answer:
                return json.loads(answer.read(PAGE_MAX))
        except urllib.error.HTTPError as error:
            if error.code in (404, 501):
                return None
            raise Unusable(f"anchors: {self.url}{path}: {error}") from None
        except (OSError, ValueError) as error:
            raise Unusable(f"anchors: {self.url}{path}: {error}") from None

    def entries(self, path, member="entries", **query):
        rows, after = [], {}
        while True:
            page = self.get(path, {"limit": 1000, **query, **after})
            if page is None:
                return rows or None
            rows += page[member]
            if not page.get("next") or not page[member]:
                return rows
            after = {"after": page["next"]}

    def log(self, path):
        rows = self.entries(path)
        return None if rows is None else [row["jwsToken"] for row in rows]

    def anchors_of(self, did):
        rows = self.entries("/index/v0/content", "content", creator=did, docSchema=SCHEMA)
        return [row["contentId"] for row in rows or []]
