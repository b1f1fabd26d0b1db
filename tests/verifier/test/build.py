"""Makes logs, bundles and tars for the tests: a separate writer, so that the verifier is not tested against its own code.

Everything is deterministic. `LogMaker.add` writes any fields, valid or not: tests make faults by overriding them.
"""

import base64
import hashlib
import json
import os
import sqlite3

from nacl.signing import SigningKey

from verifier import cbor, cid, keys, times

START_MS = 1_790_000_000_000
SCHEMA = """
CREATE TABLE entries (seq INTEGER PRIMARY KEY, header BLOB NOT NULL) STRICT;
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE heads (epoch INTEGER NOT NULL, node TEXT NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (epoch, node)) STRICT, WITHOUT ROWID;
CREATE TABLE chains (did TEXT NOT NULL, n INTEGER NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (did, n)) STRICT, WITHOUT ROWID;
CREATE TABLE causes (cid BLOB PRIMARY KEY, header BLOB NOT NULL, body BLOB) STRICT, WITHOUT ROWID;
CREATE TABLE txns (cid BLOB PRIMARY KEY, list BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE openings (cid BLOB PRIMARY KEY, opening BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE local_offsets (seq INTEGER PRIMARY KEY, offset INTEGER NOT NULL) STRICT;
CREATE TABLE local_marks (seq INTEGER PRIMARY KEY, op TEXT NOT NULL) STRICT;
CREATE TABLE local_keys (kid TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""


def canonical(value):
    """RFC 8785 for what the tests use (ASCII member names, integers)."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def b64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def salt(*parts):
    return hashlib.sha256(repr(parts).encode()).digest()[:16]


class Key:
    def __init__(self, name):
        self.secret = SigningKey(hashlib.sha256(name.encode()).digest())
        self.public = bytes(self.secret.verify_key)
        self.id, self.multikey = keys.key_id(self.public), keys.multikey_of(self.public)

    def sign(self, data):
        return self.secret.sign(data).signature

    def jws(self, header, payload):
        signed = f"{b64(header)}.{b64(payload)}"
        return f"{signed}.{b64(self.sign(signed.encode()))}"

    def entry(self):
        return {"id": self.id, "type": "Multikey", "publicKeyMultibase": self.multikey}


class Person:
    """A DID with its DFOS chain: one key in all roles, until `rotate`. `bare` people have a key only."""

    def __init__(self, name, bare=False, controllers=()):
        self.name, self.genesis, self.controllers = name, Key(name), controllers
        self.auth = self.controller = self.genesis
        self.did, self.tokens, self.ops, self.dfos = keys.did_of(self.genesis.public), [], [], None
        if not bare:
            self.operate("create", {**self.role_keys(), "services": [self.encryption()]})

    def role_keys(self):
        return {"authKeys": [self.auth.entry()], "assertKeys": [], "controllerKeys": [key.entry() for key in (self.controller, *self.controllers)]}

    def encryption(self):
        """The encryption key of the first device; its private half does not exist."""
        public = hashlib.sha256(f"{self.name}/encryption".encode()).digest()
        key = "z" + keys.base58_encode(b"\xec\x01" + public)
        return {"id": f"encryption-{self.genesis.id}", "type": "ImajinEncryption", "key": key, "of": self.genesis.id}

    def operate(self, kind, members, signer=None, **over):
        payload = {"version": 1, "type": kind, "createdAt": times.text(START_MS + len(self.ops))}
        if self.ops:
            payload["previousOperationCID"] = str(self.ops[-1])
        payload.update(members, **over)
        operation = cid.of_cbor(cbor.encode(payload))
        signer = signer or self.controller
        kid = f"{self.dfos}#{signer.id}" if self.ops else signer.id
        header = {"alg": "EdDSA", "typ": "did:dfos:identity-op", "kid": kid, "cid": str(operation)}
        self.dfos = self.dfos or "did:dfos:" + keys.dfos_id(operation.raw)
        self.tokens.append(signer.jws(json.dumps(header).encode(), json.dumps(payload).encode()))
        self.ops.append(operation)
        return self.tokens[-1]

    def rotate(self, name):
        """A token that sets new auth and controller keys, which the person uses from then on."""
        before = self.controller
        self.auth, self.controller = Key(name + "/auth"), Key(name + "/controller")
        return self.operate("update", self.role_keys(), signer=before)

    def kid(self, key=None):
        return f"{self.did}#{(key or self.auth).id}"


