"""Every address of the site, walked from the resolver and filled in with things that exist."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver

from disputes.practice_cases import ABOUT_CODES
from tests.security.world import World

_PART = re.compile(r"<(?:\w+:)?(?P<path>\w+)>|\(\?P<(?P<regex>\w+)>(?:[^()]|\([^()]*\))*\)")

_SLUG = ABOUT_CODES[0].slug
NO_ROW = UUID(int=7)  # always the same: pages repeat what they did not find


@dataclass(frozen=True)
class Route:
    name: str
    pattern: str
    exempt: bool  # from the CSRF check, by its view

    def __str__(self) -> str:
        return f"/{self.pattern}"

    @property
    def is_api(self) -> bool:
        return self.pattern.startswith("api/")

    @property
    def is_desk(self) -> bool:
        return self.pattern.startswith("desk/")


def routes() -> list[Route]:
    """All of them; one that a test can't fill in fails that test, so that none is forgotten."""
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, before: str, space: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = before + str(entry.pattern).removeprefix("^").removesuffix("$")
        if isinstance(entry, URLPattern):
            exempt = bool(getattr(entry.callback, "csrf_exempt", False))
            yield Route(f"{space}{entry.name or ''}", pattern, exempt)
        else:
            deeper = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry, pattern, deeper)


def address(route: Route, world: World) -> str:
    """The route with the world's own things in its gaps."""
    return "/" + _PART.sub(
        lambda gap: _thing(gap["path"] or gap["regex"], route, world), route.pattern
    )


def _thing(gap: str, route: Route, world: World) -> str:
    if gap == "pk":
        return _pk(route.pattern, world)
    if gap in world.things:
        return str(world.things[gap])
    others = {
        "number": "1",
        "slug": _SLUG if "practice/" in route.pattern else "top-up",
        "code": "not_paid",
        "provider": "sandbox",
        "verb": "query",
        "token": world.pay_token,
        "key": "MQ-nothing",
        "uidb36": "0",
        "object_id": _row_at_the_desk(route.pattern),
        "content_type_id": "1",
        "app_label": "orders",
        "url": "nowhere",
        "rule_id": "orders/release",
    }
    assert gap in others, f"say in this file what stands for <{gap}> in {route}"
    return others[gap]


def _pk(pattern: str, world: World) -> str:
    """Which kind of thing an address means stands before the gap."""
    if "webauthn" in pattern:
        return "1"
    start = pattern.removeprefix("api/v1/").partition("<")[0]
    return str(world.things[start])


def _row_at_the_desk(pattern: str) -> str:
    _desk, _, rest = pattern.partition("desk/")
    label, _, rest = rest.partition("/")
    model = rest.partition("/")[0]
    if not model or "<" in label + model or label not in apps.app_configs:
        return str(NO_ROW)
    row = apps.get_model(label, model)._default_manager.first()  # noqa: SLF001 - of any model
    return str(row.pk if row else NO_ROW)
