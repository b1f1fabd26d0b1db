"""Writes cases like those of `tests/vectors/chat.json`, changed as a lying box could change them, with the answers of this verifier.

    python3 -m verifier.test.room_changes COUNT SEED >FILE      (in tests/)

`IMAJIN_VECTORS=FILE` makes the other implementations' tests judge them, so that no two disagree about what is wrong.
"""

import json
import random
import sys

from verifier import cbor, cid, jws, room

from .test_room import FILE, known_of, shown_of


def relink(rows):
    """Gives rows places without gaps, and each derived one the cause that it comes with."""
    before = None
    for n, row in enumerate(rows):
        header = cbor.decode(row[0])
        header["seq"] = n
        header.pop("prev", None)
        if before is not None:
            header["prev"] = before
        if row[1] is not None and "cause" in header:
            header["cause"] = cid.of_cbor(row[1])
        row[0] = cbor.encode(header)
        before = cid.of_cbor(row[0])


def other(value, draw):
    """A value of the same type, mostly."""
    if draw.random() < 0.1:
        return draw.choice([0, "x", b"", None, [], {}, True])
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return max(0, value + draw.choice([-2, -1, 1, 2]))
    if isinstance(value, str):
        return draw.choice(["member", "admin", "owner", "reader", "offered", value, value + "a", value[:-1]])
    if isinstance(value, bytes):
        return bytes(len(value)) if draw.random() < 0.5 else value[1:]
    if isinstance(value, list):
        return draw.choice([value + value[:1], value[1:], list(reversed(value))])
    return value


def change_map(data, draw, within=None):
    fields = cbor.decode(data)
    place = fields.get(within) if within else fields
    if not isinstance(place, dict) or not place:
        return data
    name = draw.choice(sorted(place))
    if draw.random() < 0.15:
        place.pop(name)
    else:
        place[name] = other(place[name], draw)
    return cbor.encode(fields)


def same(row):
    """Makes the header and its intent say the same again, and of this body."""
    header, cause = cbor.decode(row[0]), cbor.decode(row[1]) if row[1] else None
    for fields in filter(None, (header, cause)):
        if row[2] is not None and "body" in fields:
            fields["body"] = cid.of_cbor(row[2])
    if cause and "fact" in header:
        cause["fact"] = header["fact"]
    row[0], row[1] = cbor.encode(header), cbor.encode(cause) if cause else None


def change(rows, draw):
    n = draw.randrange(len(rows))
    row = rows[n]
    kind = draw.randrange(10)
    if kind == 0 and n:
        del rows[n]
    elif kind == 1 and n:
        m = draw.randrange(1, len(rows))
        rows[n], rows[m] = rows[m], rows[n]
    elif kind == 2:
        rows.insert(n, list(row))
    elif kind == 3:
        row[2] = None
    elif kind == 4:
        row[0] = change_map(row[0], draw)
    elif kind == 5:
        row[0] = change_map(row[0], draw, "fact")
    elif kind == 6 and row[2] is not None:
        row[2] = change_map(row[2], draw)
    elif kind == 7 and row[1] is not None:
        row[1] = change_map(row[1], draw, draw.choice([None, "fact", "proof"]))
    elif kind == 8:
        row[1] = draw.choice(rows)[1]
    else:
        # Without the signature, every change of a fact or a body is checked by its own rule.
        row[0] = change_map(row[0], draw, "fact")
        if row[2] is not None and draw.random() < 0.5:
            row[2] = change_map(row[2], draw)
        same(row)
        if row[1] is not None and draw.random() < 0.5:
            unsigned(row)


def unsigned(row, part=1):
    fields = cbor.decode(row[part])
    if fields.pop("proof", None):
        fields["will"], fields["via"] = "custodial", cid.of_raw(b"session")
        row[part] = cbor.encode(fields)


def change_own(rows, draw):
    n = draw.randrange(len(rows))
    kind = draw.randrange(5)
    if kind == 0:
        del rows[n]
    elif kind == 1:
        rows.append(list(rows[n]))
    elif kind == 2:
        unsigned(rows[n], 0)
    else:
        rows[n][0] = change_map(rows[n][0], draw, draw.choice([None, "fact", "proof"]))


def cases(count, seed):
    draw = random.Random(seed)
    for n in range(count):
        base = draw.choice(FILE["cases"])
        shown = shown_of(base)
        rows, own = [list(row) for row in shown["rows"]], [list(row) for row in shown["own"]]
        in_own = bool(own) and draw.random() < 0.3
        try:
            if in_own:
                change_own(own, draw)
                if draw.random() < 0.9:
                    relink(own)
            for _ in range(draw.randrange(0 if in_own else 1, 3)):
                change(rows, draw)
            if draw.random() < 0.9:
                relink(rows)
        except (ValueError, TypeError):
            continue
        known = dict(base["known"])
        if draw.random() < 0.2:
            known["partial"] = not known["partial"]
        if draw.random() < 0.1:
            known["from"] = draw.randrange(8)
        if draw.random() < 0.1:
            known["admins"] = draw.choice([None, [], "own"])
        if draw.random() < 0.1:
            did = draw.choice(sorted(shown["chains"]))
            shown["chains"][did] = shown["chains"][did][:-1]
            if not shown["chains"][did]:
                del shown["chains"][did]
        case = {**base, "name": f"{base['name']} {n}", "by": "node", "rules": [], "known": known}
        yield case, {**shown, "rows": rows, "own": own}


def main():
    pool, places, out = [], {}, []

    def place(text):
        if text not in places:
            places[text] = len(pool)
            pool.append(text)
        return places[text]

    def piece(data):
        return None if data is None else place(jws.b64(data))

    for case, shown in cases(int(sys.argv[1]), int(sys.argv[2])):
        case["rows"] = [list(map(piece, row)) for row in shown["rows"]]
        case["own"] = [list(map(piece, row)) for row in shown["own"]]
        case["reads"] = list(map(piece, shown["reads"]))
        case["chains"] = {did: list(map(place, tokens)) for did, tokens in shown["chains"].items()}
        case["report"] = room.Room(known_of(case)).judge(shown)
        out.append(case)
    json.dump({"v": 1, "crypto": FILE["crypto"], "cases": out, "pool": pool}, sys.stdout)


if __name__ == "__main__":
    main()
