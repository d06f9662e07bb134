"""What there is to say about one kind of refusal."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Problem:
    """`rule`: the rule that the refusal follows, where it follows one."""

    title: str | Promise
    meaning: str | Promise
    remedy: str | Promise
    rule: str = ""


FIX = _("Correct what `errors` names, then send it again.")
LOOK = _("Read the order again: `allowed_steps` says what is possible now.")
WAIT = _("Wait for the seconds that `Retry-After` names, then send the same request again.")
