"""The tables of docs/format.md §8 as data, and the forms that the bodies of `auth.` ops must have."""

from . import anchors, keys, times
from .entry import bad, is_int, is_link

CONTROLLER, OWN_KEY, ANY, REGISTER, DERIVED, NODE_WORD = "controller", "own key", "any", "custodial at seq 0", "derived", "node"
MINE, EVIDENCE, KEEP = "mine", "evidence", "keep"


class Op:
    """One row of the table; `klass` is None where the op has no body."""

    def __init__(self, by, klass, also_derived=False):
        self.by, self.klass, self.also_derived = by, klass, also_derived


OPS = {
    "auth.identity.create": Op(CONTROLLER, KEEP),
    "auth.identity.update": Op(CONTROLLER, KEEP),
    "auth.identity.register": Op(REGISTER, KEEP),
    "auth.identity.chain": Op(ANY, KEEP),
    "auth.email.set": Op(ANY, MINE),
    "auth.app.describe": Op(ANY, MINE),
    "auth.home": Op(CONTROLLER, KEEP),
    "auth.delegation.create": Op(OWN_KEY, KEEP),
    "auth.delegation.end": Op(OWN_KEY, None),
    "auth.settings.update": Op(OWN_KEY, None),
    "auth.body.erased": Op(OWN_KEY, KEEP, also_derived=True),
    "auth.delete": Op(CONTROLLER, KEEP),
    "auth.side.adopt": Op(OWN_KEY, None),
    "auth.node.claim": Op(DERIVED, None),
    "auth.anchor": Op(NODE_WORD, KEEP),
    "auth.attestation.issue": Op(OWN_KEY, MINE, also_derived=True),
    "auth.attestation.received": Op(DERIVED, EVIDENCE),
    "auth.attestation.countersign": Op(OWN_KEY, EVIDENCE, also_derived=True),
    "auth.attestation.countersigned": Op(DERIVED, EVIDENCE),
    "auth.attestation.decline": Op(OWN_KEY, None),
    "auth.attestation.declined": Op(DERIVED, None),
    "auth.attestation.revoke": Op(OWN_KEY, None),
    "auth.attestation.revoked": Op(DERIVED, None),
    "profile.update": Op(ANY, MINE),
    "profile.handle.claim": Op(ANY, MINE),
    "profile.handle.release": Op(ANY, None),
    "profile.follow": Op(ANY, None),
    "profile.unfollow": Op(ANY, None),
    "profile.follower": Op(DERIVED, None),
    "profile.follower.end": Op(DERIVED, None),
    "connections.invite": Op(ANY, MINE),
    "connections.invite.withdraw": Op(ANY, None),
    "connections.accept": Op(OWN_KEY, MINE),
    "connections.accepted": Op(DERIVED, None),
    "connections.confirm": Op(OWN_KEY, MINE),
    "connections.disconnect": Op(ANY, None),
    "connections.disconnected": Op(DERIVED, None),
    "connections.nickname": Op(ANY, MINE),
    "connections.policy": Op(ANY, None),
    "connections.queried": Op(NODE_WORD, MINE),
    "connections.ask": Op(OWN_KEY, None),
    "connections.asked": Op(DERIVED, MINE),
    "connections.group.create": Op(OWN_KEY, MINE),
    "connections.group.update": Op(ANY, MINE),
    "connections.group.invite": Op(ANY, MINE),
    "connections.group.invite.withdraw": Op(ANY, None),
    "connections.group.join": Op(OWN_KEY, None),
    "connections.group.leave": Op(ANY, None),
    "connections.group.role": Op(OWN_KEY, None),
    "connections.group.remove": Op(OWN_KEY, None),
    "connections.group.offer": Op(OWN_KEY, None),
    "connections.group.take": Op(OWN_KEY, MINE),
    "connections.group.dissolve": Op(OWN_KEY, None),
    "connections.group.opened": Op(DERIVED, MINE),
    "connections.group.changed": Op(DERIVED, MINE),
    "connections.group.invited": Op(DERIVED, None),
    "connections.group.invite.ended": Op(DERIVED, None),
    "connections.group.joined": Op(DERIVED, None),
    "connections.group.left": Op(DERIVED, None),
    "connections.group.role.changed": Op(DERIVED, None),
    "connections.group.removed": Op(DERIVED, None),
    "connections.group.offered": Op(DERIVED, None),
    "connections.group.handed": Op(DERIVED, MINE),
    "connections.group.dissolved": Op(DERIVED, None),
    "events.create": Op(OWN_KEY, MINE),
    "events.update": Op(OWN_KEY, MINE),
    "events.status": Op(OWN_KEY, None),
    "events.cancel": Op(OWN_KEY, None),
    "events.erase": Op(OWN_KEY, None),
    "events.hold": Op(ANY, None),
    "events.release": Op(ANY, None),
    "events.buy": Op(OWN_KEY, None),
    "events.transfer": Op(OWN_KEY, None),
    "events.refund": Op(OWN_KEY, MINE),
    "events.checkin": Op(ANY, MINE),
    "events.paid": Op(NODE_WORD, None),
    "events.withdrawn": Op(NODE_WORD, None),
    "events.opened": Op(DERIVED, MINE),
    "events.changed": Op(DERIVED, MINE),
    "events.status.changed": Op(DERIVED, None),
    "events.held": Op(DERIVED, None),
    "events.released": Op(DERIVED, None),
    "events.ticket": Op(DERIVED, EVIDENCE),
    "events.voided": Op(DERIVED, None),
    "events.used": Op(DERIVED, None),
    "pay.fair.publish": Op(OWN_KEY, MINE),
    "pay.settle": Op(OWN_KEY, MINE),
    "pay.checkout": Op(OWN_KEY, MINE),
    "pay.topup": Op(OWN_KEY, None),
    "pay.emt.confirm": Op(OWN_KEY, None),
    "pay.refund": Op(OWN_KEY, MINE),
    "pay.fees.change": Op(OWN_KEY, None),
    "pay.callback": Op(OWN_KEY, MINE),
    "pay.called": Op(NODE_WORD, None),
    "pay.opened": Op(NODE_WORD, None),
    "pay.paid": Op(NODE_WORD, None),
    "pay.failed": Op(NODE_WORD, None),
    "pay.fulfilled": Op(NODE_WORD, None),
    "pay.return": Op(NODE_WORD, None),
    "pay.returned": Op(NODE_WORD, None),
    "pay.disputed": Op(NODE_WORD, None),
    "pay.stray": Op(NODE_WORD, None),
    "pay.account": Op(NODE_WORD, None),
    "pay.receipt": Op(DERIVED, EVIDENCE),
    "pay.credit": Op(DERIVED, None),
    "pay.refunded": Op(DERIVED, None),
    "pay.pending": Op(DERIVED, None),
    "pay.expected": Op(DERIVED, EVIDENCE),
    "pay.held": Op(DERIVED, None),
    "pay.posted": Op(DERIVED, KEEP),
    "pay.fees.changed": Op(DERIVED, None),
}
ALWAYS_SIGNED = ("auth.identity.create", "auth.identity.update")

