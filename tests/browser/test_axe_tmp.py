"""Every page as every role, in both looks, widths and languages: axe finds nothing.

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
ALL = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}}
# A dark page is the same page in other colours.
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
VIEWS = (
    (360, "light", ALL),
    (360, "dark", OF_COLOURS),
    (1280, "dark", OF_COLOURS),
    (1280, "light", ALL),
)


def test_no_page_puts_anything_in_anybodys_way(market: str, browser: Browser):
    people = world()

    found = [
        fault
        for language in ("en", "zh-hans")
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
            yield from faults(page, look)


def faults(page: Page, look: Look) -> list[str]:
    import time; t0=time.time()
    look.at(page); t1=time.time()
    page.evaluate(AXE); t2=time.time()
    found = {}
    for width, theme, options in VIEWS:
        page.set_viewport_size({"width": width, "height": 780})
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        for fault in page.evaluate(f"axe.run({json.dumps(options)}).then(told => told.violations)"):
            nodes = "; ".join(node["target"][0] for node in fault["nodes"][:3])
            found[f"{look.name}: {fault['id']} ({width}, {theme}): {nodes}"] = None
    print("TIMING", look.name, round(t1-t0,2), round(t2-t1,2), round(time.time()-t2,2), *found, sep=" | ")
    return list(found)
