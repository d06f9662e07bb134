"""A draw as the court publishes it, made without a database: 17 chairs, one filled twice."""

import hashlib
from collections import Counter
from typing import Any
from uuid import UUID

from disputes import draw, merkle

CASE = UUID(int=7)
SIZE = 120


def h(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def roster() -> tuple[dict[str, Any], list[bytes]]:
    people = [UUID(int=number) for number in range(1, SIZE + 1)]
    names = [each for each, _person in merkle.ranked(h("key"), people)]
    root = merkle.root_of(merkle.chunk_hashes(names))
    facts = {
        "version": 3,
        "size": SIZE,
        "root": root.hex(),
        "previous": h("before").hex(),
        "chain_hash": merkle.chain_hash(h("before"), 3, SIZE, root).hex(),
        "built_at": "2026-11-01T03:30:00+00:00",
        "bound": "filing",
    }
    return facts, names


def entries(seed: bytes, names: list[bytes]) -> list[dict[str, Any]]:
    """17 chairs, with whoever stands at counter 5 excluded, and chair 4 filled a second time."""
    leaves = [merkle.leaf(number, name) for number, name in enumerate(names)]
    chunks = merkle.chunk_hashes(names)
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    chairs = [*range(1, 18), 4]
    for each in draw.stream(seed, SIZE):
        row = blank(each.counter, each.number)
        if each.number is None:
            row["outcome"] = "REJECT"
        elif each.number in seen:
            row["outcome"] = "DUP"
        elif each.counter == 5:
            row |= {"outcome": "EXCLUDED", "code": "TRADED", "ground_hash": h("why").hex()}
        else:
            path = merkle.path(each.number, leaves, chunks)
            row |= {
                "outcome": "SEATED",
                "chair": chairs.pop(0),
                "pseudonym": names[each.number].hex(),
                "path": [[side, beside.hex()] for side, beside in path],
            }
        found.append(row)
        if each.number is not None:
            seen.add(each.number)
        if not chairs:
            return found
    raise AssertionError("unreachable")


def blank(counter: int, number: int | None) -> dict[str, Any]:
    return {
        "round": 1,
        "counter": counter,
        "number": number,
        "code": "",
        "ground_hash": None,
        "chair": None,
        "pseudonym": None,
        "path": None,
    }


def ballots() -> list[dict[str, Any]]:
    rows = []
    for place in range(17):
        seat, side = UUID(int=100 + place), "buyer" if place < 9 else "seller"
        salt = h(f"salt {place}")
        letter = side[0].upper()
        rows.append(
            {
                "receipt": draw.receipt(CASE, seat, letter, salt).hex(),
                "seat": str(seat),
                "side": side,
                "salt": salt.hex(),
                "voided": False,
            }
        )
    return sorted(rows, key=lambda row: row["receipt"])


def document() -> dict[str, Any]:
    facts, names = roster()
    items = [h("a"), h("b")]
    server_seed = h("server")
    inputs = draw.Inputs(
        case=CASE,
        roster_root=bytes.fromhex(facts["root"]),
        size=SIZE,
        evidence_root=draw.evidence_root(items),
        round=0,
        beacon=draw.ZERO,
        nonce_buyer=draw.nonce("丁"),
        nonce_seller=draw.nonce(""),
    )
    seed = draw.seed(server_seed, inputs)
    drawn = entries(seed, names)
    first_of_four = next(row["counter"] for row in drawn if row["chair"] == 4)
    return {
        "case": str(CASE),
        "rules": "court/1",
        "filed_at": "2026-11-02T08:00:00+00:00",
        "sealed_at": "2026-11-05T08:00:00+00:00",
        "published": True,
        "commitment": draw.commitment(server_seed).hex(),
        "server_seed": server_seed.hex(),
        "seed": seed.hex(),
        "roster": facts,
        "evidence": {"items": [each.hex() for each in items], "root": inputs.evidence_root.hex()},
        "words": {"buyer": "丁", "seller": ""},
        "nonces": {"buyer": inputs.nonce_buyer.hex(), "seller": inputs.nonce_seller.hex()},
        "beacon": {"source": "none", "round": 0, "value": draw.ZERO.hex()},
        "entries": drawn,
        "vacated": [{"round": 1, "chair": 4, "counter": first_of_four}],
        "ballots": ballots(),
        "tally": {"buyer": 9, "seller": 8},
        "outcomes": dict(Counter(row["code"] or row["outcome"] for row in drawn)),
        "entries_hash": draw.entries_hash(drawn).hex(),
        "no_panel": [],
    }
