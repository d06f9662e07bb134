"""What listings say to people: cautions, red flags, how a code is proven, guidance for sellers."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Shown on the listing, at checkout and in the order; never removed by an edit that keeps the cause.
CAUTIONS: Mapping[str, Promise] = {
    "price_too_low": _(
        "This price is far below the face value. Very cheap cards are often a fraud: "
        "Fairhand holds your money until the code is proven, and only here."
    ),
}

FLAGS: Mapping[str, Promise] = {
    "code_in_listing": _(
        "This looks like a card code. Never write a code in a listing: seal it under Codes, "
        "and the buyer gets it by itself once the money is held."
    ),
    "pay_scheme": _("Payment addresses and bank card numbers can't be in a listing."),
    "outside_contact": _(
        "Contact details can't be in a listing. What is agreed elsewhere can't be shown as proof."
    ),
    "outside_link": _(
        "Links can't be in the listing of a card. No link is ever needed to see a code."
    ),
    "false_guarantee": _(
        "Claims to be official, guaranteed by the platform or “No. 1” can't be in a listing."
    ),
    "confirm_first": _("It asks the buyer to confirm before delivery."),
    "buy_elsewhere": _("It asks the buyer to get something on another site first."),
    "company_card": _("It speaks of internal or company cards, or of special steps."),
    "price_too_low": _("The price is below half of the face value."),
}

_MODES: Mapping[str, Promise] = {
    "issuer": _(
        "{issuer} confirms that this code is valid and unused before you can see it and before "
        "the seller is paid."
    ),
    "buyer_attests": _(
        "{issuer} offers no check. You reveal the code, try it, and have 24 hours to report a "
        "problem. The seller is paid only after that."
    ),
}

# Read and acknowledged once, before the first card goes on sale [Li].
GUIDANCE = (
    _("Seal the code under Codes and nowhere else: not in a chat, a picture or a listing."),
    _(
        "An order is not a payment. Do nothing until the page says “Paid – money held by "
        "Fairhand”; the code then goes to the buyer by itself."
    ),
    _("A code that was used before the buyer sees it is refunded in full and counts against you."),
)


def mode_sentence(mode: str, issuer_name: str) -> str:
    """How this code is proven, as listing, checkout and order say it."""
    return str(_MODES[mode]).format(issuer=issuer_name) if mode in _MODES else ""
