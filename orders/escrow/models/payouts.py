"""Where sellers take their money, and each time they did."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.lib.ids import uuid7
from marketplace.lib.sealed import SealedField


class PayoutAccount(models.Model):
    """A bank account; usable 72 hours after it was added, so that a thief's is noticed in time."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="payout_accounts"
    )
    kind = models.CharField(max_length=10, choices=[("bank", _("Bank account"))], default="bank")
    sealed_number = SealedField(ring="identity")  # with the holder's name
    number_key = models.CharField(max_length=40, help_text="the fingerprint's key")
    number_hash = models.BinaryField(max_length=32, db_index=True)
    last4 = models.CharField(max_length=4)
    holder = models.CharField(_("holder"), max_length=60)  # masked
    added_at = models.DateTimeField()
    usable_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "number_hash"],
                condition=Q(removed_at=None),
                name="payout_account_once",
            )
        ]

    def __str__(self) -> str:
        return f"…{self.last4}"


class PayoutState(models.TextChoices):
    RESERVED = "RESERVED", _("Being sent")
    SENT = "SENT", _("Sent, not yet confirmed")
    PAID = "PAID", _("Paid out")
    FAILED = "FAILED", _("Failed; the money is back in your wallet")


class Payout(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payouts")
    account = models.ForeignKey(PayoutAccount, models.PROTECT, related_name="payouts")
    amount = models.BigIntegerField(help_text="fen")
    state = models.CharField(max_length=10, choices=PayoutState, default=PayoutState.RESERVED)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Above the day's limit two of our staff look first; until then no command is written.
    needs_two = models.BooleanField(default=False)
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount_positive"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["RESERVED", "SENT"]),
                name="payout_one_in_flight",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | (Q(first_by__isnull=False) & ~Q(approved_by=F("first_by"))),
                name="payout_two_people",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
