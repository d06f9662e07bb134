"""No byte of a published draw can change unnoticed, and no field be left out."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from disputes import checking
from tests.disputes import published

# Nothing public contradicts another time that still fits the rest.
LOOSE = {("filed_at",), ("sealed_at",), ("roster", "built_at")}


def leaves(inner: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each value that is no list and no object, with the way to it."""
    if isinstance(inner, dict | list):
        pairs = inner.items() if isinstance(inner, dict) else enumerate(inner)
        for step, each in pairs:
            yield from leaves(each, (*where, step))
    else:
        yield where, inner


def others(value: Any) -> Iterator[Any]:
    """What could stand there instead: each byte changed, one more, one less, another type."""
    if isinstance(value, bool):
        yield from (not value, int(value), None)
    elif isinstance(value, int):
        yield from (value + 1, value - 1, float(value), str(value), bool(value), None)
    elif isinstance(value, str):
        step = 2 if len(value) > 32 else 1  # two digits are one byte
        for place in range(0, len(value), step):
            yield value[:place] + ("1" if value[place] != "1" else "2") + value[place + 1 :]
        yield from (value[:-1], value + "0", value.upper() + " ", None)
    else:
        yield from (0, 1, "", "a" * 64, [])


def replaced(document: dict[str, Any], where: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """A copy with one value changed; what is not on the way to it is shared."""
    step, rest = where[0], where[1:]
    changed: Any = copy.copy(document)
    changed[step] = replaced(document[step], rest, value) if rest else value
    return changed  # type: ignore[no-any-return]


def unnoticed(document: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for where, value in leaves(document):
        for other in others(value):
            if repr(other) == repr(value):
                continue
            if not checking.check(replaced(document, where, other)).exit_code:
                yield where


@pytest.mark.scenario("A07")
def test_no_value_can_be_anything_else_but_a_time_that_still_fits():
    """Thousands of documents, each with one byte or one type changed."""
    found = set(unnoticed(published.document()))

    assert found == LOOSE


def holders(inner: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each field of each object."""
    pairs = inner.items() if isinstance(inner, dict) else enumerate(inner)
    for step, each in pairs:
        if isinstance(inner, dict):
            yield (*where, step)
        if isinstance(each, dict | list):
            yield from holders(each, (*where, step))


def test_no_field_can_be_left_out():
    document = published.document()
    found = []
    for where in holders(document):
        changed = copy.deepcopy(document)
        inner: Any = changed
        for step in where[:-1]:
            inner = inner[step]
        del inner[where[-1]]
        if not checking.check(changed).exit_code:
            found.append(where)

    assert found == []


# --- As a file, without a database ----------------------------------------------------------------
def downloaded(folder: Path, answer: dict[str, Any]) -> str:
    path = folder / "draw.json"
    path.write_text(json.dumps(answer))
    return str(path)


def as_the_api_answers(document: dict[str, Any]) -> dict[str, Any]:
    return {"case": document["case"], "published": document["published"], "document": document}


@pytest.mark.parametrize("shape", [dict, as_the_api_answers])
def test_a_file_is_read_alone_and_as_the_api_answers_it(shape, tmp_path: Path, capsys):
    path = downloaded(tmp_path, shape(published.document()))

    call_command("verify_draw", "--file", path)

    assert capsys.readouterr().out == "OK 8/8\n"


@pytest.mark.parametrize(
    ("change", "line", "code"),
    [
        ({"published": False}, "NOT PUBLISHED YET", 2),
        ({"tally": {"buyer": 8, "seller": 8}}, "MISMATCH V8 tally buyer expected=9 got=8", 1),
    ],
)
def test_the_exit_code_says_what_the_line_says(change, line: str, code: int, tmp_path: Path):
    path = downloaded(tmp_path, as_the_api_answers(published.document() | change))

    with pytest.raises(CommandError, match=line) as caught:
        call_command("verify_draw", "--file", path)

    assert caught.value.returncode == code
