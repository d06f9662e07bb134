"""One page as somebody sees it: where it is, and what is done there before one looks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.cache import cache
from playwright.sync_api import Page

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Look:
    """One page: its name in reports, its address, and what is done there before one looks."""

    name: str
    path: str
    act: Act | None = None

    def at(self, page: Page) -> None:
        cache.clear()  # the limits count by address; here everybody has the same
        page.goto(self.path)
        if self.act is not None:
            self.act(page)
            page.wait_for_load_state()


def submit(page: Page) -> None:
    """The one form in the middle, as it stands."""
    form = page.locator("main form:not([role=search])").first
    with page.expect_navigation():
        form.evaluate("form => { form.noValidate = true; form.requestSubmit() }")
