"""The sections of `bundle.json` as a function of the log (docs/sections.md)."""

import base64
import re
import unicodedata

from . import cid, keys
from .cid import Cid
from .entry import is_int

PROFILE = (("displayName", "display_name"), ("bio", "bio"), ("avatar", "avatar"), ("banner", "banner"), ("links", "links"),
           ("visibility", "visibility"), ("fieldVisibility", "field_visibility"), ("featureToggles", "feature_toggles"))
# The sections with a separate rule, and the services whose entries are not listed unchanged.
KNOWN = ("identity", "profile", "connections", "pay", "events", "links", "media", "chat", "learn", "fair", "home_words")
UNLISTED = ("auth", "profile", "connections", "links")
# Operations that bring a .fair manifest of the log's owner.
MANIFEST_OPERATIONS = ("pay.fair.publish", "media.fair", "events.create", "events.update")
# Operations of conversations' own logs, which no section lists.
OF_CONVERSATIONS = ("chat.opened", "chat.admitted", "chat.epoch.made", "chat.message", "chat.accepted", "chat.hidden", "chat.out", "chat.role")
# Lists of sections that older bundles lack.
REPEATED = {"chat": ("messages",), "learn": ("enrollments", "progress")}


class NoJson(ValueError):
    """A value has a map with the member `/`, which JSON reserves for bytes and links."""


def as_json(value):
    """A body's value as JSON: bytes and links as in docs/exchanges.md. NoJson if it has no such form."""
    if isinstance(value, bytes):
        return {"/": {"bytes": base64.b64encode(value).decode().rstrip("=")}}
    if isinstance(value, Cid):
        return {"/": str(value)}
    if isinstance(value, list):
        return [as_json(v) for v in value]
    if isinstance(value, dict):
        if "/" in value:
            raise NoJson("the member / is reserved")
        return {k: as_json(v) for k, v in value.items()}
    return value


def json_or_none(value):
    """A value as JSON; None if it has no JSON form."""
    try:
        return as_json(value)
    except NoJson:
        return None


def words(body):
    """A body as JSON without its salt; None without a body, or if it has no JSON form."""
    return None if body is None else json_or_none({k: v for k, v in body.items() if k != "salt"})


def _contexts(entries):
    """The uses of files by services: for each asset those of its newest `media.add` that has its body."""
    newest = {e["ref"]: e["body"].get("context") for e in entries if e["op"] == "media.add" and e["body"] is not None and e["ref"] is not None}
    found = {}
    for asset, context in newest.items():
        names = [context.get(name) for name in ("app", "feature", "entity")] if isinstance(context, dict) else [None]
        if all(isinstance(name, str) for name in names):
            found.setdefault(tuple(names), []).append(asset)
    return [{"app": app, "feature": feature, "entity": entity, "assets": sorted(found[app, feature, entity])} for app, feature, entity in sorted(found)]


def _member(value, name):
    """A member that is a text, or None."""
    text = value.get(name) if isinstance(value, dict) else None
    return text if isinstance(text, str) else None


def _messages(entries):
    """The messages of the log's owner in conversations that are not erased; the boxes of sealed ones are only in the entries."""
    def message(entry):
        fact, body = entry["fact"] or {}, entry["body"]
        epoch, media = fact.get("epoch"), body.get("media")
        return {"id": entry["ref"], "conversation": _member(fact, "log"), "at": entry["at"], "re": _member(fact, "re"),
                "sealed": is_int(epoch) and epoch > 0, "type": _member(body, "type"), "text": _member(body, "text"),
                "media": media if isinstance(media, dict) else None}
    return [message(e) for e in entries if e["op"] == "chat.send" and isinstance(e["body"], dict) and e["ref"] is not None]


def _enrollments(did, entries):
    """The courses in which the log's owner is or was a student, in the order of their beginning."""
    rows = []
    for entry in entries:
        if entry["ref"] is None or _member(entry["fact"], "student") != did:
            continue
        course = {"course": entry["ref"], "teacher": _member(entry["fact"], "teacher")}
        now = next((row for row in rows if row["until"] is None and course.items() <= row.items()), None)
        if entry["op"] == "learn.enrolled" and now is None:
            rows.append({**course, "since": entry["at"], "until": None})
        elif entry["op"] == "learn.dropped" and now is not None:
            now["until"] = entry["at"]
    return rows


