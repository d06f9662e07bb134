"""A case: one row whose state only the course moves, one chained row per step, one per offer."""

from typing import Any, Self
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from disputes.claims import Claim
from disputes.rules import Rules
from disputes.states import LIVE, TERMINAL, CaseState, CaseStep
from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7
from marketplace.lib.money import Fen
from orders.models import Order


class Winner(models.TextChoices):
    """The two sides between which a case is decided."""

    BUYER = "buyer", _("the buyer")
    SELLER = "seller", _("the seller")

    @property
    def other(self) -> "Winner":
        return Winner.SELLER if self is Winner.BUYER else Winner.BUYER


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, person: User) -> Self:
        """The two parties; for everybody else a case does not exist."""
        return self.filter(Q(buyer=person) | Q(seller=person))

    def lock(self, pk: UUID) -> "Case":
        """The case, locked until the transaction ends; child rows may still be added."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def live(self) -> Self:
        return self.filter(state__in=LIVE)

    def due(self, column: str, *states: str, now: Any) -> Self:
        """Cases in one of `states` whose `column` has come, the longest overdue first."""
        running = self.filter(state__in=states, paused_at=None)
        return running.filter(**{f"{column}__lte": now}).order_by(column)

    def for_pages(self) -> Self:
        """With everything that rows and pages of cases name, in one query."""
        rows = self.select_related("order__revision__text", "buyer", "seller", "filer")
        return rows.select_related("order__revision__category")


def _waiting(column: str, *states: CaseState) -> models.Index:
    """The index of one sweep: only the rows that wait for it."""
    return models.Index(
        fields=[column], condition=Q(state__in=states), name=f"case_{column.removesuffix('_at')}"
    )


class Case(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField()
    order = models.ForeignKey(Order, models.PROTECT, related_name="cases")
    filer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    # What is asked.
    claim = models.CharField(_("what went wrong"), max_length=24, choices=Claim)
    family = models.CharField(max_length=10)
    question = models.JSONField(default=dict, help_text="what the fixed sentence is filled with")
    amount_fen = models.BigIntegerField(help_text="what was paid")
    demand_fen = models.BigIntegerField(help_text="what the buyer gets if the buyer wins")

    # Under which rules; every guard reads its numbers from here.
    rules_version = models.CharField(max_length=10)
    rules = models.JSONField()

    # Where it is.
    state = models.CharField(max_length=16, choices=CaseState, default=CaseState.EVIDENCE)
    state_since = models.DateTimeField()
    taken_from = models.CharField(max_length=16, blank=True, help_text="before STAFF_EVIDENCE")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    # Evidence.
    filed_at = models.DateTimeField()
    evidence_due_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    evidence_root = models.BinaryField(max_length=32, null=True)
    struck = models.JSONField(default=list, help_text="exhibits proven forged, after a mistrial")
    copies_due_at = models.DateTimeField(null=True)

    # The ballot.
    ballot_opened_at = models.DateTimeField(null=True)
    ballot_due_at = models.DateTimeField(null=True)
    extended = models.BooleanField(default=False)
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField(max_length=12, blank=True)
    withdrawal_asked_at = models.DateTimeField(null=True)

    # The decision.
    decided_at = models.DateTimeField(null=True)
    winner = models.CharField(max_length=6, choices=Winner, blank=True)
    winner_votes = models.PositiveSmallIntegerField(null=True)
    loser_votes = models.PositiveSmallIntegerField(null=True)
    appeal_due_at = models.DateTimeField(null=True)
    staff_due_at = models.DateTimeField(null=True)
    desk_holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    # Carrying it out.
    execute_due_at = models.DateTimeField(null=True)
    execute_tries = models.PositiveSmallIntegerField(default=0)
    award_buyer_fen = models.BigIntegerField(null=True)
    award_seller_fen = models.BigIntegerField(null=True)
    award_source = models.CharField(
        max_length=12, blank=True, help_text="jury, ruling, settlement, concession, issuer"
    )
    executed_at = models.DateTimeField(null=True)
    public_at = models.DateTimeField(null=True)
    unpublished_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=~Q(state__in=TERMINAL),
                name="case_one_live_per_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(demand_fen__gte=1, demand_fen__lte=F("amount_fen")),
                name="case_demand_within_amount",
            ),
            models.CheckConstraint(
                condition=Q(award_buyer_fen=None, award_seller_fen=None)
                | Q(
                    award_buyer_fen__gte=0,
                    award_seller_fen__gte=0,
                    amount_fen=F("award_buyer_fen") + F("award_seller_fen"),
                ),
                name="case_award_is_the_amount",
            ),
            models.CheckConstraint(
                condition=Q(winner_votes=None, loser_votes=None)
                | Q(winner_votes=9, loser_votes__gte=0, loser_votes__lte=8),
                name="case_tally_is_possible",
            ),
            models.CheckConstraint(
                condition=Q(executed_at=None) | Q(award_buyer_fen__isnull=False),
                name="case_executed_with_an_award",
            ),
            models.CheckConstraint(condition=~Q(buyer=F("seller")), name="case_has_two_sides"),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="case_of_buyer"),
            models.Index(fields=["seller", "-id"], name="case_of_seller"),
            models.Index(fields=["order"], name="case_of_order"),
            models.Index(
                fields=["desk_holder"], condition=Q(state__in=LIVE), name="case_of_desk_holder"
            ),
            _waiting("evidence_due_at", CaseState.EVIDENCE),
            _waiting("copies_due_at", CaseState.SEALED),
            _waiting("ballot_due_at", CaseState.VOTING),
            _waiting("appeal_due_at", CaseState.ESCALATED),
            _waiting(
                "staff_due_at",
                CaseState.APPEALED,
                CaseState.HUNG,
                CaseState.NO_PANEL,
                CaseState.STAFF_EVIDENCE,
            ),
            _waiting("execute_due_at", CaseState.DECIDED, CaseState.FINAL),
            models.Index(
                fields=["state_since"],
                condition=Q(state__in=["SEALED", "DRAWING", "MISTRIAL"]),
                name="case_to_draw",
            ),
            models.Index(
                fields=["-public_at"], condition=Q(public_at__isnull=False), name="case_public"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="case_tally_is_in_the_votes",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("winner_votes"),  # type: ignore[no-untyped-call]
                timing=pgtrigger.Deferred,
                # Only a tally that is new: a vote may be found void long after it.
                condition=pgtrigger.Condition(
                    "NEW.winner_votes IS NOT NULL AND (NEW.winner, NEW.winner_votes,"
                    " NEW.loser_votes) IS DISTINCT FROM (OLD.winner, OLD.winner_votes,"
                    " OLD.loser_votes)"
                ),
                declare=[("won", "bigint"), ("lost", "bigint")],
                func="SELECT count(*) FILTER (WHERE o.side = NEW.winner),"
                " count(*) FILTER (WHERE o.side <> NEW.winner) INTO won, lost"
                " FROM disputes_openedvote o LEFT JOIN disputes_votevoid v"
                " ON v.vote_id = o.vote_id"
                " WHERE o.case_id = NEW.id AND o.round = NEW.round AND v.id IS NULL;"
                " IF won <> NEW.winner_votes OR lost <> NEW.loser_votes THEN"
                " RAISE EXCEPTION 'the tally is not in the votes' USING ERRCODE = 'LE004';"
                " END IF; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{_('Case')} {str(self.pk)[-6:]}"

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.pk])

    @property
    def frozen_rules(self) -> Rules:
        """The rules under which it was filed, whatever the code's newest version says."""
        return Rules.from_json(self.rules)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def loser(self) -> str:
        """The losing side, or "" before there is one."""
        return Winner(self.winner).other if self.winner else ""

    def side_of(self, person: User | None) -> Winner | None:
        """On which side a person stands; None for everybody else."""
        sides = {self.buyer_id: Winner.BUYER, self.seller_id: Winner.SELLER}
        return sides.get(person.pk) if person is not None else None

    def award_to(self, winner: str) -> tuple[Fen, Fen]:
        """What buyer and seller get (fen) when `winner` wins."""
        to_buyer = self.demand_fen if winner == Winner.BUYER else 0
        return Fen(to_buyer), Fen(self.amount_fen - to_buyer)

    def person(self, side: str) -> User:
        return self.buyer if side == Winner.BUYER else self.seller


class CaseEvent(models.Model):
    """One step, chained to the one before it. No fact tells a side or a count while VOTING."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    step = models.CharField(max_length=20, choices=CaseStep)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=8)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="case_event_in_order"),
        ]
        triggers = append_only("case_event")

    def __str__(self) -> str:
        return f"{self.case_id} {self.seq} {self.step}"
