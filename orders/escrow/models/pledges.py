"""What a case did to money that had moved already: set aside while it runs, given up when lost."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7


class Pledge(models.Model):
    """Whose money `pledge:{case}` holds, and which purses it came from."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField(unique=True)
    order_id = models.UUIDField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="pledges")
    from_share = models.BigIntegerField(help_text="fen that were cooling down")
    from_wallet = models.BigIntegerField(help_text="fen")
    at = models.DateTimeField()

    class Meta:
        db_table = "escrow_pledge"
        constraints = [
            models.CheckConstraint(
                condition=Q(from_share__gte=0, from_wallet__gte=0)
                & (Q(from_share__gt=0) | Q(from_wallet__gt=0)),
                name="escrow_pledge_positive",
            )
        ]
        triggers = append_only("pledge")

    def __str__(self) -> str:
        return f"{self.from_share + self.from_wallet}"


class Forfeit(models.Model):
    """What a refunded buyer had to give up to the seller, because a case said so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField(unique=True)
    order_id = models.UUIDField(db_index=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="forfeits")
    amount = models.BigIntegerField(help_text="fen")
    at = models.DateTimeField()

    class Meta:
        db_table = "escrow_forfeit"
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="escrow_forfeit_positive")
        ]
        triggers = append_only("forfeit")

    def __str__(self) -> str:
        return f"{self.amount}"
