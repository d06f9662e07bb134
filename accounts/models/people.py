"""People: the one table everybody who signs in stands in."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.lib.ids import uuid7


class UserState(models.TextChoices):
    ACTIVE = "ACTIVE", _("Open")
    PENDING_CLOSURE = "PENDING_CLOSURE", _("Being closed")
    CLOSED = "CLOSED", _("Closed")


class Level(models.IntegerChoices):
    """How much of a person has been proved; what each level may is in people.md's table."""

    EMAIL = 0, _("E-mail confirmed")
    PHONE = 1, _("Phone confirmed")
    REAL_NAME = 2, _("Real name checked")
    MERCHANT = 3, _("Merchant")


class UserManager(BaseUserManager["User"]):
    def lock(self, pk: UUID) -> "User":
        """The person, held until the transaction ends."""
        return self.select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name shown to others"), max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.EMAIL)
    state = models.CharField(max_length=16, choices=UserState, default=UserState.ACTIVE)
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True, blank=True)
    language = models.CharField(_("language"), max_length=8, default="en")
    zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    accepted_rules = models.CharField(max_length=10, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)
    closing_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            models.CheckConstraint(condition=models.Q(level__lte=3), name="user_level_known"),
            models.CheckConstraint(
                condition=~models.Q(state="CLOSED") | models.Q(is_active=False),
                name="user_closed_never_signs_in",
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """What others see; never the e-mail."""
        if self.state == UserState.CLOSED:
            return str(_("Closed account"))
        return self.name or str(_("Member {number}")).format(number=str(self.pk)[-4:])

    def get_full_name(self) -> str:
        return self.shown_name

    def get_short_name(self) -> str:
        return self.shown_name
