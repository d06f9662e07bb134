"""Red flags: what a listing may not say, and what a person must look at first. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from listings.patterns import PATTERNS, Weight
from marketplace.lib import codeshape
from marketplace.lib.codeshape import Span

CAUTION_PERCENT = 80  # at or below this share of the face value: buyers are told [Liu]
HOLD_PERCENT = 50  # below it: a person looks first

_MOBILE = re.compile(r"(?<!\d)(?:\+?(?:00)?86)?1[3-9]\d{9}(?!\d)")
_BANK_CARD = re.compile(r"(?<!\d)[3-6]\d{15,18}(?!\d)")


@dataclass(frozen=True)
class Facts:
    """What the rules need to know besides the text; amounts in fen."""

    kind: str = "card"
    price: int = 0
    face_value: int = 0
    own_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class RedFlag:
    code: str
    weight: Weight
    span: Span  # in the text that was screened; (0, 0) for what is not in the text
    text: str  # the words that raised it; a code shows its last 2 characters only


def screen(text: str, facts: Facts) -> list[RedFlag]:
    """Every flag of `text`, the heaviest first; what the price says is `screen_price`'s."""
    flags = [*_codes(text, facts), *_numbers(text), *_words(text, facts)]
    return sorted(flags, key=lambda flag: (-flag.weight, flag.span))


def _codes(text: str, facts: Facts) -> Iterator[RedFlag]:
    for start, end in codeshape.find_codes(text, parcel=facts.kind != "card"):
        words = codeshape.masked(text[start:end], [(0, end - start)])
        yield RedFlag("code_in_listing", Weight.REFUSE, (start, end), words)


def _numbers(text: str) -> Iterator[RedFlag]:
    joined = codeshape.digits_joined(codeshape.plain(text))
    for match in _MOBILE.finditer(joined.text):
        span = joined.span(*match.span())
        yield RedFlag("outside_contact", Weight.REFUSE, span, text[slice(*span)])
    for match in _BANK_CARD.finditer(joined.text):
        if codeshape.luhn(match[0]):
            span = joined.span(*match.span())
            words = codeshape.masked(text[slice(*span)], [(0, span[1] - span[0])])
            yield RedFlag("pay_scheme", Weight.REFUSE, span, words)


def _words(text: str, facts: Facts) -> Iterator[RedFlag]:
    read = codeshape.plain(text)
    for pattern in PATTERNS:
        for match in pattern.expression.finditer(read.text):
            if pattern.code == "outside_link" and _is_ours(match[0], facts.own_hosts):
                continue
            span = read.span(*match.span())
            yield RedFlag(pattern.code, pattern.weight, span, text[slice(*span)].strip())


def _is_ours(link: str, own_hosts: tuple[str, ...]) -> bool:
    host = re.split(r"[/?#]", re.sub(r"^[a-z]+://", "", link))[0]
    return host in own_hosts


def screen_price(facts: Facts) -> list[RedFlag]:
    """`price_too_low`: a caution at or below 80 % of the face value, a hold below 50 %."""
    if facts.face_value <= 0 or facts.price * 100 > facts.face_value * CAUTION_PERCENT:
        return []
    far_below = facts.price * 100 < facts.face_value * HOLD_PERCENT
    weight = Weight.HOLD if far_below else Weight.CAUTION
    percent = facts.price * 100 // facts.face_value
    return [RedFlag("price_too_low", weight, (0, 0), f"{percent} %")]


def cautions(facts: Facts) -> list[str]:
    """The codes of what buyers are told; they follow the facts, so no edit removes them."""
    return sorted({flag.code for flag in screen_price(facts)})
