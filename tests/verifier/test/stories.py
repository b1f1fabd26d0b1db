"""Valid logs that the tests start from."""

from verifier import cbor, cid

from .build import Key, LogMaker, Person, both, canonical, follow


def people():
    return Person("alice"), Person("node one")


def short():
    """A log of a create and three profile entries, with a head."""
    alice, node = people()
    log = LogMaker(alice, node)
    log.begin()
    log.add("profile.update", {"displayName": "Alice", "links": [{"url": "https://a.example", "n": 1}]})
    log.add("profile.handle.claim", {"handle": "alice"})
    log.add("profile.update", {"bio": "gärtnert\n\u2028 \"\\"})
    log.head()
    return log


MEDIA = b"a picture"


def rich():
    """(the log, its two friends' logs): every kind of entry that a person's log may have."""
    alice, one, two = Person("alice"), Person("node one"), Person("node two")
    log = LogMaker(alice, one)
    log.begin(encryption_key=bytes(range(32)), subtype="person")
    log.add("profile.update", {"displayName": "Alice", "bio": "old"}, will="custodial")
    log.add("profile.update", {"avatar": "pic"}, fact={"media": [str(cid.of_raw(MEDIA))]})
    log.add("profile.handle.claim", {"handle": "alice"})
    log.update_identity()
    log.add("profile.update", {"bio": None, "visibility": "private"})
    phone = Key("phone")
    delegation = log.delegate(phone, ["profile.*"], uses=2)
    log.by_delegate(delegation, phone, "profile.update", {"banner": "b"})
    log.by_delegate(delegation, phone, "profile.handle.release")
    log.add("auth.delegation.end", ref=str(delegation))
    friends = [LogMaker(Person("bob"), one), LogMaker(Person("carol"), one)]
    for friend in friends:
        friend.begin()
    follow(log, *friends)
    follow(friends[0], log)
    follow(log, friends[1], op="profile.unfollow", derived="profile.follower.end")
    attest(log, friends[0])
    log.add("auth.settings.update", fact={"require_signed": 1})
    log.erase(1)
    log.move(two, "https://two.example")
    log.add("profile.update", {"displayName": "Alice II"})
    log.head()
    for friend in friends:
        friend.head()
    return log, friends


def said(issuer, subject, word):
    """(CID, body) of an attestation, signed with the issuer's first key."""
    text = {"subject_did": subject.did, "type": "skill.verified", "context_id": None, "context_type": None, "payload": {"says": word},
            "issued_at": 1_790_000_000_000}
    row = {"issuerDid": issuer.did, "subjectDid": subject.did, "type": text["type"], "contextId": None, "contextType": None,
           "payload": text["payload"], "issuedAt": text["issued_at"]}
    return str(cid.of_cbor(cbor.encode(row))), {
        "attestation": canonical(text).decode(), "issuer": issuer.did, "signature": issuer.genesis.sign(canonical(text)).hex(), "audience": "parties"}


def witnessed(by, name):
    """A countersignature of an attestation by its name."""
    payload = {"version": 1, "type": "countersign", "did": by.dfos, "targetCID": name, "createdAt": "2026-09-21T00:00:00.000Z"}
    header = {"alg": "EdDSA", "typ": "did:dfos:countersign", "kid": f"{by.dfos}#{by.auth.id}", "cid": str(cid.of_cbor(cbor.encode(payload)))}
    return by.auth.jws(canonical(header), canonical(payload))


def attest(log, friend):
    """The log's owner attests the friend, who countersigns; the friend attests in turn and takes it back."""
    (first, alices), (second, bobs) = said(log.owner, friend.owner, "alice"), said(friend.owner, log.owner, "bob")
    both(log, friend, "issue", "received", first, {**alices, "author_jws": "j.w.s"})
    both(friend, log, "countersign", "countersigned", first, {"witness_jws": witnessed(friend.owner, first)})
    both(friend, log, "issue", "received", second, {**bobs, "expires_at": "2030-01-01T00:00:00.000Z"})
    both(friend, log, "revoke", "revoked", second)
    both(log, friend, "decline", "declined", second)


def rich_sections(log):
    """The expected sections of bundle.json for `rich`, written by hand."""
    alice = log.owner
    friend = Person("bob")
    bob = friend.did
    (first, alices), (second, bobs) = said(alice, friend, "alice"), said(friend, alice, "bob")
    return {
        "identity": {
            "did": alice.did, "dfos_did": alice.dfos, "scope": "actor", "subtype": "person", "tier": "preliminary",
            "home": {"node": Person("node two").did, "url": "https://two.example", "epoch": 2},
            "encryption_key": bytes(range(32)).hex(),
            "keys": sorted([{"id": alice.auth.id, "key": alice.auth.multikey, "roles": ["auth"]},
                            {"id": alice.controller.id, "key": alice.controller.multikey, "roles": ["controller"]}], key=lambda k: k["id"]),
            "delegations": [{"cid": str(log.cids[6]), "key": Key("phone").multikey, "scope": ["profile.*"],
                             "until": cbor.decode(log.bodies[6])["until"], "uses": 2, "ended": True}],
            "require_signed": True, "deleted": False, "created_at": log.ats[0],
            "attestations": [
                {"cid": first, "issuer_did": alice.did, "text": alices["attestation"], "signature": alices["signature"], "audience": "parties",
                 "expires_at": None, "author_jws": "j.w.s", "witness_jws": witnessed(friend, first), "status": "bilateral", "revoked_at": None},
                {"cid": second, "issuer_did": bob, "text": bobs["attestation"], "signature": bobs["signature"], "audience": "parties",
                 "expires_at": "2030-01-01T00:00:00.000Z", "author_jws": None, "witness_jws": None, "status": "declined",
                 "revoked_at": log.ats[16]}]},
        "profile": {"handle": None, "display_name": "Alice II", "bio": None, "avatar": "pic", "banner": "b", "links": None,
                    "visibility": "private", "field_visibility": None, "feature_toggles": None, "following": [bob], "followers": [bob]},
        "media": {"assets": [{"cid": str(cid.of_raw(MEDIA)), "size": len(MEDIA)}], "contexts": []},
    }


def bare():
    """A bare key's log: everything custodial."""
    log = LogMaker(Person("dora", bare=True), Person("node one"))
    log.begin()
    log.add("profile.update", {"displayName": "Dora"}, will="custodial")
    log.head()
    return log
