"""Chairs, sealed votes and what is opened of them at the end; answers to practice cases."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disputes.models.case import Case, Winner
from disputes.models.panel import DrawEntry
from marketplace.lib.append_only import append_only, never_emptied
from marketplace.lib.ids import uuid7
from marketplace.lib.sealed import SealedField


class SeatState(models.TextChoices):
    INVITED = "INVITED", _("Invited")
    OPENED = "OPENED", _("Reading")
    VOTED = "VOTED", _("Voted")
    RECUSED = "RECUSED", _("Stepped aside")
    EXPIRED = "EXPIRED", _("Passed on: no answer in time")
    RELEASED = "RELEASED", _("Released: the case ended first")
    VOIDED = "VOIDED", _("Set aside")


OPEN_SEAT = (SeatState.INVITED, SeatState.OPENED)
ON_A_CHAIR = (*OPEN_SEAT, SeatState.VOTED)


class Recusal(models.TextChoices):
    KNOWS_PARTY = "know_a_party", _("I know someone here")
    INTEREST = "interest", _("I have something to gain or lose")
    CANNOT_DECIDE = "cannot_decide", _("I can’t judge this")
    NO_TIME = "no_time", _("I have no time")
    UPSETTING = "upsetting", _("It upsets me")


class Seat(models.Model):
    """One reviewer on one chair of one case."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="seats")
    round = models.PositiveSmallIntegerField()
    chair = models.PositiveSmallIntegerField()
    juror = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="seats")
    entry = models.OneToOneField(DrawEntry, models.PROTECT, related_name="seat")
    buyer_left = models.BooleanField(help_text="the order of the columns, drawn per seat")
    state = models.CharField(max_length=8, choices=SeatState, default=SeatState.INVITED)
    invited_at = models.DateTimeField()
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=14, choices=Recusal, blank=True)
    credited = models.PositiveSmallIntegerField(default=0, help_text="points")

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "chair"],
                condition=Q(state__in=ON_A_CHAIR),
                name="seat_one_reviewer_per_chair",
            ),
            models.UniqueConstraint(fields=["case", "juror"], name="seat_once_per_case"),
            models.CheckConstraint(
                condition=Q(chair__gte=1, chair__lte=17), name="seat_chair_exists"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["OPENED", "VOTED"]) | Q(opened_at__isnull=False),
                name="seat_opened_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN_SEAT), name="seat_due"),
            models.Index(fields=["juror", "invited_at"], name="seat_of_juror"),
        ]
        triggers = [
            pgtrigger.Protect(name="seat_is_kept", operation=pgtrigger.Delete),
            never_emptied("every_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.chair}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_SEAT


class Vote(models.Model):
    """A ballot. Side, findings and reason are one envelope; the row says only that it was cast."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seat = models.OneToOneField(Seat, models.PROTECT, related_name="vote")
    sealed = SealedField(ring="court", help_text="side, findings, rationale, salt; AAD: the seat")
    receipt = models.BinaryField(max_length=32, unique=True)
    cast_at = models.DateTimeField()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        triggers = [
            *append_only("vote", "sealed"),
            pgtrigger.Trigger(
                name="vote_in_an_open_ballot",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="IF NOT EXISTS (SELECT 1 FROM disputes_seat s JOIN disputes_case c"
                " ON c.id = s.case_id WHERE s.id = NEW.seat_id AND s.state = 'OPENED'"
                " AND c.state = 'VOTING' AND c.paused_at IS NULL AND c.round = s.round)"
                " THEN RAISE EXCEPTION 'no ballot is open for this seat'"
                " USING ERRCODE = 'LE004'; END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id}"


class OpenedVote(models.Model):
    """A ballot after the end: read by both sides as “Reviewer n”, never with a name."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vote = models.OneToOneField(Vote, models.PROTECT, related_name="opened")
    case = models.ForeignKey(Case, models.PROTECT, related_name="opened_votes")
    round = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=Winner)
    findings = models.JSONField()
    rationale_masked = models.TextField(help_text="as it was written it stays in the envelope")
    salt = models.BinaryField(max_length=32)
    label = models.PositiveSmallIntegerField(help_text="Reviewer 1, 2, … in the receipts' order")

    class Meta:
        ordering = ["label"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "label"], name="opened_label_once"),
        ]
        triggers = append_only("opened_vote")

    def __str__(self) -> str:
        return f"{self.case_id} {self.label}"


class VoteVoid(models.Model):
    """A vote set aside by two staff members, because its reviewer was not independent."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vote = models.OneToOneField(Vote, models.PROTECT, related_name="void")
    ground = models.CharField(max_length=20)
    text = models.CharField(max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("second_by")), name="void_by_two"),
        ]
        triggers = append_only("vote_void")

    def __str__(self) -> str:
        return f"{self.vote_id}"


class PracticeVote(models.Model):
    """A reviewer's answer to an invented case; it trains, and gives no standing."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    juror = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="practice_votes"
    )
    practice_case = models.SlugField(max_length=40)
    attempt = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=Winner)
    findings = models.JSONField()
    rationale = models.TextField()
    agreed = models.BooleanField(help_text="with the model answer")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["juror", "practice_case"], name="practice_once"),
        ]
        triggers = append_only("practice_vote")

    def __str__(self) -> str:
        return f"{self.juror_id} {self.practice_case}"
