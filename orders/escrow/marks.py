"""Fingerprints of cards: keyed, so that whoever has the table learns no number from it."""

from collections.abc import Collection

from django.conf import settings
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
    marks = crypto.fingerprints("fingerprint", _marked(issuer, card.identity()))
    known = Q()
    for mark in marks:
        known |= Q(fingerprint_key=mark.key_id, fingerprint=mark.value)
    if Code.objects.filter(known).exists():
        raise already_known()
    return marks[0]


def sealed_among(identities: Collection[bytes]) -> set[bytes]:
    """Which of these are cards that anybody ever sealed here, whoever their issuer is."""
    marks = {
        (mark.key_id, mark.value): identity
        for identity in identities
        for issuer in settings.CARD_ISSUERS
        for mark in crypto.fingerprints("fingerprint", _marked(issuer, identity))
    }
    rows = Code.objects.filter(fingerprint__in=[value for _key, value in marks])
    found = rows.values_list("fingerprint_key", "fingerprint")
    return {marks[key, bytes(value)] for key, value in found if (key, bytes(value)) in marks}


def _marked(issuer: str, identity: bytes) -> bytes:
    return issuer.encode() + b"|" + identity


def already_known() -> Refused:
    return Refused(
        "code_already_known", _("This code has been sealed here before. Each code is sold once.")
    )
