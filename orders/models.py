"""Orders: one row per order, one append-only row per step, one row per reported code."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from listings.models import Listing, Revision
from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7
from marketplace.lib.money import fee
from marketplace.lib.states import Side
from orders.states import LIVE, OrderState, OrderStep
from orders.terms import Situation


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, person: User) -> Self:
        """The two parties; for everybody else an order does not exist."""
        return self.filter(Q(buyer=person) | Q(seller=person))

    def lock(self, pk: UUID) -> "Order":
        """The order, locked until the transaction ends; child rows may still be added."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def for_pages(self) -> Self:
        """With everything that rows and pages of orders name, in one query."""
        rows = self.select_related("revision__text", "buyer", "seller", "listing")
        return rows.defer("listing__search")

    def bought_by(self, person: User) -> Self:
        return self.filter(buyer=person)

    def sold_by(self, person: User) -> Self:
        return self.filter(seller=person)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def overdue(self, column: str, state: str, now: datetime) -> Self:
        """Orders in `state` whose deadline `column` has come, the longest overdue first."""
        return self.filter(**{"state": state, f"{column}__lte": now}).order_by(column)


class Order(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=12, unique=True)
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="orders")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="purchases")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="sales")
    state = models.CharField(max_length=12, choices=OrderState, default=OrderState.PLACED)
    version = models.PositiveIntegerField(default=1)

    # Frozen when it was placed.
    price = models.BigIntegerField(help_text="fen")
    fee_bps = models.PositiveSmallIntegerField()
    verification_mode = models.CharField(max_length=14)
    rules_version = models.CharField(max_length=10)
    request_key = models.UUIDField(null=True, help_text="of the checkout page: one order a page")
    came_from = models.CharField(
        max_length=100, blank=True, help_text="referring host, first visit"
    )
    campaign = models.CharField(max_length=60, blank=True)

    # When it happened.
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    first_revealed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True, help_text="cancelled or refunded")
    settled_by_case = models.UUIDField(null=True, help_text="the last case that moved the money")
    buyer_fen = models.BigIntegerField(null=True, help_text="fen that this case gave the buyer")

    # While a case is open.
    open_case_id = models.UUIDField(null=True)
    state_before_case = models.CharField(max_length=12, choices=OrderState, blank=True)

    # When something is due.
    pay_due_at = models.DateTimeField()
    deliver_due_at = models.DateTimeField(null=True)
    auto_refund_at = models.DateTimeField(null=True)
    reveal_due_at = models.DateTimeField(null=True)
    inspect_due_at = models.DateTimeField(null=True)
    claims_until = models.DateTimeField(null=True)

    # What the clock is waiting for.
    retry_at = models.DateTimeField(null=True, help_text="when the issuer is asked again")
    tries = models.PositiveSmallIntegerField(default=0)
    bad_codes = models.PositiveSmallIntegerField(default=0)
    last_look_at = models.DateTimeField(null=True, help_text="the issuer said valid, before reveal")
    paused_at = models.DateTimeField(null=True, help_text="a report or a case is open")
    cancel_unlocked_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    needs_staff = models.CharField(max_length=20, blank=True, db_index=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.UniqueConstraint(fields=["buyer", "request_key"], name="order_once_per_page"),
            models.CheckConstraint(condition=Q(price__gt=0), name="order_price_positive"),
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="order_has_two_parties"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(delivered_at__isnull=False),
                name="order_confirmed_after_delivery",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(first_revealed_at__isnull=False),
                name="order_confirmed_after_reveal",
            ),
            models.CheckConstraint(
                condition=~Q(state="COMPLETED")
                | Q(delivered_at__isnull=False)
                | Q(settled_by_case__isnull=False),
                name="order_completed_after_delivery",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["PLACED", "CANCELLED"]) | Q(paid_at__isnull=False),
                name="order_paid_before_more",
            ),
            models.CheckConstraint(
                condition=Q(state="DISPUTED", open_case_id__isnull=False, paused_at__isnull=False)
                & Q(state_before_case__in=["DELIVERED", "COMPLETED", "CANCELLED", "REFUNDED"])
                | ~Q(state="DISPUTED") & Q(open_case_id=None, state_before_case=""),
                name="order_disputed_while_case_open",
            ),
            models.CheckConstraint(
                condition=Q(settled_by_case=None, buyer_fen=None)
                | Q(settled_by_case__isnull=False, buyer_fen__isnull=False)
                & Q(buyer_fen__gte=0, buyer_fen__lte=F("price")),
                name="order_settled_within_price",
            ),
            models.UniqueConstraint(fields=["open_case_id"], name="order_one_per_case"),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="order_of_buyer"),
            models.Index(fields=["seller", "-id"], name="order_of_seller"),
            models.Index(fields=["listing", "state"], name="order_of_listing"),
            models.Index(fields=["pay_due_at"], condition=Q(state="PLACED"), name="due_pay"),
            models.Index(fields=["auto_refund_at"], condition=Q(state="PAID"), name="due_refund"),
            models.Index(
                fields=["retry_at"], condition=Q(retry_at__isnull=False), name="due_retry"
            ),
            models.Index(
                fields=["inspect_due_at"],
                condition=Q(state="DELIVERED", paused_at=None),
                name="due_complete",
            ),
            models.Index(
                fields=["reveal_due_at"],
                condition=Q(state="DELIVERED", first_revealed_at=None),
                name="due_reveal",
            ),
            models.Index(fields=["deliver_due_at"], condition=Q(state="PAID"), name="due_deliver"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.pk])

    def side_of(self, person: User | None) -> Side | None:
        """BUYER, SELLER, or CLOCK for None; None for a stranger."""
        if person is None:
            return Side.CLOCK
        return {self.buyer_id: Side.BUYER, self.seller_id: Side.SELLER}.get(person.pk)

    @property
    def was_paid(self) -> bool:
        return self.paid_at is not None

    @property
    def net(self) -> int:
        """The seller's part in fen, less the fee: of the price, or of what a case left him."""
        part = self.price - (self.buyer_fen or 0)
        return part - fee(part, self.fee_bps)

    @property
    def stands_at(self) -> str:
        """The state, or during a case the one that the order had before it."""
        return self.state_before_case or self.state

    @property
    def revealed(self) -> bool:
        return self.first_revealed_at is not None

    def reports_so_far(self) -> list["CodeReport"]:
        """The newest first. Only a code that was revealed can be reported: else nobody asks."""
        return list(self.reports.all()) if self.revealed else []

    def situation(self, reports: Sequence["CodeReport"]) -> Situation:
        """This order as the pure rules see it."""
        return Situation(
            state=self.state,
            paid=self.was_paid,
            revealed=self.revealed,
            report_open=any(report.state != ReportState.ANSWERED for report in reports),
            cancel_unlocked=self.cancel_unlocked_at is not None,
            reports=len(reports),
            settled=self.settled_by_case is not None,
            deliver_due_at=self.deliver_due_at,
            claims_until=self.claims_until,
        )


