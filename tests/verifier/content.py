"""DFOS v1 content chains and countersignatures, as far as anchors need them (docs/format.md §14).

What DFOS v1 says, in short. An operation is a compact JWS: header {alg: EdDSA, typ: did:dfos:content-op, kid: "<did>#<key id>", cid}, as for
identity operations. Payload: version 1, type, did (that of the kid), createdAt, and
  create  documentCID (text), baseDocumentCID (text or null)
  update  previousOperationCID, documentCID (text or null), baseDocumentCID (text or null)
  delete  previousOperationCID
A chain begins with its create; every other operation has its parent in it, a later createdAt than that, and none follows a delete. Branches
are allowed. Any key that the signer's identity ever listed counts, in any role. The chain's id is made from the CID of its create.
A countersignature: typ did:dfos:countersign, payload version 1, type countersign, did, targetCID, createdAt, relation (1 to 64 characters, optional).
"""

from . import cbor, cid, dfos, keys, times
from .errors import Unusable

OPERATION_MAX = 65_536
AUTHORIZATION_MAX = 262_144


class Operation:
    """One verified operation."""

    __slots__ = ("cid", "at", "document", "chain", "deleted")

    def __init__(self, operation, at, document, chain, deleted):
        self.cid, self.at, self.document, self.chain, self.deleted = operation, at, document, chain, deleted


def operations(tokens, node):
    """The operations of a node's content chains, each after its parent; `node` is its identity chain. Unusable if one does not verify."""
    found = {}
    for index, token in enumerate(tokens):
        try:
            operation = _operation(token, node, found)
        except (ValueError, RecursionError) as error:
            raise Unusable(f"anchors: operation {index}: {error}") from None
        found.setdefault(operation.cid, operation)
    return sorted((o for o in found.values() if o.document is not None), key=lambda o: (o.at, o.cid))


def _operation(token, node, found):
    payload, operation = _statement(token, "did:dfos:content-op", node)
    kind, at = payload.get("type"), payload["createdAt"]
    if kind not in ("create", "update", "delete"):
        raise ValueError("unknown kind of content operation")
    document = None
    if kind != "delete":
        document, base = payload.get("documentCID"), payload.get("baseDocumentCID", "")
        if not (isinstance(document, str) or (document is None and kind == "update" and "documentCID" in payload)):
            raise ValueError("documentCID is of a wrong form")
        if "baseDocumentCID" not in payload or not (base is None or isinstance(base, str)):
            raise ValueError("baseDocumentCID is of a wrong form")
    if kind == "create":
        return Operation(operation, at, document, keys.dfos_id(cid.parse(operation).raw), False)
    parent = found.get(payload.get("previousOperationCID"))
    if parent is None:
        raise ValueError("the operation before is not there")
    if parent.deleted or not at > parent.at:
        raise ValueError("it follows a delete, or is not later than the operation before")
    return Operation(operation, at, document, parent.chain, kind == "delete")


def countersigned(tokens, owner):
    """The targets of an owner's countersignatures; others' are passed over. Unusable if one of the owner's does not verify."""
    targets = set()
    for index, token in enumerate(tokens):
        try:
            _, payload, _, _ = dfos.parse(token, "did:dfos:countersign")
            if owner is None or payload.get("did") != owner.did:
                continue
            payload, _ = _statement(token, "did:dfos:countersign", owner)
            relation = payload.get("relation", "x")
            if payload.get("type") != "countersign" or not isinstance(payload.get("targetCID"), str):
                raise ValueError("not a countersignature")
            if not isinstance(relation, str) or not 1 <= len(relation.encode("utf-16-le")) // 2 <= 64:
                raise ValueError("relation is of a wrong form")
        except (ValueError, RecursionError) as error:
            raise Unusable(f"anchors: countersignature {index}: {error}") from None
        targets.add(payload["targetCID"])
    return targets


def _statement(token, typ, signer):
    """(payload, CID text) of a token signed by a key that an identity ever listed."""
    header, payload, signature, signed = dfos.parse(token, typ)
    encoded = cbor.encode(payload)
    operation = str(cid.of_cbor(encoded))
    if header.get("cid") != operation:
        raise ValueError("cid is not that of the payload")
    authorization = payload.get("authorization")
    if isinstance(authorization, str):
        encoded = cbor.encode({k: v for k, v in payload.items() if k != "authorization"})
    if len(encoded) > OPERATION_MAX or (authorization is not None and (not isinstance(authorization, str) or len(authorization) > AUTHORIZATION_MAX)):
        raise ValueError("too large, or authorization is of a wrong form")
    times.milliseconds(payload.get("createdAt"))
    did, mark, name = header["kid"].partition("#")
    if not mark or did != payload.get("did") or did != signer.did:
        raise ValueError("it is signed by somebody else")
    key = signer.bindings.get(name)
    if key is None or not keys.verify(key, signed, signature):
        raise ValueError("the signature does not verify")
    return payload, operation
