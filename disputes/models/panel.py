"""From whom reviewers are drawn, and every number of every draw."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from disputes.models.case import Case
from marketplace.lib.append_only import append_only, never_emptied
from marketplace.lib.ids import uuid7
from marketplace.lib.sealed import SealedField


class JurorState(models.TextChoices):
    PRACTISING = "PRACTISING", _("Practising")
    ACTIVE = "ACTIVE", _("On duty")
    PAUSED = "PAUSED", _("Paused")
    STOPPED = "STOPPED", _("Not a reviewer")


class JurorProfile(models.Model):
    """A person who reviews cases. One identity, one place."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="juror"
    )
    identity_hash = models.BinaryField(max_length=32, null=True)
    state = models.CharField(max_length=10, choices=JurorState, default=JurorState.PRACTISING)
    joined_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True, help_text="the practice cases")
    practice_attempt = models.PositiveSmallIntegerField(default=1)
    practice_again_at = models.DateTimeField(null=True)
    paused_until = models.DateTimeField(null=True)
    served = models.PositiveIntegerField(default=0)
    invited = models.PositiveIntegerField(default=0)
    expired_in_a_row = models.PositiveSmallIntegerField(default=0)
    points = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reviewer")
        verbose_name_plural = _("reviewers")
        constraints = [
            models.UniqueConstraint(
                fields=["identity_hash"], condition=Q(state="ACTIVE"), name="juror_one_place"
            ),
            models.CheckConstraint(
                condition=~Q(state="ACTIVE")
                | Q(identity_hash__isnull=False, passed_at__isnull=False),
                name="juror_active_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["paused_until"], condition=Q(state="PAUSED"), name="juror_paused_until"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class Roster(models.Model):
    """One numbered list of everybody who could be drawn; its root and chain are public at once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(unique=True)
    built_at = models.DateTimeField()
    size = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="next")
    chain_hash = models.BinaryField(max_length=32)
    chunk_hashes = models.BinaryField(help_text="32 bytes for each 1,024 leaves")
    pseudonym_key = SealedField(ring="court")
    rules_version = models.CharField(max_length=10)

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        ordering = ["-version"]
        triggers = append_only("roster", "pseudonym_key")

    def __str__(self) -> str:
        return f"{_('Roster')} {self.version}"


class RosterSeat(models.Model):
    """One number of a roster. Who stands behind it is never published."""

    pk = models.CompositePrimaryKey("version", "number")
    version = models.PositiveIntegerField(help_text="of the roster")
    number = models.PositiveIntegerField()
    # Not checked by the database: a build would lock, and write to, the row of every reviewer.
    # Its numbers come from those very rows, and people are never deleted.
    juror = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    pseudonym = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "juror"], name="roster_one_number_each"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="roster_seat_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="RAISE EXCEPTION 'a roster is never changed' USING ERRCODE = 'LE004';",
            ),
            # Old seats are purged by disputes_purge_roster() alone, which sets this mark.
            pgtrigger.Trigger(
                name="roster_seat_is_purged_by_one_door",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="IF current_setting('fairhand.purging_roster', true) = 'on' THEN"
                " RETURN OLD; END IF;"
                " RAISE EXCEPTION 'a roster is never changed' USING ERRCODE = 'LE004';",
            ),
            never_emptied("roster_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.number}"


class Draw(models.Model):
    """What a case's panel is drawn from. Its seed is fixed before anybody knows it."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="draw")
    roster = models.ForeignKey(Roster, models.PROTECT, null=True, related_name="draws")
    roster_bound_at_seal = models.BooleanField(default=False)
    commitment = models.BinaryField(max_length=32)
    server_seed = SealedField(ring="court")
    words_buyer = models.CharField(max_length=200, blank=True)
    words_seller = models.CharField(max_length=200, blank=True)
    beacon_round = models.BigIntegerField(null=True)
    beacon = models.BinaryField(max_length=32, null=True)
    beacon_source = models.CharField(max_length=40, blank=True)
    seed = SealedField(ring="court", null=True)  # type: ignore[misc] # null where there is none
    next_counter = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)
    paths = models.JSONField(
        null=True, help_text="pseudonym and path of each seated number; rosters are purged"
    )

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        triggers = [
            pgtrigger.Protect(name="draw_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="draw_is_bound",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="IF NEW.commitment <> OLD.commitment"
                " OR (OLD.words_buyer <> '' AND NEW.words_buyer <> OLD.words_buyer)"
                " OR (OLD.words_seller <> '' AND NEW.words_seller <> OLD.words_seller)"
                " OR NEW.next_counter < OLD.next_counter"
                " OR (OLD.roster_bound_at_seal AND NEW.roster_id IS DISTINCT FROM OLD.roster_id)"
                " OR (NEW.roster_id IS DISTINCT FROM OLD.roster_id AND (OLD.next_counter > 0"
                " OR NOT NEW.roster_bound_at_seal))"
                " OR (OLD.published_at IS NOT NULL AND NEW.published_at IS NULL)"
                " THEN RAISE EXCEPTION 'a draw is bound' USING ERRCODE = 'LE004';"
                " END IF; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{_('Draw')} {self.case_id}"


class Outcome(models.TextChoices):
    SEATED = "SEATED", _("seated")
    EXCLUDED = "EXCLUDED", _("excluded")
    DUP = "DUP", _("drawn before")
    REJECT = "REJECT", _("no number")


class DrawEntry(models.Model):
    """One counter of the stream and what became of it; there is never a gap."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    draw = models.ForeignKey(Draw, models.PROTECT, related_name="entries")
    round = models.PositiveSmallIntegerField()
    counter = models.BigIntegerField()
    number = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    code = models.CharField(max_length=10, blank=True, help_text="why excluded")
    ground = models.JSONField(null=True, help_text="the rows that exclude; for auditors")
    ground_salt = models.BinaryField(max_length=32, null=True)
    ground_hash = models.BinaryField(max_length=32, null=True)
    chair = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("drawn number")
        verbose_name_plural = _("drawn numbers")
        ordering = ["counter"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "counter"], name="draw_counter_once"),
            models.CheckConstraint(
                condition=Q(outcome="SEATED", chair__isnull=False)
                | ~Q(outcome="SEATED") & Q(chair=None),
                name="draw_seated_has_a_chair",
            ),
            models.CheckConstraint(
                condition=Q(outcome="EXCLUDED", ground_hash__isnull=False) & ~Q(code="")
                | ~Q(outcome="EXCLUDED") & Q(code=""),
                name="draw_excluded_has_a_code",
            ),
        ]
        triggers = append_only("draw_entry")

    def __str__(self) -> str:
        return f"{self.draw_id} {self.counter} {self.outcome}"
