"""Pure: covering who somebody is and what unlocks money, in a text that strangers will read.

Equal values get equal tokens across all texts of a case (`[number A]`, `[name B]`), so that "the
same" and "another" stay visible.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from marketplace.lib.codeshape import find_codes, luhn

BLACK = "█"

Place = tuple[int, int]

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s-]\d{7,8}(?!\d)")
_DOCUMENT = re.compile(
    r"(?<!\w)\d{6}(?:19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?!\w)|(?<!\w)[EG]\d{8}(?!\w)"
)
_BANK = re.compile(r"(?<!\d)\d{4}(?:[\s-]?\d{4}){2,3}(?:[\s-]?\d{1,3})?(?!\d)")
_MESSENGER = re.compile(
    r"(?:wechat|weixin|whatsapp|telegram|\bvx\b|\bwx\b|\bqq\b|微信|微信号|薇信|扣扣)"
    r"\s*(?:id|no\.?|号)?\s*[:：是]?\s*([A-Za-z0-9_\-@+]{5,30})",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)

_CODE, _NUMBER, _NAME, _MAIL, _ACCOUNT, _PLACE = (
    "code",
    "number",
    "name",
    "e-mail",
    "account",
    "address",
)


@dataclass(frozen=True)
class Known:
    """What is known about the sides of a case, to be covered wherever it stands.

    Attributes:
        names: chosen and registered names of both.
        phones, places: their numbers and the order's addresses.
        harmless: what looks like a code and is none (the order's own number).
    """

    names: tuple[str, ...] = ()
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
            codes: where the vault says that the very code stands, which may have no code's shape.
        """
        pieces: list[str] = []
        place = 0
        known = [Span(start, end, _CODE, _plain(text[start:end])) for start, end in codes]
        for span in _disjoint([*known, *_spans(text, self.known), *_owners(text, more)]):
            pieces += [text[place : span.start], self._token(span)]
            place = span.end
        return "".join([*pieces, text[place:]])

    def _token(self, span: Span) -> str:
        if span.kind == BLACK:
            return BLACK * min(span.end - span.start, 12)
        key = (span.kind, span.value)
        if key not in self._tokens:
            alike = sum(1 for kind, _value in self._tokens if kind == span.kind)
            self._tokens[key] = f"[{span.kind} {_letter(alike)}]"
        return self._tokens[key]


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


def _spans(text: str, known: Known) -> Iterator[Span]:
    yield from _literal(text, known.names, _NAME)
    yield from _literal(text, known.places, _PLACE)
    yield from _literal(text, known.phones, _NUMBER)
    for pattern, kind in ((_EMAIL, _MAIL), (_LINK, _ACCOUNT), (_DOCUMENT, _NUMBER)):
        yield from (_span(found, kind) for found in pattern.finditer(text))
    yield from (
        Span(*found.span(1), _ACCOUNT, found[1].lower()) for found in _MESSENGER.finditer(text)
    )
    for pattern in (_MOBILE, _LANDLINE):
        yield from (_span(found, _NUMBER) for found in pattern.finditer(text))
    yield from (_span(found, _NUMBER) for found in _BANK.finditer(text) if luhn(_plain(found[0])))
    for start, end in find_codes(text, known=known.harmless):
        yield Span(start, end, _CODE, _plain(text[start:end]))


def _span(found: re.Match[str], kind: str) -> Span:
    return Span(*found.span(), kind, _plain(found[0]))


def _literal(text: str, values: Sequence[str], kind: str) -> Iterator[Span]:
    for value in map(str.strip, values):
        if len(value) > 1:
            for found in re.finditer(_whole(value), text, re.IGNORECASE):
                yield Span(*found.span(), kind, value.casefold())


def _whole(value: str) -> str:
    """Ms. Li does not stand in "delivered"; between Chinese letters she may."""
    return rf"(?<![A-Za-z0-9]){re.escape(value)}(?![A-Za-z0-9])"


def _plain(value: str) -> str:
    return re.sub(r"[\W_]", "", value).casefold()


def _disjoint(spans: Iterable[Span]) -> list[Span]:
    """In order; where two overlap the one that begins first, and then the longer, goes on."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if not found or span.start >= found[-1].end:
            found.append(span)
        elif span.end > found[-1].end:
            last = found.pop()
            found.append(Span(last.start, span.end, last.kind, last.value))
    return found
