"""Card codes as the vault keeps them, each time one was shown, each answer of an issuer."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7
from marketplace.lib.sealed import SealedField


class CodeState(models.TextChoices):
    SEALED = "SEALED", _("Sealed, in stock")
    CHECKING = "CHECKING", _("Being checked by the issuer")
    ASSIGNED = "ASSIGNED", _("Ready for the buyer")
    REVEALED = "REVEALED", _("Revealed to the buyer")
    BURNT = "BURNT", _("Used up; the buyer was refunded")
    REJECTED = "REJECTED", _("Rejected by the issuer")
    WITHDRAWN = "WITHDRAWN", _("Taken out by you")


# A code that fails leaves its order free for another one.
FAILED = (CodeState.REJECTED, CodeState.WITHDRAWN)
HANDED_OVER = (CodeState.CHECKING, CodeState.ASSIGNED, CodeState.REVEALED, CodeState.BURNT)


class AnswerStatus(models.TextChoices):
    VALID = "valid", _("valid and unused")
    REDEEMED = "redeemed", _("already used")
    INVALID = "invalid", _("not known")
    UNKNOWN = "unknown", _("no answer")


class CodeQuerySet(models.QuerySet["Code"]):
    def visible_to(self, person: User) -> "CodeQuerySet":
        """A seller's own; what a buyer may see of a code is on the order."""
        return self.filter(seller=person)

    def in_stock(self, listing_id: UUID) -> "CodeQuerySet":
        """Free for any order of the listing."""
        return self.filter(listing_id=listing_id, state=CodeState.SEALED, order_id=None)

    def of_order(self, order_id: UUID) -> "CodeQuerySet":
        """The order's own code (one or none), those that failed left out."""
        return self.filter(order_id=order_id).exclude(state__in=FAILED)

    def unexpired(self, today: date) -> "CodeQuerySet":
        return self.filter(Q(expires_on=None) | Q(expires_on__gt=today))


class Code(models.Model):
    """One card code of a seller. `sealed` holds number and secret; no other column does."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="codes")
    listing_id = models.UUIDField()
    order_id = models.UUIDField(null=True)
    issuer = models.SlugField(max_length=40)
    sealed = SealedField(ring="vault")
    fingerprint_key = models.CharField(max_length=20)
    fingerprint = models.BinaryField(max_length=32)
    last4 = models.CharField(max_length=4, blank=True)
    face_value = models.BigIntegerField(help_text="fen")
    expires_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=CodeState, default=CodeState.SEALED)
    sealed_at = models.DateTimeField()
    # What the issuer said at sealing, and at the hand-over to the buyer.
    answer = models.CharField(max_length=8, choices=AnswerStatus, default=AnswerStatus.UNKNOWN)
    checked_at = models.DateTimeField(null=True)
    handover_answer = models.CharField(max_length=8, choices=AnswerStatus, blank=True)
    handover_checked_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    assigned_at = models.DateTimeField(null=True)
    first_revealed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("sealed code")
        verbose_name_plural = _("sealed codes")
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint_key", "fingerprint"], name="code_sealed_once"
            ),
            models.UniqueConstraint(
                fields=["order_id"],
                condition=~Q(state__in=FAILED),
                name="code_one_per_order",
            ),
            models.CheckConstraint(condition=Q(face_value__gt=0), name="code_face_value_positive"),
            models.CheckConstraint(
                condition=~Q(state__in=HANDED_OVER) | Q(order_id__isnull=False),
                name="code_handed_over_to_an_order",
            ),
            models.CheckConstraint(
                condition=~Q(state=CodeState.REVEALED) | Q(first_revealed_at__isnull=False),
                name="code_revealed_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=CodeState.WITHDRAWN) | Q(sealed=b""),
                name="code_withdrawn_is_destroyed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["listing_id", "sealed_at"],
                condition=Q(state=CodeState.SEALED),
                name="code_stock",
            ),
            models.Index(fields=["seller", "-id"], name="code_by_seller"),
            models.Index(
                fields=["order_id"], condition=Q(order_id__isnull=False), name="code_by_order"
            ),
        ]

    def __str__(self) -> str:
        return f"…{self.last4}"


class Reveal(models.Model):
    """Somebody was shown a code; written before it is decrypted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField()
    code = models.ForeignKey(Code, models.PROTECT, related_name="reveals")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    agent_hash = models.CharField(max_length=64, blank=True)
    nth = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        triggers = append_only("reveal")
        constraints = [models.UniqueConstraint(fields=["code", "nth"], name="reveal_counted")]
        indexes = [models.Index(fields=["order_id", "at"], name="reveal_by_order")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.nth}"


class Why(models.TextChoices):
    """At which point of its life a code was asked about."""

    SEAL = "seal", _("when it was sealed")
    HANDOVER = "handover", _("before it was handed over")
    LAST_LOOK = "last_look", _("just before the first reveal")
    RECHECK = "recheck", _("after a week unrevealed")
    REPORT = "report", _("after the buyer's report")


class IssuerAnswer(models.Model):
    """What an issuer said about a code, word for word: evidence in every later quarrel.

    `code` is null when the answer kept the code from being sealed at all.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.ForeignKey(Code, models.PROTECT, null=True, related_name="answers")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    order_id = models.UUIDField(null=True)
    issuer = models.SlugField(max_length=40)
    why = models.CharField(max_length=10, choices=Why)
    status = models.CharField(max_length=8, choices=AnswerStatus)
    balance = models.BigIntegerField(null=True, help_text="fen")
    redeemed_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    ms = models.PositiveIntegerField(help_text="milliseconds until the answer")

    class Meta:
        verbose_name = _("answer of an issuer")
        verbose_name_plural = _("answers of issuers")
        triggers = append_only("answer")
        indexes = [
            models.Index(fields=["order_id", "at"], name="answer_by_order"),
            models.Index(fields=["seller", "-at"], name="answer_by_seller"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer}: {self.status}"
