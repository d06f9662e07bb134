"""What a seller says about a card, and whether it can be so; the same for page and API."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from listings import redflags
from listings.issuers import ISSUERS
from listings.models import MOST_UNITS, Category, Kind, Listing
from marketplace.lib.errors import Refused, Sentence

TITLE_LENGTH = 80
DESCRIPTION_LENGTH = 4_000
DEAREST_CARD = 200_000  # fen
ABOVE_FACE_PERCENT = 110

_BREAKS = "\n\r\t"
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")

Problem = tuple[str, str, Sentence]  # field, what is wrong as a code, and as a sentence


@dataclass(frozen=True)
class CardFacts:
    """A card as its seller describes it; amounts in fen.

    `verification_mode` may be left out: the issuer decides it. Named, it must be the issuer's.
    """

    title: str
    category: str
    issuer: str
    face_value: int
    price: int
    description: str = ""
    quantity: int = 1
    expiry: date | None = None
    verification_mode: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        return ISSUERS[self.issuer].mode

    def for_rules(self, own_hosts: tuple[str, ...] = ()) -> redflags.Facts:
        return redflags.Facts(Kind.CARD, self.price, self.face_value, own_hosts)


def facts_of(listing: Listing) -> CardFacts:
    """What the listing says now; change it with `dataclasses.replace` and give it to `edit`."""
    now = listing.current
    return CardFacts(
        title=now.title,
        description=now.description,
        category=listing.category.slug,
        issuer=now.issuer,
        face_value=now.face_value,
        price=now.price,
        quantity=listing.quantity,
        expiry=now.expiry_promise,
        verification_mode=now.verification_mode,
        attributes=now.attributes,
    )


def check(facts: CardFacts, today: date) -> Category:
    """The category, when everything can be so.

    Raises:
        Refused: `invalid` with one entry of `errors` for each wrong field.
    """
    category = Category.objects.filter(slug=facts.category).first()
    problems = [*_texts(facts), *_choices(facts, category), *_amounts(facts), *_rest(facts, today)]
    if problems or category is None:
        errors = [
            {"pointer": f"/{name}", "code": code, "detail": sentence}
            for name, code, sentence in problems
        ]
        raise Refused("invalid", _("Some of what you wrote can't be so."), errors=errors)
    return category


def _texts(facts: CardFacts) -> Iterator[Problem]:
    if not facts.title.strip():
        yield "title", "blank", _("Write a title.")
    if len(facts.title) > TITLE_LENGTH:
        yield "title", "too_long", _("A title has up to 80 characters.")
    if facts.description and not facts.description.strip():
        yield "description", "blank", _("Write a description, or leave it empty.")
    if len(facts.description) > DESCRIPTION_LENGTH:
        yield "description", "too_long", _("A description has up to 4,000 characters.")
    for name, text, breaks in (
        ("title", facts.title, ""),
        ("description", facts.description, _BREAKS),
    ):
        if any(_is_forbidden(letter, breaks) for letter in text):
            yield name, "bad_format", _("Control characters can't be in a text.")


def _is_forbidden(letter: str, breaks: str) -> bool:
    """Controls are refused, not stripped: a text that reads differently than it is written lies."""
    return letter in _TURNING or (
        unicodedata.category(letter) in {"Cc", "Cs", "Co"} and letter not in breaks
    )


def _choices(facts: CardFacts, category: Category | None) -> Iterator[Problem]:
    if category is None:
        yield "category", "bad_choice", _("Choose a category from the list.")
    if facts.issuer not in ISSUERS:
        yield "issuer", "bad_choice", _("Choose an issuer from the list.")
    elif facts.verification_mode not in ("", facts.mode):
        yield "verification_mode", "bad_choice", _("This issuer's codes are proven in another way.")


def _amounts(facts: CardFacts) -> Iterator[Problem]:
    wrong = [name for name in ("price", "face_value") if type(getattr(facts, name)) is not int]
    if wrong:
        yield from ((name, "bad_type", _("Write an amount such as 48.00.")) for name in wrong)
    else:
        yield from _face_value(facts.face_value)
        yield from _price(facts.price, facts.face_value)


def _face_value(amount: int) -> Iterator[Problem]:
    if amount <= 0:
        yield "face_value", "too_small", _("The face value is more than zero.")
    elif amount > 10 * DEAREST_CARD:
        yield "face_value", "too_large", _("No card here has so high a face value.")


def _price(amount: int, face_value: int) -> Iterator[Problem]:
    if amount <= 0:
        yield "price", "too_small", _("The price is more than zero.")
    elif amount > DEAREST_CARD:
        yield "price", "too_large", _("A card costs at most ¥2,000.00 here.")
    elif amount * 100 > face_value * ABOVE_FACE_PERCENT > 0:
        yield "price", "too_large", _("A card costs at most 110 % of its face value.")


def _rest(facts: CardFacts, today: date) -> Iterator[Problem]:
    if type(facts.quantity) is not int or not 1 <= facts.quantity <= MOST_UNITS:
        yield "quantity", "bad_range", _("Offer 1 to 200 codes.")
    if facts.expiry is not None and facts.expiry <= today:
        yield "expiry", "too_small", _("The codes must still be valid: choose a later date.")