CONTROLLER_OPS = ("auth.identity.create", "auth.identity.update", "auth.home", "auth.delete")


class LogMaker:
    """A log in the making; its tables are plain dicts that a test may spoil before `write`."""

    def __init__(self, owner, node, url="https://one.example"):
        self.owner, self.node, self.url, self.epoch = owner, node, url, 1
        self.headers, self.bodies, self.cids, self.ats = [], {}, [], []
        self.heads, self.causes, self.txns, self.openings = {}, {}, {}, {}
        self.chains, self.after, self.now = {}, {}, START_MS + 1_000_000
        self.know(node)

    def know(self, person):
        if person.did != self.owner.did and person.tokens:
            self.chains[person.did] = person.tokens

    def home(self):
        return {"node": self.node.did, "url": self.url, "epoch": self.epoch}

    def begin(self, **body):
        if self.owner.tokens:
            return self.add("auth.identity.create", {"token": self.owner.tokens[0], "home": self.home(), "scope": "actor", **body})
        body = {"key": self.owner.genesis.multikey, "home": self.home(), "scope": "actor", **body}
        return self.add("auth.identity.register", body, will="custodial")

    def add(self, op, body=None, will="signed", author=None, key=None, kid=None, fact=None, ref=None, to=(), via=None, cause=None,
            txn=None, header=None, proof=None, body_bytes=None, step=1000, older=False):
        author = author or self.owner
        self.now += step
        seq = len(self.headers)
        fields = {"v": 1, "did": self.owner.did, "seq": seq, "at": times.text(self.now), "service": op.split(".")[0], "op": op,
                  "author": author.did, "will": will}
        if seq:
            fields["prev"] = self.cids[-1]
        if body is not None or body_bytes is not None:
            data = body_bytes or cbor.encode({"salt": salt(self.owner.name, seq), **body})
            fields["body"] = cid.of_cbor(data)
            self.bodies[seq] = data
        if will == "custodial":
            via = via or cid.of_raw(b"session")
        for name, value in (("fact", fact), ("ref", ref), ("via", via), ("cause", cause), ("txn", txn)):
            if value is not None:
                fields[name] = value
        fields.update(header or {})
        fields = {k: v for k, v in fields.items() if v is not ABSENT}
        if will == "signed":
            key = key or (author.controller if op in CONTROLLER_OPS else author.auth)
            if via is not None and not via.is_raw and not older:
                proof = {"via": fields.pop("via"), "chain": None, **(proof or {})}
            fields["proof"] = self._proof(fields, key, kid or author.kid(key), author, list(to), proof or {})
        data = cbor.encode(fields)
        self.headers.append(data)
        self.cids.append(cid.of_cbor(data))
        self.ats.append(fields.get("at"))
        return self.cids[-1]

    def _proof(self, fields, key, kid, author, to, over):
        chain = None if "via" in fields else (author.ops[-1] if author.ops else None)
        seen = {"cid": self.cids[-1], "seq": len(self.cids) - 1} if self.cids and author is self.owner else None
        proof = {"kid": kid, "aud": self.node.did, "to": to, "seen": seen, "after": self.after.get(kid), "chain": chain,
                 "iat": self.now // 1000, "via": None, **over}
        payload = canonical({
            "v": 1, "aud": proof["aud"], "did": fields["did"], "service": fields["service"], "op": fields["op"],
            "ref": fields.get("ref"), "body": str(fields["body"]) if "body" in fields else None, "fact": fields.get("fact"),
            "to": proof["to"], "after": str(proof["after"]) if proof["after"] else None,
            "seen": {"cid": str(proof["seen"]["cid"]), "seq": proof["seen"]["seq"]} if proof["seen"] else None,
            "chain": str(proof["chain"]) if proof["chain"] else None, "iat": proof["iat"],
            **({"via": str(proof["via"])} if proof["via"] else {})})
        head = canonical({"alg": "EdDSA", "kid": kid, "typ": "mjn:proof"})
        proof["sig"] = over.get("sig") or key.sign(f"{b64(head)}.{b64(payload)}".encode())
        self.after[kid] = cid.of_raw(payload)
        return {k: v for k, v in proof.items() if v is not None and (k != "to" or v)}

    # -- the richer operations --------------------------------------------------------------------------------------

    def update_identity(self, name="rotated"):
        """The owner's chain gets new keys; signed by the controller key before."""
        before, operation = self.owner.controller, self.owner.ops[-1]
        token = self.owner.rotate(name)
        return self.add("auth.identity.update", {"token": token}, key=before, proof={"chain": operation})

    def delegate(self, key, scope, until=None, uses=None, **more):
        body = {"key": key.multikey, "scope": scope, "until": until or times.text(self.now + 10**9)}
        if uses is not None:
            body["uses"] = uses
        return self.add("auth.delegation.create", body, **more)

    def by_delegate(self, delegation, key, op, body=None, **more):
        kid = f"{keys.did_of(key.public)}#{key.id}"
        return self.add(op, body, key=key, kid=kid, via=delegation, **more)

    def erase(self, *seqs, **more):
        links = [cid.of_cbor(self.bodies.pop(seq)) for seq in seqs]
        return self.add("auth.body.erased", {"bodies": links}, **more)

    def move(self, node, url, **body):
        """Moves the home: the old home's last head, then the entry that names the next home."""
        self.head()
        self.epoch, self.node, self.url = body.pop("epoch", self.epoch + 1), node, url
        self.know(node)
        return self.add("auth.home", {**self.home(), **body})

    def head(self, seq=None, key=None, **over):
        seq = len(self.headers) - 1 if seq is None else seq
        payload = {"v": 1, "did": self.owner.did, "epoch": self.epoch, "seq": seq, "cid": str(self.cids[seq]), "at": self.ats[seq], **over}
        key = key or self.node.auth
        header = canonical({"alg": "EdDSA", "kid": self.node.kid(key), "typ": "mjn:head"})
        self.heads[self.epoch, self.node.did] = token = key.jws(header, canonical(payload))
        return token

    def write(self, path, extra=""):
        if os.path.exists(path):
            os.remove(path)
        db = sqlite3.connect(path, isolation_level=None)
        db.executescript(f"PRAGMA application_id = {0x494D4A4E}; PRAGMA user_version = 1; {SCHEMA}")
        db.execute("BEGIN")
        rows = db.executemany
        rows("INSERT INTO entries VALUES (?, ?)", enumerate(self.headers))
        rows("INSERT INTO bodies VALUES (?, ?)", self.bodies.items())
        rows("INSERT INTO heads VALUES (?, ?, ?)", ((e, n, t) for (e, n), t in self.heads.items()))
        rows("INSERT INTO chains VALUES (?, ?, ?)", ((d, n, t) for d, tokens in self.chains.items() for n, t in enumerate(tokens)))
        rows("INSERT INTO causes VALUES (?, ?, ?)", ((k.raw, h, b) for k, (h, b) in self.causes.items()))
        rows("INSERT INTO txns VALUES (?, ?)", ((k.raw, v) for k, v in self.txns.items()))
        rows("INSERT INTO openings VALUES (?, ?)", ((k.raw, v) for k, v in self.openings.items()))
        db.execute("COMMIT")
        db.executescript(extra)
        db.close()
        return path


ABSENT = object()


def open_txn(*entries, name="txn"):
    """(txn CID, list bytes, {opening CID: bytes}) for (did, op, body CID or None) of each entry, the intent's first."""
    openings = {}
    for n, (did, op, body) in enumerate(entries):
        data = cbor.encode({"did": did, "service": op.split(".")[0], "op": op, "body": body, "salt": salt(name, n)})
        openings[cid.of_cbor(data)] = data
    listed = cbor.encode(list(openings))
    return cid.of_cbor(listed), listed, openings


def follow(follower, *followed, op="profile.follow", derived="profile.follower", only=None, will="signed", to=None, fact=None, **more):
    """One follow over several logs; returns the intent's CID. `only` leaves out entries of logs it does not name."""
    dids = [log.owner.did for log in followed]
    parts = [(follower.owner.did, op, None)] + [(did, derived, None) for did in dids]
    txn, listed, openings = open_txn(*parts, name=(follower.owner.name, len(follower.headers)))
    intent = follower.add(op, fact=fact or {"dids": dids}, to=(dids if to is None else to) if will == "signed" else (), will=will, txn=txn, **more)
    follower.txns[txn], follower.openings = listed, {**follower.openings, **openings}
    first, *rest = openings.items()
    for log, opening in zip(followed, rest):
        if only is not None and log not in only:
            continue
        log.know(follower.owner)
        log.causes[intent] = follower.headers[-1], None
        log.txns[txn] = listed
        log.openings.update([first, opening])
        log.add(derived, ref=follower.owner.did, will="derived", author=follower.owner, cause=intent, txn=txn)
    return intent


def second_header(maker, n, txn, **fields):
    """(CID, bytes) of another header around the owner's signed entry `n`: a home chooses its position and time."""
    fields = {**cbor.decode(maker.headers[n]), "txn": txn, **fields}
    data = cbor.encode(fields)
    return cid.of_cbor(data), data


def follow_again(follower, followed, n, derived="profile.follower", **fields):
    """Adds the consequence of an intent of `follow` again, with a second header as its cause."""
    op = cbor.decode(follower.headers[n])["op"]
    txn, listed, openings = open_txn((follower.owner.did, op, None), (followed.owner.did, derived, None), name="again")
    intent, data = second_header(follower, n, txn, **fields)
    followed.know(follower.owner)
    followed.causes[intent], followed.txns[txn] = (data, None), listed
    followed.openings.update(openings)
    followed.add(derived, ref=follower.owner.did, will="derived", author=follower.owner, cause=intent, txn=txn)
    return intent


def open_thing(maker, thing, op="events.create", derived="events.opened", same=False, header=None):
    """Makes a thing, or takes it over: its log has the words that its maker signs; a conversation's also their `ref`.

    With `header` the thing's log has a second header around the intent.
    """
    body = {"title": "A concert", "salt": salt(maker.owner.name, derived)}
    data = cbor.encode(body)
    parts = [(log.owner.did, name, cid.of_cbor(data)) for log, name in ((maker, op), (thing, derived))]
    txn, listed, openings = open_txn(*parts, name=(maker.owner.name, derived))
    intent = maker.add(op, body, ref=thing.owner.did, to=[thing.owner.did], txn=txn)
    maker.txns[txn], maker.openings = listed, {**maker.openings, **openings}
    thing.know(maker.owner)
    intent_header = maker.headers[-1]
    if header:
        intent, intent_header = second_header(maker, len(maker.headers) - 1, txn, **header)
    thing.causes[intent] = intent_header, data
    thing.txns[txn], thing.openings = listed, {**thing.openings, **openings}
    thing.add(derived, body, will="derived", author=maker.owner, cause=intent, txn=txn, ref=(thing if same else maker).owner.did)


def both(log, other, op, derived, name, body=None, allow=None, **more):
    """An operation about an attestation in the logs of both parties: `op` in the first, `derived` in the second."""
    op, derived = f"auth.attestation.{op}", f"auth.attestation.{derived}"
    bodies = [None if body is None else {**body, "salt": salt(log.owner.name, len(log.headers), n)} for n in range(2)]
    cids = [None if b is None else cid.of_cbor(cbor.encode(b)) for b in bodies]
    parts = [(log.owner.did, op, cids[0]), (other.owner.did, derived, cids[1])]
    txn, listed, openings = open_txn(*parts, name=(log.owner.name, len(log.headers)))
    intent = log.add(op, bodies[0], ref=name, fact={"dids": [other.owner.did]}, to=[other.owner.did], txn=txn)
    log.txns[txn], log.openings = listed, {**log.openings, **openings}
    other.know(log.owner)
    other.causes[intent] = log.headers[-1], bodies[0] and cbor.encode(bodies[0])
    other.txns[txn] = listed
    other.openings.update(openings)
    other.add(derived, bodies[1], will="derived", author=log.owner, cause=intent, txn=txn, **{"ref": name, **more})
    return intent


# -- bundles ------------------------------------------------------------------------------------------------------------


def signed(document, signer, kind, key):
    document = {**document, "signer": {"kind": kind, "kid": signer.kid(key)}}
    return {**document, "signature": key.sign(canonical(document)).hex()}


def write_bundle(log, folder, sections, media=(), kind="owner", split=2 << 30, others=(), index=b"<!doctype html>", spoil=None):
    """A bundle's folder; `media` are the bytes of files, `others` pairs of name and LogMaker."""
    os.makedirs(folder)
    files = {"index.html": index}
    for data in media:
        name = str(cid.of_raw(data))
        files[f"media/{name[-2:]}/{name}"] = data
    for name, other in (("log.sqlite", log), *others):
        path = os.path.join(folder, "making.sqlite")
        with open(other.write(path), "rb") as file:
            files[name] = file.read()
        os.remove(path)
    head = log.heads[log.epoch, log.node.did]
    signer = log.owner if kind == "owner" else log.node
    common = {"v": 1, "did": log.owner.did, "exported_at": log.ats[-1], "node": log.node.did}
    view = {**common, "sections": sections}
    files["bundle.json"] = canonical(signed(view, signer, kind, signer.auth))
    listed = {}
    for name, data in files.items():
        hashed = canonical(view) if name == "bundle.json" else data
        listed[name] = {"size": len(hashed), "sha256": hashlib.sha256(hashed).hexdigest()}
        if len(data) > split:
            listed[name]["parts"] = -(-len(data) // split)
    counts = {"entries": len(log.headers), "bodies": len(log.bodies), "media": len(media), "media_bytes": sum(map(len, media))}
    manifest = {**common, "head": head, "counts": counts, "files": listed, "split": split}
    if spoil:
        spoil(manifest)
    files["manifest.json"] = canonical(signed(manifest, signer, kind, signer.auth))
    for name, data in files.items():
        path = os.path.join(folder, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        parts = [data] if name == "manifest.json" or len(data) <= split else [data[i:i + split] for i in range(0, len(data), split)]
        for n, part in enumerate(parts):
            with open(path if len(parts) == 1 else f"{path}.{n:03}", "wb") as file:
                file.write(part)
    return folder


def write_tar(folder, path, order=lambda names: sorted(names, key=str.encode)):
    """The canonical tar of a folder, written field by field from docs/format.md §12."""
    names = [os.path.relpath(os.path.join(root, f), folder) for root, _, fs in os.walk(folder) for f in fs]
    with open(path, "wb") as out:
        for name in order(names):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            header = bytearray(512)
            for offset, text in ((0, name), (100, "0000644"), (108, "0000000"), (116, "0000000"), (124, f"{len(data):011o}"),
                                 (136, "0" * 11), (148, " " * 8), (156, "0"), (257, "ustar"), (263, "00"), (329, "0000000"), (337, "0000000")):
                header[offset:offset + len(text)] = text.encode()
            header[148:156] = f"{sum(header):06o}\0 ".encode()
            out.write(bytes(header) + data + bytes(-len(data) % 512))
        out.write(bytes(1024))
    return path