# (intent, derived) → (in whose log, at most in one log, what ref must equal)
NODE, SAME_LOG, FACT_DIDS, PARTIES = "node", "same log", "fact.dids", "parties"
DERIVES = {
    ("auth.identity.create", "auth.node.claim"): (NODE, 1, "did"),
    ("auth.delete", "auth.body.erased"): (SAME_LOG, 1000, None),
    ("auth.attestation.issue", "auth.attestation.received"): (FACT_DIDS, 1, "ref"),
    ("auth.attestation.countersign", "auth.attestation.countersigned"): (FACT_DIDS, 1, "ref"),
    ("auth.attestation.decline", "auth.attestation.declined"): (FACT_DIDS, 1, "ref"),
    ("auth.attestation.revoke", "auth.attestation.revoked"): (FACT_DIDS, 1, "ref"),
    ("profile.follow", "profile.follower"): (FACT_DIDS, 1, "author"),
    ("profile.unfollow", "profile.follower.end"): (FACT_DIDS, 1, "author"),
    ("connections.accept", "connections.accepted"): (FACT_DIDS, 1, "author"),
    ("connections.accept", "auth.attestation.issue"): (SAME_LOG, 1, "ref"),
    ("connections.accept", "auth.attestation.received"): (FACT_DIDS, 1, "ref"),
    ("connections.confirm", "auth.attestation.countersign"): (SAME_LOG, 1, "ref"),
    ("connections.confirm", "auth.attestation.countersigned"): (FACT_DIDS, 1, "ref"),
    ("connections.confirm", "auth.attestation.issue"): (SAME_LOG, 2, None),
    ("connections.confirm", "auth.attestation.received"): (FACT_DIDS, 2, None),
    ("connections.disconnect", "connections.disconnected"): (FACT_DIDS, 1, "author"),
    ("connections.ask", "connections.asked"): (PARTIES, 1, None),
    ("connections.group.create", "connections.group.opened"): (PARTIES, 1, None),
    ("connections.group.update", "connections.group.changed"): (PARTIES, 1, None),
    ("connections.group.invite", "connections.group.invited"): (PARTIES, 1, None),
    ("connections.group.invite.withdraw", "connections.group.invite.ended"): (PARTIES, 1, None),
    ("connections.group.join", "connections.group.joined"): (PARTIES, 1, None),
    ("connections.group.leave", "connections.group.left"): (PARTIES, 1, None),
    ("connections.group.role", "connections.group.role.changed"): (PARTIES, 1, None),
    ("connections.group.remove", "connections.group.removed"): (PARTIES, 1, None),
    ("connections.group.offer", "connections.group.offered"): (PARTIES, 1, None),
    ("connections.group.take", "connections.group.handed"): (PARTIES, 1, None),
    ("connections.group.take", "connections.group.role.changed"): (PARTIES, 1, None),
    ("connections.group.dissolve", "connections.group.dissolved"): (PARTIES, 1, None),
    ("connections.group.dissolve", "auth.body.erased"): (PARTIES, 1, None),
    ("pay.fees.change", "pay.fees.changed"): (NODE, 1, None),
    ("events.create", "events.opened"): (PARTIES, 1, None),
    ("events.update", "events.changed"): (PARTIES, 1, None),
    ("events.status", "events.status.changed"): (PARTIES, 1, None),
    ("events.cancel", "events.status.changed"): (PARTIES, 1, None),
    ("events.erase", "auth.body.erased"): (PARTIES, 1, None),
    ("events.hold", "events.held"): (PARTIES, 1, None),
    ("events.release", "events.released"): (PARTIES, 1, None),
    ("events.buy", "events.ticket"): (PARTIES, 100, None),
    ("events.buy", "events.held"): (PARTIES, 1, None),
    ("events.transfer", "events.ticket"): (PARTIES, 1, None),
    ("events.refund", "events.voided"): (PARTIES, 1, None),
    ("events.checkin", "events.used"): (PARTIES, 60, None),
    ("events.checkin", "events.ticket"): (PARTIES, 60, None),
    ("events.checkin", "auth.attestation.received"): (PARTIES, 1, None),
    ("events.paid", "events.ticket"): (PARTIES, 100, None),
    ("events.withdrawn", "events.voided"): (PARTIES, 100, None),
}
# What an operation that sells, waits for a payment, gives one back or moves credit may derive besides its own.
SETTLES = {"pay.receipt": (PARTIES, 1, None), "pay.credit": (PARTIES, 1, None), "pay.posted": (NODE, 1, None),
           "auth.attestation.received": (PARTIES, 2, None)}
