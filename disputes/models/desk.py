"""What the desk keeps beside the cases: who read what, troubles, outages, petitions, numbers."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from disputes.models.case import Case
from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7


class StaffRead(models.Model):
    """Staff opened a case or a sealed original; its owner reads of it when the case is final."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="reads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)
    what = models.CharField(max_length=20, help_text="case, original, grounds, pack")
    object_id = models.UUIDField(null=True)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("staff read")
        verbose_name_plural = _("staff reads")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-id"], name="read_of_case")]
        triggers = append_only("staff_read")

    def __str__(self) -> str:
        return f"{self.by_id} {self.what}"


class Trouble(models.Model):
    """What a supervisor must look at: a refused execution, a passed date, a chair left empty."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="troubles")
    kind = models.CharField(max_length=20)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("trouble")
        verbose_name_plural = _("troubles")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(ended_at=None), name="trouble_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"


class Incident(models.Model):
    """An outage of half an hour or more; every running clock moves by its length, for both."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(by=F("second_by")), name="incident_by_two"
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(second_by__isnull=False),
                name="incident_applied_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class Petition(models.Model):
    """A party asks for a mistrial within ten days of the close, at any tally."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("Waiting")
        SECOND = "SECOND", _("Waits for a second person")
        GRANTED = "GRANTED", _("Granted")
        REFUSED = "REFUSED", _("Refused")

    class Ground(models.TextChoices):
        JUROR_CONFLICT = "juror_conflict", _("A reviewer was not independent")
        FORGED_EXHIBIT = "forged_exhibit", _("An exhibit is forged")
        NO_NOTICE = "no_notice", _("I was never told of the case")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="petitions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ground = models.CharField(_("ground"), max_length=16, choices=Ground)
    text = models.TextField(_("what happened"), max_length=2000)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    filed_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reasons = models.TextField(blank=True)
    remedy_fen = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("petition for a mistrial")
        verbose_name_plural = _("petitions for a mistrial")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state__in=["OPEN", "SECOND"]),
                name="petition_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="GRANTED")
                | Q(decided_by__isnull=False, second_by__isnull=False)
                & ~Q(decided_by=F("second_by")),
                name="petition_granted_by_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.ground}"


class CourtStatistics(models.Model):
    """The public numbers, counted once an hour."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField()
    numbers = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-at"]
        triggers = append_only("court_statistics")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
