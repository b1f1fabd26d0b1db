"""The division of a receipt, recomputed from the manifests of that receipt (docs/works.md, *Receipts*).

`divide` returns the division; ValueError if it cannot be computed. The signatures of the manifests are not checked.
"""

import base64
import hashlib
import math
import re

from . import es6, keys

WHOLE, FINE = 1_000_000, 10**12
SHARES_MAX, TEXT_MAX, MANIFEST_MAX = 64, 256, 65_536
DEPTH_MAX, LINES_MAX = 8, 512
TRIED_MAX = 8 * LINES_MAX
AMOUNT_MAX = 2**53 - 1
DIGEST = re.compile(r"sha256:[0-9a-f]{64}\Z")
SIGNATURE = re.compile(r"[0-9a-fA-F]{128}\Z")
ALGORITHMS = ("ed25519", "eddsa")
KEY = re.compile(r"[0-9a-fA-F]{64}\Z")
METHODS = ("did:imajin:", "did:mjn:", "did:dfos:", "did:email:")
# (dialect's member, its value) → list of people, what each has as name and as share.
DIALECTS = {
    ("fair", "1.0"): ("attribution", "did", "share"), ("fair", "1.1"): ("attribution", "did", "share"),
    ("version", "0.3.0"): ("contributors", "id", "weight"), ("version", "1.0"): ("contributors", "did", "share"),
    ("version", "1.1"): ("contributors", "did", "share"),
}


def split(amount, weights):
    """Parts by largest remainder, of equal ones the earlier; together exactly the amount."""
    total = sum(weights)
    if total == 0 or amount < 0:
        raise ValueError("there is nobody to give it to, or less than nothing")
    parts = [amount * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(amount * weights[at] % total), at))
    for at in order[:amount - sum(parts)]:
        parts[at] += 1
    return parts


def _fine(number):
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not 0 <= number <= 1:
        raise ValueError("a share is no number from 0 to 1")
    scaled = float(number) * 1e12
    whole = math.floor(scaled)
    return whole + (scaled - whole >= 0.5)


def _did(text):
    """A DID in its canonical form; one without a key cannot be paid, and is only compared."""
    if not isinstance(text, str) or not text.startswith(METHODS):
        raise ValueError("not a DID")
    if text.startswith("did:mjn:"):
        return keys.did_of(keys.multikey_key(text[len("did:mjn:"):]))
    if text.startswith("did:imajin:") and ":" not in text[len("did:imajin:"):]:
        keys.did_key(text)
    return text


def _short(document, name):
    value = document.get(name)
    if value is not None and (not isinstance(value, str) or len(value.encode()) > TEXT_MAX):
        raise ValueError(f"{name} is no short text")
    return value


def read_signature(value):
    """(64 bytes, the DID or the key that they claim to be by, or None) of a manifest's signature: hexadecimal, or an object."""
    if isinstance(value, str):
        if not SIGNATURE.match(value):
            raise ValueError("a signature is not 128 hexadecimal digits")
        return bytes.fromhex(value), None
    if not isinstance(value, dict):
        raise ValueError("a signature is of a wrong form")
    algorithm, text, by = (_first_text(value, *names) for names in (("algorithm", "alg"), ("value",), ("publicKeyRef", "signer")))
    if algorithm is None or algorithm.lower() not in ALGORITHMS or text is None:
        raise ValueError("a signature is not of Ed25519, or has no value")
    return bytes.fromhex(text) if SIGNATURE.match(text) else _base64(text.rstrip("=")), None if by is None else _claim(by)


def _first_text(members, *names):
    return next((members[name] for name in names if isinstance(members.get(name), str)), None)


def _base64(text):
    """The 64 bytes of canonical base64 in either alphabet, without padding."""
    for alphabet in (b"-_", b"+/"):
        try:
            data = base64.b64decode(text + "=" * (-len(text) % 4), alphabet, validate=True)
        except ValueError:
            continue
        if len(data) == 64 and base64.b64encode(data, alphabet).decode().rstrip("=") == text:
            return data
    raise ValueError("a signature is not 64 bytes")


def _claim(text):
    """A DID, with or without a key's name; or a key, as hexadecimal or multikey."""
    if text.startswith("did:"):
        return _did(text.partition("#")[0])
    return bytes.fromhex(text) if KEY.match(text) else keys.multikey_key(text)