WAITS = {"pay.pending": (PARTIES, 1, None), "pay.expected": (PARTIES, 1, None), "pay.held": (NODE, 1, None)}
GIVES_BACK = {"pay.refunded": (PARTIES, 1, None), "pay.credit": (PARTIES, 1, None), "pay.posted": (NODE, 1, None)}
MOVES = {"pay.credit": (PARTIES, 1, None), "pay.posted": (NODE, 1, None)}
for _intents, _derived in (
    (("pay.settle", "pay.emt.confirm", "pay.paid", "events.buy", "connections.ask"), SETTLES),
    (("pay.checkout", "events.buy"), WAITS),
    (("pay.topup",), {op: WAITS[op] for op in ("pay.pending", "pay.held")}),
    (("pay.refund", "pay.return", "pay.disputed", "events.refund"), GIVES_BACK),
    (("pay.returned",), MOVES),
):
    DERIVES.update({(_intent, _op): _rule for _intent in _intents for _op, _rule in _derived.items()})


# Ops whose fact names, under `dids`, the logs of their consequences.
NAMES_DIDS = frozenset(intent for (intent, _), (place, _, _) in DERIVES.items() if place == FACT_DIDS)


def is_anothers(header):
    """Whether a known op is entered into another's log. Erasing what one wrote oneself is looked at with the erasure."""
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
