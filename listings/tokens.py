"""Words of a text for search: Chinese in pairs of characters, the rest in words. Pure.

PostgreSQL's own parsers see a Chinese sentence as one word; overlapping pairs in a GIN index find
any two-character word in well under a millisecond.
"""

import re
import unicodedata
from itertools import pairwise

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af\U00020000-\U0003ffff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
LONGEST = 40  # characters of one word; the rest of a longer one adds nothing


def _runs(text: str) -> list[str]:
    return _RUNS.findall(unicodedata.normalize("NFKC", text).casefold())


def tokens(text: str) -> set[str]:
    """What a text can be found by: words, Chinese characters and their pairs."""
    found: set[str] = set()
    for run in _runs(text):
        if _IS_HAN.match(run):
            found.update(run)
            found.update(left + right for left, right in pairwise(run))
        else:
            found.add(run[:LONGEST])
    return found


def query_tokens(text: str) -> list[str]:
    """What all must be found for `text`: pairs alone say more than the characters in them."""
    found: dict[str, None] = {}
    for run in _runs(text):
        if not _IS_HAN.match(run):
            found[run[:LONGEST]] = None
        elif len(run) == 1:
            found[run] = None
        else:
            found.update(dict.fromkeys(left + right for left, right in pairwise(run)))
    return list(found)


def quoted(text: str) -> list[str]:
    """The phrases between quotation marks, which must stand in the text as they are."""
    return [phrase.strip() for phrase in re.findall(r"[\"“”「]([^\"“”「」]+)[\"“”」]", text)]


def tsquery(words: list[str]) -> str:
    """All of `words`, as PostgreSQL's tsquery spells it; they hold letters and digits only."""
    return " & ".join(f"'{word}'" for word in words)
