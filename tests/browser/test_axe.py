"""Every page as every role, in both looks, widths and languages: axe finds nothing wrong.

axe is injected, which our own policy forbids; so it runs where the policy is bypassed, and the
pages are opened once more, with the policy on, in test_pages.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import zip_longest
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import court_pages, desk_pages, site
from tests.browser.court import court
from tests.browser.look import Look
from tests.browser.pages import World, world

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BIG_ENOUGH = {"target-size": {"enabled": True}}  # off by default
EVERYTHING = {
    "runOnly": TAGS,
    "rules": BIG_ENOUGH,
    "resultTypes": ["violations"],
    "preload": False,  # no rule here reads style sheets
}
# All that the other look changes are colours; one more load of the page would show nothing new.
COLOURS = EVERYTHING | {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "rules": {}}
View = tuple[int, str, dict[str, object]]
VIEWS: Sequence[View] = (
    (360, "light", EVERYTHING),
    (360, "dark", COLOURS),
    (1280, "dark", EVERYTHING),
    (1280, "light", COLOURS),
)
# In the other language other words stand in the same colours: each width and look once.
SHOP: Mapping[str, Sequence[View]] = {
    "en": VIEWS,
    "zh-hans": ((360, "dark", EVERYTHING), (1280, "light", EVERYTHING)),
}
# The windows of one test are processes of their own, and axe works in all of them at once.
SIDE_BY_SIDE = (("anybody", "seller"), ("buyer", "new"))
# The court has many pages, made of the same parts: each width in one look and language.
COURT: Mapping[str, Sequence[View]] = {"en": VIEWS[2:3], "zh-hans": VIEWS[:1]}
# The theme of the desk looks for the machine's look once, when a page is opened.
DESK: Sequence[Sequence[View]] = (
    [(1280, "dark", EVERYTHING)],
    [(390, "light", EVERYTHING)],
)


START = """options => { window.told = new Promise(done =>
    setTimeout(() => axe.run(options).then(told => done(told.violations)))) }"""


@pytest.mark.parametrize("roles", SIDE_BY_SIDE, ids=" and ".join)
def test_no_page_puts_anything_in_anybodys_way(roles: Sequence[str], market: str, browser: Browser):
    people = world()

    found = [
        fault
        for language, views in SHOP.items()
        for fault in faults_of(people, roles, language, browser, market, views)
    ]

    assert "\n".join(found) == ""


def test_no_page_of_the_court_puts_anything_in_anybodys_way(market: str, browser: Browser):
    """The desk's pages come last, in the same world: that is what takes long to make."""
    made = court()
    people = World(court_pages.people(made), court_pages.looks(made) | desk_pages.looks(made))
    assert court_pages.forgotten(people.looks) == set()

    found: list[str] = []
    for language, views in COURT.items():
        found += faults_of(people, court_pages.WINDOWS, language, browser, market, views)
    for views in DESK:
        found += faults_of(people, desk_pages.WINDOWS, "en", browser, market, views)

    assert "\n".join(found) == ""


def faults_of(
    people: World,
    roles: Sequence[str],
    language: str,
    browser: Browser,
    url: str,
    views: Sequence[View],
) -> Iterator[str]:
    with ExitStack() as windows:
        pages = []
        for role in roles:
            tab = site.tab(browser, url, bypass_csp=True, color_scheme=views[0][1])
            pages.append(windows.enter_context(tab).new_page())
            if person := people.person(role):
                site.sign_in(pages[-1], person)
            site.choose(pages[-1], language)
        for looks in zip_longest(*(people.looks[role] for role in roles)):
            shown = [(page, look) for page, look in zip(pages, looks, strict=True) if look]
            yield from faults(shown, language, views)


def faults(
    shown: Sequence[tuple[Page, Look]], language: str, views: Sequence[View]
) -> Iterator[str]:
    for page, look in shown:
        look.at(page)
        page.evaluate(AXE)
    for width, theme, options in views:
        for page, _look in shown:
            page.set_viewport_size({"width": width, "height": 780})
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.evaluate(START, options)
        for page, look in shown:
            for fault in page.evaluate("() => window.told"):
                nodes = "; ".join(node["target"][0] for node in fault["nodes"][:3])
                yield f"{look.name}: {fault['id']} ({language}, {width}, {theme}): {nodes}"
