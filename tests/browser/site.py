"""What stands around a browser: windows of signed-in people."""

from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page

from accounts.models import User
from tests import given


def tab(browser: Browser, url: str, **options: object) -> BrowserContext:
    """A browser of one person's own: phone size, English, nothing moves."""
    usual: dict[str, object] = {
        "base_url": url,
        "viewport": {"width": 360, "height": 780},
        "locale": "en",
        "reduced_motion": "reduce",
    }
    context = browser.new_context(**(usual | options))  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    return context


def sign_in(page: Page, person: User) -> None:
    cache.clear()  # the limits of sign-in count by address, and all tests have the same
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill(given.PASSWORD)
    page.locator("main .button--primary").click()
    page.wait_for_url("**/")


def choose(page: Page, language: str) -> None:
    page.goto("/help/")
    page.locator(f"button[name=language][value={language}]").click()
    page.locator(f"html[lang={language}]").wait_for(state="attached")
