"""Derived entries against their intents (docs/format.md §7, §8): which intent may cause which entry, in whose log, how often."""

from . import bound, ops
from .errors import Fault


def check(log, header):
    """Checks a derived entry against its intent; returns the intent's header."""
    local = header.cause.raw in log.seq_of
    if local:
        intent = log.run_intent
        if intent is None or intent.cid != header.cause:
            raise Fault("cause", "the cause does not stand right before its consequences, or is itself derived")
    else:
        intent = log.causes.intent(header.cause)
    if header.author != intent.author:
        raise Fault("cause", "the author is not the one of the cause")
    rule = _rule(header, intent)
    if not local:
        _check_reach(log, header, intent, rule)
    if rule:
        _check_derivation(log, header, intent, rule)
    if header.txn != intent.txn:
        raise Fault("txn", "the txn is not that of the intent")
    if not local and header.txn is None:
        raise Fault("txn", "an operation that wrote in several logs has a txn")
    return intent


def _rule(header, intent):
    """The row that allows the derivation; None if one of the two ops is unknown, so that nothing is proved."""
    if intent.op not in ops.OPS:
        # The identity of a log and its erasures may only follow from known operations.
        if header.service == "auth":
            raise Fault("cause", f"{intent.op} is unknown, and {header.op} may not follow from it")
        return None
    if header.op not in ops.OPS:
        return None
    rule = ops.DERIVES.get((intent.op, header.op))
    if rule is None:
        raise Fault("cause", f"{intent.op} may not derive {header.op}")
    return rule


def _check_reach(log, header, intent, rule):
    if intent.will == "signed":
        reached = log.did in intent.proof.to
    else:
        # Undecidable without a proof and without a row.
        parties = rule is None or rule.place == ops.PARTIES
        reached = parties or log.did in _dids(intent) or log.did == log.homes[-1].node
    if not reached:
        raise Fault("cause", "the intent does not name this log")


def _check_derivation(log, header, intent, rule):
    node = intent.proof.aud if intent.proof else log.homes[-1].node
    if rule.place == ops.NODE and log.did != node:
        raise Fault("cause", f"{header.op} may only be in the log of the node that the intent was addressed to")
    if rule.place == ops.SAME_LOG and intent.did != log.did:
        raise Fault("cause", f"{header.op} may only be in the log of its intent")
    if rule.place == ops.FACT_DIDS and log.did not in _dids(intent):
        raise Fault("cause", f"{header.op} may only be in the logs that the intent's fact names")
    if rule.ref and header.ref != getattr(intent, rule.ref):
        raise Fault("cause", f"ref is not the {rule.ref} of the intent")
    if rule.fact and header.fact != intent.fact:
        raise Fault("cause", "the fact is not that of the intent")
    # A copied body must be the intent's own; comparing the CIDs in the headers suffices.
    if rule.fact == ops.FACT and ops.OPS[header.op].bound == "intent" and header.body != intent.body:
        raise Fault("cause", "the body is not the very one of the intent")
    for member, source in rule.members.items():
        if not _is_from((header.fact or {}).get(member), source, intent):
            raise Fault("cause", f"{member} is not what the intent gives")
    count = log.derived[intent.cid.raw, header.op] = log.derived.get((intent.cid.raw, header.op), 0) + 1
    if count > rule.at_most:
        raise Fault("cause", f"{intent.op} derives {header.op} more often than allowed")


def _is_from(value, source, intent):
    fact = intent.fact or {}
    if source == "piece":
        numbers = value, fact.get("quantity"), fact.get("amount")
        return all(type(number) is int for number in numbers) and numbers[0] * numbers[1] == numbers[2]
    if source == "only_did":
        dids = [did for did in _dids(intent) if isinstance(did, str)]
        wanted = dids[0] if len(dids) == 1 else None
        return wanted is not None and value == wanted
    if source.startswith("fact."):
        wanted = fact.get(source[5:])
        return type(value) is type(wanted) and value == wanted
    wanted = source[1:] if source.startswith("=") else getattr(intent, source)
    return wanted is not None and isinstance(value, str) and value == wanted


def is_backed(header, body, intent, intent_body):
    """Whether a signature backs each field of a derived entry: `ref`, the members of its fact, and those of its body that no rule ties."""
    rule = ops.DERIVES.get((intent.op, header.op))
    if rule is None or header.op not in ops.OPS:
        return True
    by_body = bound.TIED_BESIDE.get(ops.OPS[header.op].bound, ()) if body is not None else ()
    if header.ref is not None and not rule.ref and "ref" not in by_body:
        return False
    if not all(rule.ties(member) or member in by_body for member in header.fact or {}):
        return False
    return body is None or bound.is_all_tied(ops.OPS[header.op].bound, body, intent_body)


def _dids(intent):
    dids = (intent.fact or {}).get("dids")
    return dids if isinstance(dids, list) else []
