"""The whole life of a listing on one screen: its states, its steps, and the words for them."""

from collections.abc import Mapping

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.lib.states import Life, Side, move

BUYER, SELLER, CLOCK, STAFF = Side.BUYER, Side.SELLER, Side.CLOCK, Side.STAFF


class ListingState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft – only you see it")
    REVIEW = "REVIEW", _("A person is looking at it")
    ON_SALE = "ON_SALE", _("On sale")
    RESERVED = "RESERVED", _("Every unit is in an order")
    SOLD = "SOLD", _("Finished – no unit left")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    HIDDEN = "HIDDEN", _("Hidden by Fairhand")


class ListingStep(models.TextChoices):
    PUBLISH = "publish", _("Publish")
    HOLD = "hold", _("Wait for a person")
    APPROVE = "approve", _("Approve")
    SEND_BACK = "send_back", _("Send back")
    RESERVE_LAST = "reserve_last", _("The last free unit was ordered")
    FREE = "free", _("A unit is free again")
    FINISH = "finish", _("The last unit was completed")
    WITHDRAW = "withdraw", _("Withdraw")
    REOPEN = "reopen", _("Make a draft of it again")
    HIDE = "hide", _("Hide")
    LIFT = "lift", _("Show again")


_S = ListingState
LIFE: Life = {
    ListingStep.PUBLISH: move(_S.DRAFT, to=_S.ON_SALE, by=(SELLER,)),
    ListingStep.HOLD: move(_S.DRAFT, to=_S.REVIEW, by=(CLOCK,)),
    ListingStep.APPROVE: move(_S.REVIEW, to=_S.ON_SALE, by=(STAFF,)),
    ListingStep.SEND_BACK: move(_S.REVIEW, to=_S.DRAFT, by=(STAFF,)),
    ListingStep.RESERVE_LAST: move(_S.ON_SALE, to=_S.RESERVED, by=(BUYER,)),
    ListingStep.FREE: move(_S.RESERVED, to=_S.ON_SALE, by=(CLOCK, SELLER)),
    ListingStep.FINISH: move(_S.RESERVED, to=_S.SOLD, by=(CLOCK,)),
    # Live orders keep their revision and their unit, whatever the seller does now [Guo].
    ListingStep.WITHDRAW: move(
        _S.DRAFT, _S.REVIEW, _S.ON_SALE, _S.RESERVED, to=_S.WITHDRAWN, by=(SELLER,)
    ),
    ListingStep.REOPEN: move(_S.WITHDRAWN, to=_S.DRAFT, by=(SELLER,)),
    ListingStep.HIDE: move(_S.ON_SALE, _S.RESERVED, to=_S.HIDDEN, by=(STAFF,)),
    # Lifted, it goes on sale, and on to RESERVED or SOLD where its units say so.
    ListingStep.LIFT: move(_S.HIDDEN, to=_S.ON_SALE, by=(STAFF,)),
}

EDITABLE = (_S.DRAFT, _S.ON_SALE, _S.RESERVED)
OPEN = (_S.REVIEW, _S.ON_SALE, _S.RESERVED)  # their free units count towards the card limit

# What the listing's page says where nothing can be ordered.
SENTENCES: Mapping[str, Promise] = {
    _S.DRAFT: _("This is a draft. Only you can see it."),
    _S.REVIEW: _("A person will look at this within 24 hours."),
    _S.RESERVED: _("Someone has ordered this and may still pay."),
    _S.SOLD: _("Nothing is left of this listing."),
    _S.WITHDRAWN: _("The seller has withdrawn this listing. Orders made before go on as agreed."),
    _S.HIDDEN: _("Fairhand has taken this listing down. Orders made before go on as agreed."),
}
