"""The books of the sandbox's payment provider; it knows nothing of what is in ours."""

import secrets

from django.db import models

from marketplace.lib.ids import uuid7


def page_token() -> str:
    return secrets.token_urlsafe(24)


class SandboxPayment(models.Model):
    """A payment that the provider waits for, under its merchant's own reference."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    token = models.CharField(max_length=40, unique=True, default=page_token)
    merchant = models.CharField(max_length=40)
    ref = models.CharField(max_length=80, unique=True)
    amount = models.BigIntegerField(help_text="fen")
    expires_at = models.DateTimeField()
    return_url = models.CharField(max_length=300)
    deliver = models.CharField(max_length=20, default="once")
    closed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref


class SandboxTransfer(models.Model):
    """Money that really moved there (a capture may lie ahead: the payer's bank takes its time)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8)  # capture, refund, payout
    payment = models.ForeignKey(SandboxPayment, models.PROTECT, null=True, related_name="transfers")
    merchant = models.CharField(max_length=40)
    ref = models.CharField(max_length=80, db_index=True)
    amount = models.BigIntegerField(help_text="fen")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class SandboxCall(models.Model):
    """One key of a merchant, and the answer that every later call under it gets."""

    key = models.CharField(primary_key=True, max_length=80)
    tries = models.PositiveIntegerField(default=0)
    answer = models.JSONField(null=True)

    def __str__(self) -> str:
        return self.key


class SandboxDelivery(models.Model):
    """A message to the merchant that has yet to be sent, with what is to be wrong about it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.JSONField()
    copies = models.PositiveSmallIntegerField(default=1)
    flaw = models.CharField(max_length=10, blank=True)  # forged, stale
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(sent_at=None), name="sandbox_delivery_due"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
