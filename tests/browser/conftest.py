"""One Chromium for all tests here; each opens windows of its own."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User
from tests.browser import site
from tests.browser.chromium import executable

Open = Callable[..., Page]
# Nothing is drawn on a card that is not there; no process waits for a page that may come (with
# windows of several people one would be started, and ended, at each step of each of them); and no
# script stays long enough for its machine code to be worth the time that it takes to make.
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--renderer-process-limit=1",
    "--js-flags=--single-threaded,--no-opt,--no-maglev",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Playwright keeps a loop of its own in this thread, in which Django would refuse to work."""
    path = executable()
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_as(market: str, browser: Browser) -> Iterator[Open]:
    """`open_as(person, …)`: a new browser in which this person has signed in."""
    contexts = []

    def opened(person: User, **options: object) -> Page:
        context = site.tab(browser, market, **options)
        contexts.append(context)
        page = context.new_page()
        site.sign_in(page, person)
        return page

    yield opened
    for context in contexts:
        context.close()
