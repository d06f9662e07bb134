"""Each scenario of the court has a test named after it, and each such test says so."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.disputes.scenarios import IN_PART, SCENARIOS
from tests.stories import coverage

TESTS = Path(__file__).resolve().parent.parent


def marked() -> Iterator[tuple[str, str]]:
    """Each number that a marker names, with the name of its test."""
    for path in sorted(TESTS.rglob("test_*.py")):
        yield from coverage.named(path, "scenario")


def numbered(name: str) -> str:
    """The number in the name of a test, or ""."""
    found = re.match(r"test_(a\d\d)_", name)
    return found[1].upper() if found else ""


def test_there_are_forty_scenarios():
    assert list(SCENARIOS) == [f"A{number:02}" for number in range(1, 41)]
    assert set(IN_PART) < set(SCENARIOS)


def test_each_has_a_test_that_is_named_after_it():
    named = {number for number, name in marked() if numbered(name) == number}

    assert set(SCENARIOS) == named


def test_a_number_in_a_name_is_the_number_of_its_marker():
    names = set(re.findall(r"def (test_a\d\d_\w+)", _everything()))

    assert {name for number, name in marked() if numbered(name) == number} == names
    assert [name for number, name in marked() if numbered(name) not in {"", number}] == []


def _everything() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in TESTS.rglob("test_*.py"))


def test_a_marker_must_name_one_of_them():
    assert coverage.unknown("scenario", ("A07", "A41", "a07", 7)) == ["A41", "a07", 7]
