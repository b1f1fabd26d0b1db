"""The binding of a derived entry's body to a will or a signature (docs/format.md §8, *bound*)."""

import hashlib
import re

from . import cbor, cid, dfos, es6, fair, jcs, keys, ops
from .errors import Fault

SIGNATURE = re.compile(r"[0-9a-fA-F]{128}\Z")
ATTESTATION = {"subject_did": "subjectDid", "type": "type", "context_id": "contextId", "context_type": "contextType",
               "payload": "payload", "issued_at": "issuedAt"}
TICKET = {"event", "holder", "issue", "issuedAt", "seat", "ticket", "type", "v"}
TICKET_FACT = ("event", "holder", "issue", "seat", "type")
RECEIPT_FACT = {"amount": "gross", "currency": "currency", "payer": "payer", "seller": "seller"}
COUNTERSIGN = "did:dfos:countersign"
# The fields of an entry that a signed body repeats.
TIED_BESIDE = {"attestation": ("ref",), "ticket": ("ref", *TICKET_FACT)}
OF_ATTESTATION, OF_TICKET = ("audience", "expires_at", "author_jws"), ("title", "startsAt", "timezone", "typeName")


def check(log, header, body, intent, intent_body):
    """Whether only the home vouches for the body; a Fault if its binding is broken. `body` is not erased."""
    bound = ops.OPS[header.op].bound
    if bound in ("nothing", "node"):
        return bound == "node"
    try:
        return TIES[bound](log, header, body, intent, intent_body)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
        raise Fault("cause", f"the body of {header.op} is not bound: {error}") from None


def is_all_tied(bound, body, intent_body):
    """Whether a signature or the intent backs every member of a body."""
    if bound == "attestation":
        return all(body.get(name) == (intent_body or {}).get(name) for name in OF_ATTESTATION)
    if bound == "ticket":
        return all(name not in body for name in OF_TICKET)
    return True


def _need(holds, message):
    if not holds:
        raise Fault("cause", message)


def _intent(_log, header, body, intent, intent_body):
    if header.body == intent.body:
        return False
    if intent_body is None:
        _need(intent.body is not None, "the body is not that of the intent")
        return True
    def members(value):
        return {name: member for name, member in value.items() if name != "salt"}
    _need(cbor.encode(members(body)) == cbor.encode(members(intent_body)), "the body is not that of the intent")
    return False


def _attestation(log, header, body, _intent_header, _intent_body):
    text, issuer = body["attestation"], body["issuer"]
    said = jcs.loads(text.encode())
    _need(isinstance(said, dict) and said.keys() == ATTESTATION.keys(), "the attestation has not exactly its six members")
    row = {"issuerDid": issuer, **{ATTESTATION[name]: value for name, value in said.items()}}
    _need(header.ref == str(cid.of_cbor(cbor.encode(row))), "ref is not the CID of the attestation")
    about_owner = said["subject_did"] == log.did
    _need(about_owner or header.op != "auth.attestation.received", "the attestation is about somebody else than the log's owner")
    _signed(keys_of(log, issuer), text, body["signature"], "the attestation is not signed by its issuer")
    return False


def _countersignature(log, header, body, _intent_header, intent_body):
    token = body["witness_jws"]
    head, said, signature, signed = dfos.parse(token, COUNTERSIGN)
    _need(said["type"] == "countersign", "witness_jws is no countersignature")
    did, mark, name = head["kid"].partition("#")
    _need(mark and did == said["did"] and isinstance(said["targetCID"], str), "witness_jws is no countersignature")
    willed = intent_body is not None
    _need(not willed or intent_body.get("witness_jws") == token, "witness_jws is not the one of the intent")
    chain = log.chain_for(header.author)
    if chain is None:
        return not willed
    _need(did == chain.did, "the countersignature is not its author's")
    _need(any(keys.verify(key, signed, signature) for key in chain.ever(name)), "the countersignature is not signed by its author")
    return not (willed or said["targetCID"] == header.ref)


def _ticket(log, header, body, intent, _intent_body):
    text = body["ticket"]
    ticket, fact = jcs.loads(text.encode()), header.fact or {}
    _need(isinstance(ticket, dict) and ticket.keys() == TICKET and ticket["v"] == 1 and not isinstance(ticket["v"], bool),
          "the ticket has not exactly its eight members")
    _need(keys.is_did(ticket["event"]) and keys.is_did(ticket["holder"]), "the ticket names no event, or no holder")
    _need(ticket["ticket"] == header.ref, "ref is not the ticket")
    for name in TICKET_FACT:
        _need(_same(fact.get(name), ticket[name]), f"{name} of the ticket is not the fact's")
    _says_what_was_willed(fact, intent, ("event", "holder", "type"))
    _need(log.did in (ticket["event"], ticket["holder"]), "the ticket is neither its event's nor its holder's")
    _signed(keys_of(log, ticket["event"], ("auth",)), text, body["signature"], "the ticket is not signed by its event")
    return False