def _progress(entries):
    """The progress of the log's owner in each course: every completed lesson, at its earliest time in any entry."""
    courses = {}
    for entry in entries:
        teacher, body = _member(entry["fact"], "teacher"), entry["body"]
        if entry["op"] != "learn.progress" or not isinstance(body, dict) or teacher is None or entry["ref"] is None:
            continue
        done, _ = courses.get((teacher, entry["ref"]), ({}, None))
        for item in body["done"] if isinstance(body.get("done"), list) else ():
            lesson, at = _member(item, "lesson"), item.get("at") if isinstance(item, dict) else None
            if lesson is not None and is_int(at):
                done[lesson] = min(at, done.get(lesson, at))
        courses[teacher, entry["ref"]] = done, _member(body, "place")
    return [{"course": course, "teacher": teacher, "done": [{"lesson": lesson, "at": at} for lesson, at in sorted(done.items())], "place": place}
            for (teacher, course), (done, place) in sorted(courses.items())]


def _is_app(body):
    """Whether the body of `auth.app.describe` is well formed."""
    def texts(value):
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return all(isinstance(body.get(n), str) for n in ("name", "url")) and all(texts(body.get(n)) for n in ("returns", "scope"))


class Attestations:
    """The attestations in a log, issued and received; the first entry about an attestation is authoritative."""

    MARKS = {"countersign": "witness", "countersigned": "witness", "decline": "declined", "declined": "declined",
             "revoke": "revoked", "revoked": "revoked"}

    def __init__(self):
        self.rows, self.marks = {}, {}

    def apply(self, header, body):
        verb = header.op.rsplit(".", 1)[1]
        if verb in self.MARKS:
            value = body and body["witness_jws"] if self.MARKS[verb] == "witness" else header.at
            if value is not None:
                self.marks.setdefault((header.ref, self.MARKS[verb]), value)
        elif body is not None and header.ref not in self.rows:
            self.rows[header.ref] = {
                "cid": header.ref, "issuer_did": body["issuer"], "text": body["attestation"], "signature": body["signature"],
                "audience": body["audience"], "expires_at": body.get("expires_at"), "author_jws": body.get("author_jws"),
            }

    def section(self):
        def whole(name, row):
            witness = self.marks.get((name, "witness"))
            declined, revoked = self.marks.get((name, "declined")), self.marks.get((name, "revoked"))
            status = "declined" if declined else "bilateral" if witness else "pending"
            return {**row, "witness_jws": witness, "status": status, "revoked_at": revoked}
        return [whole(name, row) for name, row in self.rows.items()]


def _number(fact, name):
    """A number of a fact; 0 if it is missing."""
    return fact[name] if is_int(fact.get(name)) else 0


def _text(fact, name):
    """A text of a fact, or None."""
    return fact[name] if isinstance(fact.get(name), str) else None


def _first_did(fact):
    """The first of `dids`, if the list has only texts and the first is a DID."""
    dids = fact.get("dids")
    named = isinstance(dids, list) and dids and all(isinstance(did, str) for did in dids)
    return dids[0] if named and keys.is_did(dids[0]) else None


