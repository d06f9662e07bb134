"""The check of a published draw: all of it holds, and one changed byte anywhere is named."""

import copy
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from disputes import checking, draw
from disputes.checking import Document
from tests.disputes import published
from tests.disputes.published import CASE, SIZE, blank, h


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return published.document()


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


def rehashed(document: dict[str, Any]) -> dict[str, Any]:
    """By somebody who changed entries and made the sums over them fit again."""
    entries = document["entries"]
    told = Counter(row["code"] or row["outcome"] for row in entries)
    whole = draw.entries_hash(entries).hex()
    return {**document, "outcomes": dict(told), "entries_hash": whole}


def test_replacements_can_not_be_cut_off(document: dict[str, Any]):
    cut = {**document, "entries": document["entries"][:-1]}

    assert checking.check(cut).fault.startswith("MISMATCH V5 entries_hash ")


def test_nobody_is_drawn_while_every_chair_is_taken(document: dict[str, Any]):
    """One counter more than needed, whatever became of it."""
    counter = len(document["entries"])
    number = draw.drawn(bytes.fromhex(document["seed"]), SIZE, counter).number
    met = number in {row["number"] for row in document["entries"]}
    fate = {"outcome": "DUP"} if met else {"outcome": "EXCLUDED", "code": "CAP"}
    more = blank(counter, number) | fate | {"ground_hash": None if met else h("why").hex()}
    changed = {**document, "entries": [*document["entries"], more]}

    result = checking.check(rehashed(changed))

    assert result.fault == f"MISMATCH V7 counter={counter} was drawn with no chair free"


def test_a_vacated_chair_was_somebodys(document: dict[str, Any]):
    more = {"round": 1, "chair": 9, "counter": 0}

    result = checking.check({**document, "vacated": [*document["vacated"], more]})

    assert result.fault == "MISMATCH V7 vacated round=1 chair=9 counter=0 was not taken"


def test_rounds_follow_each_other(document: dict[str, Any]):
    changed = copy.deepcopy(document)
    changed["entries"][5]["round"] = 2

    result = checking.check(rehashed(changed))

    assert result.fault == "MISMATCH V7 counter=6 round expected=3 got=1"


def test_ballots_need_a_panel(document: dict[str, Any]):
    result = checking.check(rehashed({**document, "entries": [], "vacated": []}))

    assert result.fault == "MISMATCH V7 ballots without a panel"


def test_a_seat_has_one_ballot(document: dict[str, Any]):
    row = dict(document["ballots"][0], salt=h("another").hex(), voided=True)
    letter = row["side"][0].upper()
    row["receipt"] = draw.receipt(CASE, UUID(row["seat"]), letter, h("another")).hex()
    rows = sorted([*document["ballots"], row], key=lambda each: each["receipt"])

    result = checking.check({**document, "ballots": rows})

    assert result.fault.startswith("MISMATCH V8 ballot=")


def test_a_tally_without_its_ballots_is_named(document: dict[str, Any]):
    result = checking.check({**document, "ballots": None})

    assert result.fault == "MISMATCH V8 tally without ballots"


def test_a_hearing_is_not_shorter_than_promised(document: dict[str, Any]):
    result = checking.check({**document, "sealed_at": "2026-11-05T07:59:59+00:00"})

    assert result.fault == "MISMATCH V6 sealed_at=2026-11-05T07:59:59+00:00 is too early"


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