def _manifests(_log, _header, body, intent, _intent_body):
    texts = body["manifests"]
    _need(isinstance(texts, list) and all(isinstance(text, str) for text in texts), "manifests is no list of texts")
    _follows(texts, body.get("gone", []), intent)
    if "agreed" in body:
        fair.check_agreed(body["agreed"], texts)
    return not _pins(intent)


def _receipt(log, header, body, intent, _intent_body):
    receipt, fact = es6.loads(body["receipt"].encode()), header.fact or {}
    order = receipt["order"]
    _need(order["id"] == header.ref, "ref is not the payment of the receipt")
    for name, in_order in RECEIPT_FACT.items():
        _need(_same(fact.get(name), order.get(in_order)), f"{name} of the receipt is not the fact's")
    _says_what_was_willed(fact, intent, ("amount", "currency", "seller"))
    _need(isinstance(receipt["manifests"], list) and all(isinstance(text, str) for text in receipt["manifests"]), "a manifest is no text")
    _follows(receipt["manifests"], receipt.get("gone") or [], intent)
    if "debts" in receipt:
        _debts(receipt["debts"], order)
    if "agreed" in receipt:
        fair.check_agreed(receipt["agreed"], receipt["manifests"])
    _need(receipt["v"] == 1 and not isinstance(receipt["v"], bool) and receipt["type"] == "mjn:receipt", "the receipt is of another version")
    done = not fair.names_another(receipt)
    _need(not done or es6.dumps(receipt["division"]) == es6.dumps(fair.divide(receipt)), "the receipt pays otherwise than its manifests and fees say")
    log.home_divisions += not (done and _pins(intent) and not receipt.get("gone"))
    return True


def _says_what_was_willed(fact, intent, names):
    """Of these members of the fact, those that the intent's fact has as well are the same there."""
    willed = intent.fact or {}
    for name in names:
        _need(name not in willed or _same(willed[name], fact.get(name)), f"{name} is not that of the intent")


def _pins(intent):
    """Whether the intent names all manifests that its money follows."""
    return isinstance((intent.fact or {}).get("follows"), str)


def _debts(debts, order):
    """Owed by the seller, to others, once each, and together no more than was paid."""
    wrong = "the debts of the receipt are not its seller's, or more than was paid"
    _need(isinstance(debts, list) and debts, wrong)
    for debt in debts:
        _need(isinstance(debt, dict) and debt.keys() == {"amount", "creditor", "debtor"}, wrong)
        _need(debt["debtor"] == order["seller"] and debt["creditor"] != order["seller"] and keys.is_did(debt["creditor"]), wrong)
        _need(type(debt["amount"]) is int and debt["amount"] > 0, wrong)
    _need(len({debt["creditor"] for debt in debts}) == len(debts), wrong)
    _need(sum(debt["amount"] for debt in debts) <= order["gross"], wrong)


def _follows(texts, gone, intent):
    """The manifests, and the people who are gone, are those that the intent names. Earlier intents name the manifests alone."""
    _need(isinstance(gone, list) and all(isinstance(did, str) for did in gone), "gone is no list of texts")
    fact = intent.fact or {}
    digests = [_digest(es6.loads(text.encode())) for text in texts]
    fair, follows = fact.get("fair"), fact.get("follows")
    same = (not isinstance(fair, str) or digests[:1] == [fair]) and (not isinstance(follows, str) or follows in (_digest(digests), _digest(digests + [gone] * bool(gone))))
    _need(same, "the manifests are not those of the intent")


def _digest(document):
    return "sha256:" + hashlib.sha256(es6.dumps(document)).hexdigest()


def _same(one, other):
    return type(one) is type(other) and isinstance(one, (int, str)) and one == other


def _signed(candidates, text, signature, otherwise):
    _need(isinstance(signature, str) and SIGNATURE.match(signature), "signature is not 128 hexadecimal digits")
    data = bytes.fromhex(signature)
    _need(any(keys.verify(key, text.encode(), data) for key in candidates), otherwise)


def keys_of(log, did, roles=("auth", "assert", "controller")):
    """The keys that a DID ever had in these roles; without a chain the one that it carries."""
    chain = log.chain_for(did)
    return chain.ever(None, roles) if chain else [keys.did_key(did)]


TIES = {"intent": _intent, "attestation": _attestation, "countersignature": _countersignature, "ticket": _ticket,
        "manifests": _manifests, "receipt": _receipt}
