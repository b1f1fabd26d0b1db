"""The tables of docs/format.md §8, read from `docs/operations.json`, and the forms that the bodies of `auth.` ops must have."""

import json
import os
import re

from . import anchors, keys, times
from .entry import OP, bad, is_int, is_link
from .errors import Unusable

CONTROLLER, OWN_KEY, ANY, REGISTER, DERIVED, NODE_WORD = "controller", "own_key", "any", "custodial_at_start", "derived", "node"
MINE, EVIDENCE, KEEP = "mine", "evidence", "keep"
NODE, SAME_LOG, FACT_DIDS, PARTIES = "node", "same_log", "fact_dids", "parties"
EQUAL = {"ref_is_intent_did": "did", "ref_is_intent_author": "author", "ref_is_intent_ref": "ref"}
FACT, SAME_FACT = "fact", "same_fact"
FIELD = re.compile(r"(did|ref|author|fact\.[a-z][a-z0-9_]*)\Z")
SOURCE = re.compile(r"(author|ref|only_did|piece|fact\.[a-z_A-Z]+|=.+)\Z")
BOUND = ("nothing", "intent", "attestation", "countersignature", "ticket", "receipt", "manifests", "node")
ALWAYS_SIGNED = ("auth.identity.create", "auth.identity.update")
KERNEL = ("auth.identity.create", "auth.identity.update", "auth.identity.register", "auth.home", "auth.delegation.create", "auth.delegation.end",
          "auth.settings.update", "auth.body.erased", "auth.delete", "auth.side.adopt", "auth.node.claim", "auth.anchor", "auth.attestation.issue",
          "auth.attestation.received", "auth.attestation.countersign", "auth.attestation.countersigned", "auth.attestation.decline",
          "auth.attestation.declined", "auth.attestation.revoke", "auth.attestation.revoked")
DEFAULT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "operations.json")


class Op:
    """One row of the table; `klass` is None if the op has no body."""

    def __init__(self, by, klass, bound):
        self.by, self.klass, self.bound, self.also_derived = by, klass, bound, False


class Rule:
    """A derivation: in whose log, how often there, what `ref` must equal, which rule has the whole fact, what gives its members, and
    of an erasure, what it may name."""

    def __init__(self, row):
        self.place, self.at_most, self.members, self.own = row["place"], row["at_most"], row.get("members", {}), row.get("own", [])
        self.ref, self.fact = _equal(row["equal"])
        self.erases = row.get("erases", [])
        if not isinstance(self.erases, list) or bool(self.erases) != (row["op"] == "auth.body.erased"):
            raise ValueError("an erasure says what it erases, and nothing else does")
        for scope in self.erases:
            _check_scope(scope)
        if not isinstance(self.members, dict) or not all(isinstance(source, str) and SOURCE.match(source) for source in self.members.values()):
            raise ValueError("members names no sources")
        if self.members and self.fact:
            raise ValueError("two rules for the fact")

    def __eq__(self, other):
        return isinstance(other, Rule) and vars(self) == vars(other)

    def ties(self, member):
        """Whether the intent determines a member of the fact."""
        return self.fact is not None or member in self.members


# Filled by `load`. DERIVES: (intent, derived) → the rule.
# NAMES_DIDS: ops whose fact names, under `dids`, the logs of their consequences.
OPS, DERIVES, NAMES_DIDS = {}, {}, set()


