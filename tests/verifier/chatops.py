"""The operations of a conversation (docs/conversations.md): facts and bodies, read strictly. Another form is a ValueError."""

import json
import re

from . import cid, keys
from .entry import is_id_text, is_int, is_link

RANK = {"reader": 0, "member": 1, "admin": 2, "owner": 3}
SAID = ("text", "media", "voice", "location", "edit", "reaction", "reaction.end")
NAME = re.compile(r"did:imajin:(dm:[0-9a-f]{16}|group:[0-9a-f-]{36}|event:[A-Za-z0-9_-]{1,64})\Z")
MESSAGE_ID = re.compile(r"msg_[0-9a-f]{24}\Z")
TEXT_MAX = 16 * 1024
BOX_MAX = 32_768 + 16

INTENTS = {
    "chat.opened": ("chat.open",), "chat.admitted": ("chat.admit",), "chat.epoch.made": ("chat.epoch",), "chat.message": ("chat.send",),
    "chat.accepted": ("chat.accept",), "chat.hidden": ("chat.hide",),
    "chat.out": ("connections.group.leave", "connections.group.remove"),
    "chat.role": ("connections.group.role", "connections.group.offer", "connections.group.take"),
    "auth.body.erased": ("chat.delete", "chat.forget"),
}
SAME = ("chat.opened", "chat.admitted", "chat.epoch.made", "chat.message", "chat.accepted", "chat.hidden")
TURNS = ("chat.opened", "chat.admitted", "chat.epoch.made", "chat.out", "chat.role")

# Operations in a person's own log that these rules use, or that need a key of theirs; and those of them that need one.
OWN_KEY = frozenset(
    ["chat." + verb for verb in ("admit", "consent", "consent.end", "epoch", "forget", "hide", "keyring", "pin")]
    + ["connections.group." + verb for verb in ("create", "dissolve", "join", "offer", "remove", "role", "take")]
)
OWN = OWN_KEY | {"chat.accept", "chat.open", "chat.read", "chat.send"}
# Operations that name the log of a conversation, in the fact or in the ref.
IN_FACT = ("chat.accept", "chat.hide", "chat.open", "chat.send")
IN_REF = ("chat.admit", "chat.epoch", "chat.forget", "chat.read")


def must(holds):
    if not holds:
        raise ValueError("another form")


def leads(role):
    return RANK.get(role, -1) >= 2


def is_any(value):
    """A DID of a key or of a conversation."""
    return keys.is_did(value) or (isinstance(value, str) and NAME.match(value) is not None)


def _fact(fact, counts=()):
    must(isinstance(fact, dict) and all(is_int(fact.get(name), 0) for name in counts))
    return fact


def _dids(fact, name):
    found = fact.get(name, [])
    must(isinstance(found, list) and all(is_any(did) for did in found))
    return found


def seen(fact):
    """`(seq, Cid)` of the newest entry that a signer had verified."""
    _fact(fact, ("seq",))
    return fact["seq"], cid.parse(fact.get("seen"))


def opening(fact):
    _fact(fact, ("sealed",))
    must(fact["sealed"] in (0, 1) and fact.get("kind") in ("dm", "group", "event"))
    must(all(name not in fact or is_any(fact[name]) for name in ("of", "after")))
    return {**fact, "keyless": _dids(fact, "keyless")}


def admission(fact):
    _fact(fact, ("turns",))
    must(fact.get("role") in RANK and 1 <= len(_dids(fact, "dids")) <= 5)
    return fact


def epoch(fact):
    _fact(fact, ("epoch", "turns"))
    return {**fact, "seen": seen(fact)}


def message(fact):
    said = epoch(fact)
    must("re" not in fact or is_id_text(fact["re"]))
    return {**said, "keyless": _dids(fact, "keyless")}


def role(fact):
    _fact(fact)
    must(fact.get("role") in RANK or fact.get("role") == "offered")
    return fact["role"]


def _only(body, *names):
    must(set(body) <= {"salt", *names})


def _list(body, name, most):
    found = body.get(name)
    must(isinstance(found, list) and len(found) <= most)
    return found


def _bytes(value, length):
    must(isinstance(value, bytes) and len(value) == length)
    return value


def _unique(pairs):
    found = dict(pairs)
    must(len(found) == len(pairs))
    return found


def opening_body(body):
    """Everybody's role."""
    _only(body, "members")
    members = _list(body, "members", 1000)
    must(all(isinstance(m, dict) and is_any(m.get("did")) and m.get("role") in RANK for m in members))
    return _unique([(m["did"], m["role"]) for m in members])


def _wraps(value):
    pairs = _list(value, "wraps", 8)
    must(all(isinstance(pair, list) and len(pair) == 2 for pair in pairs))
    return _unique([(_bytes(key, 32), _bytes(wrap, 80)) for key, wrap in pairs])


def epoch_body(body):
    """`(suite, check, turns, {did: (chain, wraps)})`."""
    _only(body, "suite", "check", "turns", "members")
    must(is_int(body.get("suite"), 0))
    turns = _list(body, "turns", 4096)
    must(all(isinstance(t, list) and len(t) == 2 and is_int(t[0], 0) and isinstance(t[1], cid.Cid) for t in turns))
    members = _list(body, "members", 256)
    must(all(isinstance(m, dict) and is_any(m.get("did")) and isinstance(m.get("chain"), cid.Cid) for m in members))
    found = _unique([(m["did"], (m["chain"], _wraps(m))) for m in members])
    return body["suite"], _bytes(body.get("check"), 32), [tuple(t) for t in turns], found


def _box(body):
    must(isinstance(body.get("box"), bytes) and len(body["box"]) <= BOX_MAX)
    return _bytes(body.get("nonce"), 32), _bytes(body.get("commit"), 32), body["box"]


def message_body(body):
    """`("box", parts)`, `("said", (type, text))` or `("newer", None)`."""
    if "box" in body:
        _only(body, "nonce", "commit", "box")
        return "box", _box(body)
    said = {name: value for name, value in body.items() if name != "salt"}
    must(_is_plain(said))
    return _said(said)


def _is_plain(value):
    """Whether a value has a JSON form."""
    if isinstance(value, dict):
        value = list(value.values())
    return all(_is_plain(item) for item in value) if isinstance(value, list) else not isinstance(value, (bytes, cid.Cid))


def boxed(text):
    """The parts of a message in a box's text; ValueError if it is not a message."""
    said = json.loads(text.decode("utf-8"), parse_constant=lambda name: must(False))
    version = said.get("v") if isinstance(said, dict) else None
    must(isinstance(version, (int, float)) and not isinstance(version, bool))
    return _said(said) if version == 1 else ("newer", None)


def _said(said):
    must(isinstance(said.get("type"), str))
    if said["type"] not in SAID:
        return "newer", None
    text = said.get("text", "")
    must(isinstance(text, str) and len(text.encode("utf-8")) <= TEXT_MAX)
    return "said", (said["type"], text)


def erased(body):
    must(all(is_link(link) for link in _list(body, "bodies", len(body.get("bodies") or []))))


def keyring(body):
    """`(wraps, box's parts)`."""
    _only(body, "wraps", "nonce", "commit", "box")
    return _wraps(body), _box(body)
