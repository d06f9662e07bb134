"""Every page once with our own policy on, on the smallest phone: it fits, it is quiet, it is light.

Sizes are those of experience.md §13, packed as they travel.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Request

from tests.browser import court_pages, site
from tests.browser.court import court
from tests.browser.look import Look
from tests.browser.pages import World, world

pytestmark = pytest.mark.browser

KB = 1024
SMALLEST = {"width": 320, "height": 640}
MOST_REQUESTS = 8
MOST_HTML = 18 * KB
MOST_HTML_OF_A_GRID = 25 * KB
MOST_CSS = 16 * KB
MOST_JAVASCRIPT = 21 * KB
WITH_MORE = {"components", "mailbox"}  # the sandbox's own show of everything at once


@dataclass
class Watch:
    """What a page asked for and complained of."""

    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def on(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self.request)

    def console(self, message: object) -> None:
        text, kind = message.text, message.type  # type: ignore[attr-defined]
        is_ours = "Failed to load resource" not in text  # a refusal's own status is no fault
        if kind in {"error", "warning"} and is_ours:
            self.complaints.append(text)

    def request(self, request: Request) -> None:
        if request.is_navigation_request():
            self.requests.clear()
        self.requests.append(request.url)


def test_every_page_fits_a_small_phone_and_keeps_to_its_own_policy(market: str, browser: Browser):
    assert list(walked(world(), browser, market)) == []


def test_every_page_of_the_court_fits_a_small_phone_and_keeps_to_its_own_policy(
    market: str, browser: Browser
):
    made = court()
    people = World(court_pages.people(made), court_pages.looks(made))

    assert list(walked(people, browser, market)) == []


def walked(people: World, browser: Browser, url: str) -> Iterator[str]:
    """The faults of every page, once."""
    for role, looks in people.looks.items():
        with site.tab(browser, url, viewport=SMALLEST) as context:
            page, watch = context.new_page(), Watch()
            watch.on(page)
            if person := people.person(role):
                site.sign_in(page, person)
            for look in looks:
                watch.complaints.clear()
                look.at(page)
                yield from (f"{look.name}: {fault}" for fault in faults(page, look, watch))


def faults(page: Page, look: Look, watch: Watch) -> Iterator[str]:
    yield from watch.complaints
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > SMALLEST["width"]:
        yield f"{width} px wide"
    if page.locator("main .button--primary:visible").count() > 1 and look.name not in WITH_MORE:
        yield "more than one primary button"
    if len(watch.requests) > MOST_REQUESTS:
        yield f"{len(watch.requests)} requests"
    most = MOST_HTML_OF_A_GRID if page.locator(".cards").count() else MOST_HTML
    if packed(page.content()) > most and look.name not in WITH_MORE:
        yield f"{packed(page.content())} bytes of HTML"


def packed(text: str) -> int:
    return len(gzip.compress(text.encode()))


def of_static(name: str) -> int:
    path = finders.find(name)
    assert isinstance(path, str)
    return packed(Path(path).read_text())


def test_the_style_sheet_is_light():
    assert of_static("fairhand.css") <= MOST_CSS


def test_the_scripts_are_light():
    own, htmx = of_static("fairhand.js"), of_static("django_htmx/htmx-2.min.js")

    assert own <= 4 * KB
    assert own + htmx <= MOST_JAVASCRIPT
