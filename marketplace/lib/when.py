"""Times as people read them: always Asia/Shanghai, the zone every deadline is named in."""

from datetime import datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(at: datetime, language: str) -> str:
    """ "23 Nov 2026, 14:32 (UTC+8)", or "2026年11月23日 14:32" for a reader of Chinese.

    Args:
        at: an aware moment.
        language: a code of `settings.LANGUAGES`.
    """
    local = at.astimezone(CHINA)
    clock = f"{local:%H:%M}"
    if language.startswith("zh"):
        return f"{local.year}年{local.month}月{local.day}日 {clock}"
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}, {clock} (UTC+8)"
