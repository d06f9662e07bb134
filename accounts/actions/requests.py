"""Answers to requests with an `Idempotency-Key`: kept for a week, then forgotten."""

from datetime import timedelta

from accounts.models import ApiRequest
from marketplace.lib import clock
from marketplace.lib.verbs import verb

KEPT_FOR = timedelta(days=7)


@verb
def forget_old_requests() -> int:
    """Deletes what is older than a week; how many rows that was."""
    count, _by_table = ApiRequest.objects.filter(at__lt=clock.now() - KEPT_FOR).delete()
    return count
