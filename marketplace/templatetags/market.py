"""What every template may say in Fairhand's own way: amounts, times, states, icons."""

from datetime import datetime, timedelta
from zlib import crc32

from django import template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from marketplace.lib import money
from marketplace.lib.when import CHINA, MONTHS
from marketplace.lib.when import when as in_words

register = template.Library()

# A state's slip: the look of its edge and tint (static/fairhand.css) and its icon. State is never
# told by colour alone: badge and slip always carry the words as well.
SLIPS = {
    "unpaid": "purse",
    "held": "padlock",
    "moving": "van",
    "delivered": "box-open",
    "released": "tick",
    "returning": "arrow-back",
    "refunded": "coin-back",
    "disputed": "scales",
    "cancelled": "slash",
}
SLIP_OF_STATE = {
    "PLACED": "unpaid",
    "PAID": "held",
    "SHIPPED": "moving",
    "DELIVERED": "delivered",
    "COMPLETED": "released",
    "RETURNING": "returning",
    "REFUNDED": "refunded",
    "DISPUTED": "disputed",
    "CANCELLED": "cancelled",
}
GOODS = {
    "seller": gettext_lazy("Goods: with the seller."),
    "sealed": gettext_lazy("Goods: sealed at Fairhand."),
    "way": gettext_lazy("Goods: on their way."),
    "buyer": gettext_lazy("Goods: with the buyer."),
    "back": gettext_lazy("Goods: back with the seller."),
}
MONEY = {
    "none": gettext_lazy("Money: nothing is paid."),
    "held": gettext_lazy("Money: held by Fairhand."),
    "seller": gettext_lazy("Money: with the seller."),
    "buyer": gettext_lazy("Money: back with the buyer."),
    "frozen": gettext_lazy("Money: frozen at Fairhand."),
}
PATTERNS = 4  # drawings behind a card that has no photo (static/icons.svg, pattern-1 …)
MINUTE, HOUR, DAY = 60, 3600, 86400


@register.filter
def hexed(value: bytes | None) -> str:
    """Bytes as hashes are written."""
    return "" if value is None else bytes(value).hex()


@register.filter
def yuan(amount: int | None) -> str:
    """Fen as people read them; nothing for no amount."""
    return "" if amount is None else money.yuan(amount)


@register.filter
def yuan_short(amount: int) -> str:
    """A card's face value as printed on it: ¥50, and ¥50.50 where there are fen."""
    return money.yuan(amount).removesuffix(".00")


@register.filter
def when(at: datetime | None) -> str:
    return in_words(at, get_language() or "en") if at else ""


@register.filter
def month(at: datetime | None) -> str:
    """ "Nov 2026": precise enough for how long a person has been here."""
    if at is None:
        return ""
    local = at.astimezone(CHINA)
    if (get_language() or "en").startswith("zh"):
        return f"{local.year}年{local.month}月"
    return f"{MONTHS[local.month - 1]} {local.year}"


@register.filter
def since(at: datetime | None, now: datetime) -> str:
    """How long ago, in its largest unit."""
    if at is None:
        return ""
    seconds = max(0, int((now - at).total_seconds()))
    if seconds < MINUTE:
        return _("just now")
    if seconds < HOUR:
        n = seconds // MINUTE
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    if seconds < DAY:
        n = seconds // HOUR
        return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}
    n = seconds // DAY
    return ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n}


@register.filter
def countdown(due: datetime | None, now: datetime) -> str:
    """What is left, rounded down so that nobody counts on a minute they don't have."""
    if due is None:
        return ""
    seconds = int((due - now).total_seconds())
    if seconds <= 0:
        return _("time is up")
    if seconds < MINUTE:
        return _("less than a minute left")
    if seconds < 2 * HOUR:
        n = seconds // MINUTE
        return ngettext("%(n)d minute left", "%(n)d minutes left", n) % {"n": n}
    if seconds < 2 * DAY:
        n = seconds // HOUR
        return ngettext("%(n)d hour left", "%(n)d hours left", n) % {"n": n}
    n = seconds // DAY
    return ngettext("%(n)d day left", "%(n)d days left", n) % {"n": n}


@register.filter
def urgency(due: datetime | None, now: datetime) -> str:
    """The countdown's look: calm, soon (a day), near (an hour), past."""
    left = (due - now) if due else timedelta(days=365)
    if left <= timedelta(0):
        return "past"
    if left < timedelta(hours=1):
        return "near"
    return "soon" if left < timedelta(days=1) else "calm"


@register.filter
def slip(state: object) -> str:
    """The slip of an order's state; a slip's own name is taken as it is."""
    name = str(state or "")
    return SLIP_OF_STATE.get(name, name if name in SLIPS else "cancelled")


@register.filter
def slip_icon(state: object) -> str:
    return SLIPS[slip(state)]


@register.filter
def goods_words(place: str) -> str:
    return str(GOODS.get(place, ""))


@register.filter
def money_words(place: str) -> str:
    return str(MONEY.get(place, ""))


@register.filter
def in_fours(code: str) -> list[str]:
    """A code in groups of four, the way people read it from a card."""
    return [code[start : start + 4] for start in range(0, len(code), 4)]


@register.filter
def spelled(code: str) -> str:
    """A code letter by letter, for ears."""
    return " ".join(code)


@register.filter
def pattern(name: object) -> int:
    """Which drawing stands behind a card; the same one every time."""
    return crc32(str(name).encode()) % PATTERNS + 1


@register.filter
def anchor(words: object) -> str:
    """A short id made of words in any script."""
    return f"{crc32(str(words).encode()):08x}"


@register.simple_tag
def sprite() -> str:
    return static("icons.svg")


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing of the sprite; decoration only, because words always stand beside it."""
    return format_html(
        '<svg class="icon {}" width="24" height="24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"></use></svg>',
        extra,
        sprite(),
        name,
    )


@register.simple_tag
def described(field: BoundField, hint: str = "") -> str:
    """The ids of every text that belongs to the field, for `aria-describedby`."""
    ids = (
        (field.help_text, "helptext"),
        (hint, "hint"),
        (field.errors, "error"),
    )
    return " ".join(f"{field.auto_id}_{name}" for text, name in ids if text)


@register.simple_tag
def control(field: BoundField, hint: str = "") -> SafeString:
    """The field's widget, with every text that belongs to it named for screen readers."""
    ids = described(field, hint)
    return field.as_widget(attrs={"aria-describedby": ids} if ids else {})
