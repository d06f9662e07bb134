"""What we asked the payment provider to do, and what it told us."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7


class Purpose(models.TextChoices):
    ORDER = "order", _("Order")
    DEPOSIT = "deposit", _("Deposit")


class PaymentState(models.TextChoices):
    """A fold over the set of known events: a capture outranks failed and expired."""

    CREATED = "CREATED", _("Starting")
    PENDING = "PENDING", _("Waiting for you to pay")
    CAPTURED = "CAPTURED", _("Paid")
    PARTLY_REFUNDED = "PARTLY_REFUNDED", _("Partly refunded")
    REFUNDED = "REFUNDED", _("Refunded")
    FAILED = "FAILED", _("Did not go through")
    EXPIRED = "EXPIRED", _("Ended unpaid")
    STRAY = "STRAY", _("Not used; sent back to you")


class PaymentQuerySet(models.QuerySet["Payment"]):
    def visible_to(self, person: User) -> "PaymentQuerySet":
        """Only the payer sees a payment."""
        return self.filter(payer=person)

    def lock_all(self) -> "PaymentQuerySet":
        return self.select_for_update(no_key=True, of=("self",))

    def lock(self, pk: UUID) -> "Payment":
        return self.lock_all().get(pk=pk)


class Payment(models.Model):
    """One try to pay for one thing (`ref`: the order's id, or the deposit's owner)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    purpose = models.CharField(max_length=8, choices=Purpose)
    ref = models.UUIDField()
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="payments")
    provider = models.CharField(max_length=20)
    amount = models.BigIntegerField(help_text="fen")
    state = models.CharField(max_length=16, choices=PaymentState, default=PaymentState.CREATED)
    provider_ref = models.CharField(max_length=80, blank=True)
    pay_url = models.URLField(max_length=300, blank=True)
    capture_ref = models.CharField(
        max_length=80, blank=True, help_text="the provider's name of the money we hold for it"
    )
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="when we told the provider to stop")
    captured_at = models.DateTimeField(null=True)
    ask_at = models.DateTimeField(
        null=True, help_text="when to ask the provider, should no message come"
    )
    asked = models.PositiveSmallIntegerField(default=0)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.UniqueConstraint(
                fields=["purpose", "ref"],
                condition=Q(state__in=["CREATED", "PENDING"]),
                name="payment_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["ref", "-id"], name="payment_by_ref"),
            models.Index(
                fields=["ask_at"], condition=Q(ask_at__isnull=False), name="payment_to_ask"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("pay", args=[self.pk])


class RefundState(models.TextChoices):
    PROMISED = "PROMISED", _("On its way")
    SENT = "SENT", _("Refunded")
    TURNED = "TURNED", _("Refunded to your wallet")  # the provider refused for good


class Refund(models.Model):
    """Money promised back to a payer: sent through the gateway, or into the wallet if it can't."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    order_id = models.UUIDField(null=True)
    amount = models.BigIntegerField(help_text="fen")
    reason = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=RefundState, default=RefundState.PROMISED)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive")
        ]
        indexes = [models.Index(fields=["order_id"], name="refund_by_order")]

    def __str__(self) -> str:
        return str(self.id)


class CommandKind(models.TextChoices):
    CREATE_PAYMENT = "create_payment"
    CLOSE_PAYMENT = "close_payment"
    REFUND = "refund"
    PAYOUT = "payout"


class CommandState(models.TextChoices):
    NEW = "NEW"
    SENT = "SENT"  # claimed by a worker; a crash leaves it here and a minute later it is UNKNOWN
    OK = "OK"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


class Command(models.Model):
    """A durable intent: one effect at the provider, under one key for every try.

    `target` is the id of the Payment, Refund or Payout that it carries out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=16, choices=CommandKind)
    target = models.UUIDField()
    provider = models.CharField(max_length=20)
    key = models.CharField(max_length=80, unique=True)
    amount = models.BigIntegerField(null=True, help_text="fen")
    state = models.CharField(max_length=8, choices=CommandState, default=CommandState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    provider_ref = models.CharField(max_length=80, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    needs_staff = models.BooleanField(default=False, help_text="the queue stuck_money")

    class Meta:
        verbose_name = _("command to the provider")
        verbose_name_plural = _("commands to the provider")
        constraints = [
            models.UniqueConstraint(fields=["kind", "target"], name="command_once_per_target")
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["NEW", "SENT", "UNKNOWN"]),
                name="command_due",
            )
        ]

    def __str__(self) -> str:
        return self.key


class EventState(models.TextChoices):
    NEW = "NEW"
    DONE = "DONE"
    STRAY = "STRAY"  # told of money that nobody expected; StrayMoney has it
    FOREIGN = "FOREIGN"  # signed, but of another merchant or currency: not money that we hold
    INVALID = "INVALID"  # not signed by the provider, or too old


class GatewayEvent(models.Model):
    """One message of the provider, stored before anything is believed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    provider = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, blank=True)  # captured, failed, expired, refunded, …
    ref = models.CharField(max_length=80, blank=True, help_text="our own reference")
    capture_ref = models.CharField(max_length=80, blank=True, help_text="the provider's reference")
    amount = models.BigIntegerField(null=True, help_text="fen")
    currency = models.CharField(max_length=3, blank=True)
    merchant = models.CharField(max_length=40, blank=True)
    body = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=EventState, default=EventState.NEW)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    received_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("event of the provider")
        verbose_name_plural = _("events of the provider")
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="event_once"),
            # Two messages about the same unexpected money send it back once.
            models.UniqueConstraint(
                fields=["provider", "capture_ref"],
                condition=Q(state="STRAY"),
                name="event_stray_once",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="NEW"), name="event_due"),
            models.Index(fields=["ref"], name="event_by_ref"),
            models.Index(
                fields=["received_at"], condition=Q(state="INVALID"), name="event_invalid"
            ),
        ]

    def __str__(self) -> str:
        return self.event_id


class StrayMoney(models.Model):
    """Money that came in and belongs to no live payment; it goes back by itself."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.OneToOneField(GatewayEvent, models.PROTECT, related_name="stray")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="strays")
    amount = models.BigIntegerField(help_text="fen")
    why = models.CharField(max_length=20)  # late, second, wrong_amount, unknown_ref
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="stray")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("money without an order")
        verbose_name_plural = _("money without an order")
        triggers = append_only("stray")

    def __str__(self) -> str:
        return str(self.id)