class Connections:
    """The connections, invitations and nicknames of the log's owner."""

    def __init__(self):
        self.graph, self.invites, self.nicknames = {}, {}, {}
        self.policy, self.queries, self.groups, self.blocked = None, [], [], {}

    def apply(self, header, body):
        verb, fact = header.op.split(".", 1)[1], header.fact or {}
        other = _first_did(fact)
        if verb.startswith("group."):
            self.groups.append({"op": header.op, "at": header.at, "ref": header.ref, "fact": header.fact, "body": words(body)})
        elif verb == "invite":
            self.invites.setdefault(header.ref, {
                "id": header.ref, "code": (body or {}).get("code"), "max_uses": _number(fact, "uses"), "uses": 0,
                "created_at": header.at, "withdrawn_at": None})
        elif verb == "invite.withdraw" and header.ref in self.invites:
            invite = self.invites[header.ref]
            invite["withdrawn_at"] = invite["withdrawn_at"] or header.at
        elif verb == "accept" and other:
            self._connect(other, header.at, False, header.ref)
        elif verb == "accepted":
            if _text(fact, "invite") in self.invites:
                self.invites[fact["invite"]]["uses"] += 1
            if keys.is_did(header.ref):
                self._connect(header.ref, header.at, True, _text(fact, "attestation"))
        elif verb == "disconnect":
            self.graph.pop(other, None)
        elif verb == "disconnected":
            self.graph.pop(header.ref, None)
        elif verb == "block":
            self.graph.pop(header.ref, None)
            self.blocked.setdefault(header.ref, header.at)
        elif verb == "block.end":
            self.blocked.pop(header.ref, None)
        elif verb == "nickname" and body is not None:
            self.nicknames.pop(header.ref, None)
            if body.get("nickname") is not None:
                self.nicknames[header.ref] = body["nickname"]

        elif verb == "policy":
            self.policy = {"reach": _number(fact, "reach"), "price": _number(fact, "price"),
                           "currency": _text(fact, "currency") or "", "fair": _text(fact, "fair")}
        elif verb in ("queried", "asked"):
            texts = body or {}
            query = {"by": other or "", "at": header.at, "consent": texts.get("consent"), "settlement": texts.get("settlement")}
            self.queries.append(query | ({"request": texts["request"]} if texts.get("request") is not None else {}))

    def _connect(self, did, at, invited, attestation):
        self.graph[did] = {"did": did, "since": at, "invited": invited, "attestation": attestation}

    def section(self):
        graph = [self.graph[did] for did in sorted(self.graph)]
        nicknames = [{"did": did, "nickname": self.nicknames[did]} for did in sorted(self.nicknames)]
        found = {"graph": graph, "invites": list(self.invites.values()), "nicknames": nicknames, "policy": self.policy, "queries": self.queries,
                 "groups": self.groups}
        if self.blocked:
            found["blocked"] = [{"did": did, "since": self.blocked[did]} for did in sorted(self.blocked)]
        return found if any(found.values()) else None


