"""What the sides show: exhibits, the copies that reviewers read, and questions asked of both."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from disputes.models.case import Case, Winner
from marketplace.lib.append_only import append_only, never_emptied
from marketplace.lib.ids import uuid7
from marketplace.lib.sealed import SealedField


class Party(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")
    PLATFORM = "platform", _("Recorded by Fairhand")
    THIRD_PARTY = "third_party", _("Third party")


class EvidenceKind(models.TextChoices):
    STATEMENT = "statement", _("Statement")
    TEXT = "text", _("Text")
    PICTURE = "picture", _("Picture")
    RECORD = "record", _("Record")


class Stage(models.TextChoices):
    """When an exhibit came; only the hearing's are in the bundle and under the evidence root."""

    FILING = "filing", _("At the filing")
    HEARING = "hearing", _("In the hearing")
    APPEAL = "appeal", _("On appeal")
    REQUEST = "request", _("Asked for by staff")


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def admitted(self) -> Self:
        """What reviewers may read and what the evidence root is taken over."""
        return self.filter(stage=Stage.HEARING, late=False, unreadable=False)

    def of(self, party: str) -> Self:
        return self.filter(party=party)


class Evidence(models.Model):
    """One exhibit, never changed. Texts are sealed, pictures lie sealed outside the database."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="evidence")
    party = models.CharField(max_length=12, choices=Party)
    kind = models.CharField(max_length=10, choices=EvidenceKind)
    number = models.PositiveSmallIntegerField(help_text="1 for B1, S1, P1, T1, …")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    description = SealedField(ring="file", help_text="5 to 300 characters, the picture's alt text")
    sealed_text = SealedField(ring="file", null=True)  # type: ignore[misc] # null where there is none
    original = models.CharField(max_length=80, blank=True, help_text="the sealed file's reference")
    original_key = SealedField(ring="file", null=True)  # type: ignore[misc] # null where there is none
    record = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    file_name = models.CharField(max_length=120, blank=True, help_text="the person's own; text")
    sha256 = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.HEARING)
    late = models.BooleanField(default=False)
    could_have_been_filed = models.BooleanField(default=False)
    in_last_6h = models.BooleanField(default=False)
    unreadable = models.BooleanField(default=False)
    shows_secret = models.BooleanField(default=False, help_text="its owner says so")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("exhibit")
        verbose_name_plural = _("exhibits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "party", "stage", "sha256"], name="exhibit_shown_once"
            ),
            models.UniqueConstraint(fields=["case", "party", "number"], name="exhibit_number_once"),
            models.UniqueConstraint(
                fields=["case", "party"],
                condition=Q(kind="statement", stage="hearing", late=False),
                name="exhibit_one_statement",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind__in=["text", "statement"], sealed_text__isnull=False, original="")
                    & Q(record=None)
                )
                | Q(kind="picture", sealed_text=None, record=None) & ~Q(original="")
                | Q(kind="record", sealed_text=None, original="", record__isnull=False),
                name="exhibit_is_of_one_kind",
            ),
        ]
        indexes = [models.Index(fields=["case", "stage", "party"], name="exhibit_of_case")]
        triggers = append_only("evidence", "description", "sealed_text", "original_key")

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """B1, S2, P1, T1: how both sides, reviewers and staff call it."""
        return f"{self.party[0].upper()}{self.number}"


TRIES = 3  # then staff look at it, while the worker goes on trying


class CopyState(models.TextChoices):
    PENDING = "PENDING", _("Being prepared")
    READY = "READY", _("Ready")
    FLAGGED = "FLAGGED", _("Hidden, until staff have covered something")


class JurorCopy(models.Model):
    """What reviewers, and the other side, may see of an exhibit: masked, re-made, without names."""

    evidence = models.OneToOneField(Evidence, models.PROTECT, primary_key=True, related_name="copy")
    state = models.CharField(max_length=8, choices=CopyState, default=CopyState.PENDING)
    text = models.TextField(blank=True)
    description = models.CharField(max_length=400, blank=True)
    file = models.CharField(max_length=80, blank=True)
    file_key = SealedField(ring="file", null=True)  # type: ignore[misc] # null where there is none
    masks = models.JSONField(default=list, help_text="rectangles in thousandths, or spans of text")
    confirmed_by_owner = models.BooleanField(default=False)
    version = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True)
    flagged_at = models.DateTimeField(null=True)
    cleared_by_staff = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("reviewers' copy")
        verbose_name_plural = _("reviewers' copies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="READY") | ~Q(file="") | ~Q(text=""),
                name="copy_ready_shows_something",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="PENDING"), name="copy_to_make"),
            models.Index(fields=["flagged_at"], condition=Q(state="FLAGGED"), name="copy_to_mask"),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.state}"

    @property
    def waits_for_staff(self) -> bool:
        """A reviewer saw something in it, or no machine could make it."""
        failed = self.state == CopyState.PENDING and self.tries >= TRIES
        return failed or self.state == CopyState.FLAGGED


class RequestPair(models.Model):
    """One question of the desk, asked of both sides in the same words with the same date [Xu]."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", _("Your statement")
        REPLY = "reply", _("Your reply to what is new")
        DOCUMENT = "document", _("A document or picture")
        THIRD_PARTY = "third_party", _("A third party's statement")
        QUESTION = "question", _("An answer to a question")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="request_pairs")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    text = models.TextField(
        _("what is asked"), max_length=1000, blank=True, help_text="empty for the house's own ones"
    )
    rule_id = models.CharField(max_length=40)
    equivalents = models.JSONField(default=list, help_text="what is accepted instead")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    replies_to = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("question to both sides")
        verbose_name_plural = _("questions to both sides")
        ordering = ["-id"]
        triggers = [
            *append_only("request_pair"),
            pgtrigger.Trigger(
                name="pair_asks_both",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="IF (SELECT array_agg(party ORDER BY party) FROM disputes_evidencerequest"
                " WHERE pair_id = NEW.id) IS DISTINCT FROM ARRAY['buyer', 'seller']::varchar[]"
                " THEN RAISE EXCEPTION 'what is asked of one side is asked of both'"
                " USING ERRCODE = 'LE004'; END IF; RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def question(self) -> str:
        """What is asked; the house's own questions in the reader's language."""
        if self.text:
            return self.text
        if self.kind == self.Kind.STATEMENT:
            return gettext(
                "Staff will decide this case. Say what happened in your own words and answer what "
                "the other side says. The other side is asked the same, with the same date."
            )
        if self.replies_to is None:
            return gettext(
                "The decision was appealed. Read what is new and say what you have to say about "
                "it. The other side is asked the same, with the same date."
            )
        return gettext(
            "The other side has shown something new ({label}). Say what you have to say about it. "
            "Both sides are asked, with the same date."
        ).format(label=self.replies_to.label)


class EvidenceRequest(models.Model):
    """One side's half of a pair; kind, words and date live on the pair, so they can't differ."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pair = models.ForeignKey(RequestPair, models.PROTECT, related_name="requests")
    party = models.CharField(max_length=6, choices=Winner)
    due_at = models.DateTimeField(help_text="the pair's, moved by pauses of both sides alike")
    answered_at = models.DateTimeField(null=True)
    answer = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="+")
    declined = models.BooleanField(default=False)
    lapsed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pair", "party"], name="request_one_per_side"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(answered_at=None), name="request_open_until"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="request_is_kept", operation=pgtrigger.Delete),
            never_emptied("every_request"),
            pgtrigger.Trigger(
                name="request_stays_with_its_side",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("pair", "party"),
                func="RAISE EXCEPTION 'a request stays with its side' USING ERRCODE = 'LE004';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pair_id} {self.party}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None
