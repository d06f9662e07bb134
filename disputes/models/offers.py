"""Offers to agree: one side names a split of the money, the other takes it as it is or not."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disputes.models.case import Case, Winner
from marketplace.lib.ids import uuid7


class SettlementOffer(models.Model):
    """One side offers a split of the money; identical terms are accepted by the other side."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Waiting for an answer")
        ACCEPTED = "ACCEPTED", _("Accepted")
        DECLINED = "DECLINED", _("Declined")
        REPLACED = "REPLACED", _("Replaced by another offer")
        LAPSED = "LAPSED", _("The case ended first")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="offers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=Winner)
    amount_fen = models.BigIntegerField()
    buyer_fen = models.BigIntegerField(_("to the buyer"))
    seller_fen = models.BigIntegerField(_("to the seller"))
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "side"], condition=Q(state="OPEN"), name="offer_one_open_per_side"
            ),
            models.CheckConstraint(
                condition=Q(
                    buyer_fen__gte=0,
                    seller_fen__gte=0,
                    amount_fen=F("buyer_fen") + F("seller_fen"),
                ),
                name="offer_splits_the_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.buyer_fen}/{self.seller_fen}"
