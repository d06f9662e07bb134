"""What the desk calls a field of a register, for those that its lists of the court show.

Where a field is not named here, the desk shows its name in the source.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

FIELD_WORDS: Mapping[str, Promise] = {
    "applied_at": _("dates moved"),
    "at": _("time"),
    "began_at": _("from"),
    "built_at": _("built"),
    "by": _("by"),
    "case": _("case"),
    "code": _("reason"),
    "counter": _("counter"),
    "draw": _("draw"),
    "ended_at": _("until"),
    "facts": _("facts"),
    "ground": _("ground"),
    "joined_at": _("joined"),
    "kind": _("kind"),
    "object_id": _("exhibit"),
    "outcome": _("outcome"),
    "passed_at": _("practice passed"),
    "paused_until": _("paused until"),
    "person": _("person"),
    "role": _("role"),
    "round": _("round"),
    "rules_version": _("rules version"),
    "second_by": _("second person"),
    "size": _("reviewers"),
    "state": _("state"),
    "version": _("version"),
    "what": _("what"),
    "why": _("why"),
}


def field_words(name: str, otherwise: str | Promise) -> str:
    return capfirst(str(FIELD_WORDS.get(name, otherwise)))
