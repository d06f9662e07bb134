"""Fingerprints of cards: keyed, so that whoever has the table learns no number from it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.lib import crypto
from marketplace.lib.errors import Refused
from orders.escrow.models import Code
from orders.escrow.plain import PlainCard


def fresh_mark(card: PlainCard, *, issuer: str) -> crypto.Fingerprint:
    """The mark under the newest key, of a card that no key of the ring has marked before.

    Raises:
        Refused: `code_already_known`.
    """
    marks = crypto.fingerprints("fingerprint", issuer.encode() + b"|" + card.identity())
    known = Q()
    for mark in marks:
        known |= Q(fingerprint_key=mark.key_id, fingerprint=mark.value)
    if Code.objects.filter(known).exists():
        raise already_known()
    return marks[0]


def already_known() -> Refused:
    return Refused(
        "code_already_known", _("This code has been sealed here before. Each code is sold once.")
    )