class Links:
    """A log's data about its owner's links and collections, the people they follow, and the clicks that its home counted."""

    CHOICES = {"visibility": ("public", "connections", "link", "private"), "accent": ("ember", "moss", "sea", "plum", "rose", "gold", "slate")}
    TIME_MAX, NUMBER_MAX, FILES_MAX = 253_402_300_799_999, (1 << 52) - 1, 7

    def __init__(self):
        self.links, self.places, self.files, self.clicks, self.follows = {}, {}, {}, {}, {}

    def apply(self, header, fact, body):
        if header.op == "links.put" and body is not None:
            self._keep(header.ref, self._put(header.ref, fact, body))
        elif header.op == "links.set":
            state = self._state(header.ref, fact, ())
            if state is None:
                self._keep(header.ref, None)
            elif header.ref in self.links:
                old = {k: v for k, v in self.links[header.ref].items() if k not in ("visibility", "on", "from", "until")}
                self._keep(header.ref, old | state)
        elif header.op == "links.sort" and body is not None:
            self._sort(header.ref, body.get("order"))
        elif header.op == "links.remove":
            for name in [name for name, item in self.links.items() if header.ref in (name, item.get("in"))]:
                self._keep(name, None)
                self.files.pop(name, None)
        elif header.op == "links.attach" and body is not None:
            self.files[header.ref] = self._attached(fact, body)
        elif header.op in ("links.follow", "links.unfollow"):
            self._follow(header, fact)
        elif header.op == "links.counted" and body is not None:
            self._count(fact.get("day"), body.get("counts"))

    def _put(self, ref, fact, body):
        """The item in the export's format; None if it can't be read."""
        state = self._state(ref, fact, ("kind", "in", "rev", "accent", "count", "copied"))
        kind, parent, count = fact.get("kind", "link"), fact.get("in"), fact.get("count")
        title, url, note, slug = (body.get(name) for name in ("title", "url", "note", "slug"))
        readable = (
            state is not None and kind in ("link", "collection", "page") and (parent is None or _is_item(parent))
            and _is_between(fact.get("rev", 0), 0, self.NUMBER_MAX) and count in (None, 0, 1) and isinstance(fact.get("copied", ""), str)
            and isinstance(title, str) and (url is None and "url" not in body or _is_address(url))
            and isinstance(body.get("note", ""), str) and ("slug" not in body or _is_slug(slug))
        )
        if not readable:
            return None
        item = {"id": ref, "title": title, "url": url, "note": note} | state
        accent = fact.get("accent")
        more = {
            "kind": None if kind == "link" else kind, "count": 0 if count == 0 else None, "in": parent, "slug": slug,
            "accent": None if accent is None else self._choice("accent", accent, "ember"), "copied": fact.get("copied"),
        }
        return item | {name: value for name, value in more.items() if value is not None}

    def _state(self, ref, fact, others):
        """The visibility of an item; None if it can't be read. Unknown values make it private."""
        on, times = fact.get("on"), {name: fact[name] for name in ("from", "until") if name in fact}
        if not (_is_item(ref) and on in (None, 0, 1) and all(_is_between(at, 0, self.TIME_MAX) for at in times.values())):
            return None
        known = set(fact) <= {"visibility", "on", "from", "until", *others}
        visibility = self._choice("visibility", fact.get("visibility", "public"), "private") if known else "private"
        return {"visibility": visibility} | ({"on": 0} if on == 0 else {}) | times

    def _attached(self, fact, body):
        """The files of an item, each with its words; empty if they can't be read, or have members of a later version."""
        media, alts = fact.get("media"), body.get("alts")
        readable = (
            set(fact) == {"media"} and isinstance(media, list) and len(media) <= self.FILES_MAX and all(map(_is_file, media))
            and isinstance(alts, list) and len(alts) <= self.FILES_MAX and all(isinstance(alt, str) for alt in alts)
        )
        alts = [*alts, *[""] * self.FILES_MAX] if readable else []
        return [{"cid": named, "alt": alt} for named, alt in zip(media, alts)] if readable else []

    def _choice(self, name, value, unknown):
        return value if value in self.CHOICES[name] else unknown

    def _keep(self, name, item):
        if item is None:
            self.links.pop(name, None)
            self.places.pop(name, None)
        else:
            # An existing item keeps its place.
            self.places.setdefault(name, max(self.places.values(), default=-1) + 1)
            self.links[name] = item

    def _sort(self, ref, order):
        if not (isinstance(order, list) and order and all(map(_is_item, order)) and (ref is None or _is_item(ref))):
            return
        within = [name for name, item in self.links.items() if item.get("in") == ref]
        for name in within:
            self.places[name] += len(order)
        for place, name in enumerate(order):
            if name in within:
                self.places[name] = place

    def _follow(self, header, fact):
        dids = fact.get("dids")
        if not (_is_item(header.ref) and isinstance(dids, list) and dids and all(isinstance(did, str) and keys.is_did(did) for did in dids)):
            return
        for did in dids:
            if header.op == "links.follow":
                self.follows.setdefault((did, header.ref), header.at)
            else:
                self.follows.pop((did, header.ref), None)

    def _count(self, day, counts):
        readable = isinstance(day, str) and isinstance(counts, list) and counts and all(
            isinstance(count, dict) and _is_item(count.get("link")) and _is_between(count.get("clicks"), 1, self.NUMBER_MAX) for count in counts
        )
        for count in counts if readable else ():
            self.clicks.setdefault((day, count["link"]), count["clicks"])

    def section(self):
        order = sorted(self.links, key=lambda name: (self.places[name], name))
        clicks = [{"day": day, "link": link, "clicks": number} for (day, link), number in sorted(self.clicks.items())]
        follows = [{"did": did, "item": item, "since": since} for (did, item), since in sorted(self.follows.items())]
        if not (order or clicks or follows):
            return None
        items = [self.links[name] | ({"files": self.files[name]} if self.files.get(name) else {}) for name in order]
        return {"links": items, "clicks": clicks} | ({"follows": follows} if follows else {})


def _is_item(text):
    return isinstance(text, str) and re.fullmatch("itm_[0-9a-f]{24}", text) is not None


def _is_file(text):
    try:
        return isinstance(text, str) and cid.parse(text).is_raw
    except ValueError:
        return False


def _is_slug(text):
    return isinstance(text, str) and re.fullmatch("[a-z0-9-]{1,60}", text) is not None


def _is_between(number, least, most):
    return type(number) is int and least <= number <= most


def _is_address(text):
    """Whether a page may link to an address: excludes scripts."""
    schemes = ("https://", "http://", "mailto:", "tel:")
    return (
        isinstance(text, str) and any(text.startswith(scheme) and len(text) > len(scheme) for scheme in schemes)
        and len(text.encode()) <= 2000 and not any(c.isspace() or unicodedata.category(c) == "Cc" for c in text)
    )


