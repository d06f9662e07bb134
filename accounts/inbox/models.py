"""What people are told: a notice in the inbox, and the mails on their way out."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from marketplace.lib.ids import uuid7


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: User | AnonymousUser) -> "NoticeQuerySet":
        return self.filter(person_id=person.pk) if person.is_authenticated else self.none()

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def unread_first(self) -> "NoticeQuerySet":
        return self.order_by(F("read_at").desc(nulls_first=True), "-id")


class Notice(models.Model):
    """One thing a person was told. Its words are made from `kind` and `facts` when it is read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, help_text="the fact it tells of, once per person")
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "key"], name="notice_told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_by_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Mute(models.Model):
    """One kind of reminder that a person wants no mail of; his inbox has it all the same."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="mutes")
    kind = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="muted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class MailState(models.TextChoices):
    WAITING = "WAITING", _("Waiting")
    SENT = "SENT", _("Sent")
    FAILED = "FAILED", _("Given up")


class Channel(models.TextChoices):
    MAIL = "mail", _("E-mail")
    SMS = "sms", _("Text message")


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, at: Any) -> "MailQuerySet":
        return self.filter(state=MailState.WAITING, next_at__lte=at).order_by("next_at")


class Mail(models.Model):
    """One message on its way out; the words of a notice are made when it is sent, not before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.OneToOneField(Notice, models.PROTECT, null=True, related_name="mail")
    channel = models.CharField(max_length=4, choices=Channel, default=Channel.MAIL)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=MailState, default=MailState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["next_at"], condition=Q(state="WAITING"), name="mail_due"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.id} {self.state}"