def load(path=DEFAULT):
    """Takes the tables of a document; Unusable if it is malformed."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        _fill(document)
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unusable(f"{path} is no table of operations: {error}") from None


def _exactly(value, *names):
    if value.keys() != set(names):
        raise ValueError(f"it has not exactly the members {', '.join(names)}")


def _equal(names):
    """(what ref must equal, the rule that has the fact): at most one rule for ref, then one for the fact."""
    if not isinstance(names, list):
        raise ValueError("equal is no list")
    fact = names[-1] if names and names[-1] in (FACT, SAME_FACT) else None
    of_ref = names[:-1] if fact else names
    if len(of_ref) > 1:
        raise ValueError("equal has two rules for one field")
    return EQUAL[of_ref[0]] if of_ref else None, fact


def _check_scope(scope):
    """Operations and fields that must be equal; without both, the whole log."""
    _exactly({"below": None, **scope}, "ops", "equal", "below")
    names, equal, below = scope["ops"], scope["equal"], scope.get("below")
    if not isinstance(names, list) or not isinstance(equal, dict) or bool(names) != bool(equal) or (below is not None and not names):
        raise ValueError("ops and equal of what is erased")
    if not all(isinstance(name, str) and OP.match(name) for name in names + [below] * (below is not None)):
        raise ValueError("ops of what is erased")
    if not all(isinstance(field, str) and FIELD.match(field) for pair in equal.items() for field in pair):
        raise ValueError("fields of what is erased")


def _fill(document):
    _exactly(document, "v", "operations")
    if document["v"] != 1:
        raise ValueError(f"version {document['v']}")
    found, derives = {}, {}
    for row in document["operations"]:
        _exactly(row, "op", "by", "body", "bound", "derives")
        if not OP.match(row["op"]) or row["op"] in found:
            raise ValueError(f"{row['op']} is no operation, or has two rows")
        if row["by"] not in (CONTROLLER, OWN_KEY, ANY, REGISTER, DERIVED, NODE_WORD) or row["body"] not in (None, MINE, EVIDENCE, KEEP):
            raise ValueError(f"by or body of {row['op']}")
        if row["bound"] not in BOUND:
            raise ValueError(f"bound of {row['op']}")
        found[row["op"]] = Op(row["by"], row["body"], row["bound"])
        if row["bound"] != "nothing" if row["body"] is None else row["by"] == DERIVED and row["bound"] == "nothing":
            raise ValueError(f"what binds the body of {row['op']}")
        for rule in row["derives"]:
            _exactly({"members": {}, "own": [], "erases": [], **rule}, "op", "place", "at_most", "equal", "members", "own", "erases")
            if rule["place"] not in (NODE, SAME_LOG, FACT_DIDS, PARTIES) or not is_int(rule["at_most"], 1):
                raise ValueError(f"what follows from {row['op']}")
            if (row["op"], rule["op"]) in derives:
                raise ValueError(f"{rule['op']} follows from {row['op']} in two ways")
            derives[row["op"], rule["op"]] = Rule(rule)
    for _, derived in derives:
        found[derived].also_derived = found[derived].by != DERIVED
        if found[derived].klass is not None and found[derived].bound == "nothing":
            raise ValueError(f"{derived} follows from another, and nothing binds its body")
    for name in KERNEL:
        if name not in found:
            raise ValueError(f"{name} is missing")
    # A document may add operations, but not change the known ones.
    for name, ours in OPS.items():
        if name in found and (found[name].by, found[name].klass, found[name].bound) != (ours.by, ours.klass, ours.bound):
            raise ValueError(f"{name} is another than is known here")
    for (intent, derived), rule in DERIVES.items():
        if intent in found and derives.get((intent, derived)) != rule:
            raise ValueError(f"what follows from {intent} is not what is known here")
    for intent, derived in derives:
        if intent in OPS and derived.startswith("auth.") and (intent, derived) not in DERIVES:
            raise ValueError(f"more of auth follows from {intent} than is known here")
    for table, filled in ((OPS, found), (DERIVES, derives)):
        table.clear()
        table.update(filled)
    NAMES_DIDS.clear()
    NAMES_DIDS.update(intent for (intent, _), rule in DERIVES.items() if rule.place == FACT_DIDS)


load()


def is_anothers(header):
    """Whether a known op is entered into another person's log. An author's erasure of their own bodies is checked with the erasure."""
    return (header.op in OPS and header.op != "auth.body.erased" and header.will in ("signed", "custodial")
            and header.author != header.did)


def wills_of(name, has_chain):
    """The wills that an op may have, in a log whose owner has a chain or not."""
    op = OPS[name]
    if op.by == REGISTER:
        return ("custodial",)
    if op.by == DERIVED:
        return ("derived",)
    if op.by == NODE_WORD:
        return ("node",)
    wills = ("signed",) if name in ALWAYS_SIGNED or (op.by != ANY and has_chain) else ("signed", "custodial")
    return wills + ("derived",) if op.also_derived else wills


def _text(value):
    return isinstance(value, str)


def _multikey(value):
    try:
        return isinstance(value, str) and bool(keys.multikey_key(value))
    except ValueError:
        return False


def _time(value):
    try:
        return times.milliseconds(value) is not None
    except ValueError:
        return False


def _home(value):
    return isinstance(value, dict) and value.keys() == {"node", "url", "epoch"} and _home_members(value)


def _home_members(value):
    return keys.is_did(value["node"]) and _text(value["url"]) and is_int(value["epoch"], 1)


def _counts(value):
    return isinstance(value, dict) and all(
        isinstance(kinds, dict) and all(is_int(n, 0) for n in kinds.values()) for kinds in value.values())


def _texts(value):
    return isinstance(value, list) and all(_text(v) for v in value)


def _links(value):
    return isinstance(value, list) and all(is_link(v) for v in value)


def _encryption_key(value):
    return isinstance(value, bytes) and len(value) == 32


def _count(value):
    return is_int(value, 0)


def _heads(value):
    return isinstance(value, list) and all(map(_is_leaf, value)) and all(a[0] < b[0] for a, b in zip(value, value[1:]))


def _is_leaf(leaf):
    return (isinstance(leaf, list) and len(leaf) == 4 and isinstance(leaf[0], bytes) and len(leaf[0]) == 32
            and is_int(leaf[1], 1) and is_int(leaf[2], 0) and is_link(leaf[3]))


def _audience(value):
    return value in ("public", "parties")


# For each body of auth: required and optional members with the test of each.
_IDENTITY = {"home": _home, "scope": _text}
_ATTESTATION = ({"attestation": _text, "issuer": keys.is_did, "signature": _text, "audience": _audience},
                {"expires_at": _time, "author_jws": _text})
BODIES = {
    "auth.identity.create": ({"token": _text, **_IDENTITY}, {"subtype": _text, "encryption_key": _encryption_key}),
    "auth.identity.update": ({"token": _text}, {}),
    "auth.identity.register": ({"key": _multikey, **_IDENTITY}, {"subtype": _text}),
    "auth.home": ({"node": keys.is_did, "url": _text, "epoch": lambda v: is_int(v, 1)}, {"abandons": _text}),
    "auth.delegation.create": ({"key": _multikey, "scope": _texts, "until": _time}, {"uses": _count}),
    "auth.body.erased": ({"bodies": _links}, {}),
    "auth.delete": ({"counts": _counts}, {}),
    "auth.anchor": ({"token": _text, "document": anchors.is_document, "heads": _heads}, {"grant": _text}),
    "auth.attestation.issue": _ATTESTATION,
    "auth.attestation.received": _ATTESTATION,
    "auth.attestation.countersign": ({"witness_jws": _text}, {}),
    "auth.attestation.countersigned": ({"witness_jws": _text}, {}),
}


def check_body(name, body):
    """A Fault unless the body of an `auth.` op has exactly the members of the table, in their types."""
    if name not in BODIES:
        return
    required, optional = BODIES[name]
    for member, value in body.items():
        test = required.get(member) or optional.get(member)
        if test is None and member != "salt":
            raise bad(f"the body of {name} may not have a member {member!r}")
        if test is not None and not test(value):
            raise bad(f"{member} in the body of {name} is of a wrong form")
    for member in required:
        if member not in body:
            raise bad(f"the body of {name} lacks {member}")
    if name == "auth.anchor":
        leaves = [(subject, anchors.leaf_value(epoch, seq, link)) for subject, epoch, seq, link in body["heads"]]
        if anchors.trie_root(leaves) != anchors.is_document(body["document"]):
            raise bad("the document of auth.anchor has another root than its heads")
