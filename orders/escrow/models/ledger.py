"""The ledger's tables: accounts, balances, transfers and their entries, the chain, earnings.

Nothing here writes money: PostgreSQL keeps balances equal to their entries (sql/0002_ledger.sql)
and refuses what does not balance. Foreign keys have no constraint in the database: Django's would
move a row lock to COMMIT, and the entry trigger checks existence anyway.
"""

from datetime import timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from marketplace.lib.append_only import append_only
from marketplace.lib.ids import uuid7


class Xid8Field(models.BigIntegerField):  # type: ignore[type-arg]  # not generic when run
    """The number of the transaction that wrote a row; never wraps around."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - Django's
        return "xid8"

    def from_db_value(self, value: str | None, *_: object) -> int | None:
        return None if value is None else int(value)

    def get_db_prep_value(
        self,
        value: object,
        connection: BaseDatabaseWrapper,  # noqa: ARG002
        prepared: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> object:
        """As text: PostgreSQL casts no number to xid8."""
        return str(value) if isinstance(value, int) else value


class ClockTimestamp(Func):
    function = "clock_timestamp"
    output_field = models.DateTimeField()


class CurrentXactId(Func):
    function = "pg_current_xact_id"
    output_field = Xid8Field()


class Account(models.Model):
    """A place where money lies, opened by the first transfer that names it (`wallet:{user}`)."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()

    class Meta:
        db_table = "escrow_account"
        constraints = [
            models.UniqueConstraint(fields=["code"], name="escrow_account_code"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z_]+:[0-9a-z-]+$"), name="escrow_account_code_form"
            ),
        ]
        triggers = append_only("account")

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """What an account holds now (fen): derived by trigger, bounded, frozen while a case is open."""

    account = models.OneToOneField(
        Account,
        models.DO_NOTHING,
        primary_key=True,
        related_name="balance",
        db_constraint=False,
    )
    balance = models.BigIntegerField(db_default=0, help_text="fen")
    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    version = models.BigIntegerField(db_default=0)
    frozen_case = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        db_table = "escrow_balance"
        constraints = [
            models.CheckConstraint(
                condition=Q(balance__gte=F("lo"), balance__lte=F("hi")),
                name="escrow_balance_in_bounds",
            )
        ]
        triggers = append_only("balance")[1:]  # changed by every entry, but never emptied

    def __str__(self) -> str:
        return f"{self.balance}"


class Transfer(models.Model):
    """One movement of money; its key is the business fact and is never used again."""

    id = models.BigAutoField(primary_key=True)
    key = models.TextField()
    kind = models.TextField()
    order_id = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    actor_id = models.UUIDField(null=True)
    basis = models.TextField(db_default="", blank=True)
    effective_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=ClockTimestamp())
    xid = Xid8Field(db_default=CurrentXactId())

    class Meta:
        verbose_name = _("ledger transfer")
        verbose_name_plural = _("ledger transfers")
        db_table = "escrow_transfer"
        constraints = [
            models.UniqueConstraint(fields=["key"], name="escrow_transfer_key"),
            models.UniqueConstraint(
                fields=["order_id"], condition=Q(kind="hold"), name="escrow_one_hold"
            ),
            models.UniqueConstraint(
                fields=["order_id"],
                condition=Q(kind__in=["release", "refund", "split"]),
                name="escrow_one_close",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["release", "refund", "split"])
                | (Q(order_id__isnull=False) & ~Q(basis="")),
                name="escrow_close_has_basis",
            ),
        ]
        indexes = [
            models.Index(fields=["xid", "id"], name="escrow_transfer_by_xid"),  # for the sealer
        ]
        triggers = append_only("transfer")

    def __str__(self) -> str:
        return self.key


class Entry(models.Model):
    """One leg of a transfer: plus is what we owe more of, minus what we owe less of."""

    pk = models.CompositePrimaryKey("transfer_id", "account_id")
    transfer_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    transfer = models.ForeignObject(
        Transfer, models.DO_NOTHING, ["transfer_id"], ["id"], related_name="entries"
    )
    account = models.ForeignObject(
        Account, models.DO_NOTHING, ["account_id"], ["id"], related_name="entries"
    )
    seq = models.SmallIntegerField()
    amount = models.BigIntegerField(help_text="fen")

    class Meta:
        db_table = "escrow_entry"
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="escrow_entry_amount_not_zero")
        ]
        indexes = [models.Index(fields=["account_id", "transfer_id"], name="escrow_entry_account")]
        triggers = append_only("entry")

    def __str__(self) -> str:
        return f"{self.amount}"


class Link(models.Model):
    """One transfer's place in the chain of hashes."""

    seq = models.BigIntegerField(primary_key=True)
    transfer = models.OneToOneField(
        Transfer, models.DO_NOTHING, related_name="link", db_constraint=False
    )
    hash = models.BinaryField(max_length=32)

    class Meta:
        db_table = "escrow_link"
        triggers = append_only("link")

    def __str__(self) -> str:
        return f"{self.seq}"


class Head(models.Model):
    """The end of the chain, one row: every transfer of a transaction below `horizon` is linked."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=bytes(32))
    horizon = Xid8Field(default=0)
    published_seq = models.BigIntegerField(default=0)
    published_hash = models.BinaryField(max_length=32, default=bytes(32))
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "escrow_head"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="escrow_head_is_one")]

    def __str__(self) -> str:
        return f"{self.seq}"


class EarningQuerySet(models.QuerySet["Earning"]):
    def cooling(self) -> "EarningQuerySet":
        """Released shares whose three days are not over, or not yet swept."""
        return self.filter(matured_at=None)


class Earning(models.Model):
    """Whose a released share is, and when it leaves the cool-down.

    Only `matured_at` is ever written later, by the sweep, so that it finds its work.
    """

    COOL_DOWN = timedelta(days=3)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order_id = models.UUIDField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="earnings")
    net = models.BigIntegerField(help_text="fen")
    matures_at = models.DateTimeField()
    matured_at = models.DateTimeField(null=True)

    objects = EarningQuerySet.as_manager()

    class Meta:
        db_table = "escrow_earning"
        constraints = [models.CheckConstraint(condition=Q(net__gt=0), name="escrow_earning_net")]
        indexes = [
            models.Index(
                fields=["matures_at"], condition=Q(matured_at=None), name="escrow_earning_cooling"
            ),
            models.Index(
                fields=["user", "matures_at"],
                condition=Q(matured_at=None),
                name="escrow_earning_of_user",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="earning_is_final",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("id", "order_id", "user", "net", "matures_at"),
                func="RAISE EXCEPTION 'an earning is never changed' USING ERRCODE = 'LE004';",
            ),
            pgtrigger.Trigger(
                name="earning_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="RAISE EXCEPTION 'an earning is never removed' USING ERRCODE = 'LE004';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.net}"
