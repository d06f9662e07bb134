"""What stands under every mail; plain text, so nothing here is HTML."""

from django.utils.translation import gettext as _


def plain(text: str, *, why: str = "") -> str:
    """The text part of a mail."""
    safety = _("Fairhand never asks for log-in codes, your screen, or payment outside an order.")
    foot = "\n".join(line for line in ("-- ", "Fairhand", why, safety) if line)
    return f"{text.strip()}\n\n{foot}\n"


def why_notices() -> str:
    return _(
        "You get this mail because it concerns an order, your money or the safety of your account."
        " It can’t be muted."
    )
