"""DFOS v1 identity chains, as far as a log needs them (docs/format.md §4).

What DFOS v1 says, in short. An operation is a compact JWS: header {alg: EdDSA, typ: did:dfos:identity-op, kid, cid}, never with `crit`,
`jwk` or `x5c`; `cid` is the dag-cbor CID of the payload. Payload: version 1, type, createdAt, and
  create   authKeys, assertKeys, controllerKeys (at least one), services?
  update   previousOperationCID and the same: a full replacement
  delete   previousOperationCID; keys and services stay
  restore  previousOperationCID, which is a delete's; the state is back as it was
Numbers that are whole count as integers; unknown members stay in the CID and mean nothing. The chain is linear: create comes first and
only once, previousOperationCID is the CID before, createdAt grows, after a delete only a restore. The genesis' kid is a bare key id, later
ones are `<did:dfos>#<key id>`. Each is signed by a controller key of the state before (the genesis by one of its own). In a role key ids
are unique, and over the whole history one key id means one key. did:dfos is 31 characters made from the genesis' CID.
"""

from . import cbor, cid, jcs, jws, keys, times

TYP = "did:dfos:identity-op"
ROLES = (("auth", "authKeys"), ("assert", "assertKeys"), ("controller", "controllerKeys"))
PAYLOAD_MAX = 65_536
SERVICES_MAX = 32_768
LIST_MAX = 256
DEPTH_MAX = 1024


class State:
    """The keys after one operation: for each role a map from key id to (32 bytes, multikey)."""

    __slots__ = ("op", "keys", "deleted")

    def __init__(self, op, role_keys, deleted):
        self.op, self.keys, self.deleted = op, role_keys, deleted

    def key(self, role, name):
        found = self.keys[role].get(name)
        return found[0] if found else None


class Chain:
    """An identity chain: `extend` takes the next token or says why not (ValueError); `states` has one state for each operation."""

    def __init__(self, genesis):
        self.states, self.bindings, self.last_time, self.tokens = [], {}, "", []
        self.did = self.genesis_key = None
        self.by_op, self.auth_ever = {}, {}
        self.extend(genesis)

    @property
    def state(self):
        return self.states[-1]

    def extend(self, token):
        header, payload, signature, signed = parse(token)
        operation = _operation_cid(header, payload)
        kind = payload.get("type")
        times.milliseconds(payload.get("createdAt"))
        before = self.states[-1] if self.states else None
        _check_position(kind, before, payload, self.last_time)
        state = self._next_state(kind, before, payload, operation)
        signer = self._signer(header["kid"], before, state, operation)
        if not keys.verify(signer, signed, signature):
            raise ValueError("the signature of the identity operation does not verify")
        if before is None:
            self.did, self.genesis_key = "did:dfos:" + keys.dfos_id(operation.raw), signer
        self.by_op[operation.raw] = len(self.states)
        self.states.append(state)
        self.tokens.append(token)
        self.last_time = payload["createdAt"]
        self.auth_ever.update({name: key for name, (key, _) in state.keys["auth"].items()})

    def ever(self, name=None, roles=("auth", "assert", "controller")):
        """The keys in these roles in any state of the chain, with this id if any is given."""
        found = {}
        for state in self.states:
            for role in roles:
                found.update((key, None) for known, (key, _) in state.keys[role].items() if name in (None, known))
        return list(found)

    def _next_state(self, kind, before, payload, operation):
        if kind == "delete" or kind == "restore":
            return State(operation, before.keys, kind == "delete")
        role_keys = {role: _role(payload.get(member), member) for role, member in ROLES}
        if not role_keys["controller"]:
            raise ValueError("controllerKeys is empty")
        bindings = dict(self.bindings)
        for role in role_keys.values():
            for name, (key, _) in role.items():
                if bindings.setdefault(name, key) != key:
                    raise ValueError(f"key id {name} means two keys")
        if "services" in payload:
            _check_services(payload["services"])
        self.bindings = bindings
        return State(operation, role_keys, False)

    def _signer(self, kid, before, state, operation):
        if before is None:
            if "#" in kid:
                raise ValueError("the genesis' kid is not a bare key id")
            name = kid
        else:
            did, mark, name = kid.partition("#")
            if not mark or did != self.did:
                raise ValueError("kid of the identity operation is not of this identity")
        key = (before or state).key("controller", name)
        if key is None:
            raise ValueError("the identity operation is not signed by a controller key in force before it")
        return key


