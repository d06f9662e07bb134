"""Every page as every role sees it, with our own policy on: it fits the smallest phone, is quiet
and light, and axe finds nothing wrong in both looks, widths and languages.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import axe, court_pages, desk_pages, fit, site
from tests.browser.axe import COLOURS, EVERYTHING, View
from tests.browser.court import court
from tests.browser.look import Look
from tests.browser.pages import World, world

pytestmark = pytest.mark.browser

Round = tuple[str, Sequence[View]]  # through all pages in one language
MOST_CSS = 16 * fit.KB
MOST_JAVASCRIPT = 21 * fit.KB
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
DESK: Sequence[Round] = (
    ("en", [(1280, "dark", EVERYTHING)]),
    ("en", [(390, "light", EVERYTHING)]),
)


@dataclass(frozen=True)
class Window:
    page: Page
    watch: fit.Watch

    @classmethod
    def of(cls, context: BrowserContext) -> "Window":
        context.add_init_script(axe.SCRIPT)
        window = cls(context.new_page(), fit.Watch())
        window.watch.on(window.page)
        return window

    def begin(self, language: str, theme: str) -> None:
        self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        site.choose(self.page, language)

    def on_the_smallest_phone(self, look: Look) -> Iterator[str]:
        self.page.set_viewport_size(fit.SMALLEST)
        self.watch.complaints.clear()
        look.at(self.page)
        yield from (f"{look.name}: {fault}" for fault in fit.faults(self.page, look, self.watch))


@pytest.mark.long(130)
@pytest.mark.parametrize("roles", SIDE_BY_SIDE, ids=" and ".join)
def test_no_page_puts_anything_in_anybodys_way(roles: Sequence[str], market: str, browser: Browser):
    walk = Walk(world(), roles, browser, market)

    found = list(walk.faults(SHOP.items()))

    assert "\n".join(found) == ""


@pytest.mark.long(170)
def test_no_page_of_the_court_puts_anything_in_anybodys_way(market: str, browser: Browser):
    """The desk's pages come last, in the same world: that is what takes long to make."""
    made = court()
    people = World(court_pages.people(made), court_pages.looks(made) | desk_pages.looks(made))
    assert court_pages.forgotten(people.looks) == set()
    walk = Walk(people, court_pages.WINDOWS, browser, market)
    at_desk = Walk(people, desk_pages.WINDOWS, browser, market, fits=False)

    found = [*walk.faults(COURT.items()), *at_desk.faults(DESK)]

    assert "\n".join(found) == ""


@dataclass(frozen=True)
class Walk:
    """Some roles, side by side, through all that each of them sees."""

    people: World
    roles: Sequence[str]
    browser: Browser
    url: str
    fits: bool = True  # whether a page has to fit a phone; asked in English

    def faults(self, rounds: Iterable[Round]) -> Iterator[str]:
        """Each window stays open: whoever signed in looks at everything, then in other words."""
        with ExitStack() as stack:
            windows = [self.window(stack, role) for role in self.roles]
            for language, views in rounds:
                for window in windows:
                    window.begin(language, views[0][1])
                yield from self.round(windows, language, views)

    def round(
        self, windows: Sequence[Window], language: str, views: Sequence[View]
    ) -> Iterator[str]:
        for looks in zip_longest(*(self.people.looks[role] for role in self.roles)):
            pairs = zip(windows, looks, strict=True)
            shown = [(window, look) for window, look in pairs if look]
            for window, look in shown:
                if self.fits and language == "en":
                    yield from window.on_the_smallest_phone(look)
                else:
                    look.at(window.page)
            yield from axe.faults([(window.page, look) for window, look in shown], language, views)

    def window(self, stack: ExitStack, role: str) -> Window:
        window = Window.of(stack.enter_context(site.tab(self.browser, self.url)))
        if person := self.people.person(role):
            site.sign_in(window.page, person)
        return window


def of_static(name: str) -> int:
    path = finders.find(name)
    assert isinstance(path, str)
    return fit.packed(Path(path).read_text())


def test_the_style_sheet_is_light():
    assert of_static("fairhand.css") <= MOST_CSS


def test_the_scripts_are_light():
    own, htmx = of_static("fairhand.js"), of_static("django_htmx/htmx-2.min.js")

    assert own <= 4 * fit.KB
    assert own + htmx <= MOST_JAVASCRIPT
