"""Who a person really is, sealed; and whose phone and papers are known already."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7
from marketplace.lib.sealed import SealedField


class DocumentType(models.TextChoices):
    ID_CARD = "id_card", _("Resident identity card")
    PASSPORT = "passport", _("Passport")


class Record(models.Model):
    """One version of an identity as it was checked; its fields are one envelope, none is plain."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(help_text="the version: 1, 2, …")
    sealed = SealedField(ring="identity", help_text="name, document type and number, birth date")
    method = models.CharField(max_length=20, help_text="which check")
    evidence = models.CharField(max_length=80, help_text="the check's own reference")
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("identity record")
        verbose_name_plural = _("identity records")
        constraints = [
            models.UniqueConstraint(fields=["person", "number"], name="identity_version_once"),
        ]
        triggers = append_only("identity_record", "sealed")

    def __str__(self) -> str:
        return f"{self.person_id} {self.number}"


class Mark(models.Model):
    """The keyed fingerprint of a document number: one document, one account, for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key_id = models.CharField(max_length=40)
    value = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key_id", "value"], name="identity_known_once"),
        ]
        triggers = append_only("identity_mark")

    def __str__(self) -> str:
        return f"{self.person_id} {self.key_id}"


class IdentityRead(models.Model):
    """Who opened a sealed identity, and what for."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    record = models.ForeignKey(Record, models.PROTECT, related_name="reads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("identity read")
        verbose_name_plural = _("identity reads")
        triggers = append_only("identity_read")

    def __str__(self) -> str:
        return f"{self.by_id} {self.purpose}"


class PhoneCode(models.Model):
    """A six-digit code sent to a phone; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    phone = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="phone_code_by_person")]

    def __str__(self) -> str:
        return str(self.id)
