"""What a card code looks like in a text, however it is spelled or spaced. Pure.

Used where a code must never stand in the clear: listings, chat, logs. The shape is that of
orders.md 5.2; where it can't tell a code from a round amount ("Steam 100") it lets it pass.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

Span = tuple[int, int]

MASK = "•"
KEPT = 2  # characters that stay readable behind the mask

_NUMERALS = {
    sign: str(digit)
    for digit, signs in enumerate(
        ("零〇", "一壹", "二贰弍", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
    )
    for sign in signs
}
_JOINERS = r"\s\-‐‑‒–—―_.·•∙*~"
_BETWEEN_DIGITS = re.compile(rf"(?<=\d)[{_JOINERS}]{{1,4}}(?=\d)|(?<=\d{{4}})[/|,、]\s?(?=\d{{4}})")

_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d[-/.年](?:1[0-2]|0?[1-9])(?:[-/.月](?:3[01]|[12]\d|0?[1-9]))?日?(?!\d)"
)
_TIME = re.compile(r"(?<!\d)(?:2[0-3]|[01]?\d):[0-5]\d(?::[0-5]\d)?(?!\d)")
# Not where more digits stand beside it: "1234 5678 9012元" is no price.
_PRICE = re.compile(
    r"[¥$€]\s?(?:\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.\d\d?)?(?![\s\-–.·]?\d)"
    r"|(?<![\d.])(?<!\d[\s\-–.·])\d{1,6}(?:\.\d\d?)?\s?(?:yuan|rmb|cny|元|块)"
)

_LONG_NUMBER = re.compile(r"(?<![a-z0-9])\d{12,}(?![a-z0-9])")
_MOBILE = re.compile(r"(?:0?0?86)?1[3-9]\d{9}")
_MIXED_RUN = re.compile(r"(?<![a-z0-9])[a-z0-9]{8,}(?![a-z0-9])")
_GROUPS = re.compile(
    r"(?<![a-z0-9])[a-z0-9]{3,6}(?:[ .\-‐‑‒–—]{1,3}[a-z0-9]{3,6}){1,7}(?![a-z0-9])"
)
_AMOUNT = re.compile(r"[1-9]\d{0,2}0")  # 10 … 9990: what a card is worth, not what it says
_WORD_AND_AMOUNT = re.compile(r"[a-z]{3,}[1-9]\d{0,2}0[a-z]{0,4}")
_KEY_WORD = re.compile(
    r"card\s?(?:no\b|number|nr\b|#)|\bpin\b|\bpass\s?(?:word|code)\b|\bredee?m(?:ption)?\b"
    r"|卡号|卡密|密码|兑换码|激活码"
)
_AFTER_KEY_WORD = re.compile(r"^\W{0,3}(?:is|是|为)?\W{0,3}([a-z0-9]{4,})", re.ASCII)
_NEAR_KEY_WORD = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)[a-z0-9]{4,}")
REACH = 12  # characters between a key word and what it names


@dataclass(frozen=True)
class Plain:
    """A text as the rules read it, and where each of its characters stood before."""

    text: str
    source: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The part of the original text that [start, end) was made of."""
        return self.source[start], self.source[end - 1] + 1


def plain(text: str) -> Plain:
    """Compatible characters made equal, invisible ones dropped, all in lower case, digits ASCII."""
    letters: list[str] = []
    source: list[int] = []
    for position, sign in enumerate(text):
        for letter in _folded(sign):
            letters.append(letter)
            source.append(position)
    return Plain("".join(letters), tuple(source))


def _folded(sign: str) -> str:
    if unicodedata.category(sign) in {"Cf", "Mn", "Me"}:  # zero-width, variation, keycap frame
        return ""
    return "".join(map(_digit, unicodedata.normalize("NFKC", sign).casefold()))


def _digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None)
    return letter if value is None else str(value)


def digits_joined(read: Plain) -> Plain:
    """Chinese numerals as digits, and no separators inside runs of digits."""
    counted = "".join(_NUMERALS.get(letter, letter) for letter in read.text)
    dropped = {
        position for match in _BETWEEN_DIGITS.finditer(counted) for position in range(*match.span())
    }
    kept = [position for position in range(len(counted)) if position not in dropped]
    return Plain("".join(counted[p] for p in kept), tuple(read.source[p] for p in kept))


