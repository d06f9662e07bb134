"""What stands under every mail; plain text, so nothing here is HTML."""

from django.utils.translation import gettext as _

from accounts.inbox.quiet import REMINDERS


def plain(text: str, *, why: str = "") -> str:
    """The text part of a mail."""
    safety = _("Fairhand never asks for log-in codes, your screen, or payment outside an order.")
    foot = "\n".join(line for line in ("-- ", "Fairhand", why, safety) if line)
    return f"{text.strip()}\n\n{foot}\n"


def why_notices(kind: str) -> str:
    if kind in REMINDERS:
        return _(
            "You get this mail because it reminds you of an order."
            " Mails of reminders can be turned off under “Profile”."
        )
    return _(
        "You get this mail because it concerns an order, your money or the safety of your account."
        " It can’t be muted."
    )
