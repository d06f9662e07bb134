"""How a person gets in beside a session: tokens for programs, devices seen, requests answered."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from marketplace.lib.ids import uuid7


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, person: User | AnonymousUser) -> "TokenQuerySet":
        return self.filter(person_id=person.pk) if person.is_authenticated else self.none()

    def live(self, at: datetime) -> "TokenQuerySet":
        return self.filter(revoked_at=None, expires_at__gt=at)


class Token(models.Model):
    """A personal API token, `fh_<prefix>_<random>`; only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.BinaryField(max_length=32)
    scopes = ArrayField(models.CharField(max_length=12))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True, help_text="to the hour")
    reauthenticated_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "-id"], name="token_by_person"),
        ]

    def __str__(self) -> str:
        return f"fh_{self.prefix}_…"


class Device(models.Model):
    """A browser that a person has signed in with, known again by a cookie of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="devices")
    digest = models.BinaryField(max_length=32)
    label = models.CharField(max_length=60, blank=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="device_known_once"),
        ]

    def __str__(self) -> str:
        return self.label


class ApiRequest(models.Model):
    """An `Idempotency-Key` and the answer it got, written in the transaction of the work."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=300)
    body_sha256 = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True, help_text="never a secret")
    headers = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="api_request_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at"], name="api_request_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