class Manifest:
    """A .fair manifest: who gets which share."""

    def __init__(self, text):
        if len(text.encode()) > MANIFEST_MAX:
            raise ValueError("a manifest is too long")
        document = es6.loads(text.encode())
        self.digest = "sha256:" + hashlib.sha256(es6.dumps(document)).hexdigest()
        self.id, kind = _short(document, "id"), _short(document, "type")
        self.people, self.sources = _people(document), _sources(document)
        owner = document.get("owner")
        self.owner = owner = None if owner is None else _did(owner)
        self.distributes = None
        if kind == "distribution":
            own = _did(self.id)
            if owner not in (None, own):
                raise ValueError("owner is not the DID of the id")
            self.distributes = own if own == self.id else None
        for name in ("signature", "platformSignature"):
            if document.get(name) is not None:
                read_signature(document[name])

    def divide(self, amount, gone, is_source_gone):
        """The parts of people and sources. The share of a deleted person is divided among the other people in proportion."""
        people = [0 if did in gone else weight for did, _, weight in self.people]
        sources = [0 if is_source_gone(name, fair) else weight for name, weight, fair in self.sources]
        rest, left = max(WHOLE - sum(sources), 0), max(sum(people), 1)
        return split(amount, [weight * rest for weight in people] + [weight * left for weight in sources])


def check(document):
    """A ValueError if a manifest's members contradict each other, or its terms can't be read (docs/works.md)."""
    fair, version = document.get("fair"), document.get("version")
    if isinstance(fair, str) and version != fair and version in ("0.3.0", "1.0", "1.1"):
        raise ValueError("version is not the same as fair")
    other = "attribution" if _dialect(document)[0] == "contributors" else "contributors"
    if document.get(other) is not None:
        raise ValueError(f"{other} is the list of another version")
    for name in ("contributors", "attribution", "derivesFrom", "derives_from"):
        for item in document[name] if isinstance(document.get(name), list) else ():
            for one, two in (("id", "did"), ("weight", "share")):
                if isinstance(item, dict) and one in item and two in item and es6.dumps(item[one]) != es6.dumps(item[two]):
                    raise ValueError(f"{one} and {two} differ")
    terms, training = document.get("terms"), document.get("training")
    terms = terms if isinstance(terms, dict) else {}
    said = None if terms.get("train") is None else _train(terms["train"])
    allowed = None if training is None else _allowed(training)
    if said is not None and allowed is not None and said != ("free" if allowed else "reserved"):
        raise ValueError("training and terms.train differ")
    copy = terms.get("copy")
    is_open = isinstance(copy, dict) and copy.get("consent") == "open" and _fine(copy.get("share")) is not None
    is_kept = isinstance(copy, dict) and copy.get("consent") == "reserved" and "share" not in copy
    if copy is not None and not (is_open or is_kept):
        raise ValueError("terms.copy is of a wrong form")


def _train(train):
    """`free`, `reserved` or `priced`."""
    if isinstance(train, str) and train in ("free", "reserved", "explicit"):
        return "free" if train == "free" else "reserved"
    if not isinstance(train, dict) or train.get("consent") not in ("explicit", "reserved"):
        raise ValueError("terms.train is of a wrong form")
    price = train.get("price")
    if price is None:
        return "reserved"
    text = es6.dumps(price).decode() if isinstance(price, float) and price != int(price) else price
    is_decimal = isinstance(text, str) and re.fullmatch(r"[0-9]+\.[0-9]{1,3}", text) and float(text) > 0
    is_whole = isinstance(price, int) and not isinstance(price, bool) and 0 < price <= AMOUNT_MAX
    is_currency = isinstance(train.get("currency"), str) and re.fullmatch("[A-Za-z]{3,4}", train["currency"])
    if train["consent"] != "explicit" or not (is_decimal or is_whole) or not is_currency:
        raise ValueError("terms.train has no price that can be read")
    return "priced"


def _allowed(training):
    """`training` of version 1.1."""
    if not isinstance(training, dict) or not isinstance(training.get("allowed"), bool) or not isinstance(training.get("grants") or [], list):
        raise ValueError("training is of a wrong form")
    if training["allowed"] and training.get("grants"):
        raise ValueError("training is granted for some purposes only")
    return training["allowed"]


