"""Whether a page fits the smallest phone, is quiet under our own policy, and is light.

Sizes are those of experience.md §13, packed as they travel.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field

from playwright.sync_api import Page, Request, ViewportSize

from tests.browser.look import Look

KB = 1024
SMALLEST: ViewportSize = {"width": 320, "height": 640}
MOST_REQUESTS = 8
MOST_HTML = 18 * KB
MOST_HTML_OF_A_GRID = 25 * KB
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


def faults(page: Page, look: Look, watch: Watch) -> Iterator[str]:
    """Of a page that has just been opened in the smallest window."""
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
