"""The stories' numbers: a marker names one that exists, and docs/stories.md says what is proved."""

from tests.stories import coverage


def test_there_are_seventy_requirements():
    assert list(coverage.TITLES) == [f"R{number}" for number in range(1, 71)]
    assert all(coverage.TITLES.values())


def test_a_marker_must_name_one_of_them():
    assert coverage.unknown("story", ("R24", "R71", "r1", 24)) == ["R71", "r1", 24]


def test_the_page_about_the_stories_is_current():
    assert coverage.DOCUMENT.read_text(encoding="utf-8") == coverage.document(), (
        "run python -m tests.stories.coverage"
    )