class HomeWords:
    """The entries that only the home vouches for."""

    def __init__(self):
        self.judged, self.services, self.seqs = 0, {}, []

    def add(self, header, is_home):
        self.judged += 1
        if not is_home:
            return
        self.services[header.service] = self.services.get(header.service, 0) + 1
        if self.seqs and self.seqs[-1][1] + 1 == header.seq:
            self.seqs[-1][1] = header.seq
        else:
            self.seqs.append([header.seq, header.seq])

    def section(self):
        return {"entries": sum(self.services.values()), "of": self.judged, "services": self.services, "seqs": self.seqs}


class Things:
    """The events and groups that a log says its owner has; DID → (kind, seq)."""

    GIVEN = {"events.create": "event", "connections.group.create": "group", "connections.group.take": "group"}
    GONE = ("connections.group.offer", "connections.group.dissolve")

    def __init__(self):
        self.rows = {}

    def apply(self, header):
        if header.will not in ("signed", "custodial") or not keys.is_did(header.ref):
            return
        dids = (header.fact or {}).get("dids")
        # A group that is offered to its own owner stays theirs.
        stays = header.op == "connections.group.offer" and isinstance(dids, list) and header.did in dids
        if stays or header.op in self.GIVEN:
            self.rows.setdefault(header.ref, ("group" if stays else self.GIVEN[header.op], header.seq))
        elif header.op in self.GONE:
            self.rows.pop(header.ref, None)

    def without(self, there):
        """The things whose DID is not in the argument, the oldest first."""
        left_out = [{"did": did, "kind": kind, "seq": seq} for did, (kind, seq) in self.rows.items() if did not in there]
        return sorted(left_out, key=lambda thing: thing["seq"])


