"""What counts for and against a person, and the facts that risk signals are counted from."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7


class StandingQuerySet(models.QuerySet["StandingEvent"]):
    def counting(self) -> Self:
        """What was taken back counts no more, and nor does the row that takes it back."""
        return self.filter(reverses=None, reversal=None)


class FactQuerySet(models.QuerySet["Fact"]):
    def counting(self) -> Self:
        return self.filter(voids=None, voided_by=None)


class StandingEvent(models.Model):
    """Points for one final outcome. A reversal is another event; the score is never stored."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="standing")
    kind = models.CharField(max_length=40)
    points = models.SmallIntegerField()
    source = models.CharField(max_length=20, help_text="what it comes from: order, case, …")
    source_id = models.UUIDField()
    counterparty = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    note = models.CharField(max_length=200, blank=True)

    objects = StandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing event")
        verbose_name_plural = _("standing events")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "source_id", "person"], name="standing_counts_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "kind", "at"], name="standing_by_person")]
        triggers = append_only("standing_event")

    def __str__(self) -> str:
        return f"{self.kind} {self.points:+d}"


class Fact(models.Model):
    """Something that happened between two people. It is taken back by a second row, `voids`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="facts")
    kind = models.CharField(max_length=40)
    counterparty = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    source = models.CharField(max_length=20)
    source_id = models.UUIDField()
    at = models.DateTimeField()
    voids = models.OneToOneField("self", models.PROTECT, null=True, related_name="voided_by")

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = _("fact")
        verbose_name_plural = _("facts")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "source_id", "person"], name="fact_noted_once"
            ),
        ]
        indexes = [models.Index(fields=["person", "kind", "at"], name="fact_by_person")]
        triggers = append_only("fact")

    def __str__(self) -> str:
        return self.kind
