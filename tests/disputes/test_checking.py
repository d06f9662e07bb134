"""The check of a published draw: all of it holds, and one changed byte anywhere is named (A07)."""

import copy
import hashlib
from typing import Any
from uuid import UUID

import pytest

from disputes import checking, draw, merkle
from disputes.checking import Document

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


@pytest.fixture(scope="module")
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
    }


def test_a_true_document_holds_in_all_eight(document: Document):
    result = checking.check(document)

    assert result.line == "OK 8/8"
    assert result.exit_code == 0


def test_without_opened_ballots_seven_checks_make_sense(document: Document):
    result = checking.check({**document, "ballots": None, "tally": None})

    assert result.line == "OK 7/7"


def test_nothing_can_be_checked_before_it_is_published(document: Document):
    result = checking.check({**document, "published": False})

    assert (result.line, result.exit_code) == ("NOT PUBLISHED YET", 2)


def flipped(text: str) -> str:
    """The same bytes with the first one changed."""
    return ("1" if text[0] != "1" else "2") + text[1:]


# Where a byte is changed, and which check must name it.
CHANGES = [
    (("server_seed",), "V1"),
    (("commitment",), "V1"),
    (("words", "buyer"), "V2"),
    (("nonces", "seller"), "V2"),
    (("evidence", "items", 0), "V3"),
    (("evidence", "root"), "V3"),
    (("roster", "root"), "V4"),
    (("beacon", "value"), "V4"),
    (("seed",), "V4"),
    (("case",), "V4"),
    (("roster", "previous"), "V6"),
    (("roster", "chain_hash"), "V6"),
    (("ballots", 3, "receipt"), "V8"),
    (("ballots", 3, "salt"), "V8"),
]


@pytest.mark.parametrize(("where", "check"), CHANGES, ids=str)
def test_one_changed_byte_is_named(document: dict[str, Any], where: tuple[Any, ...], check: str):
    changed = copy.deepcopy(document)
    inner: Any = changed
    for step in where[:-1]:
        inner = inner[step]
    inner[where[-1]] = flipped(inner[where[-1]])

    result = checking.check(changed)

    assert result.fault.startswith(f"MISMATCH {check} ")
    assert result.exit_code == 1


def test_the_first_wrong_number_is_named_with_its_counter(document: dict[str, Any]):
    changed = copy.deepcopy(document)
    right = changed["entries"][12]["number"]
    changed["entries"][12]["number"] = right + 1

    result = checking.check(changed)

    assert result.fault == f"MISMATCH V5 counter=12 number expected={right} got={right + 1}"


def seated(document: dict[str, Any], place: int) -> dict[str, Any]:
    found: dict[str, Any] = [row for row in document["entries"] if row["outcome"] == "SEATED"][
        place
    ]
    return found


def test_a_missing_counter_is_named(document: dict[str, Any]):
    changed = copy.deepcopy(document)
    del changed["entries"][3]

    assert checking.check(changed).fault.startswith("MISMATCH V5 counter=3 ")


def test_an_exclusion_without_its_code_is_named(document: dict[str, Any]):
    changed = copy.deepcopy(document)
    changed["entries"][5]["code"] = "DISLIKED"

    assert checking.check(changed).fault == "MISMATCH V5 counter=5 code got=DISLIKED"


def test_a_path_that_does_not_lead_to_the_root_is_named(document: dict[str, Any]):
    changed = copy.deepcopy(document)
    row = seated(changed, 2)
    row["pseudonym"] = flipped(row["pseudonym"])

    assert f"counter={row['counter']} path" in checking.check(changed).fault


def test_a_roster_younger_than_the_filing_is_named(document: dict[str, Any]):
    changed = copy.deepcopy(document)
    changed["roster"]["built_at"] = "2026-11-03T00:00:00+00:00"

    assert checking.check(changed).fault.startswith("MISMATCH V6 roster built_at=")


def test_a_chair_filled_twice_without_being_left_is_named(document: dict[str, Any]):
    result = checking.check({**document, "vacated": []})

    assert result.fault.startswith("MISMATCH V7 ")
    assert result.fault.endswith("was not vacated")


def test_a_tally_that_is_not_the_count_is_named(document: dict[str, Any]):
    result = checking.check({**document, "tally": {"buyer": 8, "seller": 9}})

    assert result.fault.startswith("MISMATCH V8 tally ")


@pytest.mark.parametrize("name", ["seed", "roster", "entries", "ballots", "words", "beacon"])
def test_a_document_that_is_cut_is_a_mismatch_and_no_error(document: dict[str, Any], name: str):
    result = checking.check({**document, name: 5})

    assert result.fault.startswith("MISMATCH V")
