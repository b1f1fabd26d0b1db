"""The bodies that a derived erasure may name (docs/format.md §9): those that its intent is about."""

from collections import namedtuple

from . import ops
from .errors import Fault

# An entry that names a body.
Named = namedtuple("Named", "did seq op author will ref fact body")


def named(header):
    """The stored facts about an entry with a body."""
    return Named(header.did, header.seq, header.op, header.author, header.will, header.ref, header.fact, header.body.raw)


def check(intent, entries):
    """A Fault unless the intent is about the bodies that these entries name."""
    rule = ops.DERIVES[intent.op, "auth.body.erased"]
    scopes = [_Scope(scope, intent, entries) for scope in rule.erases]
    inside = [entry for entry in entries if any(scope.has(entry) for scope in scopes)]
    # One person signed the same body twice. A home that invents an entry with the body of another may not erase it.
    by_will = {(entry.body, entry.author, entry.will) for entry in inside}
    by_ref = {(entry.body, entry.author, entry.ref) for entry in inside}
    for entry in entries:
        known = ops.OPS.get(entry.op)
        of_service = intent.service in ("auth", entry.op.partition(".")[0])
        about = (entry.body, entry.author, entry.will) in by_will or (entry.body, entry.author, entry.ref) in by_ref
        # An entry of an unknown op may be about anything. It is not proved.
        if not of_service or (known and not about):
            raise Fault("cause", f"{intent.op} may not erase this body of {entry.op}")


class _Scope:
    """A scope of the table, for one intent."""

    def __init__(self, scope, intent, entries):
        self.ops, self.equal, self.intent = scope["ops"], scope["equal"], intent
        self.below = _items_below(intent.ref, scope["below"], entries) if scope.get("below") else ()

    def has(self, entry):
        return (not self.ops or entry.op in self.ops) and all(self._equals(entry, *pair) for pair in self.equal.items())

    def _equals(self, entry, field, of_intent):
        value, wanted = _field(entry, field), _field(self.intent, of_intent)
        if not isinstance(value, str):
            return False
        if field == "ref" and value in self.below:
            return True
        return value in wanted if isinstance(wanted, list) else value == wanted


def _field(header, name):
    return (header.fact or {}).get(name[5:]) if name.startswith("fact.") else getattr(header, name)


def _items_below(root, op, entries):
    """The items below `root`. An item is in the one that its newest entry of `op`, among those whose bodies are named, has under `in`."""
    parents = {}
    for entry in sorted(entries, key=lambda entry: entry.seq):
        if entry.op == op:
            parents[entry.ref] = (entry.fact or {}).get("in")
    children = {}
    for item, parent in parents.items():
        if isinstance(item, str) and isinstance(parent, str):
            children.setdefault(parent, []).append(item)
    below, left = set(), children.pop(root, [])
    while left:
        item = left.pop()
        below.add(item)
        left.extend(children.pop(item, []))
    return below