class OrderEvent(models.Model):
    """One step, written in its transaction and never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="events")
    step = models.CharField(max_length=24, choices=OrderStep)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    side = models.CharField(max_length=6)
    at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-id"]
        triggers = append_only("order_event")

    def __str__(self) -> str:
        return f"{self.order_id} {self.step}"


class Problem(models.TextChoices):
    USED = "used", _("The code has been used already")
    INVALID = "invalid", _("The issuer does not know the code")
    WRONG_VALUE = "wrong_value", _("The code is worth less than it should be")
    EXPIRED = "expired", _("The code has expired")


class ReportState(models.TextChoices):
    OPEN = "OPEN", _("The issuer is being asked")
    STAFF = "STAFF", _("A person will look at it")
    ANSWERED = "ANSWERED", _("Answered")


class CodeReport(models.Model):
    """The buyer says that a revealed code is bad; the issuer is asked before anybody decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="reports")
    problem = models.CharField(_("what is wrong"), max_length=12, choices=Problem)
    text = models.CharField(_("what happened"), max_length=1000, blank=True)
    state = models.CharField(max_length=8, choices=ReportState, default=ReportState.OPEN)
    result = models.CharField(max_length=20, blank=True)
    redeemed_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    answer_due_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("report of a code")
        verbose_name_plural = _("reports of codes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(state__in=["OPEN", "STAFF"]),
                name="report_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="OPEN"), name="due_report")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.problem}"
