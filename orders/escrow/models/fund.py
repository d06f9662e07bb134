"""The compensation fund: its book, and what waits for two of our staff."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7
from orders.escrow.models.ledger import Transfer


class Cause(models.TextChoices):
    """Why Fairhand paid instead of the person who should have."""

    SELLER_UNABLE = "seller_unable", _("The seller could not pay")
    BUYER_UNABLE = "buyer_unable", _("The buyer could not pay")
    PLATFORM_FAULT = "platform_fault", _("Our own mistake")


class Compensation(models.Model):
    """The fund's book: each time it paid, for whom, why and by whose decision."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    transfer = models.OneToOneField(
        Transfer, models.DO_NOTHING, related_name="compensation", db_constraint=False
    )
    cause = models.CharField(max_length=16, choices=Cause)
    order_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    liable = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="compensations"
    )
    amount = models.BigIntegerField(help_text="fen from the fund")
    advance = models.BigIntegerField(default=0, help_text="fen Fairhand paid as the fund was empty")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        db_table = "escrow_compensation"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, advance__gte=0), name="escrow_compensation_not_negative"
            )
        ]
        triggers = append_only("compensation")

    def __str__(self) -> str:
        return f"{self.cause} {self.amount}"


class ClaimState(models.TextChoices):
    WAITING = "WAITING", _("Waiting for two of our staff")
    PAID = "PAID", _("Paid")
    REFUSED = "REFUSED", _("Refused")


class FundClaim(models.Model):
    """What the fund should pay, above the limit it pays by itself: two of our staff look first.

    They look for collusion only; what was decided about the order is not reopened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    payment = models.ForeignKey("escrow.Payment", models.PROTECT, related_name="+")
    liable = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="fund_claims")
    cause = models.CharField(max_length=16, choices=Cause)
    winner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="the seller, when a case took from a refunded buyer",
    )
    amount = models.BigIntegerField(help_text="fen")
    fee = models.BigIntegerField(default=0, help_text="fen of it that are Fairhand's")
    basis = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=ClaimState, default=ClaimState.WAITING)
    created_at = models.DateTimeField()
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    first_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("claim on the fund")
        verbose_name_plural = _("claims on the fund")
        db_table = "escrow_fund_claim"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="escrow_fund_claim_positive"),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (Q(first_by__isnull=False) & ~Q(approved_by=F("first_by"))),
                name="escrow_fund_claim_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state="PAID") | Q(approved_by__isnull=False),
                name="escrow_fund_claim_approved",
            ),
            models.UniqueConstraint(
                fields=["order_id", "case_id"],
                name="escrow_fund_claim_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"