def _dialect(document):
    """The list of people, and what each has as name and as share."""
    if document.get("fair") in ("1.0", "1.1"):
        dialect = "fair", document["fair"]
    elif not isinstance(document.get("fair"), str) and isinstance(document.get("version"), str):
        dialect = "version", document["version"]
    else:
        raise ValueError("a manifest of no known version")
    if dialect == ("version", "1.1") and "attribution" in document:
        dialect = "fair", "1.1"
    if dialect not in DIALECTS:
        raise ValueError("a manifest of no known version")
    return DIALECTS[dialect]


def _people(document):
    name, did, share = _dialect(document)
    items = document.get(name)
    if not isinstance(items, list) or not 1 <= len(items) <= SHARES_MAX:
        raise ValueError(f"{name} is no list of 1 to 64 shares")
    fine = [_fine(item[share]) for item in items]
    if abs(sum(fine) - FINE) > FINE // WHOLE:
        raise ValueError("the shares are not the whole")
    return [(_did(item[did]), _short(item, "role"), weight) for item, weight in zip(items, split(WHOLE, fine))]


def _sources(document):
    if "derivesFrom" in document and "derives_from" in document:
        raise ValueError("derivesFrom is there in two spellings")
    items = document.get("derivesFrom", document.get("derives_from"))
    items = [] if items is None else items
    if not isinstance(items, list) or len(items) > SHARES_MAX:
        raise ValueError("derivesFrom is no list of at most 64")
    sources = [_source(item) for item in items]
    if sum(weight for _, weight, _ in sources) > WHOLE:
        raise ValueError("more than the whole goes on to the sources")
    return sources


def _source(item):
    """(id, share, digest or None)."""
    if isinstance(item, str):
        item = {"id": item}
    name = item.get("id", item.get("did"))
    weight = item.get("weight", item.get("share"))
    fair = item.get("fair")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= TEXT_MAX or (fair is not None and not (isinstance(fair, str) and DIGEST.match(fair))):
        raise ValueError("a source has no id, or no digest")
    return name, 0 if weight is None else (_fine(weight) + 500_000) // 1_000_000, fair


def check_agreed(agreed, texts):
    """A ValueError unless these can be the signatures of all contributors to the sold works, by the digests of the manifests."""
    manifests = {one.digest: one for one in map(Manifest, texts)}
    if not isinstance(agreed, dict) or not agreed.keys() <= manifests.keys():
        raise ValueError("agreed is not next to the manifests")
    for at, (digest, manifest) in enumerate(manifests.items()):
        have = _signers(agreed.get(digest, []), manifest)
        missing = {did for did, _, weight in manifest.people if weight} - have
        if len(missing) > 1 and (at == 0 or manifest.distributes is None):
            raise ValueError("somebody who made what was sold has not signed")


def _signers(items, manifest):
    if not isinstance(items, list) or len(items) > SHARES_MAX + 1 or any(item.keys() != {"did", "signature"} for item in items):
        raise ValueError("agreed is no list of at most 65 {did, signature}")
    dids = [_did(item["did"]) for item in items]
    named = {manifest.owner, *(did for did, _, _ in manifest.people)}
    if len(set(dids)) != len(dids) or not named.issuperset(dids) or not all(SIGNATURE.match(item["signature"]) for item in items):
        raise ValueError("agreed has somebody twice, or somebody whom the manifest does not name")
    return set(dids)


