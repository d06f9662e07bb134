"""Every page as every role, in both looks, widths and languages: axe finds nothing wrong.

axe is injected, which our own policy forbids; so it runs where the policy is bypassed, and the
pages are opened once more, with the policy on, in test_pages.py.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page

from tests.browser import site
from tests.browser.pages import Look, World, world

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": TAGS,
    "rules": {"target-size": {"enabled": True}},  # off by default
    "resultTypes": ["violations"],
}
# Four views of each page, in which any two of language, width and look meet once.
VIEWS = {
    "en": ((360, "light"), (1280, "dark")),
    "zh-hans": ((360, "dark"), (1280, "light")),
}


def test_no_page_puts_anything_in_anybodys_way(market: str, browser: Browser):
    people = world()

    found = [
        fault
        for language in VIEWS
        for role in people.looks
        for fault in faults_of(people, role, language, browser, market)
    ]

    assert found == []


def faults_of(people: World, role: str, language: str, browser: Browser, url: str) -> Iterator[str]:
    with site.tab(browser, url, bypass_csp=True) as context:
        page = context.new_page()
        if person := people.person(role):
            site.sign_in(page, person)
        site.choose(page, language)
        for look in people.looks[role]:
            yield from faults(page, look, language)


def faults(page: Page, look: Look, language: str) -> list[str]:
    look.at(page)
    page.evaluate(AXE)
    found = []
    for width, theme in VIEWS[language]:
        page.set_viewport_size({"width": width, "height": 780})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for fault in page.evaluate(f"axe.run({json.dumps(OPTIONS)}).then(told => told.violations)"):
            nodes = "; ".join(node["target"][0] for node in fault["nodes"][:3])
            found.append(f"{look.name}: {fault['id']} ({language}, {width}, {theme}): {nodes}")
    return found
