"""What a case can be about: who may claim it, in whose words it is asked, what may be found."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.lib.states import Side


class Claim(models.TextChoices):
    NOT_DELIVERED = "not_delivered", _("Nothing arrived")
    CODE_USED_OR_INVALID = "code_used_or_invalid", _("The code is used, invalid or worth less")
    NOT_AS_DESCRIBED = "not_as_described", _("It is not what was offered")
    DAMAGED = "damaged", _("It arrived damaged")
    SWAPPED_RETURN = "swapped_return", _("What came back is not what was sent")
    OTHER = "other", _("Something else")


@dataclass(frozen=True)
class ClaimRule:
    """One row of the table of claims.

    Attributes:
        family: the facts it rests on; each family is heard once an order.
        filers: the sides that may claim it.
        kinds: the kinds of order on which it makes sense.
        issue: the one line that names what is disputed.
        findings: what reviewers may find, key and words; at least one is chosen.
    """

    family: str
    filers: frozenset[Side]
    kinds: frozenset[str]
    issue: Promise
    findings: Mapping[str, Promise]


_BOTH = frozenset({Side.BUYER, Side.SELLER})
_BUYER, _SELLER = frozenset({Side.BUYER}), frozenset({Side.SELLER})
_CARD, _PARCEL = frozenset({"card"}), frozenset({"parcel"})
_EITHER = _CARD | _PARCEL

_NOT_PROVEN: Mapping[str, Promise] = {
    "not_proven": _("Not proven either way"),
    "record_contradicts_buyer": _("Fairhand’s record contradicts the buyer"),
    "record_contradicts_seller": _("Fairhand’s record contradicts the seller"),
}
_GOODS: Mapping[str, Promise] = {
    "item_differs_from_listing": _("The item differs from the listing"),
    "item_as_described": _("The item is as described"),
    "damaged_on_the_way": _("It was damaged on the way"),
    "damaged_by_buyer": _("It was damaged by the buyer"),
    "record_out_complete": _("The record of sending is complete"),
}

CLAIMS: Mapping[str, ClaimRule] = {
    Claim.NOT_DELIVERED: ClaimRule(
        "delivery",
        _BUYER,
        _PARCEL,
        _("Disputed: whether the parcel was delivered."),
        {
            "delivered": _("It was delivered"),
            "not_delivered": _("It was not delivered"),
            **_NOT_PROVEN,
        },
    ),
    Claim.CODE_USED_OR_INVALID: ClaimRule(
        "code",
        _BUYER,
        _CARD,
        _("Disputed: whether the code worked when the buyer first saw it."),
        {
            "code_worked_at_reveal": _("The code worked when it was revealed"),
            "code_bad_at_reveal": _("The code was bad when it was revealed"),
            "code_used_after_reveal": _("The code was used after it was revealed"),
            **_NOT_PROVEN,
        },
    ),
    Claim.NOT_AS_DESCRIBED: ClaimRule(
        "goods",
        _BUYER,
        _PARCEL,
        _("Disputed: whether the item is what was offered."),
        {**_GOODS, **_NOT_PROVEN},
    ),
    Claim.DAMAGED: ClaimRule(
        "goods",
        _BUYER,
        _PARCEL,
        _("Disputed: whether the item arrived damaged."),
        {**_GOODS, **_NOT_PROVEN},
    ),
    Claim.SWAPPED_RETURN: ClaimRule(
        "return",
        _SELLER,
        _PARCEL,
        _("Disputed: whether what came back is what was sent."),
        {
            "return_differs_from_sent": _("What came back differs from what was sent"),
            "return_as_sent": _("What came back is what was sent"),
            "record_out_complete": _("The record of sending is complete"),
            **_NOT_PROVEN,
        },
    ),
    Claim.OTHER: ClaimRule(
        "other",
        _BOTH,
        _EITHER,
        _("Disputed: what the statements below say."),
        {
            "false_claim": _("One side claimed something untrue"),
            "seller_broke_a_rule": _("The seller broke a rule"),
            "buyer_broke_a_rule": _("The buyer broke a rule"),
            **_NOT_PROVEN,
        },
    ),
}

# Never written by a party: {demand} and {rest} are amounts, {amount} is the whole.
QUESTION_ALL = _("Should {demand} go back to the buyer, or should the seller receive {amount}?")
QUESTION_PART = _(
    "Should {demand} of {amount} go back to the buyer, or should the seller receive {amount}?"
)


def open_to(side: Side, kind: str) -> list[str]:
    """The claims that this side may bring about an order of this kind, in the table's order."""
    return [claim for claim, row in CLAIMS.items() if side in row.filers and kind in row.kinds]
