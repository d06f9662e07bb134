"""How often one person or one network may do a thing: one Redis counter for pages and API alike."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network
from typing import Any, TypeVar, cast
from uuid import UUID

import redis
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from marketplace.lib.errors import Refused

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600


@dataclass(frozen=True)
class Window:
    most: int
    seconds: int


@dataclass(frozen=True)
class Limit:
    """`closed`: without Redis this is refused (503); everything else then goes on uncounted."""

    windows: tuple[Window, ...]
    closed: bool = False


def _limit(*windows: tuple[int, int], closed: bool = False) -> Limit:
    return Limit(tuple(Window(*window) for window in windows), closed)


LIMITS: Mapping[str, Limit] = {
    "read_anyone": _limit((60, MINUTE)),
    "read": _limit((300, MINUTE)),
    "write": _limit((60, MINUTE)),
    "search": _limit((60, MINUTE)),
    "place": _limit((20, HOUR)),
    "pay": _limit((20, HOUR)),
    "confirm": _limit((20, HOUR)),
    "refund": _limit((20, HOUR)),
    "report": _limit((10, DAY)),
    "case": _limit((10, DAY)),
    "upload": _limit((60, HOUR), (200, DAY)),
    "settle": _limit((20, HOUR)),
    "appeal": _limit((10, DAY)),
    "vote": _limit((60, HOUR)),
    "webhook": _limit((600, MINUTE)),
    # What a thief would try; without the counter nobody may (security.md §10).
    "sign_in_network": _limit((10, MINUTE), closed=True),
    "sign_in_account": _limit((5, 5 * MINUTE), (20, HOUR), closed=True),
    "sign_up": _limit((5, HOUR), closed=True),
    "reset": _limit((5, HOUR), closed=True),
    "reauth": _limit((5, 5 * MINUTE), closed=True),
    "phone_code": _limit((3, HOUR), (10, DAY), closed=True),
    "reveal": _limit((10, HOUR), closed=True),
    "seal": _limit((200, DAY), closed=True),
    "payout": _limit((10, DAY), closed=True),
}


@dataclass(frozen=True)
class Usage:
    """The window that is nearest to its end: its limit, what is left, seconds until it is over."""

    limit: int
    remaining: int
    reset: int


# One script, so that a counter can never be left without its end.
_COUNT = """
local seen = {}
for place, key in ipairs(KEYS) do
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, ARGV[place]) end
  seen[place] = {count, redis.call('PTTL', key)}
end
return seen
"""


def spend(scope: str, who: str) -> Usage | None:
    """Counts one more; None where nothing is counted because Redis is away.

    Args:
        scope: a key of `LIMITS`.
        who: `person(…)`, `network(…)`, or another name of one subject.

    Raises:
        Refused: `throttled` (`retry_after`), `busy` when Redis is away and the scope is closed.
    """
    if not settings.THROTTLES:
        return None
    limit = LIMITS[scope]
    try:
        seen = _counted(scope, limit, who)
    except (RedisError, OSError) as error:
        if limit.closed:
            sentence = _("This is not possible for a moment. Try again soon.")
            raise Refused("busy", sentence, retry_after=1) from error
        return None
    usages = [
        Usage(window.most, window.most - count, max(1, -(-left // 1000)))
        for window, (count, left) in zip(limit.windows, seen, strict=True)
    ]
    tightest = min(usages, key=lambda usage: usage.remaining)
    if tightest.remaining < 0:
        raise _refusal(tightest)
    return tightest


View = TypeVar("View", bound=Callable[..., Any])


def counted(scope: str) -> Callable[[View], View]:
    """For pages of signed-in people: their POSTs count together with the API's.

    So a script can't double its budget by using both.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def counting(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST":
                spend(scope, person(str(request.user.pk)))
            return view(request, *args, **kwargs)

        return cast(View, counting)

    return decorate


def person(pk: UUID | str) -> str:
    return f"person:{pk}"


def network(address: str) -> str:
    """The address's /24 or /64: one subscriber counts once, however many addresses he has."""
    try:
        found = ip_network((address, 64 if ":" in address else 24), strict=False)
    except ValueError:
        return "network:unknown"
    return f"network:{found.network_address}"


def client_address(headers: Mapping[str, Any]) -> str:
    """Who asks, from `request.META`: behind proxies of ours, the count-th address from the right.

    What stands further left in `X-Forwarded-For` was written by the client and proves nothing.
    """
    offered = str(headers.get("HTTP_X_FORWARDED_FOR", ""))
    hops = [hop.strip() for hop in offered.split(",") if hop.strip()]
    count: int = settings.PROXY_COUNT
    if count and len(hops) >= count:
        return hops[-count]
    return str(headers.get("REMOTE_ADDR", ""))


def _refusal(usage: Usage) -> Refused:
    sentence = _("That was too often. Wait a little, then go on.")
    return Refused("throttled", sentence, retry_after=usage.reset, usage=usage)


def _counted(scope: str, limit: Limit, who: str) -> list[Any]:
    keys = [f"throttle:{scope}:{window.seconds}:{who}" for window in limit.windows]
    lengths = [window.seconds * 1000 for window in limit.windows]
    client = _client(str(settings.CACHES["default"]["LOCATION"]))
    return list(client.eval(_COUNT, len(keys), *keys, *lengths))


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)
