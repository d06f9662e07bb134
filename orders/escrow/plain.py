"""Text that must not show itself: a card number or secret on its way through our code."""

import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn, final

from django.utils.translation import gettext_lazy as _

from marketplace.lib.errors import invalid

HIDDEN = "•••"
MOST_LETTERS = 64
FEWEST_LETTERS = 4
# A code that stands alone, without a secret beside it, must be this long to show its last four.
LONG_ENOUGH_FOR_A_HINT = 12


@final
class Plain:
    """Holds a text that only `expose()` gives out; printed, formatted or logged it is hidden.

    It can't be pickled or copied, so it never lands in a queue, a cache or a session by accident.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def expose(self) -> str:
        """The text itself. Every caller of this is a place to look at twice."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return HIDDEN

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a code in the clear is never stored or sent")


@dataclass(frozen=True)
class PlainCard:
    """A card without the spaces and dashes that people put in; one of the two may be empty."""

    number: Plain
    secret: Plain

    def identity(self) -> bytes:
        """The same for one card however it is typed: its number, or the code if it has none."""
        text = self.number.expose() or self.secret.expose()
        return "".join(filter(str.isalnum, text)).upper().encode()

    def hint(self) -> str:
        """The last four letters, or nothing where four would give too much away."""
        number, secret = self.number.expose(), self.secret.expose()
        text = number or secret
        alone = not (number and secret)
        return "" if alone and len(text) < LONG_ENOUGH_FOR_A_HINT else text[-4:]


def read(number: str, secret: str) -> PlainCard:
    """The card that a person typed; what was typed is not repeated in any refusal.

    Raises:
        Refused: `invalid` at `number` or `secret`.
    """
    card = PlainCard(Plain(_read("number", number)), Plain(_read("secret", secret)))
    if not card.number and not card.secret:
        raise invalid("secret", _("Type the code that is on the card."), code="required")
    return card


def _read(field: str, typed: str) -> str:
    folded = unicodedata.normalize("NFKC", typed)
    text = "".join(letter for letter in folded if not _is_padding(letter))
    if not re.fullmatch(r"[!-~]*", text):
        message = _("Use only the letters, digits and signs that are printed on the card.")
        raise invalid(field, message, code="bad_format")
    if text and sum(map(str.isalnum, text)) < FEWEST_LETTERS:
        raise invalid(field, _("This is too short for a card code."), code="too_short")
    if len(text) > MOST_LETTERS:
        raise invalid(field, _("This is too long for a card code."), code="too_long")
    return text


def _is_padding(letter: str) -> bool:
    """Spaces, dashes of any length, line ends and what can't be seen at all."""
    return letter in "\t\r\n" or unicodedata.category(letter) in {"Zs", "Pd", "Cf"}
