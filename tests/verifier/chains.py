"""The table `chains` (docs/format.md §4, §10): whole identity chains of other authors and of nodes, verified when first asked for."""

from . import keys
from .dfos import Chain
from .errors import Fault


def chain_of(did, tokens):
    """The verified chain behind a DID, whose bytes must be the key that signed the genesis."""
    try:
        chain = Chain(tokens[0])
        for token in tokens[1:]:
            chain.extend(token)
    except (ValueError, RecursionError) as error:
        raise Fault("identity", f"the identity chain of {did}: {error}") from None
    if chain.genesis_key != keys.did_key(did):
        raise Fault("identity", f"the genesis of {did} is not signed by the key that the DID carries")
    return chain


class Chains:
    """Lookup by DID. Remembers which chains something referred to, so that the others are found as stray."""

    def __init__(self, rows):
        self._tokens, self._chains, self._referred = {}, {}, set()
        for did, n, token in rows:
            tokens = self._tokens.setdefault(did, [])
            # A gap leaves an empty token behind, which fails where the chain is looked at.
            tokens.append(token if n == len(tokens) else "")

    def refer(self, did):
        self._referred.add(did)

    def get(self, did):
        """The chain of a DID, or None if it is not in the table."""
        self._referred.add(did)
        if did not in self._chains:
            tokens = self._tokens.get(did)
            self._chains[did] = chain_of(did, tokens) if tokens else None
        return self._chains[did]

    def finish(self, own):
        """A Fault unless every chain verifies and something refers to it."""
        for did in self._tokens:
            if did == own:
                raise Fault("stray", "table chains has a chain of the log's own DID, which is in the log")
            if not keys.is_did(did) or did not in self._referred:
                raise Fault("stray", f"table chains has a chain of {did}, to which nothing refers")
            self.get(did)


def key_in(chain, author, proof, role, last_index=-1):
    """(key, index of the operation that the proof's `chain` names); a Fault unless the key is in force there in that role."""
    if chain is None:
        raise Fault("key", f"there is no identity chain of {author}")
    index = chain.by_op.get(proof.chain.raw) if proof.chain else None
    if index is None:
        raise Fault("key", f"chain names no operation of the identity of {author}")
    if index < last_index:
        raise Fault("key", f"chain goes back to an older operation of {author}")
    state = chain.states[index]
    if state.deleted:
        raise Fault("key", f"the identity of {author} is deleted there")
    key = state.key(role, proof.key_id)
    if key is None:
        raise Fault("key", f"{proof.key_id} is not an {role} key of {author} there")
    return key, index