class Walk:
    """Lines, depth first. A share that is passed on to an unknown manifest stays with its recipient."""

    def __init__(self, manifests, passes, gone):
        self.manifests, self.passes, self.gone, self.path, self.lines, self.tried = manifests, passes, gone, [], [], 0

    def divide(self, amount, manifest):
        self.path.append(manifest.digest)
        parts = manifest.divide(amount, self.gone, lambda name, fair: self._is_source_gone(name, fair, [0]))
        for (did, role, weight), part in zip(manifest.people, parts):
            if part:
                self._person(did, role, weight, part, manifest, manifest.distributes == did)
        for (name, weight, fair), part in zip(manifest.sources, parts[len(manifest.people):]):
            if part:
                self._source(name, weight, fair, part, manifest)
        self.path.pop()

    def _person(self, did, role, weight, amount, by, kept):
        keys.did_key(did)
        follows = None
        if not kept and self.passes:
            follows = next((m for m in self.manifests if m.distributes == did), None)
        line = self._line(by, {"did": did}, role, weight, amount)
        if follows is None:
            return self._pass_on(line, None)
        path, lines = list(self.path), len(self.lines)
        try:
            return self._pass_on(dict(line), follows)
        except ValueError:
            if self.tried > TRIED_MAX:
                raise
            self.path = path
            del self.lines[lines:]
            return self._pass_on(line, None)

    def _work(self, name, fair):
        return next((m for m in self.manifests if m.distributes is None and m.id == name and fair in (None, m.digest)), None)

    def _is_source_gone(self, name, fair, looks):
        work = self._work(name, fair)
        if work is not None:
            return self._is_deserted(work, looks)
        try:
            return fair is None and _did(name) in self.gone
        except ValueError:
            return False

    def _is_deserted(self, manifest, looks):
        looks[0] += 1
        if looks[0] > LINES_MAX or any(weight and did not in self.gone for did, _, weight in manifest.people):
            return False
        return all(not weight or self._is_source_gone(name, fair, looks) for name, weight, fair in manifest.sources)

    def _source(self, name, weight, fair, amount, by):
        follows = self._work(name, fair)
        if follows is not None:
            return self._pass_on(self._line(by, {"work": name}, None, weight, amount), follows)
        if fair is not None:
            raise ValueError("a share goes to a work that is not known")
        return self._person(_did(name), None, weight, amount, by, False)

    def _line(self, by, to, role, weight, amount):
        line = {"level": len(self.path), "manifest": by.digest, "to": to, "weight": weight, "amount": amount}
        return line if role is None else {**line, "role": role}

    def _pass_on(self, line, follows):
        self.tried += 1
        if len(self.lines) >= LINES_MAX or self.tried > TRIED_MAX:
            raise ValueError("too many lines")
        self.lines.append(line)
        if follows is None:
            return
        line["passed_on"] = follows.digest
        if follows.digest in self.path or len(self.path) >= DEPTH_MAX:
            raise ValueError("the shares go round in a circle, or too deep")
        self.divide(line["amount"], follows)


def _follow(amount, manifests, gone):
    walk = Walk(manifests, True, gone)
    try:
        walk.divide(amount, manifests[0])
    except ValueError:
        if walk.tried <= TRIED_MAX:
            raise
        walk = Walk(manifests, False, gone)
        walk.divide(amount, manifests[0])
    return walk.lines


def names_another(receipt):
    """Whether a line follows a manifest that the receipt lacks, so that the division cannot be recomputed."""
    enclosed = {Manifest(text).digest for text in receipt["manifests"]}
    division = receipt["division"]
    lines = division.get("lines") if isinstance(division, dict) else None
    named = [line.get("passedOn") for line in lines if isinstance(line, dict)] if isinstance(lines, list) else []
    return any(isinstance(digest, str) and digest not in enclosed for digest in named)


def divide(receipt):
    """The division that results from the order, the fees and the manifests of a receipt."""
    order, profile, parties = receipt["order"], receipt["profile"], receipt["parties"]
    gross = order["gross"]
    if isinstance(gross, bool) or not isinstance(gross, int) or not 0 <= gross <= AMOUNT_MAX:
        raise ValueError("gross is no amount")
    fees = [(kind, to, profile[kind]) for kind, to in
            (("protocol", parties["protocol"]), ("node", parties["node"]), ("buyerCredit", order["payer"]))]
    for _, to, share in fees:
        if isinstance(share, bool) or not isinstance(share, int) or not 0 <= share <= WHOLE:
            raise ValueError("a fee is no share")
    fees = [(kind, _did(to), share) for kind, to, share in fees]
    manifests = [Manifest(text) for text in receipt["manifests"]]
    if not manifests:
        raise ValueError("the receipt has no manifest")
    taken = sum(share for _, _, share in fees)
    net, *parts = split(gross, [max(WHOLE - taken, 0)] + [share for _, _, share in fees])
    lines = [{"kind": kind, "to": to, "share": share, "amount": part} for (kind, to, share), part in zip(fees, parts) if part]
    gone = receipt.get("gone", [])
    if not isinstance(gone, list):
        raise ValueError("gone is no list")
    followed, recipients = _follow(net, manifests, {_did(did) for did in gone}), {}
    for line in followed:
        if "passed_on" not in line:
            recipients[line["to"]["did"]] = recipients.get(line["to"]["did"], 0) + line["amount"]
    for line in lines:
        recipients[line["to"]] = recipients.get(line["to"], 0) + line["amount"]
    return {"fees": lines, "lines": [_renamed(line) for line in followed], "recipients": [list(item) for item in recipients.items()]}


def _renamed(line):
    return {{"passed_on": "passedOn"}.get(name, name): value for name, value in line.items()}
