"""Derived entries against their intents (docs/format.md §7, §8): who may set off what, in whose log, how often."""

from . import ops
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
    """The row by which this follows; None where one of the two ops is unknown, so that nothing is proved."""
    if intent.op not in ops.OPS:
        # What a log is, and what is gone from it, follows from nothing that cannot be judged.
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
        # Without a proof and without a row nobody can say.
        parties = rule is None or rule[0] == ops.PARTIES
        reached = parties or log.did in _dids(intent) or log.did == log.homes[-1].node
    if not reached:
        raise Fault("cause", "the intent does not name this log")


def _check_derivation(log, header, intent, rule):
    place, at_most, equal, same_fact = rule
    node = intent.proof.aud if intent.proof else log.homes[-1].node
    if place == ops.NODE and log.did != node:
        raise Fault("cause", f"{header.op} may only be in the log of the node that the intent was addressed to")
    if place == ops.SAME_LOG and intent.did != log.did:
        raise Fault("cause", f"{header.op} may only be in the log of its intent")
    if place == ops.FACT_DIDS and log.did not in _dids(intent):
        raise Fault("cause", f"{header.op} may only be in the logs that the intent's fact names")
    if equal and header.ref != getattr(intent, equal):
        raise Fault("cause", f"ref is not the {equal} of the intent")
    if same_fact:
        _check_same(header, intent)
    count = log.derived[intent.cid.raw, header.op] = log.derived.get((intent.cid.raw, header.op), 0) + 1
    if count > at_most:
        raise Fault("cause", f"{intent.op} derives {header.op} more often than allowed")


def _check_same(header, intent):
    """The very fact of the intent, and its very body where it has the intent's at all. The headers alone say so."""
    if header.fact != intent.fact:
        raise Fault("cause", "the fact is not that of the intent")
    if ops.OPS[header.op].bound == "intent" and header.body != intent.body:
        raise Fault("cause", "the body is not the very one of the intent")


def _dids(intent):
    dids = (intent.fact or {}).get("dids")
    return dids if isinstance(dids, list) else []
