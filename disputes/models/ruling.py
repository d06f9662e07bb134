"""Decisions in writing: the verdict document, the appeal against it, and what staff rule."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import GreaterThanOrEqual
from django.utils.translation import gettext_lazy as _

from disputes.models.case import Case, Winner
from disputes.models.evidence import Evidence
from marketplace.lib.append_only import append_only, never_emptied
from marketplace.lib.ids import uuid7


class Verdict(models.Model):
    """What both sides read: the document, its hash, and the head of the case's chain."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="verdicts")
    round = models.PositiveSmallIntegerField()
    instance = models.CharField(max_length=12, help_text="jury, first, appeal")
    document = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.BinaryField(max_length=32)
    head_hash = models.BinaryField(max_length=32)
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "instance"], name="verdict_once"),
        ]
        triggers = append_only("verdict")

    def __str__(self) -> str:
        return f"{self.case_id} {self.instance}"


class AppealGround(models.TextChoices):
    ERROR_ON_EVIDENCE = "error_on_evidence", _("An exhibit was misread")
    NEW_EVIDENCE = "new_evidence", _("There is new evidence")
    PROCEDURE = "procedure", _("A rule of the court was broken")
    FORGERY = "forgery", _("An exhibit is forged")


class Appeal(models.Model):
    """The loser's only one, against a jury's narrow verdict or a first ruling of staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="appeals")
    round = models.PositiveSmallIntegerField()
    against = models.CharField(max_length=12, help_text="jury or staff_first")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=Winner)
    ground = models.CharField(_("ground"), max_length=20, choices=AppealGround)
    text = models.TextField(_("what was wrong"), max_length=5000)
    filed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="appeal_one_a_decision"),
            models.CheckConstraint(
                condition=Q(GreaterThanOrEqual(Length("text"), 100)), name="appeal_has_reasons"
            ),
        ]
        triggers = append_only("appeal")

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground}"


class Instance(models.TextChoices):
    FIRST = "first", _("First instance")
    APPEAL = "appeal", _("Appeal")


class RulingState(models.TextChoices):
    DRAFT = "DRAFT", _("Draft")
    SECOND = "SECOND", _("Waits for a second person")
    ISSUED = "ISSUED", _("Issued")
    SENT_BACK = "SENT_BACK", _("Sent back")


class RulingOutcome(models.TextChoices):
    STANDS = "stands", _("The verdict stands")
    BUYER = "buyer", _("For the buyer")
    SELLER = "seller", _("For the seller")
    SPLIT = "split", _("The money is split")


_ISSUED = Q(state=RulingState.ISSUED)


def _at_least(column: str, length: int) -> Any:
    return Q(GreaterThanOrEqual(Length(column), length))


class Ruling(models.Model):
    """What staff decide, with every duty of reasons that the database itself insists on [Xu]."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="rulings")
    round = models.PositiveSmallIntegerField()
    instance = models.CharField(max_length=6, choices=Instance)
    outcome = models.CharField(_("outcome"), max_length=6, choices=RulingOutcome)
    buyer_fen = models.BigIntegerField(_("to the buyer"))
    seller_fen = models.BigIntegerField(_("to the seller"))
    overturns = models.BooleanField(default=False)
    fraud_by = models.CharField(max_length=6, choices=Winner, blank=True)
    reasons = models.TextField(_("reasons"))
    answer_to_buyer = models.TextField(_("answer to the buyer’s main argument"))
    answer_to_seller = models.TextField(_("answer to the seller’s main argument"))
    about_majority = models.TextField(_("why the majority was or was not followed"), blank=True)
    public_summary = models.TextField(_("public summary"), blank=True)
    rule_ids = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=RulingState, default=RulingState.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="prepared_rulings"
    )
    prepared_at = models.DateTimeField()
    content_hash = models.CharField(max_length=64, help_text="what the second person approves")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="approved_rulings"
    )
    sent_back_because = models.CharField(max_length=1000, blank=True)
    issued_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "instance"], condition=_ISSUED, name="ruling_issued_once"
            ),
            models.CheckConstraint(
                condition=Q(buyer_fen__gte=0, seller_fen__gte=0), name="ruling_parts_not_negative"
            ),
            models.CheckConstraint(
                condition=~_ISSUED
                | _at_least("reasons", 200)
                & _at_least("answer_to_buyer", 50)
                & _at_least("answer_to_seller", 50)
                & ~Q(rule_ids=[]),
                name="ruling_issued_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by")),
                name="ruling_second_person_is_another",
            ),
            models.CheckConstraint(
                condition=~(_ISSUED & (Q(overturns=True) | ~Q(fraud_by="")))
                | Q(approved_by__isnull=False),
                name="ruling_overturns_with_two",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="ruling_is_kept", operation=pgtrigger.Delete),
            never_emptied("every_ruling"),
            pgtrigger.Trigger(
                name="ruling_issued_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="ISSUED"),
                func="RAISE EXCEPTION 'an issued ruling is final' USING ERRCODE = 'LE004';",
            ),
            pgtrigger.Trigger(
                name="ruling_rests_on_exhibits",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Insert,
                condition=pgtrigger.Q(new__state="ISSUED"),
                func="IF NOT EXISTS (SELECT 1 FROM disputes_citation WHERE ruling_id = NEW.id)"
                " THEN RAISE EXCEPTION 'a ruling cites what it rests on' USING ERRCODE = 'LE004';"
                " END IF; IF NEW.overturns AND NOT EXISTS (SELECT 1 FROM disputes_citation q"
                " JOIN disputes_appeal a ON a.case_id = NEW.case_id AND a.round = NEW.round"
                " WHERE q.ruling_id = NEW.id AND q.conclusive AND q.supports = a.side)"
                " THEN RAISE EXCEPTION 'in equipoise the verdict stands' USING ERRCODE = 'LE004';"
                " END IF;"
                " IF EXISTS (SELECT 1 FROM disputes_evidencerequest r JOIN disputes_requestpair p"
                " ON p.id = r.pair_id WHERE p.case_id = NEW.case_id AND r.answered_at IS NULL)"
                " THEN RAISE EXCEPTION 'a question is still open' USING ERRCODE = 'LE004';"
                " END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.instance} {self.outcome}"


class Check(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    UNCLEAR = "unclear", _("unclear")


class Supports(models.TextChoices):
    BUYER = "buyer", _("the buyer")
    SELLER = "seller", _("the seller")
    NONE = "none", _("neither side")


class Citation(models.Model):
    """One exhibit that a ruling names, checked in three ways; “not sure” speaks for nobody."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="citations")
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="citations")
    issue = models.CharField(_("what it is about"), max_length=200)
    supports = models.CharField(_("supports"), max_length=6, choices=Supports)
    conclusive = models.BooleanField(_("conclusive"))
    authentic = models.CharField(_("authentic"), max_length=8, choices=Check)
    legal = models.CharField(_("lawfully made"), max_length=8, choices=Check)
    relevant = models.CharField(_("relevant"), max_length=8, choices=Check)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["ruling", "evidence"], name="citation_once"),
            models.CheckConstraint(
                condition=Q(conclusive=True) | Q(supports="none"),
                name="citation_not_sure_is_neutral",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{column}__in": Check.values}),
                    name=f"citation_{column}_was_checked",
                )
                for column in ("authentic", "legal", "relevant")
            ),
        ]
        triggers = [
            never_emptied("every_citation"),
            pgtrigger.Trigger(
                name="citation_of_an_issued_ruling",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="IF EXISTS (SELECT 1 FROM disputes_ruling WHERE state = 'ISSUED'"
                " AND id = CASE WHEN TG_OP = 'INSERT' THEN NEW.ruling_id ELSE OLD.ruling_id END)"
                " THEN RAISE EXCEPTION 'an issued ruling is final' USING ERRCODE = 'LE004';"
                " END IF; RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ruling_id} {self.evidence_id}"
