"""Two bundles (or logs) against each other (docs/format.md §13): how one keeper told two people different histories."""


class Evidence:
    """The statements of one verified log about itself and others; collected while its file is open."""

    def __init__(self, log):
        self.did, self.cids, self.last_at = log.did, log.cids, log.ats[-1]
        self.heads = [head.report() for head in log.heads.by_home.values()]
        self.foreign = dict(log.causes.seen)
        # Digest of the signed text → (whose log it is for, the CID of its header).
        self.texts = {text: (log.did, raw) for text, (_, raw) in log.texts.items()}
        self.texts.update(log.causes.texts)
        self.lists = {txn: [link.raw for link in links] for txn, links in log.txns.lists.items()}
        self.openings = {raw: opening for raw, opening in log.txns.openings.items() if opening is not None}
        self.groups = dict(log.txns.groups)

    def entry(self, did, seq):
        """The CID that this log knows for an entry of any log, or None."""
        if did == self.did:
            return self.cids[seq] if seq < len(self.cids) else None
        return self.foreign.get((did, seq))


def compare(left, right):
    """All equivocations between two lists of Evidence."""
    found = []
    for a in left:
        for b in right:
            entries = _entries(a, b)
            found += _heads(a, b) + entries + _signed(a, b, {item["did"] for item in entries}) + _txns(a, b) + _openings(a, b, "a") + _openings(b, a, "b")
    unique = {}
    for item in found:
        unique.setdefault(tuple(sorted((k, str(v)) for k, v in item.items())), item)
    return list(unique.values())


def _hex(raw):
    from .cid import Cid
    return str(Cid(raw))


def _heads(a, b):
    if a.did != b.did:
        return []
    return [{"kind": "head", "did": a.did, "epoch": x["epoch"], "seq": x["seq"], "a": x["cid"], "b": y["cid"],
             "message": f"{x['node']} and {y['node']} signed two heads of epoch {x['epoch']}, seq {x['seq']}"}
            for x in a.heads for y in b.heads
            if (x["epoch"], x["seq"]) == (y["epoch"], y["seq"]) and x["cid"] != y["cid"]]


def _entries(a, b):
    found = []

    def differ(did, seq, x, y):
        found.append({"kind": "entry", "did": did, "seq": seq, "a": _hex(x), "b": _hex(y),
                      "message": f"two entries {seq} of {did}"})

    if a.did == b.did:
        for seq, (x, y) in enumerate(zip(a.cids, b.cids)):
            if x != y:
                differ(a.did, seq, x, y)
                break
    for (did, seq), x in a.foreign.items():
        y = b.entry(did, seq)
        if y is not None and x != y:
            differ(did, seq, x, y)
    for (did, seq), y in b.foreign.items():
        x = a.entry(did, seq) if (did, seq) not in a.foreign else None
        if x is not None and x != y:
            differ(did, seq, x, y)
    return found


def _signed(a, b, branched):
    """Signed texts that are in two headers; for two branches of a log the first difference is reported, for others one text."""
    found = {}
    for text, (did, x) in a.texts.items():
        y = b.texts.get(text, (did, x))[1]
        if x != y and did not in branched:
            found.setdefault(did, {"kind": "signed", "did": did, "a": _hex(x), "b": _hex(y),
                                   "message": f"what was signed once for the log of {did} is in two headers"})
    return list(found.values())


def _txns(a, b):
    of_a = {group.intent: txn for txn, group in a.groups.items()}
    return [{"kind": "cause", "did": a.did, "cause": _hex(group.intent), "a": _hex(of_a[group.intent]), "b": _hex(txn),
             "message": f"one cause {_hex(group.intent)} with two txn"}
            for txn, group in b.groups.items() if of_a.get(group.intent, txn) != txn]


def _openings(one, other, side):
    """Entries that a txn in the log of `one` opens for the log of `other` and that `other` lacks, although it has later entries."""
    found = []
    for txn, group in one.groups.items():
        if one.did == other.did or not other.last_at > group.at:
            continue
        opened = {}
        for raw in one.lists[txn]:
            opening = one.openings.get(raw) or other.openings.get(raw)
            if opening is not None and opening[0] == other.did:
                opened[opening] = opened.get(opening, 0) + 1
        there = other.groups[txn].entries if txn in other.groups else {}
        for opening, count in opened.items():
            if there.get(opening, 0) < count:
                found.append({"kind": "txn", "did": other.did, "txn": _hex(txn), "a": one.did, "b": other.did, "side": side,
                              "message": f"a txn of {one.did} has {opening[2]} in the log of {other.did}, which lacks it"})
    return found