class View:
    """Follows the log entry by entry; an erased body arrives as None and sets nothing."""

    def __init__(self):
        self.unproved = set()
        self.services, self.identity, self.profile, self.handle = set(), {}, {}, None
        self.following, self.followers, self.deleted = set(), set(), False
        self.media, self.listed, self.things = {}, {}, Things()
        self.attestations, self.connections, self.links, self.said = Attestations(), Connections(), Links(), {}
        self.key_names, self.manifests = {}, []
        # The second list follows the narrower rule of earlier versions.
        self.home_words = HomeWords(), HomeWords()

    def words(self, header, of_home):
        """Notes whether nothing but its home vouches for what an entry says, and whether earlier versions said so."""
        for words, is_home in zip(self.home_words, of_home):
            words.add(header, is_home)

    def apply(self, header, body, known=True):
        """Follows an entry. One that is not `known` names media and has no other part in any section."""
        (self.services if known else self.unproved).add(header.service)
        for name in (header.fact or {}).get("media", ()):
            # A file must be there as long as one entry that names it has its body (or never had one).
            alive = header.body is None or body is not None
            self.media[name] = self.media.get(name, False) or alive
        if not known:
            return
        self.things.apply(header)
        if header.service not in UNLISTED and header.op not in OF_CONVERSATIONS:
            entry = {"op": header.op, "at": header.at, "ref": header.ref, "fact": header.fact, "body": words(body)}
            self.listed.setdefault(header.service, []).append(entry)
        op, fact = header.op, header.fact or {}
        if op in MANIFEST_OPERATIONS and _member(body, "manifest") is not None:
            self.manifests.append({"op": op, "at": header.at, "ref": header.ref, "manifest": body["manifest"]})
        if op in ("auth.identity.create", "auth.identity.register"):
            self.identity = body
        elif op == "auth.delete":
            self.deleted = True
            self.connections.graph.clear()
            self.connections.blocked.clear()
        elif op == "auth.email.set" and body is not None:
            if isinstance(body.get("email"), str):
                self.said["email"] = body["email"]
        elif op == "auth.app.describe" and body is not None:
            if _is_app(body):
                self.said["app"] = {name: body[name] for name in ("name", "url", "returns", "scope")}
        elif op == "auth.key.name" and body is not None:
            if header.ref is not None and isinstance(body.get("name"), str) and type(body.get("sheet")) is int and body["sheet"] in (0, 1):
                known = self.key_names.setdefault(header.ref, {"id": header.ref, "since": header.at})
                known |= {"name": body["name"], "sheet": body["sheet"] == 1}
        elif header.service == "connections":
            self.connections.apply(header, body)
            if op == "connections.block":
                self.following.discard(header.ref)
                self.followers.discard(header.ref)
        elif op.startswith("auth.attestation."):
            self.attestations.apply(header, body)
        elif op.startswith("links."):
            self.links.apply(header, fact, body)
        elif op == "profile.update" and body is not None:
            self.profile.update({k: json_or_none(body[k]) for k, _ in PROFILE if k in body})
        elif op == "profile.handle.claim" and body is not None:
            self.handle = json_or_none(body.get("handle"))
        elif op == "profile.handle.release":
            self.handle = None
        elif op == "profile.follow":
            self.following |= set(fact["dids"])
        elif op == "profile.unfollow":
            self.following -= set(fact["dids"])
        elif op == "profile.follower":
            self.followers.add(header.ref)
        elif op == "profile.follower.end":
            self.followers.discard(header.ref)

    def sections(self, log, media_sizes):
        """The sections; `log` is the verified log, `media_sizes` the size of each media file in the bundle, by CID text."""
        sections = {"identity": self._identity(log)}
        if "profile" in self.services:
            sections["profile"] = self._profile()
        connections = self.connections.section()
        if connections:
            sections["connections"] = connections
        links = self.links.section()
        if links:
            sections["links"] = links
        for service, entries in self.listed.items():
            sections[service] = {"entries": entries}
        if "events" in sections:
            tickets = [entry["body"] for entry in self.listed["events"] if entry["op"] == "events.ticket" and entry["body"]]
            sections["events"]["tickets"] = [{"ticket": body.get("ticket"), "signature": body.get("signature")} for body in tickets]
        if self.media or "media" in sections:
            assets = [{"cid": name, "size": media_sizes.get(name)} for name in sorted(self.media)]
            contexts = _contexts(self.listed.get("media", ()))
            sections["media"] = {"assets": assets, "contexts": contexts} | sections.get("media", {})
        if "chat" in sections:
            sections["chat"]["messages"] = _messages(self.listed["chat"])
        if "learn" in sections:
            sections["learn"] |= {"enrollments": _enrollments(log.did, self.listed["learn"]), "progress": _progress(self.listed["learn"])}
        if self.manifests:
            sections["fair"] = {"manifests": self.manifests}
        sections["home_words"] = self.home_words[0].section()
        return sections

    def _identity(self, log):
        home, chain, encryption_key = log.homes[-1], log.chain, self.identity.get("encryption_key")
        names = sorted(self.key_names.values(), key=lambda name: (name["since"], name["id"].encode()))
        return {
            "did": log.did, "dfos_did": chain.did if chain else None, "scope": self.identity["scope"],
            "subtype": self.identity.get("subtype"), "tier": "preliminary" if chain else "soft",
            "home": {"node": home.node, "url": home.url, "epoch": home.epoch},
            "encryption_key": encryption_key.hex() if encryption_key else None, "keys": self._keys(log),
            "delegations": [{"cid": str(d.cid), "key": d.key_text, "scope": d.scope, "until": d.until, "uses": d.uses,
                             "ended": d.ended} for d in log.delegations.values()],
            "require_signed": log.require_signed, "deleted": self.deleted, "created_at": log.ats[0], "attestations": self.attestations.section(),
            **self.said, **({"key_names": names} if names else {}),
        }

    @staticmethod
    def _keys(log):
        if log.chain is None:
            key = keys.did_key(log.did)
            return [{"id": keys.key_id(key), "key": keys.multikey_of(key), "roles": []}]
        found = {}
        for role in ("auth", "assert", "controller"):
            for name, (_, text) in log.chain.state.keys[role].items():
                found.setdefault(name, {"id": name, "key": text, "roles": []})["roles"].append(role)
        return [found[name] for name in sorted(found, key=lambda n: n.encode())]

    def _profile(self):
        section = {name: self.profile.get(member) for member, name in PROFILE}
        if section["visibility"] is None:
            section["visibility"] = "public"
        section["handle"] = self.handle
        section["following"] = sorted(self.following)
        section["followers"] = sorted(self.followers)
        return section
