"""The hours that the sandbox has skipped; the clock is the database's plus their sum."""

from django.db import models

from marketplace.lib.append_only import append_only


class ClockSkip(models.Model):
    skipped = models.DurationField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = append_only("skip")

    def __str__(self) -> str:
        return str(self.skipped)
