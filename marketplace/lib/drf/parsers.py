"""Reading a JSON body strictly: said twice, no number, nested without end – that is no body."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import JSONParser

from marketplace.lib.errors import Refused

LONGEST_BODY = 256 * 1024  # bytes
LONGEST_WITH_PICTURE = 28 * 1024 * 1024  # 20 MB in base64, and some words
DEEPEST = 20


class StrictJSONParser(JSONParser):
    """`application/json` in UTF-8, at most 256 KB, an object at its top."""

    longest = LONGEST_BODY

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 - DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        raw = stream.read(self.longest + 1)
        if len(raw) > self.longest:
            raise Refused("too_big", _("The body is too large."))
        return parse(raw)


class PictureJSONParser(StrictJSONParser):
    """The same for bodies that may hold a picture in base64."""

    longest = LONGEST_WITH_PICTURE


def parse(raw: bytes) -> dict[str, Any]:
    """The object that `raw` spells.

    Raises:
        Refused: `bad_json`; it says what is wrong and repeats nothing of the body.
    """
    try:
        body = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise _bad(_("The body is no JSON.")) from error
    if not isinstance(body, dict):
        raise _bad(_("The body is an object: {…}."))
    _look_through(body, depth=1)
    return body


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _bad(_("A name stands twice in one object."))
    return found


def _no_number(_word: str) -> NoReturn:
    raise _bad(_("NaN and Infinity are no numbers."))


def _look_through(value: Any, depth: int) -> None:
    """Too deep a nesting, and letters that no database can keep (NUL, half a surrogate pair)."""
    if depth > DEEPEST:
        raise _bad(_("The body is nested too deep."))
    match value:
        case dict():
            for name, inner in value.items():
                _look_at(name)
                _look_through(inner, depth + 1)
        case list():
            for inner in value:
                _look_through(inner, depth + 1)
        case str():
            _look_at(value)


def _look_at(text: str) -> None:
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _bad(_("There is a character in the body that can’t be kept."))


def _bad(sentence: Any) -> Refused:
    return Refused("bad_json", sentence)
