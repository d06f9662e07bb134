"""The sandbox issuer's own books: a stand-in for a card company, which knows its cards."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class IssuerCardQuerySet(models.QuerySet["IssuerCard"]):
    def visible_to(self, person: User) -> "IssuerCardQuerySet":
        """The cards that were handed out to this person."""
        return self.filter(made_for=person)


class IssuerCard(models.Model):
    """A card with its secret, as only its issuer and its first holder know it."""

    number = models.CharField(max_length=16, unique=True)
    secret = models.CharField(max_length=8)
    face_value = models.BigIntegerField(help_text="fen")
    balance = models.BigIntegerField(help_text="fen")
    expires_on = models.DateField()
    made_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    made_at = models.DateTimeField()
    redeemed_at = models.DateTimeField(null=True)

    objects = IssuerCardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(balance__gte=0, balance__lte=models.F("face_value")),
                name="issuer_card_balance",
            )
        ]

    def __str__(self) -> str:
        return f"…{self.number[-4:]}"

    def is_good_on(self, day: date) -> bool:
        return self.expires_on >= day


class Mode(models.TextChoices):
    UP = "up", _("Answers")
    DOWN = "down", _("Is down")
    SLOW = "slow", _("Answers too late")
    NO_TIME = "no_time", _("Answers, but does not say when a card was used")


class IssuerMode(models.Model):
    """One row: how the issuer behaves now."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.UP)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="issuer_mode_is_one")]

    def __str__(self) -> str:
        return self.mode