def without_dates_and_prices(read: Plain) -> Plain:
    """The same length; dates, times and prices are blotted out, for they are no codes."""
    text = read.text
    for pattern in (_DATE, _TIME, _PRICE):
        text = pattern.sub(lambda match: "¶" * len(match[0]), text)
    return Plain(text, read.source)


def luhn(number: str) -> bool:
    """The check digit of cards and devices is right."""
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004


def find_codes(text: str, *, parcel: bool = False, known: Collection[str] = ()) -> list[Span]:
    """Where `text` holds something shaped like a card code.

    Args:
        parcel: on a parcel's listing only named codes and payment card numbers count.
        known: numbers that are no codes here (order number, tracking numbers, serials).
    """
    read = without_dates_and_prices(plain(text))
    harmless = {"".join(filter(str.isalnum, plain(each).text)) for each in known}
    found = [
        span
        for span, code in _candidates(read, parcel=parcel)
        if "".join(filter(str.isalnum, code)) not in harmless
    ]
    return _merged(found)


def _candidates(read: Plain, *, parcel: bool) -> Iterator[tuple[Span, str]]:
    joined = digits_joined(read)
    for start, end in (*_numbers(joined.text, parcel=parcel), *_named(joined.text)):
        yield joined.span(start, end), joined.text[start:end]
    if not parcel:
        for start, end in _mixed(read.text):
            yield read.span(start, end), read.text[start:end]


def _numbers(text: str, *, parcel: bool) -> Iterator[Span]:
    for match in _LONG_NUMBER.finditer(text):
        if _is_number(match[0], parcel=parcel):
            yield match.span()


def _mixed(text: str) -> Iterator[Span]:
    for match in _MIXED_RUN.finditer(text):
        if _is_run(match[0]):
            yield match.span()
    for match in _GROUPS.finditer(text):
        if (found := _longest_code(match[0])) is not None:
            yield match.start() + found[0], match.start() + found[1]


def _longest_code(text: str) -> Span | None:
    """The longest row of groups that is a code: the words before and after it join the match."""
    groups = [match.span() for match in re.finditer(r"[a-z0-9]+", text)]
    for size in range(len(groups), 1, -1):
        for first in range(len(groups) - size + 1):
            start, end = groups[first][0], groups[first + size - 1][1]
            if _is_grouped(text[start:end]):
                return start, end
    return None


def _is_number(digits: str, *, parcel: bool) -> bool:
    if parcel:
        return 16 <= len(digits) <= 19 and luhn(digits)  # noqa: PLR2004 - payment card numbers
    return not _MOBILE.fullmatch(digits)


def _is_run(run: str) -> bool:
    return _is_mixed(run) and not _WORD_AND_AMOUNT.fullmatch(run)


def _is_mixed(run: str) -> bool:
    enough = 3
    return sum(map(str.isdigit, run)) >= enough and sum(map(str.isalpha, run)) >= enough


def _is_grouped(text: str) -> bool:
    """Groups of 3–6 that are a code, and not words with an amount between them."""
    groups = re.split(r"[^a-z0-9]+", text)
    if not _is_mixed("".join(groups)):
        return False
    if all(group.isalpha() or _AMOUNT.fullmatch(group) for group in groups):
        return False
    blended = any(not group.isalpha() and not group.isdigit() for group in groups)
    even = len(groups) >= 3 and len({len(group) for group in groups}) == 1  # noqa: PLR2004
    return blended or even or " " not in text


def _named(text: str) -> Iterator[Span]:
    """What stands behind a word such as “PIN”: at once, or within reach if it holds a digit."""
    for word in _KEY_WORD.finditer(text):
        rest = text[word.end() :]
        found = _AFTER_KEY_WORD.match(rest) if _introduces(rest) else None
        start = found.start(1) if found else None
        if found is None and (found := _NEAR_KEY_WORD.search(rest)) and found.start() <= REACH:
            start = found.start()
        if found is not None and start is not None:
            yield word.end() + start, word.end() + found.end()


def _introduces(rest: str) -> bool:
    return bool(re.match(r"\s*(?:[:=#]|is\b|是|为)", rest))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def masked(text: str, spans: Collection[Span] | None = None) -> str:
    """The text with every code (or every given span) dotted out but for its last 2 characters."""
    letters = list(text)
    for start, end in find_codes(text) if spans is None else spans:
        hidden = max(start, end - KEPT) if end - start > 2 * KEPT else end
        letters[start:hidden] = MASK * (hidden - start)
    return "".join(letters)