def parse(token, typ=TYP):
    """(header, payload, signature, signed text) of a DFOS token of version 1; the signature is not checked."""
    header, payload, signature, signed = jws.split(token)
    header, payload = jcs.loads(header, DEPTH_MAX), jcs.loads(payload, DEPTH_MAX)
    if not isinstance(header, dict) or not isinstance(payload, dict):
        raise ValueError("the token is not of objects")
    if header.get("alg") != "EdDSA" or header.get("typ") != typ or not isinstance(header.get("kid"), str):
        raise ValueError(f"header of the token is not {{alg: EdDSA, typ: {typ}, kid, cid}}")
    if any(name in header for name in ("crit", "jwk", "x5c")):
        raise ValueError("header of the token has crit, jwk or x5c")
    if payload.get("version") != 1 or isinstance(payload.get("version"), bool):
        raise ValueError("the token is not version 1")
    return header, payload, signature, signed


def _operation_cid(header, payload):
    encoded = cbor.encode(payload)
    if len(encoded) > PAYLOAD_MAX:
        raise ValueError("identity operation is over 64 KiB")
    operation = cid.of_cbor(encoded)
    if header.get("cid") != str(operation):
        raise ValueError("cid of the identity operation is not that of its payload")
    return operation


def _check_position(kind, before, payload, last_time):
    if kind not in ("create", "update", "delete", "restore"):
        raise ValueError("unknown kind of identity operation")
    if (kind == "create") != (before is None):
        raise ValueError("an identity chain begins with its one create")
    if before is None:
        return
    if before.deleted != (kind == "restore"):
        raise ValueError("after a delete comes a restore, and only there")
    if payload.get("previousOperationCID") != str(before.op):
        raise ValueError("previousOperationCID is not the operation before")
    if not payload["createdAt"] > last_time:
        raise ValueError("createdAt does not grow")


def _role(entries, member):
    if not isinstance(entries, list) or len(entries) > LIST_MAX:
        raise ValueError(f"{member} is not a list of at most {LIST_MAX} keys")
    role = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("type") != "Multikey":
            raise ValueError(f"{member} has something that is no Multikey")
        name, text = entry.get("id"), entry.get("publicKeyMultibase")
        if not isinstance(name, str) or name in role:
            raise ValueError(f"{member} has a key id twice, or one that is no text")
        role[name] = (keys.multikey_key(text), text)
    return role


def _check_services(services):
    if not isinstance(services, list) or len(services) > LIST_MAX or len(cbor.encode(services)) > SERVICES_MAX:
        raise ValueError("services is not a list, or too large")
    seen = set()
    for service in services:
        if not isinstance(service, dict):
            raise ValueError("a service is not an object")
        name, kind = service.get("id"), service.get("type")
        if not all(isinstance(v, str) and v for v in (name, kind)) or name in seen:
            raise ValueError("a service has no id or type, or an id stands twice")
        seen.add(name)
        if kind == "DfosRelay" and not _text(service.get("endpoint")):
            raise ValueError("a DfosRelay has no endpoint")
        if kind == "ContentAnchor" and not (_text(service.get("label")) and _is_anchor(service.get("anchor"))):
            raise ValueError("a ContentAnchor has no label, or its anchor is neither a content id nor a CID")


def _text(value):
    return isinstance(value, str) and value != ""


def _is_anchor(value):
    if not isinstance(value, str):
        return False
    if len(value) == 31:
        return all(c in keys.ID_ALPHABET for c in value)
    try:
        return not cid.parse(value).is_raw
    except ValueError:
        return False
