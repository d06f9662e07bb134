"""Pure: covering who somebody is and what unlocks money, in a text that strangers will read.

Equal values get equal tokens across all texts of a case (`[number A]`, `[name B]`, `[serial
••••1234]`), however they are spelled or spaced, so that "the same" and "another" stay visible.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from marketplace.lib.codeshape import (
    Plain,
    digits_joined,
    find_codes,
    luhn,
    plain,
    without_dates_and_prices,
)

BLACK = "█"
MOST_BLACK = 12  # nobody counts the letters
SHOWN_OF_A_SERIAL = 4

Place = tuple[int, int]

CODE, NUMBER, NAME, MAIL, ACCOUNT, LINK, ADDRESS, SERIAL = (
    "code",
    "number",
    "name",
    "e-mail",
    "account",
    "link",
    "address",
    "serial",
)

# Read in a text whose letters were made equal and small (`codeshape.plain`).
_HAN = "\u4e00-\u9fff"
_EMAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_LINK = re.compile(
    rf"(?:https?://|www\.)[^\s{_HAN}\u3000-\u303f]+"
    r"|(?<![a-z0-9@.-])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|cn|net|org|top|xyz|cc|me|shop|example)"
    rf"(?![a-z0-9-])(?:/[^\s{_HAN}]*)?"
)
_SERIAL = re.compile(
    r"(?:imei|serial(?:\s?(?:no\b\.?|number|nr))?|\bs/?n\b|序列号|串号)"
    r"\W{0,3}(?:is\b|是|为)?\W{0,3}((?=[a-z-]*\d)[a-z0-9][a-z0-9-]{4,23}[a-z0-9])"
)
_MESSENGER = re.compile(
    r"(?:we\s?chat|wei\s?xin|whats\s?app|telegram|(?<![a-z])(?:vx|wx|qq)(?![a-z])|v信|微信|薇信|扣扣)"
    r"(?:\s?(?:id\b|no\b\.?|号码?|群))?(\s*(?:[:=]|is\b|是|为))?[\s\"'(「]*"
    r"([a-z0-9][a-z0-9_@+-]{4,29})"
)
_LANDLINE = re.compile(r"(?<!\d)\(?0\d{2,3}\)?[\s-]?\d{3,4}[\s-]?\d{4}(?!\d)")
_ABROAD = re.compile(r"\+\d[\d\s()-]{7,17}\d")
_ADDRESS = re.compile(
    rf"[{_HAN}]{{2,12}}(?:路|街|大道|巷|弄|胡同)\s?\d{{1,5}}\s?(?:号|弄)"
    r"(?:\s?\d{1,4}\s?(?:号楼|栋|幢|座|单元|楼|层|室|号))*"
)
# Read where separators within numbers are gone, too (`codeshape.digits_joined`).
_MOBILE = re.compile(r"\+?(?<!\d)(?:(?:00)?86)?1[3-9]\d{9}(?!\d)")
_DOCUMENT = re.compile(
    r"(?<![a-z0-9])\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx](?![a-z0-9])"
    r"|(?<![a-z0-9])(?:[egh]\d{8}|[eh][a-z]\d{7})(?![a-z0-9])"
)
_BANK = re.compile(r"(?<!\d)\d{16,19}(?!\d)")

_TITLES = "先生|女士|小姐|老师|老板|总|哥|姐|某"


@dataclass(frozen=True)
class Known:
    """What is known about the sides of a case, to be covered wherever it stands.

    Attributes:
        names: chosen names of both, covered where they stand whole.
        registered: their names on paper; parts of them and forms of address count, too.
        phones, places: their numbers and the order's addresses.
        harmless: what looks like a code and is none (the order's own number).
    """

    names: tuple[str, ...] = ()
    registered: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """Something to cover: where it stands, of what kind it is, and what makes two alike."""

    start: int
    end: int
    kind: str
    value: str


@dataclass
class Redactor:
    """Covers the texts of one case, one after the other, with one set of tokens."""

    known: Known
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def redact(self, text: str, more: Iterable[Place] = (), *, codes: Iterable[Place] = ()) -> str:
        """The text with everything covered, and `more` spans of its owner blackened.

        Args:
            codes: where the vault says that sealed codes stand, which may have no code's shape.
        """
        pieces: list[str] = []
        place = 0
        told = (Span(start, end, CODE, _letters(text[start:end])) for start, end in codes)
        spans = [*_owners(text, more), *told, *_spans(text, self.known)]
        for span in _disjoint(text, spans):
            pieces += [text[place : span.start], self._token(span)]
            place = span.end
        return "".join([*pieces, text[place:]])

    def _token(self, span: Span) -> str:
        if span.kind == BLACK:
            return BLACK * min(span.end - span.start, MOST_BLACK)
        key = (span.kind, span.value)
        if key not in self._tokens:
            self._tokens[key] = self._new_token(span)
        return self._tokens[key]

    def _new_token(self, span: Span) -> str:
        if span.kind != SERIAL:
            alike = sum(1 for kind, _value in self._tokens if kind == span.kind)
            return f"[{span.kind} {_letter(alike)}]"
        shown = span.value[-SHOWN_OF_A_SERIAL:]
        ends = [value for kind, value in self._tokens if kind == SERIAL and value.endswith(shown)]
        other = f" {_letter(len(ends))}" if ends else ""
        return f"[serial ••••{shown}{other}]"


def _letter(place: int) -> str:
    """A … Z, then AA, AB …"""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def spans_of(text: str, words: str) -> list[Place]:
    """Every place of `words` in the text, whatever the case of its letters."""
    return [found.span() for found in re.finditer(re.escape(words), text, re.IGNORECASE)]


def _owners(text: str, more: Iterable[Place]) -> Iterator[Span]:
    for start, end in more:
        if 0 <= start < end <= len(text):
            yield Span(start, end, BLACK, "")


# --- finding --------------------------------------------------------------------------------------
def _spans(text: str, known: Known) -> Iterator[Span]:
    """Everything to cover, the most telling kind first: where two overlap, its token is shown."""
    read = plain(text)
    joined = digits_joined(without_dates_and_prices(read))
    yield from _matches(_EMAIL, read, MAIL)
    yield from _matches(_LINK, read, LINK)
    yield from _matches(_SERIAL, read, SERIAL)
    yield from _people(text, read, known)
    yield from _numbers(read, joined)
    for start, end in find_codes(text, known=known.harmless):
        yield Span(start, end, CODE, _letters(text[start:end]))


def _numbers(read: Plain, joined: Plain) -> Iterator[Span]:
    yield from _matches(_DOCUMENT, joined, NUMBER)
    yield from _matches(_MOBILE, read, NUMBER)
    yield from _matches(_MOBILE, joined, NUMBER)
    yield from _matches(_ABROAD, read, NUMBER)
    yield from _matches(_LANDLINE, read, NUMBER)
    for span in _matches(_BANK, joined, NUMBER):
        if luhn(span.value):
            yield span


def _people(text: str, read: Plain, known: Known) -> Iterator[Span]:
    for found in _MESSENGER.finditer(read.text):
        if found[1] or _is_account(found[2]):
            yield Span(*read.span(*found.span(2)), ACCOUNT, found[2])
    for name in (*known.names, *known.registered):
        yield from _literal(name, read, NAME)
    for name in known.registered:
        yield from _parts(name, text, read)
    for place in known.places:
        yield from _literal(place, read, ADDRESS)
    yield from _matches(_ADDRESS, read, ADDRESS)
    for phone in known.phones:
        yield from _literal(phone, read, NUMBER, value=_digits(phone))


def _matches(pattern: re.Pattern[str], read: Plain, kind: str) -> Iterator[Span]:
    """Where the pattern stands, or its group where it has one."""
    for found in pattern.finditer(read.text):
        value = found[pattern.groups]
        alike = _digits(value) if kind == NUMBER else _letters(value)
        yield Span(*read.span(*found.span(pattern.groups)), kind, alike)


def _is_account(word: str) -> bool:
    """Behind “WeChat” without a colon: `guo_5678` is somebody's, “yesterday” is not."""
    if word.isdigit():
        return True
    return any(map(str.isalpha, word)) and any(not letter.isalpha() for letter in word)


def _literal(words: str, read: Plain, kind: str, *, value: str = "") -> Iterator[Span]:
    """The very words, however they are spaced; “Lin” does not stand in “online”."""
    signs = [re.escape(sign) for sign in plain(words).text if not sign.isspace()]
    if len(signs) > 1:
        pattern = re.compile(_spaced(signs))
        for found in pattern.finditer(read.text):
            yield Span(*read.span(*found.span()), kind, value or _letters(words))


def _spaced(signs: list[str]) -> str:
    words = r"[\s·.]{0,2}".join(signs)
    return rf"(?<![a-z0-9]){words}(?![a-z0-9])" if signs[0].isascii() else words


def _parts(name: str, text: str, read: Plain) -> Iterator[Span]:
    """“Ms. Wang”, “郭先生”: a part of a registered name, or a form of address."""
    value = _letters(name)
    for found in _part_pattern(name).finditer(read.text):
        start, end = read.span(*found.span())
        if not text[start].isascii() or text[start].isupper():
            yield Span(start, end, NAME, value)


def _part_pattern(name: str) -> re.Pattern[str]:
    signs = plain(name).text
    if signs.isascii():
        words = [re.escape(word) for word in signs.split() if len(word) > 2]  # noqa: PLR2004
        return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(words) or '(?!)'})(?![a-z0-9])")
    family = 2 if len(signs) > 3 else 1  # noqa: PLR2004 - 欧阳 and the like have two signs
    first, given = re.escape(signs[:family]), re.escape(signs[family:])
    alone = f"|{given}" if len(signs) - family > 1 else ""
    return re.compile(rf"{first}(?:{_TITLES})|[小老]{first}{alone}")


def _letters(value: str) -> str:
    return re.sub(r"[\W_]", "", plain(value).text)


def _digits(value: str) -> str:
    """A number without what stands between its digits; a mobile number without its country."""
    found = _letters(value)
    mobile = re.fullmatch(r"(?:00)?86(1[3-9]\d{9})", found)
    return mobile[1] if mobile else found


# --- placing --------------------------------------------------------------------------------------
def _disjoint(text: str, spans: Iterable[Span]) -> list[Span]:
    """In order of place; where two overlap, both are covered by the token of the first told."""
    taken: list[Span] = []
    for span in spans:
        near = [each for each in taken if each.start < span.end and span.start < each.end]
        if not near:
            taken.append(span)
        elif _leaves_something(text, span, near):
            taken = [each for each in taken if each not in near]
            start = min(span.start, *(each.start for each in near))
            end = max(span.end, *(each.end for each in near))
            taken.append(Span(start, end, near[0].kind, near[0].value))
    return sorted(taken, key=lambda each: each.start)


def _leaves_something(text: str, span: Span, near: list[Span]) -> bool:
    open_ = set(range(span.start, span.end)).difference(
        *(range(each.start, each.end) for each in near)
    )
    return any(text[place].isalnum() for place in open_)
